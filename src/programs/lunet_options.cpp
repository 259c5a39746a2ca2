// SPDX-License-Identifier: Apache-2.0
#include "programs/lunet_options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "programs/places.h"
#include "shell/complete.h"

namespace lunet::programs {

constexpr const char* footer =
    "Commands are [PATH] COMMAND [value ...] [name=value ...], as targetcli users type them. 'lunet help' "
    "lists those of\n"
    "the root, 'lunet PATH help' those of a node, 'lunet PATH help COMMAND' explains one. One word with "
    "blanks in it is a\n"
    "line, in which quotes and backslashes work. Words after the first one of the command belong to the "
    "command.\n"
    "Without a command: a shell on a terminal, else the lines of standard input are the commands.\n"
    "\n"
    "Examples:\n"
    "  lunet /backstores/fileio create d1 /srv/d1.img 10G\n"
    "  lunet /iscsi create iqn.2003-01.org.example:t1\n"
    "  lunet /iscsi/iqn.2003-01.org.example:t1/tpg1/luns create /backstores/fileio/d1\n"
    "  lunet /iscsi/iqn.2003-01.org.example:t1/tpg1/acls create iqn.1994-05.com.example:h1\n"
    "  lunet ls\n"
    "  lunet --json ls /backstores 2\n"
    "\n"
    "Exit status:\n"
    "  0  done, or nothing to do\n"
    "  1  failed; nothing was changed\n"
    "  2  usage: the words were wrong\n"
    "  3  plan, diff, verify: there are differences; --ensure: it is there and differs\n"
    "  4  restore, apply, plan: something recorded does not run: it is pending or degraded\n"
    "  5  failed, and not fully undone\n"
    "\n"
    "Environment: NO_COLOR, TARGETCLI_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR, HOME, PATH. "
    "See lunet(8).\n";

static Error usage(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  return {EINVAL, std::move(message), "'lunet --help' lists the options; options come before the command"};
}

static std::optional<service::RuntimeKind> runtime_of(const std::string& name) {
  if (name == "kernel") return service::RuntimeKind::kernel;
  if (name == "lunetd") return service::RuntimeKind::lunetd;
  return std::nullopt;
}

// The first word that is no option, nor an option's value, begins the command.
static std::size_t command_start(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--" || word.empty() || word[0] != '-') return i;
    if (word == "--runtime" || word == "--state-dir" || word == "--socket" || word == "-c" ||
        word == "--export-saveconfig")
      ++i;
  }
  return arguments.size();
}

namespace {

/// CLI11 would not show the command.
class Help : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: lunet [OPTIONS] [PATH] COMMAND [value ...] [name=value ...]\n"
           "       lunet [OPTIONS] -c 'COMMAND; COMMAND ...'\n"
           "       lunet [OPTIONS]\n";
  }
};

}  // namespace

static void describe(CLI::App& app, LunetOptions& options, std::string& runtime) {
  app.set_help_flag("-h,--help", "Prints this.");
  app.set_version_flag("--version", "lunet " LUNET_VERSION, "Prints the version.");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option(
         "--runtime", runtime,
         "What serves the targets: kernel, lunetd or auto. auto: the one the store is of; for a new store "
         "the kernel's target when it can be used, else lunetd.")
      ->check(CLI::IsMember({"kernel", "lunetd", "auto"}))
      ->option_text("KIND");
  app.add_option("--state-dir", options.state_dir,
                 fmt::format("Folder of the store. Default: {}", default_places().state_dir))
      ->option_text("DIR");
  app.add_option(
         "--socket", options.socket_path,
         fmt::format("Control socket of lunetd. Default: {}; with another state folder lunetd.sock in it.",
                     default_places().socket_path))
      ->option_text("PATH");
  app.add_option(
         "-c", options.commands,
         "Runs these commands, separated by semicolons, as lines of a script; may be given several times.")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1)
      ->option_text("COMMANDS");
  app.add_flag("--keep-going", options.keep_going,
               "Goes on after a command that failed; the exit status is that of the worst.");
  app.add_flag("--json", options.json, "Results on standard output and errors on standard error as JSON.");
  app.add_flag("--yes", options.yes, "Consents to what loses data or cuts off initiators.");
  app.add_flag(
      "--ensure", options.ensure,
      "A create of what is there as it would be made, and a delete of what is not there, are done; one "
      "of what is there and differs says what differs, with exit status 3.");
  app.add_flag("--dry-run", options.dry_run, "Checks and plans a change, and does not make it.");
  app.add_option(
         "--export-saveconfig", options.exports,
         "After each change, writes the configuration as saveconfig.json there, for programs that read "
         "the older tools' file. May be given several times.")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->option_text("FILE");
  app.add_flag("--disable-daemon", options.disable_daemon,
               "Taken for the sake of targetcli: there is no daemon between lunet and the target.");
  app.add_flag("--no-start", options.no_start, "Does not start lunetd when none runs.");
  app.footer(footer);
}

ParsedLunetOptions parse_lunet_options(const std::vector<std::string>& arguments) {
  LunetOptions options;
  std::string runtime = "auto";
  CLI::App app("Makes and changes storage targets: disks, iSCSI targets, LUNs, ACLs, portals.", "lunet");
  app.formatter(std::make_shared<Help>());
  const std::size_t start = command_start(arguments);
  try {
    describe(app, options, runtime);
    std::vector<std::string> before(arguments.begin(),
                                    arguments.begin() + static_cast<std::ptrdiff_t>(start));
    std::reverse(before.begin(), before.end());  // CLI11 takes the last first
    app.parse(before);
  } catch (const CLI::CallForHelp&) {
    return app.help();
  } catch (const CLI::CallForVersion& version) {
    return std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  options.runtime = runtime_of(runtime);
  options.words.assign(arguments.begin() + static_cast<std::ptrdiff_t>(start), arguments.end());
  if (!options.words.empty() && options.words[0] == "--") options.words.erase(options.words.begin());
  if (options.state_dir.empty()) options.state_dir = default_places().state_dir;
  options.state_dir = absolute_path(options.state_dir);
  if (options.socket_path.empty()) options.socket_path = socket_for(options.state_dir);
  options.socket_path = absolute_path(options.socket_path);
  for (std::string& path : options.exports) path = absolute_path(path);
  return options;
}

static std::vector<std::string> option_names() {
  return {"--disable-daemon",
          "--dry-run",
          "--ensure",
          "--export-saveconfig",
          "--help",
          "--json",
          "--keep-going",
          "--no-start",
          "--runtime",
          "--socket",
          "--state-dir",
          "--version",
          "--yes",
          "-c"};
}

TypedCommand parse_typed(std::string_view line) {
  TypedCommand typed;
  std::vector<std::string> words = shell::typed_words(line);
  if (!words.empty()) words.erase(words.begin());  // the program's name
  if (words.empty()) return typed;
  const std::size_t start = std::min(command_start(words), words.size() - 1);
  std::vector<std::string> before(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(start));
  if (const auto parsed = parse_lunet_options(before); std::holds_alternative<LunetOptions>(parsed))
    typed.options = std::get<LunetOptions>(parsed);
  const std::string& last = words.back();
  if (start + 1 == words.size() &&
      (last.starts_with('-') || !std::holds_alternative<LunetOptions>(parse_lunet_options(before)))) {
    for (const std::string& name : option_names()) {
      if (name.starts_with(last)) typed.candidates.push_back(name);
    }
    if (!before.empty() && before.back() == "--runtime") typed.candidates = {"auto", "kernel", "lunetd"};
    return typed;
  }
  typed.words.assign(words.begin() + static_cast<std::ptrdiff_t>(start), words.end());
  return typed;
}

}  // namespace lunet::programs
