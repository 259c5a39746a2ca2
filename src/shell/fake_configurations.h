// SPDX-License-Identifier: Apache-2.0
// The verbs about whole configurations for the tests of this folder: they note what they were asked for.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <vector>

#include "service/configurations.h"

namespace lunet::shell {

/// Notes each call as "verb argument ...". Fails with `failure` when that is set.
class FakeConfigurations : public service::Configurations {
 public:
  std::vector<std::string> calls;
  std::optional<Error> failure;
  service::Report report{{"done"}, {}, {}};
  service::PlanReport planned;
  std::vector<service::RecordChange> changes;
  config::Tree tree;
  std::optional<store::Confirmation> waiting;

  Result<service::PlanReport> plan(const service::Source& source) override {
    asked = "plan " + name(source);
    if (failure) return *failure;
    return planned;
  }
  Result<service::Report> apply(const service::Source& source,
                                const service::ApplyOptions& options) override {
    std::string call = "apply " + name(source);
    if (options.confirm_within_s) call += fmt::format(" within {} s", *options.confirm_within_s);
    if (options.what_can) call += " what can";
    if (!options.why.empty()) call += " because " + options.why;
    return note(std::move(call));
  }
  Result<service::UndoGoal> undo_goal() override {
    if (failure) return *failure;
    return service::UndoGoal{{.generation = 4}, "undo: generation 4 again", "/iscsi create x"};
  }
  Result<service::Report> confirm() override { return note("confirm"); }
  Result<std::optional<std::string>> expire() override { return std::optional<std::string>(); }
  Result<std::vector<service::RecordChange>> differences(const service::Source& from,
                                                         const service::Source& to) override {
    asked = "differences " + name(from) + " and " + name(to);
    if (failure) return *failure;
    return changes;
  }
  Result<config::Tree> tree_of(const service::Source& source) override {
    asked = "tree of " + name(source);
    if (failure) return *failure;
    return tree;
  }
  Result<service::Base> base() override {
    if (failure) return *failure;
    return began;
  }
  service::Base began;
  Result<config::Tree> running() override {
    if (failure) return *failure;
    return what_runs;
  }
  config::Tree what_runs;
  Result<std::string> text_of(const service::Source& source, const service::TextOptions& options) override {
    asked = fmt::format("text of {} pattern '{}'{}{}{}{}", name(source), options.pattern,
                        options.live ? " live" : "", options.with_defaults ? " all" : "",
                        options.part == service::TextPart::missing ? " missing" : "",
                        options.show_secrets ? " with secrets" : "");
    if (failure) return *failure;
    return std::string("the text\n");
  }
  Result<service::Findings> validate(const service::ConfigurationText& text) override {
    asked = fmt::format("validate {} '{}'", text.name, text.text);
    if (failure) return *failure;
    return findings;
  }
  service::Findings findings;
  Result<std::optional<store::Confirmation>> confirmation() override { return waiting; }
  Result<service::Report> save(const service::SaveOptions& options) override {
    std::string call = "save " + options.path;
    if (options.disk) call += " " + config::path_text(*options.disk);
    if (!options.backup_folder.empty())
      call += fmt::format(" backups {} {}", options.backup_folder, options.backups_max);
    return note(std::move(call));
  }

  std::string asked;  ///< the last call that changes nothing

 private:
  static std::string name(const service::Source& source) {
    std::string text = "newest";
    if (source.generation) text = fmt::format("generation {}", *source.generation);
    if (source.text) text = fmt::format("{} '{}'", source.text->name, source.text->text);
    if (source.edited) text = "candidate '" + config::print(source.edited->tree) + "'";
    if (source.merge) text += " merged";
    if (!source.target.empty()) text += " target " + source.target;
    if (!source.disk.empty()) text += " disk " + source.disk;
    if (source.refuse_existing) text += " new only";
    if (source.disrupt) text += " disrupting";
    return text;
  }
  Result<service::Report> note(std::string call) {
    if (failure) return *failure;
    calls.push_back(std::move(call));
    return report;
  }
};

}  // namespace lunet::shell
