// SPDX-License-Identifier: Apache-2.0
// Configurations as texts that people write: fmt, edit.
#include "base/text.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "service/explain.h"
#include "service/source.h"
#include "shell/commands/commands.h"
#include "shell/commands/files.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> format(const Invocation& call) {
  const std::string file = call.arguments.text("file");
  const std::string text = TRY(text_of_file(file));
  const std::string formatted = TRY(service::format_text(text, file == "-" ? "standard input" : file));
  Outcome outcome;
  const bool check = call.arguments.flag("check");
  if (file == "-" && !check) {
    outcome.text = formatted;
    return outcome;
  }
  outcome.changed = false;
  if (formatted == text) {
    outcome.lines = {fmt::format("{} is as it should be.", file)};
  } else if (check) {
    outcome.lines = {fmt::format("{} is not as fmt would write it.", file)};
    outcome.status = ExitStatus::different;
  } else {
    TRY_OK(replace_file(home_expanded(file), formatted));
    outcome.lines = {fmt::format("Wrote {}.", file)};
    outcome.changed = true;
  }
  return outcome;
}

namespace {

/// The text that is edited, in a file of its own that stays until the change is made.
class Draft {
 public:
  ~Draft() {
    if (!kept_ && !path_.empty()) ::unlink(path_.c_str());
  }
  Draft() = default;
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  Result<> begin(const std::string& text) {
    const char* folder = std::getenv("TMPDIR");
    std::string name =
        std::string(folder == nullptr || *folder == '\0' ? "/tmp" : folder) + "/lunet-edit-XXXXXX.lio";
    const Fd file(::mkostemps(name.data(), 4, O_CLOEXEC));
    if (!file) return system_error(errno, "making a file to edit");
    path_ = name;
    return write(text);
  }
  Result<> write(const std::string& text) const { return replace_file(path_, text); }
  [[nodiscard]] const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

constexpr std::string_view complaint_mark = "#! ";

}  // namespace

static Result<> run_editor(const std::string& path) {
  const char* editor = std::getenv("VISUAL");
  if (editor == nullptr || *editor == '\0') editor = std::getenv("EDITOR");
  if (editor == nullptr || *editor == '\0') editor = "vi";
  const std::string command = fmt::format("exec {} \"$1\"", editor);
  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, "starting the editor");
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return system_error(errno, "waiting for the editor");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{ECHILD, fmt::format("the editor '{}' failed", editor),
               fmt::format("your text is in {}", path)};
}

// What earlier mistakes said above the text.
static std::string without_complaints(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with(complaint_mark)) out += std::string(line) + "\n";
  }
  while (out.size() > 1 && out.ends_with("\n\n")) out.pop_back();
  return out;
}

static std::string with_complaints(const std::string& text, const Error& error) {
  std::string out;
  for (const std::string_view line : split(error.message, '\n'))
    out += std::string(complaint_mark) + std::string(line) + "\n";
  return out + text;
}

// The whole configuration with what was edited in the place of what was there.
static Result<std::string> whole_text(const config::Tree& tree, const config::Path& object,
                                      const std::string& edited) {
  if (object.empty()) return edited;
  config::Tree rest = tree;
  if (rest.find(object) != nullptr) TRY_OK(rest.remove(object));
  return config::print(rest) + edited;
}

static Result<service::Report> apply_text(const Invocation& call, const std::string& text) {
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::Source source;
  source.text = {text, "the edited text"};
  service::ApplyOptions options;
  if (!call.session.yes) {
    const service::PlanReport planned = TRY(configurations->plan(source));
    TRY_OK(require_consent(call.session, "apply", planned.concerns));
    options.agreed = planned.concerns;
  }
  return configurations->apply(source, options);
}

static Result<Outcome> edit(const Invocation& call) {
  const Place place = TRY(follow_word_from(call.place, call.arguments.text("path"), call.session));
  const config::Path object = config_path(place);
  if (object.empty() && place.kind != NodeKind::root)
    return Error{EINVAL, fmt::format("{} is no object of the configuration", place.path),
                 "edit a disk, a target or something in it, or / for all"};
  (void)TRY(call.session.runtime.tasks());
  service::Configurations* recorded = TRY(call.session.runtime.recorded());
  const config::Tree tree = service::without_secrets(TRY(recorded->tree_of({})));
  const std::string before = object.empty() ? config::print(tree) : config::print(tree, object);
  if (before.empty() && !object.empty())
    return Error{ENOENT, fmt::format("{} is not recorded", place.path), "see `show`"};
  Draft draft;
  TRY_OK(draft.begin(before));
  for (;;) {
    if (auto edited = run_editor(draft.path()); !edited) {
      draft.keep();
      return edited.error();
    }
    const std::string text = without_complaints(TRY(text_of_file(draft.path())));
    Outcome outcome;
    if (text == before || text == before + "\n") {
      outcome.lines = {"Nothing was changed."};
      outcome.changed = false;
      return outcome;
    }
    auto report = apply_text(call, TRY(whole_text(tree, object, text)));
    if (report) return outcome_of(*std::move(report));
    draft.keep();
    TRY_OK(draft.write(with_complaints(text, report.error())));
    call.session.console.write_error(fmt::format("error: {}\n", report.error().message));
    const auto again = call.session.console.confirm("Edit it again?");
    if (again.value_or(false)) continue;
    return Error{report.error().errnum, report.error().message,
                 fmt::format("your text is kept in {}", draft.path())};
  }
}

std::vector<Command> text_commands() {
  return {
      {.name = "fmt",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "file", .complete = complete_file},
                      {.name = "check",
                       .type = ParameterType::boolean,
                       .required = false,
                       .default_value = "no",
                       .option = true}},
       .takes_options = true,
       .needs_runtime = false,
       .run = format},
      {.name = "edit",
       .kinds = {},
       .parameters = {{.name = "path", .type = ParameterType::path, .required = false}},
       .takes_options = true,
       .run = edit},
  };
}

}  // namespace lunet::shell
