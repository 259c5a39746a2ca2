// SPDX-License-Identifier: Apache-2.0
// A LUN's disk and a mapped LUN's LUN must exist.
#include <fmt/core.h>

#include "config/normalise.h"
#include "config/validate/checks.h"
#include "language/diagnostic.h"

namespace lunet::config {
namespace {

class ReferenceCheck {
 public:
  ReferenceCheck(const Question& question, Findings& findings) : question_(question), findings_(findings) {}

  void object(const Visited& at) {
    if (at.kind == nullptr) return;
    for (const auto& [name, value] : at.object.attributes) {
      const schema::Attribute* known = at.kind->attribute("", name);
      if (known == nullptr) continue;
      const Path wanted = referred(question_.schema, *known, at.path, value);
      if (wanted.empty() || find(wanted) != nullptr) continue;
      findings_.push_back({Severity::error, {at.path, "", name}, sentence(wanted, value), hint(wanted)});
    }
  }

 private:
  /// Whatever the objects are called: storage ramdisk is storage rd_mcp.
  const Object* find(const Path& wanted) {
    if (const Object* found = question_.tree.find(wanted)) return found;
    const Object* object = &question_.tree.root;
    Path path;
    for (const ObjectKey& key : wanted) {
      const Object* next = nullptr;
      for (const auto& [other, child] : object->children) {
        if (other.object_class != key.object_class) continue;
        path.push_back(other);
        if (normal_path(question_.schema, path).back() == key) next = &child;
        path.pop_back();
        if (next != nullptr) {
          path.push_back(other);
          break;
        }
      }
      if (next == nullptr) return nullptr;
      object = next;
    }
    return object;
  }

  static std::string sentence(const Path& wanted, std::string_view value) {
    if (wanted.back().object_class == ObjectClass::disk) return fmt::format("there is no disk {}", value);
    return fmt::format("there is no {} {} in {}", class_name(wanted.back().object_class), value,
                       path_text(Path(wanted.begin(), wanted.end() - 1)));
  }

  std::string hint(const Path& wanted) {
    const Object* above = find(Path(wanted.begin(), wanted.end() - 1));
    if (above == nullptr) return "create it first";
    constexpr std::size_t names_max = 1000;
    std::vector<std::string_view> names;
    for (const auto& [key, child] : above->children)
      if (key.object_class == wanted.back().object_class && names.size() < names_max) names.push_back(key.id);
    const std::string_view near = language::nearest(wanted.back().id, names);
    return near.empty() ? "create it first" : fmt::format("did you mean {}?", near);
  }

  const Question& question_;
  Findings& findings_;
};

}  // namespace

void check_references(const Question& question, Findings& findings) {
  ReferenceCheck check(question, findings);
  for_each_object(question, true, [&](const Visited& at) { check.object(at); });
}

}  // namespace lunet::config
