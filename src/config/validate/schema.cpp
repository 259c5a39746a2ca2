// SPDX-License-Identifier: Apache-2.0
// Objects, groups, attributes and values that the schema does not have or does not allow.
#include <fmt/core.h>

#include "config/validate/checks.h"

namespace lunet::config {
namespace {

/// What saveconfig.json has beyond the schema; kept for the way back, on every object.
constexpr std::string_view kept_group = "saveconfig";

class SchemaCheck {
 public:
  SchemaCheck(const Question& question, Findings& findings) : question_(question), findings_(findings) {}

  void object(const Visited& at) {
    if (at.kind == nullptr) {
      const Path above(at.path.begin(), at.path.end() - 1);
      const schema::Kind* parent = kind_of(question_.schema, above);
      // What stands in something unknown is unknown too: once is enough.
      if (parent != nullptr) add({at.path}, identifier_error(*parent, at.path.back()), true);
      return;
    }
    check_identifier(at);
    for (const auto& [name, value] : at.object.attributes) attribute(at, "", name, value);
    for (const auto& [group, attributes] : at.object.groups) {
      if (attributes.empty() || group == kept_group) continue;
      if (at.kind->group(group) == nullptr) {
        add({at.path, group}, schema::no_such_group(*at.kind, group), true);
        continue;
      }
      for (const auto& [name, value] : attributes) attribute(at, group, name, value);
    }
  }

 private:
  static Error identifier_error(const schema::Kind& parent, const ObjectKey& key) {
    return schema::no_such_object(parent, static_cast<std::uint8_t>(key.object_class), key.id);
  }

  void check_identifier(const Visited& at) {
    const Path above(at.path.begin(), at.path.end() - 1);
    const schema::Kind* parent = kind_of(question_.schema, above);
    const ObjectKey& key = at.path.back();
    auto checked =
        schema::Schema::check_identifier(*parent, static_cast<std::uint8_t>(key.object_class), key.id);
    if (!checked) add({at.path}, std::move(checked.error()), false);
    const std::string_view only = at.kind->fact("only");
    if (!only.empty() && only != runtime_name())
      findings_.push_back(
          {Severity::error,
           {at.path},
           fmt::format("{} {} exists on {} only", class_name(key.object_class), key.id, runtime_title(only)),
           fmt::format("leave it out, or use the other runtime")});
  }

  void attribute(const Visited& at, const std::string& group, const std::string& name,
                 const std::string& value) {
    const Node node{at.path, group, name};
    const schema::Attribute* known = at.kind->attribute(group, name);
    if (known == nullptr) return add(node, schema::no_such_attribute(*at.kind, group, name), true);
    auto normal = question_.schema.check_value(*known, value);
    if (!normal && known->secret) {
      findings_.push_back({Severity::error, node, "the value is not " + schema::describe(known->type)});
    } else if (!normal) {
      add(node, std::move(normal.error()), false);
    } else {
      check_runtime(node, *known, *normal);
    }
  }

  /// The default of the other runtime is as good as nothing: a configuration for both may say it.
  void check_runtime(const Node& node, const schema::Attribute& known, const std::string& value) {
    const bool kernel = question_.runtime == schema::Runtime::kernel;
    if (kernel ? known.on_kernel : known.on_lunetd) return;
    const auto other = kernel ? schema::Runtime::lunetd : schema::Runtime::kernel;
    if (known.default_on(other) == value) return;
    findings_.push_back(
        {Severity::error, node,
         fmt::format("'{}' exists on {} only", node.attribute, runtime_title(kernel ? "lunetd" : "kernel")),
         "leave it out", true});
  }

  [[nodiscard]] std::string_view runtime_name() const {
    return question_.runtime == schema::Runtime::kernel ? "kernel" : "lunetd";
  }
  static std::string_view runtime_title(std::string_view name) {
    return name == "kernel" ? "the kernel's target" : "lunetd";
  }

  void add(Node node, Error error, bool of_name) {
    findings_.push_back(
        {Severity::error, std::move(node), std::move(error.message), std::move(error.hint), of_name});
  }

  const Question& question_;
  Findings& findings_;
};

}  // namespace

void check_schema(const Question& question, Findings& findings) {
  SchemaCheck check(question, findings);
  for_each_object(question, false, [&](const Visited& at) { check.object(at); });
}

}  // namespace lunet::config
