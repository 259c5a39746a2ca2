// SPDX-License-Identifier: Apache-2.0
#include "config/classify.h"

#include <algorithm>
#include <set>

#include "config/kinds.h"

namespace lunet::config {
namespace {

using Names = std::set<std::string, std::less<>>;

const Attributes& group_of(const Object& object, std::string_view group) {
  static const Attributes none;
  if (group.empty()) return object.attributes;
  const auto found = object.groups.find(group);
  return found == object.groups.end() ? none : found->second;
}

/// Compares the values of one object in two configurations.
class ValueComparison {
 public:
  ValueComparison(const Object& from, const Object& to, const schema::Schema& schema,
                  const schema::Kind* kind, schema::Runtime runtime)
      : from_(from), to_(to), schema_(schema), kind_(kind), runtime_(runtime) {}

  std::vector<ValueChange> run() {
    Names groups{""};
    for (const Object* object : {&from_, &to_})
      for (const auto& [name, attributes] : object->groups) groups.insert(name);
    for (const std::string& group : groups) compare(group);
    return std::move(changes_);
  }

 private:
  [[nodiscard]] const schema::Attribute* attribute(std::string_view group, std::string_view name) const {
    return kind_ == nullptr ? nullptr : kind_->attribute(group, name);
  }

  /// As the schema calls it; the number of group_16_preferred stays.
  [[nodiscard]] std::string own_name(std::string_view group, std::string_view name) const {
    const schema::Attribute* known = attribute(group, name);
    return std::string(known == nullptr || known->numbered ? name : known->name);
  }

  void compare(const std::string& group) {
    Names names;
    for (const Object* object : {&from_, &to_})
      for (const auto& [name, value] : group_of(*object, group)) names.insert(own_name(group, name));
    for (const std::string& name : names) compare(group, name);
  }

  [[nodiscard]] Value value_in(const Object& object, const std::string& group,
                               const std::string& name) const {
    const Attributes& attributes = group_of(object, group);
    const schema::Attribute* known = attribute(group, name);
    auto found = attributes.find(name);
    if (known != nullptr)
      for (const std::string& other : known->other_names)
        if (found == attributes.end()) found = attributes.find(other);
    if (found != attributes.end()) {
      if (known == nullptr) return {ValueState::set, found->second};
      auto normal = schema_.check_value(*known, found->second);
      return {ValueState::set, normal ? *std::move(normal) : found->second};
    }
    if (known == nullptr) return {};
    if (!known->follows.empty()) {
      Value followed = value_in(object, "", known->follows);
      if (followed.state != ValueState::unset) return {ValueState::by_default, std::move(followed.text)};
    }
    const auto& initial = known->default_on(runtime_);
    return initial ? Value{ValueState::by_default, *initial} : Value{};
  }

  void compare(const std::string& group, const std::string& name) {
    const schema::Attribute* known = attribute(group, name);
    ValueChange change;
    change.from = value_in(from_, group, name);
    change.to = value_in(to_, group, name);
    if (change.from == change.to) return;
    const bool goes = change.to.state != ValueState::set;
    if (goes && (known == nullptr || known->obsolete)) return;
    change.group = group;
    change.name = name;
    if (known != nullptr) {
      change.secret = known->secret;
      const bool left_alone = change.to.state == ValueState::unset && !known->required && !known->returns;
      if (change.is_visible() && !left_alone) change.takes = known->change_on(runtime_);
    }
    changes_.push_back(std::move(change));
  }

  const Object& from_;
  const Object& to_;
  const schema::Schema& schema_;
  const schema::Kind* kind_;
  schema::Runtime runtime_;
  std::vector<ValueChange> changes_;
};

bool takes(const std::vector<ValueChange>& values, schema::Change change) {
  return std::any_of(values.begin(), values.end(),
                     [change](const ValueChange& value) { return value.takes == change; });
}

}  // namespace

bool ObjectChange::needs_unexported() const {
  return takes(values, schema::Change::unexported);
}

std::vector<ValueChange> changed_values(const Object& from, const Object& to, const schema::Schema& schema,
                                        const schema::Kind* kind, schema::Runtime runtime) {
  return ValueComparison(from, to, schema, kind, runtime).run();
}

std::vector<ObjectChange> classify(const Tree& from, const Tree& to, const schema::Schema& schema,
                                   schema::Runtime runtime) {
  std::vector<ObjectChange> changes;
  for (Difference& difference : diff(from, to)) {
    ObjectChange change;
    change.path = std::move(difference.path);
    switch (difference.kind) {
      case Difference::Kind::removed: change.kind = ObjectChange::Kind::removed; break;
      case Difference::Kind::created: change.kind = ObjectChange::Kind::created; break;
      case Difference::Kind::changed:
        change.values = changed_values(*from.find(change.path), *to.find(change.path), schema,
                                       kind_of(schema, change.path), runtime);
        if (change.values.empty()) continue;
        change.kind = takes(change.values, schema::Change::recreate) ? ObjectChange::Kind::major
                                                                     : ObjectChange::Kind::minor;
        break;
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace lunet::config
