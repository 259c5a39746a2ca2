// SPDX-License-Identifier: Apache-2.0
#include "shell/binding.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/byte_size.h"
#include "base/text.h"
#include "shell/suggest.h"

namespace lunet::shell {

namespace {

/// The tokens of one command, sorted into positions and keywords.
struct Given {
  std::vector<std::string> positions;
  std::vector<std::pair<std::string, std::string>> keywords;
};

}  // namespace

/// The option that a word such as "--merge" or "--confirmed" names; null for other words, which are values.
static const Parameter* find_option(const Command& command, std::string_view word) {
  // -H and --merge: one letter has one dash.
  const bool letter = word.size() == 2 && word[0] == '-' && word[1] != '-';
  if (!letter && !word.starts_with("--")) return nullptr;
  const std::string_view name = word.substr(letter ? 1 : 2);
  if (letter != (name.size() == 1)) return nullptr;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.option && parameter.name == name) return &parameter;
  }
  return nullptr;
}

static bool has_options(const Command& command) {
  return std::any_of(command.parameters.begin(), command.parameters.end(),
                     [](const Parameter& parameter) { return parameter.option; });
}

static Error usage(const Command& command, std::string message, std::string_view hint = {}) {
  const std::string syntax = fmt::format("usage: {}", command.syntax());
  return {EINVAL, fmt::format("{}: {}", command.name, message),
          hint.empty() ? syntax : fmt::format("{} {}", hint, syntax)};
}

static Error no_such_option(const Command& command, std::string_view word) {
  std::vector<std::string> names;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.option && parameter.name.size() > 1) names.push_back(fmt::format("--{}", parameter.name));
  }
  return usage(command, fmt::format("there is no option {}", word), did_you_mean(word, names));
}

static Result<Given> sorted(const Command& command, std::span<const Token> tokens) {
  Given given;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const Parameter* option = find_option(command, token.is_keyword() ? token.keyword() : token.text);
    if (token.is_keyword()) {
      given.keywords.emplace_back(option == nullptr ? token.keyword() : option->name, token.value());
    } else if (option == nullptr && token.text.starts_with("--") && has_options(command)) {
      return no_such_option(command, token.text);
    } else if (option == nullptr) {
      given.positions.push_back(token.text);
    } else if (option->type == ParameterType::boolean) {
      given.keywords.emplace_back(option->name, "yes");
    } else if (i + 1 == tokens.size()) {
      return usage(command, fmt::format("{} needs a value", token.text));
    } else {
      given.keywords.emplace_back(option->name, tokens[++i].text);
    }
  }
  return given;
}

/// The parameters that take positions.
static std::vector<const Parameter*> positional(const Command& command) {
  std::vector<const Parameter*> found;
  for (const Parameter& parameter : command.parameters) {
    if (!parameter.option) found.push_back(&parameter);
  }
  return found;
}

static bool is_named(const Parameter& parameter, std::string_view keyword) {
  return keyword == parameter.name || (!parameter.other_name.empty() && keyword == parameter.other_name);
}

static const Parameter* find_parameter(const Command& command, std::string_view keyword) {
  for (const Parameter& parameter : command.parameters) {
    if (is_named(parameter, keyword)) return &parameter;
  }
  return nullptr;
}

static Result<> check_missing(const Command& command, const Given& given) {
  std::vector<std::string> missing;
  const auto places = positional(command);
  for (std::size_t i = given.positions.size(); i < places.size(); ++i) {
    const Parameter& parameter = *places[i];
    const bool named = std::any_of(given.keywords.begin(), given.keywords.end(),
                                   [&](const auto& pair) { return is_named(parameter, pair.first); });
    if (parameter.required && !named) missing.emplace_back(parameter.name);
  }
  if (missing.empty()) return {};
  return usage(command, missing.size() == 1
                            ? fmt::format("missing required parameter {}", missing[0])
                            : fmt::format("missing required parameters: {}", joined(missing)));
}

static Result<> check_unknown(const Command& command, const Given& given) {
  if (!command.extra_pairs.empty()) return {};
  std::vector<std::string> unknown;
  for (const auto& [keyword, value] : given.keywords) {
    if (find_parameter(command, keyword) == nullptr) unknown.push_back(keyword);
  }
  if (unknown.empty()) return {};
  std::vector<std::string> names;
  for (const Parameter& parameter : command.parameters) names.emplace_back(parameter.name);
  return usage(command,
               unknown.size() == 1 ? fmt::format("unexpected keyword parameter '{}'", unknown[0])
                                   : fmt::format("unexpected keyword parameters: {}", joined(unknown)),
               did_you_mean(unknown[0], names));
}

static Result<> check_twice(const Command& command, const Given& given) {
  const auto places = positional(command);
  for (const Parameter& parameter : command.parameters) {
    const auto place = std::find(places.begin(), places.end(), &parameter) - places.begin();
    const auto named = std::count_if(given.keywords.begin(), given.keywords.end(),
                                     [&](const auto& pair) { return is_named(parameter, pair.first); });
    if (named + (place < std::ssize(given.positions) && !parameter.option ? 1 : 0) > 1) {
      return usage(command, fmt::format("parameter {} is given twice", parameter.name));
    }
  }
  return {};
}

static Result<> check_count(const Command& command, const Given& given) {
  const std::size_t most = positional(command).size();
  if (!command.extra.empty() || given.positions.size() <= most) return {};
  const bool exact = std::all_of(command.parameters.begin(), command.parameters.end(),
                                 [](const Parameter& parameter) { return parameter.required; });
  return usage(command, fmt::format("too many positional parameters: got {}, expected {} {}",
                                    given.positions.size(), exact ? "exactly" : "at most", most));
}

static Result<> check_storage_object(std::string_view value) {
  const auto place = follow_path({}, value);
  if (place && place->kind == service::NodeKind::disk) return {};
  return Error{EINVAL, fmt::format("'{}' is not the path of a storage object", value),
               "write it as /backstores/fileio/NAME or /backstores/ramdisk/NAME"};
}

// What is a path of the tree is none of a file.
static Result<> check_disk_or_file(std::string_view value) {
  if (follow_path({}, value)) return check_storage_object(value);
  if (value.find('/') != std::string_view::npos) return {};
  return Error{EINVAL, fmt::format("'{}' is not the path of a storage object, file or device", value),
               "write it as /backstores/fileio/NAME, or ./NAME for a file of this folder"};
}

static Result<> check_group(std::string_view value) {
  static const std::array<std::string, 6> groups = {"alua", "attribute",      "parameter",
                                                    "auth", "discovery_auth", "global"};
  if (std::find(groups.begin(), groups.end(), value) != groups.end()) return {};
  std::string hint = did_you_mean(value, groups);
  if (hint.empty()) hint = "the groups are alua, attribute, parameter, auth, discovery_auth and global";
  return Error{EINVAL, fmt::format("there is no configuration group '{}'", value), hint};
}

static Result<> check_port(std::string_view value) {
  const auto port = parse_unsigned(value);
  if (port && *port <= 65535) return {};
  return Error{EINVAL, fmt::format("'{}' is not a port", value), "a port is a number from 0 to 65535"};
}

static Result<> check_lun_or_disk(std::string_view value) {
  if (value.find('/') != std::string_view::npos) return check_disk_or_file(value);
  TRY_OK(parse_numbered(value, "lun"));
  return {};
}

Result<> check_value(ParameterType type, std::string_view value) {
  switch (type) {
    case ParameterType::text:
    case ParameterType::path: return {};
    case ParameterType::number:
      if (parse_unsigned(value)) return {};
      return Error{EINVAL, fmt::format("'{}' is not a number", value), {}};
    case ParameterType::size: TRY_OK(parse_byte_size(value)); return {};
    case ParameterType::boolean:
      if (parse_bool(value)) return {};
      return Error{EINVAL, fmt::format("'{}' is not a yes or no", value),
                   "write true, false, yes, no, 1 or 0"};
    case ParameterType::port: return check_port(value);
    case ParameterType::tag: TRY_OK(parse_numbered(value, "tpg")); return {};
    case ParameterType::lun: {
      const std::string_view prefix = to_lower(value.substr(0, 6)) == "mapped" ? "mapped_lun" : "lun";
      TRY_OK(parse_numbered(value, prefix));
      return {};
    }
    case ParameterType::storage_object: return check_storage_object(value);
    case ParameterType::disk_or_file: return check_disk_or_file(value);
    case ParameterType::lun_or_disk: return check_lun_or_disk(value);
    case ParameterType::group: return check_group(value);
  }
  return {};
}

static Result<> assign(const Command& command, const Parameter& parameter, std::string value,
                       Arguments& arguments, std::string default_value) {
  // An empty value means "as if not given", the way name= does in targetcli.
  if (value.empty()) value = std::move(default_value);
  if (value.empty() && !parameter.required) return {};
  if (value.empty()) return usage(command, fmt::format("parameter {} is empty", parameter.name));
  auto checked = check_value(parameter.type, value);
  if (!checked) return std::move(checked).error().during(fmt::format("{}: {}", command.name, parameter.name));
  arguments.set(parameter.name, std::move(value));
  return {};
}

Result<Arguments> bind_arguments(const Command& command, std::span<const Token> tokens,
                                 const Preferences& preferences) {
  if (command.raw) {
    Arguments words;
    for (const Token& token : tokens) words.extra.push_back(token.text);
    return words;
  }
  const Given given = TRY(sorted(command, tokens));
  TRY_OK(check_missing(command, given));
  TRY_OK(check_unknown(command, given));
  TRY_OK(check_twice(command, given));
  TRY_OK(check_count(command, given));
  Arguments arguments;
  const auto places = positional(command);
  for (const Parameter& parameter : command.parameters) {
    const auto place =
        static_cast<std::size_t>(std::find(places.begin(), places.end(), &parameter) - places.begin());
    const bool placed = !parameter.option && place < given.positions.size();
    std::string default_value = parameter.preference.empty() ? std::string(parameter.default_value)
                                                             : preferences.value(parameter.preference);
    std::string value = placed ? given.positions[place] : std::string();
    for (const auto& [keyword, text] : given.keywords) {
      if (is_named(parameter, keyword)) value = text;
    }
    TRY_OK(assign(command, parameter, std::move(value), arguments, std::move(default_value)));
  }
  for (std::size_t i = places.size(); i < given.positions.size(); ++i) {
    arguments.extra.push_back(given.positions[i]);
  }
  for (const auto& [keyword, text] : given.keywords) {
    if (find_parameter(command, keyword) == nullptr) arguments.extra_pairs.emplace_back(keyword, text);
  }
  return arguments;
}

}  // namespace lunet::shell
