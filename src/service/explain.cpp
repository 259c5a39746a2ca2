// SPDX-License-Identifier: Apache-2.0
#include "service/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "language/syntax.h"
#include "language/word.h"
#include "schema/schema.h"
#include "target/kinds.h"

namespace lunet::service {
namespace {

using schema::Attribute;
using schema::Kind;
using schema::Runtime;

/// As people and the tree call them.
std::string canonical(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> names = {
      {{"attrib", "attribute"},
       {"attributes", "attribute"},
       {"param", "parameter"},
       {"parameters", "parameter"},
       {"tpg", "tpgt"},
       {"luns", "lun"},
       {"acls", "acl"},
       {"block", "iblock"},
       {"ramdisk", "rd_mcp"},
       {"disks", "disk"}}};
  for (const auto& [other, name] : names) {
    if (word == other) return std::string(name);
  }
  return std::string(word);
}

std::string cost_of(const Attribute& attribute) {
  const auto sentence = [](schema::Change change) -> std::string_view {
    switch (change) {
      case schema::Change::in_place: return "in place";
      case schema::Change::unexported:
        return "in place, and not while a LUN exports the disk (--disrupt does it)";
      case schema::Change::recreate: break;
    }
    return "the object is made again";
  };
  if (attribute.attribute_class != schema::AttributeClass::config) return "it is state: shown, not recorded";
  const std::string_view kernel = sentence(attribute.kernel_change);
  const std::string_view lunetd = sentence(attribute.lunetd_change);
  if (kernel == lunetd || !attribute.on_lunetd) return std::string(kernel);
  if (!attribute.on_kernel) return std::string(lunetd);
  return fmt::format("{} on the kernel, {} on lunetd", kernel, lunetd);
}

SettingFacts facts_of(const std::vector<std::string>& where, std::string_view group,
                      const Attribute& attribute) {
  SettingFacts facts;
  for (const std::string& word : where) facts.where += (facts.where.empty() ? "" : " ") + word;
  facts.group = group;
  facts.name = attribute.name;
  facts.takes = attribute.reference ? "the identifier of another object" : schema::describe(attribute.type);
  facts.kernel_default = attribute.kernel_default.value_or("");
  facts.lunetd_default = attribute.lunetd_default.value_or("");
  facts.change = cost_of(attribute);
  facts.runtimes = attribute.on_kernel && attribute.on_lunetd ? "kernel and lunetd"
                   : attribute.on_kernel                      ? "kernel only"
                                                              : "lunetd only";
  facts.since = attribute.since;
  facts.description = attribute.description;
  facts.secret = attribute.secret;
  return facts;
}

class Finder {
 public:
  explicit Finder(std::vector<std::string> words) : name_(std::move(words.back())), words_(std::move(words)) {
    words_.pop_back();
  }

  void visit(const Kind& kind) {
    take(kind.own, "");
    for (const schema::Group& group : kind.groups) take(group, group.name);
    for (const Kind& child : kind.children) {
      const auto depth = where_.size();
      where_.emplace_back(child.names.empty() ? language::object_classes.at(child.object_class)
                                              : std::string_view(child.names.front()));
      visit(child);
      where_.resize(depth);
    }
  }

  std::vector<SettingFacts> found;
  std::vector<std::string> names;

 private:
  void take(const schema::Group& group, std::string_view name) {
    for (const Attribute& attribute : group.attributes) {
      names.push_back(attribute.name);
      if (attribute.name == name_ && is_meant(name)) found.push_back(facts_of(where_, name, attribute));
    }
  }

  /// Every word that was given is on the way to it.
  [[nodiscard]] bool is_meant(std::string_view group) const {
    return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
      return word == group || word == "storage" || word == "fabric" ||
             std::find(where_.begin(), where_.end(), word) != where_.end();
    });
  }

  std::string name_;
  std::vector<std::string> words_;
  std::vector<std::string> where_;
};

std::vector<std::string> words_of(std::string_view query) {
  std::string text(query);
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '.' || c == '/'; }, ' ');
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.push_back(canonical(word));
  }
  return words;
}

}  // namespace

Result<std::vector<SettingFacts>> explain_setting(std::string_view query) {
  std::vector<std::string> words = words_of(query);
  if (words.empty()) return Error{EINVAL, "explain what?", "explain login_timeout"};
  Finder finder(words);
  finder.visit(target::shipped_schema().root());
  if (!finder.found.empty()) return std::move(finder.found);
  const std::string& wanted = words.back();
  std::string near;
  for (const std::string& name : finder.names) {
    if (name.find(wanted) != std::string::npos && (near.empty() || name.size() < near.size())) near = name;
  }
  return Error{
      ENOENT, fmt::format("there is no setting '{}'", query),
      near.empty() ? std::string("docs/schema.md lists them all") : fmt::format("did you mean {}?", near)};
}

std::string describe_setting(const config::Path& object, std::string_view group, std::string_view name) {
  const Kind* kind = target::kind_of(object);
  const Attribute* attribute = kind == nullptr ? nullptr : kind->attribute(group, name);
  return attribute == nullptr ? std::string() : attribute->description;
}

Result<std::string> format_text(std::string_view text, const std::string& name) {
  language::Syntax syntax = language::parse(name, std::string(text));
  if (!syntax.diagnostics.empty())
    return Error{EINVAL, language::render(*syntax.source, std::move(syntax.diagnostics)),
                 "nothing was written"};
  return language::print(syntax);
}

}  // namespace lunet::service
