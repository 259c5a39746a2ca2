// SPDX-License-Identifier: Apache-2.0
#include "service/configurations.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "config/dump.h"
#include "config/search.h"
#include "config/validate/validate.h"
#include "schema/schema.h"
#include "service/editor.h"
#include "service/save.h"
#include "service/source.h"
#include "service/whole.h"
#include "target/target.h"

namespace lunet::service {
namespace {

constexpr std::string_view undo_start = "undo: generation ";
constexpr std::string_view undo_end = " again";

/// The generation that this one is the same as, when an undo made it.
std::optional<std::uint64_t> undone_to(const store::Generation& generation) {
  std::string_view why = generation.why;
  if (!why.starts_with(undo_start) || !why.ends_with(undo_end)) return std::nullopt;
  why.remove_prefix(undo_start.size());
  why.remove_suffix(undo_end.size());
  return parse_unsigned(why);
}

class StoreConfigurations : public Configurations {
 public:
  explicit StoreConfigurations(const Context& context)
      : editor_(context), has_runtime_(context.live != nullptr) {
    CHECK(context.store != nullptr);
  }

  Result<PlanReport> plan(const Source& source) override { return editor_.plan_of(source); }
  Result<Report> apply(const Source& source, const ApplyOptions& options) override {
    return editor_.apply_source(source, options);
  }
  Result<UndoGoal> undo_goal() override;
  Result<Report> confirm() override { return editor_.confirm(); }
  Result<std::optional<std::string>> expire() override { return editor_.expire(); }
  Result<std::vector<RecordChange>> differences(const Source& from, const Source& to) override {
    const config::Tree before = TRY(tree_of(from));
    const config::Tree after = TRY(tree_of(to));
    return describe_changes(before, after, recorded_runtime(TRY(editor_.store().head())));
  }
  Result<config::Tree> tree_of(const Source& source) override {
    const store::Store::Head head = TRY(editor_.store().head());
    Wanted wanted = TRY(wanted_of(source, head, editor_.store()));
    return std::move(wanted.tree);
  }
  Result<Base> base() override;
  Result<config::Tree> running() override {
    const store::Store::Head head = TRY(editor_.store().head());
    return target::comparable(TRY(target::read_live(editor_.live())), head.tree);
  }
  Result<std::string> text_of(const Source& source, const TextOptions& options) override;
  Result<Findings> validate(const ConfigurationText& text) override;
  Result<std::optional<store::Confirmation>> confirmation() override {
    auto waiting = TRY(editor_.store().confirmation());
    if (!waiting) return waiting;
    const store::Store::Head head = TRY(editor_.store().head());
    if (waiting->generation > head.generation.number) waiting.reset();
    return waiting;
  }
  Result<Report> save(const SaveOptions& options) override { return service::save(editor_, options); }

 private:
  Editor editor_;
  bool has_runtime_;
};

}  // namespace

Result<UndoGoal> StoreConfigurations::undo_goal() {
  const std::vector<store::Generation> history = TRY(editor_.store().history(0));
  const Error nothing{ENOENT, "there is nothing to undo", "see `lunet history`"};
  if (history.empty()) return nothing;
  const auto find = [&](std::uint64_t number) {
    return std::find_if(history.begin(), history.end(),
                        [&](const store::Generation& each) { return each.number == number; });
  };
  // What undos have gone back to already.
  auto at = std::prev(history.end());
  while (const auto earlier = undone_to(*at)) {
    if (*earlier == 0) return nothing;
    at = find(*earlier);
    if (at == history.end()) {
      return Error{ENOENT, fmt::format("generation {} is not kept any more", *earlier),
                   "see `lunet history` for those that are"};
    }
  }
  if (at->number == 1 && at->why == adopted_why) {
    return Error{ENOENT, "the first generation is what ran before Lunet was used: there is nothing to undo",
                 "`lunet clear` removes everything"};
  }
  UndoGoal goal;
  goal.what = at->why;
  goal.source.generation = at->number - 1;
  goal.why = fmt::format("{}{}{}", undo_start, at->number - 1, undo_end);
  return goal;
}

Result<Base> StoreConfigurations::base() {
  const store::Store::Head head = TRY(editor_.store().head());
  Base base{head.tree, head.generation.number, editor_.runtime()};
  if (!head.runtime.empty())
    base.runtime = head.runtime == "kernel" ? RuntimeKind::kernel : RuntimeKind::lunetd;
  // The first change records what runs (Editor::open_head).
  if (base.generation == 0 && has_runtime_) base.tree = TRY(target::read_live(editor_.live()));
  return base;
}

schema::Runtime recorded_runtime(const store::Store::Head& head) {
  return head.runtime == "kernel" ? schema::Runtime::kernel : schema::Runtime::lunetd;
}

namespace {

config::Filter filter_of(TextPart part) {
  switch (part) {
    case TextPart::changed: return config::filters::no_default();
    case TextPart::defaults: return config::filters::only_default();
    case TextPart::required: return config::filters::only_required();
    case TextPart::missing: return config::filters::only_missing();
    case TextPart::objects: return config::filters::type(config::Item::Kind::object);
    case TextPart::everything: break;
  }
  return config::filters::everything();
}

/// A line for each thing: objects as statements, values that are missing as comments.
Result<std::string> lines_of(const config::Tree& tree, const config::SearchContext& context,
                             const TextOptions& options) {
  const bool missing = options.part == TextPart::missing;
  const auto items = options.pattern.empty()
                         ? config::collect(tree, context, filter_of(options.part))
                         : TRY(config::search(tree, context, options.pattern, filter_of(options.part)));
  std::string text;
  for (const config::Item& item : items) {
    // A pattern for an object stands for what is in it too.
    if (!missing && item.kind == config::Item::Kind::object) text += config::path_text(item.node.path) + "\n";
    if (missing && item.kind == config::Item::Kind::attribute)
      text += fmt::format("# missing: {}\n", config::node_text(item.node));
  }
  return text;
}

}  // namespace

Result<std::string> StoreConfigurations::text_of(const Source& source, const TextOptions& options) {
  const schema::Schema schema = TRY(schema::shipped_schema());
  const store::Store::Head head = TRY(editor_.store().head());
  const config::Tree tree = options.live ? TRY(target::read_live(editor_.live())) : TRY(tree_of(source));
  const config::SearchContext context{schema, recorded_runtime(head), {}};
  if (options.part == TextPart::missing || options.part == TextPart::objects)
    return lines_of(tree, context, options);
  config::DumpOptions wanted;
  wanted.pattern = options.pattern;
  wanted.show_secrets = options.show_secrets;
  wanted.with_defaults = options.with_defaults || options.part == TextPart::defaults;
  if (options.part != TextPart::everything) wanted.filter = filter_of(options.part);
  // What runs has a value for everything.
  if (options.live && !wanted.with_defaults && options.part == TextPart::everything)
    wanted.filter = config::filters::no_default();
  return config::dump(tree, context, wanted);
}

static Result<Findings> findings_of(const Wanted& wanted, schema::Runtime runtime) {
  const config::Verdict verdict = TRY(verdict_of(wanted, runtime));
  Findings findings{{}, wanted.notes};
  for (const config::Finding& each : verdict.pending) findings.pending.push_back(config::sentence_of(each));
  for (const config::Finding& each : verdict.warnings) findings.warnings.push_back(config::sentence_of(each));
  return findings;
}

Result<Findings> StoreConfigurations::validate(const ConfigurationText& text) {
  const store::Store::Head head = TRY(editor_.store().head());
  return findings_of(TRY(wanted_of(text, head.tree)), recorded_runtime(head));
}

Result<Findings> validate_alone(const ConfigurationText& text) {
  return findings_of(TRY(wanted_of(text, {})), schema::Runtime::lunetd);
}

std::unique_ptr<Configurations> make_configurations(const Context& context) {
  return std::make_unique<StoreConfigurations>(context);
}

}  // namespace lunet::service
