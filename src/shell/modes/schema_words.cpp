// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/schema_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/kinds.h"
#include "language/word.h"

namespace lunet::shell::modes {
namespace {

using config::Object;
using config::Path;

/// Follows words from the edit level, as far as they name objects and a group.
class Follower {
 public:
  Follower(Editing& editing, bool pattern) : editing_(editing), pattern_(pattern), path_(editing.level) {
    kind_ = path_.empty() ? &editing.schema.root() : config::kind_of(editing.schema, path_);
  }

  NextWords run(const std::vector<std::string>& words) {
    std::size_t at = 0;
    for (; at < words.size(); ++at) {
      const std::string& word = words[at];
      if (word == "{") continue;
      const auto object_class = config::class_from_name(word);
      if (!object_class) break;
      if (at + 1 == words.size()) {
        add_identifiers(*object_class);
        return std::move(next_);
      }
      path_.push_back({*object_class, words[++at]});
      kind_ = config::kind_of(kind_, path_.back());
      if (kind_ == nullptr) return std::move(next_);
    }
    if (kind_ == nullptr) return std::move(next_);
    finish({words.begin() + static_cast<std::ptrdiff_t>(at), words.end()});
    return std::move(next_);
  }

 private:
  void add(std::string_view text, std::string_view about = {}) {
    next_.candidates.push_back({language::word_text(text), CandidateKind::value, std::string(about)});
  }

  [[nodiscard]] const Object* here() const { return editing_.tree().find(path_); }

  /// What stands behind the objects: nothing, a group, an attribute, a group and an attribute.
  void finish(const std::vector<std::string>& words) {
    if (words.empty()) {
      add_classes();
      add_groups();
      add_attributes("");
      return;
    }
    const bool is_group = kind_->group(words[0]) != nullptr;
    if (is_group && words.size() == 1) add_attributes(words[0]);
    const std::size_t values = is_group ? 2 : 1;
    if (words.size() == values) add_values(is_group ? words[0] : "", words[values - 1]);
  }

  void add_classes() {
    std::map<std::uint8_t, std::string_view> classes;  // in the language's order
    for (const schema::Kind& child : kind_->children) classes.emplace(child.object_class, child.description);
    for (const auto& [object_class, about] : classes) {
      const bool there = !pattern_ || has_child(object_class);
      if (there)
        next_.candidates.push_back(
            {std::string(language::object_classes[object_class]), CandidateKind::path, std::string(about)});
    }
  }

  [[nodiscard]] bool has_child(std::uint8_t object_class) const {
    const Object* object = here();
    if (object == nullptr) return false;
    const auto wanted = static_cast<config::ObjectClass>(object_class);
    for (const auto& [key, child] : object->children) {
      if (key.object_class == wanted) return true;
    }
    return false;
  }

  void add_identifiers(config::ObjectClass object_class) {
    std::set<std::string> ids;
    if (const Object* object = here()) {
      for (const auto& [key, child] : object->children) {
        if (key.object_class == object_class) ids.insert(key.id);
      }
    }
    if (!pattern_ && kind_ != nullptr) {
      for (const schema::Kind& child : kind_->children) {
        if (child.object_class != static_cast<std::uint8_t>(object_class)) continue;
        if (child.names.empty()) {
          next_.hint = fmt::format("{}: {}", config::class_name(object_class), describe(child.identifier));
        } else {
          ids.insert(child.names.front());
        }
      }
    }
    for (const std::string& id : ids) add(id);
  }

  void add_groups() {
    for (const schema::Group& group : kind_->groups) {
      const Object* object = here();
      if (pattern_ && (object == nullptr || !object->groups.contains(group.name))) continue;
      next_.candidates.push_back({group.name, CandidateKind::command, "group"});
    }
  }

  void add_attributes(const std::string& group_name) {
    const schema::Group* group = group_name.empty() ? &kind_->own : kind_->group(group_name);
    if (group == nullptr) return;
    for (const schema::Attribute& each : group->attributes) {
      const bool runs = editing_.runtime == schema::Runtime::kernel ? each.on_kernel : each.on_lunetd;
      if (!runs || each.obsolete || each.numbered || each.attribute_class != schema::AttributeClass::config)
        continue;
      if (pattern_ && value(group_name, each.name) == nullptr) continue;
      next_.candidates.push_back({each.name, CandidateKind::keyword, about(each)});
    }
  }

  static std::string about(const schema::Attribute& attribute) {
    return attribute.description.empty() ? describe(attribute.type) : attribute.description;
  }

  [[nodiscard]] const std::string* value(const std::string& group, const std::string& name) const {
    const Object* object = here();
    if (object == nullptr) return nullptr;
    const config::Attributes* attributes = &object->attributes;
    if (!group.empty()) {
      const auto found = object->groups.find(group);
      if (found == object->groups.end()) return nullptr;
      attributes = &found->second;
    }
    const auto found = attributes->find(name);
    return found == attributes->end() ? nullptr : &found->second;
  }

  void add_values(const std::string& group, const std::string& name) {
    const schema::Attribute* attribute = kind_->attribute(group, name);
    if (attribute == nullptr) return;
    next_.hint = fmt::format("{}: {}", attribute->name, describe(attribute->type));
    if (const auto& initial = attribute->default_on(editing_.runtime))
      next_.hint += fmt::format(" (default {})", initial->empty() ? "none" : *initial);
    if (attribute->secret) return;
    std::set<std::string> values;
    if (const std::string* now = value(group, attribute->name)) values.insert(*now);
    if (!pattern_) collect_values(*attribute, values);
    for (const std::string& each : values) add(each);
  }

  void collect_values(const schema::Attribute& attribute, std::set<std::string>& values) {
    if (const auto& initial = attribute.default_on(editing_.runtime); initial && !initial->empty())
      values.insert(*initial);
    if (attribute.reference) add_referred(*attribute.reference, values);
    for (const schema::Form& form : attribute.type.forms) {
      values.insert(form.words.begin(), form.words.end());
      if (form.base == schema::Base::boolean) values.insert({"yes", "no"});
      if (form.base == schema::Base::backend) add_backends(values);
    }
  }

  void add_referred(const schema::Reference& reference, std::set<std::string>& values) {
    if (reference.levels > path_.size() + 1) return;
    const Path above(path_.begin(), path_.end() - static_cast<std::ptrdiff_t>(reference.levels - 1));
    const Object* object = editing_.tree().find(above);
    if (object == nullptr) return;
    for (const auto& [key, child] : object->children) {
      if (static_cast<std::uint8_t>(key.object_class) == reference.object_class) values.insert(key.id);
    }
  }

  void add_backends(std::set<std::string>& values) {
    for (const auto& [plugin, storage] : editing_.tree().root.children) {
      if (plugin.object_class != config::ObjectClass::storage) continue;
      for (const auto& [disk, object] : storage.children)
        values.insert(fmt::format("{}:{}", plugin.id, disk.id));
    }
  }

  Editing& editing_;
  bool pattern_;
  Path path_;
  const schema::Kind* kind_ = nullptr;
  NextWords next_;
};

}  // namespace

NextWords next_words(Editing& editing, const std::vector<std::string>& words, bool pattern) {
  return Follower(editing, pattern).run(words);
}

}  // namespace lunet::shell::modes
