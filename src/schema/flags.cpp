// SPDX-License-Identifier: Apache-2.0
#include "schema/flags.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "language/diagnostic.h"

namespace lunet::schema {
namespace {

enum class Argument : std::uint8_t { none, needed, optional };

struct AttributeFlag {
  std::string_view name;
  Argument argument;
  void (*set)(Attribute& attribute, std::string_view argument);
};

/// Of both runtimes, or of the one that is named.
void set_change(Attribute& attribute, std::string_view runtime, Change change) {
  if (runtime != "lunetd") attribute.kernel_change = change;
  if (runtime != "kernel") attribute.lunetd_change = change;
}

void not_required(Attribute& attribute) {
  attribute.required = false;
}

constexpr std::array attribute_flags = {
    AttributeFlag{"optional", Argument::none, [](Attribute& a, std::string_view) { not_required(a); }},
    AttributeFlag{"secret", Argument::none, [](Attribute& a, std::string_view) { a.secret = true; }},
    AttributeFlag{"recreate", Argument::optional,
                  [](Attribute& a, std::string_view runtime) { set_change(a, runtime, Change::recreate); }},
    AttributeFlag{"unexported", Argument::optional,
                  [](Attribute& a, std::string_view runtime) { set_change(a, runtime, Change::unexported); }},
    AttributeFlag{"in_place", Argument::optional,
                  [](Attribute& a, std::string_view runtime) { set_change(a, runtime, Change::in_place); }},
    AttributeFlag{"returns", Argument::none, [](Attribute& a, std::string_view) { a.returns = true; }},
    AttributeFlag{"numbered", Argument::none, [](Attribute& a, std::string_view) { a.numbered = true; }},
    AttributeFlag{"state", Argument::none,
                  [](Attribute& a, std::string_view) {
                    not_required(a);
                    a.attribute_class = AttributeClass::state;
                  }},
    AttributeFlag{"counter", Argument::none,
                  [](Attribute& a, std::string_view) {
                    not_required(a);
                    a.attribute_class = AttributeClass::counter;
                  }},
    AttributeFlag{"obsolete", Argument::none,
                  [](Attribute& a, std::string_view) {
                    not_required(a);
                    a.obsolete = true;
                  }},
    AttributeFlag{"kernel", Argument::needed, [](Attribute& a, std::string_view) { not_required(a); }},
    AttributeFlag{"lunetd", Argument::needed, [](Attribute& a, std::string_view) { not_required(a); }},
    AttributeFlag{"since", Argument::needed, [](Attribute& a, std::string_view text) { a.since = text; }},
    AttributeFlag{"follows", Argument::needed, [](Attribute& a, std::string_view text) { a.follows = text; }},
    AttributeFlag{"also", Argument::needed,
                  [](Attribute& a, std::string_view text) { a.other_names.emplace_back(text); }},
    AttributeFlag{"only", Argument::needed,
                  [](Attribute& a, std::string_view text) {
                    a.on_kernel = text == "kernel";
                    a.on_lunetd = text == "lunetd";
                  }},
};

// directory: below the target tree's root; module: that the kernel loads; notation: how the tree writes the
// targets' names (colons between pairs of digits, bare digits, or hexadecimal with 0x); only: the one
// runtime.
constexpr std::array<std::string_view, 4> object_flags = {"directory", "module", "notation", "only"};

std::string unknown(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view near = language::nearest(name, known);
  return near.empty() ? fmt::format("there is no flag '{}'", name)
                      : fmt::format("there is no flag '{}'; did you mean '{}'?", name, near);
}

}  // namespace

std::optional<std::string> set_attribute_flag(const language::PolicyFlag& flag, Attribute& attribute) {
  const std::string_view name = flag.name.text;
  const auto* found = std::find_if(attribute_flags.begin(), attribute_flags.end(),
                                   [name](const AttributeFlag& row) { return row.name == name; });
  if (found == attribute_flags.end()) {
    std::array<std::string_view, attribute_flags.size()> names{};
    std::transform(attribute_flags.begin(), attribute_flags.end(), names.begin(),
                   [](const AttributeFlag& row) { return row.name; });
    return unknown(name, names);
  }
  if (found->argument == Argument::needed && !flag.argument)
    return fmt::format("'{0}' needs a value: {0}(...)", name);
  if (found->argument == Argument::none && flag.argument) return fmt::format("'{}' has no value", name);
  const std::string_view argument = flag.argument ? flag.argument->text : "";
  const bool of_runtime = name == "only" || (found->argument == Argument::optional && flag.argument);
  if (of_runtime && argument != "kernel" && argument != "lunetd")
    return fmt::format("'{0}' is {0}(kernel) or {0}(lunetd)", name);
  found->set(attribute, argument);
  return std::nullopt;
}

std::optional<std::string> set_object_flag(const language::PolicyFlag& flag, Kind& kind) {
  const std::string_view name = flag.name.text;
  if (std::find(object_flags.begin(), object_flags.end(), name) == object_flags.end())
    return unknown(name, object_flags);
  const auto found = std::find_if(kind.facts.begin(), kind.facts.end(),
                                  [name](const auto& fact) { return fact.first == name; });
  if (found != kind.facts.end()) {
    found->second = flag.argument->text;
  } else {
    kind.facts.emplace_back(name, flag.argument->text);
  }
  return std::nullopt;
}

}  // namespace lunet::schema
