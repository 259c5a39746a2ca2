// SPDX-License-Identifier: Apache-2.0
#include "shell/manual.h"

#include <fmt/core.h>

#include <cctype>
#include <set>

#include "shell/modes/one_shot.h"

namespace lunet::shell {

std::vector<std::string> manual_verbs(const std::vector<Command>& table) {
  std::set<std::string> names;
  for (const Command& command : table) {
    if (!command.hidden) names.emplace(command.name);
  }
  return {names.begin(), names.end()};
}

// Characters that scdoc takes for markup.
static std::string escaped(std::string_view text) {
  std::string written;
  for (const char c : text) {
    if (std::string_view("_*\\#[]<>").find(c) != std::string_view::npos) written += '\\';
    if (c == '`') continue;
    written += c;
  }
  return written;
}

static std::string where(const Command& command) {
  if (command.kinds.empty()) return "every node";
  std::string names;
  for (const auto kind : command.kinds) names += (names.empty() ? "" : ", ") + std::string(kind_name(kind));
  if (!command.plugin.empty()) names += " " + std::string(command.plugin);
  return names;
}

// "ls: Shows the tree" as the NAME section has it.
static std::string lower_sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  if (text.ends_with('.')) text.pop_back();
  return text;
}

static std::string parameters_text(const Command& command, const Page& page) {
  std::string text;
  for (const Parameter& parameter : command.parameters) {
    const auto about = page.parameters.find(parameter.name);
    if (about == page.parameters.end()) continue;
    std::string line = about->second;
    if (!parameter.default_value.empty()) line += fmt::format(" (default: {})", parameter.default_value);
    if (!parameter.preference.empty())
      line += fmt::format(" (default: the preference {})", parameter.preference);
    if (!parameter.other_name.empty()) line += fmt::format(" (also: {})", parameter.other_name);
    text += fmt::format("*{}*\n\t{}\n\n", escaped(parameter.name), escaped(line));
  }
  return text;
}

static std::string command_text(const Command& command) {
  const Page page = page_of(command.page_name());
  std::string text = fmt::format("At {}:\n\n\t*{}*\n\n{}\n\n", escaped(where(command)),
                                 escaped(command.syntax()), escaped(page.summary));
  for (const std::string& paragraph : page.paragraphs) text += escaped(paragraph) + "\n\n";
  return text + parameters_text(command, page);
}

// The commands of a mode, of which `command` is the name.
static std::string mode_text(std::string_view command) {
  std::string text;
  for (const modes::Described& each : modes::described(command)) {
    const Page page = page_of(each.page);
    text += fmt::format("*{}*\n\t{}\n\n", escaped(each.syntax), escaped(page.summary));
    for (const std::string& paragraph : page.paragraphs) text += fmt::format("\t{}\n\n", escaped(paragraph));
  }
  return text.empty() ? text : fmt::format("Its commands:\n\n{}", text);
}

constexpr std::string_view rest = R"(# EXIT STATUS

*0* done, or nothing to do; *1* failed, nothing was changed; *2* the words were wrong; *3* there are differences;
*4* something that is recorded does not run; *5* failed, and not fully undone.

# ENVIRONMENT

*TARGETCLI\_HOME*, *XDG\_CONFIG\_HOME*, *HOME*
	Where the preferences are: the first, or _lunet_ in the second, or _.config/lunet_ in the third.

*NO\_COLOR*
	No colours when it is set and not empty.

# FILES

_/var/lib/lunet_, _/run/lunet/lunetd.sock_
	Store and control socket of root; see *lunet*(8) for those of other users.

# SEE ALSO

*lunet*(8), *lunetd*(8)
)";

std::string manual_page(const std::vector<Command>& table, std::string_view verb) {
  std::string commands;
  std::string examples;
  std::string title;
  for (const Command& command : table) {
    if (command.hidden || command.name != verb) continue;
    const Page page = page_of(command.page_name());
    if (title.empty()) title = lower_sentence(page.summary);
    commands += command_text(command);
    if (command.raw) commands += mode_text(command.name);
    for (const std::string& example : page.examples)
      examples += fmt::format("\tlunet {}\n\n", escaped(example));
  }
  if (commands.empty()) return {};
  return fmt::format(
      "lunet-{}(8)\n\n# NAME\n\nlunet-{} - {}\n\n# SYNOPSIS\n\n*lunet* \\[options\\] \\[_PATH_\\] *{}* "
      "\\[_value_ ...\\] "
      "\\[_name=value_ ...\\]\n\n# DESCRIPTION\n\n{}# EXAMPLES\n\n{}{}",
      verb, verb, escaped(title), verb, commands, examples, rest);
}

}  // namespace lunet::shell
