// SPDX-License-Identifier: Apache-2.0
#include "schema/kind.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "language/diagnostic.h"
#include "language/word.h"

namespace lunet::schema {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const Attribute* find_by_name(const std::vector<Attribute>& attributes, std::string_view name) {
  const auto found = std::lower_bound(
      attributes.begin(), attributes.end(), name,
      [](const Attribute& attribute, std::string_view wanted) { return attribute.name < wanted; });
  return found != attributes.end() && found->name == name ? &*found : nullptr;
}

/// `group_16_preferred` as `group_N_preferred`, in `buffer`; "" for a name without a number between '_'.
std::string_view without_number(std::string_view name, std::array<char, 128>& buffer) {
  if (name.size() > buffer.size()) return {};
  for (std::size_t at = name.find('_'); at != std::string_view::npos; at = name.find('_', at + 1)) {
    std::size_t end = at + 1;
    while (end < name.size() && is_digit(name[end])) ++end;
    if (end == at + 1 || end == name.size() || name[end] != '_') continue;
    char* out = std::copy_n(name.begin(), at + 1, buffer.begin());
    *out++ = 'N';
    out = std::copy(name.begin() + static_cast<std::ptrdiff_t>(end), name.end(), out);
    return {buffer.data(), static_cast<std::size_t>(out - buffer.data())};
  }
  return {};
}

std::string hint_for(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = language::nearest(word, known);
  return near.empty() ? "" : fmt::format("did you mean '{}'?", near);
}

std::string listed(std::vector<std::string_view> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string_view class_name(const Kind& kind) {
  return language::object_classes.at(kind.object_class);
}

std::string title(const Kind& kind) {
  if (kind.names.empty() && kind.identifier.forms.empty()) return "the configuration";
  return kind.names.empty() ? fmt::format("a {}", class_name(kind))
                            : fmt::format("{} {}", class_name(kind), kind.names.front());
}

}  // namespace

const Attribute* Group::find(std::string_view attribute) const {
  if (const Attribute* found = find_by_name(attributes, attribute)) return found;
  std::array<char, 128> buffer{};
  if (const std::string_view general = without_number(attribute, buffer); !general.empty()) {
    const Attribute* found = find_by_name(attributes, general);
    if (found != nullptr && found->numbered) return found;
  }
  for (const Attribute& candidate : attributes)
    for (const std::string& other : candidate.other_names)
      if (other == attribute) return &candidate;
  return nullptr;
}

const Kind* Kind::child(std::uint8_t child_class, std::string_view child_identifier) const {
  const Kind* typed = nullptr;
  for (const Kind& candidate : children) {
    if (candidate.object_class != child_class) continue;
    if (candidate.names.empty()) typed = &candidate;
    for (const std::string& name : candidate.names)
      if (name == child_identifier) return &candidate;
  }
  return typed;
}

const Group* Kind::group(std::string_view name) const {
  const auto found = std::lower_bound(
      groups.begin(), groups.end(), name,
      [](const Group& candidate, std::string_view wanted) { return candidate.name < wanted; });
  return found != groups.end() && found->name == name ? &*found : nullptr;
}

const Attribute* Kind::attribute(std::string_view group_name, std::string_view name) const {
  if (group_name.empty()) return own.find(name);
  const Group* found = group(group_name);
  return found == nullptr ? nullptr : found->find(name);
}

std::string_view Kind::fact(std::string_view name) const {
  for (const auto& [key, value] : facts)
    if (key == name) return value;
  return {};
}

Error no_such_object(const Kind& parent, std::uint8_t object_class, std::string_view identifier) {
  const std::string_view wanted = language::object_classes.at(object_class);
  std::vector<std::string_view> names;
  std::vector<std::string_view> classes;
  for (const Kind& child : parent.children) {
    classes.push_back(class_name(child));
    if (child.object_class == object_class) names.insert(names.end(), child.names.begin(), child.names.end());
  }
  if (!names.empty())
    return {EINVAL, fmt::format("there is no {} '{}'; there are {}", wanted, identifier, listed(names)),
            hint_for(identifier, names)};
  if (classes.empty())
    return {EINVAL, fmt::format("a {} cannot stand in {}, nor can other objects", wanted, title(parent)), {}};
  return {EINVAL,
          fmt::format("a {} cannot stand in {}; what can is {}", wanted, title(parent), listed(classes)),
          {}};
}

Error no_such_group(const Kind& kind, std::string_view group) {
  std::vector<std::string_view> names;
  for (const Group& candidate : kind.groups) names.push_back(candidate.name);
  return {EINVAL,
          names.empty() ? fmt::format("{} has no groups", title(kind))
                        : fmt::format("{} has no group '{}'; it has {}", title(kind), group, listed(names)),
          hint_for(group, names)};
}

Error no_such_attribute(const Kind& kind, std::string_view group, std::string_view name) {
  const Group* found = group.empty() ? &kind.own : kind.group(group);
  if (found == nullptr) return no_such_group(kind, group);
  std::vector<std::string_view> names;
  for (const Attribute& candidate : found->attributes) names.push_back(candidate.name);
  std::string hint = hint_for(name, names);
  // The right name in the wrong place is as frequent as a wrong letter.
  for (const Group& other : kind.groups)
    if (&other != found && other.find(name) != nullptr)
      hint = fmt::format("it stands in the group: {} {} ...", other.name, name);
  if (found != &kind.own && kind.own.find(name) != nullptr)
    hint = fmt::format("it stands outside of the group: {} ...", name);
  const std::string where =
      group.empty() ? title(kind) : fmt::format("the group '{}' of {}", group, title(kind));
  return {EINVAL, fmt::format("{} has no attribute '{}'", where, name), std::move(hint)};
}

std::string runtime_text(const Attribute& attribute, std::string_view group, std::string_view value) {
  const bool boolean = attribute.type.forms.size() == 1 && attribute.type.forms.front().base == Base::boolean;
  if (!boolean || (value != "yes" && value != "no")) return std::string(value);
  const bool on = value == "yes";
  if (group == "parameter") return on ? "Yes" : "No";
  return on ? "1" : "0";
}

}  // namespace lunet::schema
