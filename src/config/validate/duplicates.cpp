// SPDX-License-Identifier: Apache-2.0
// What must be there once: an object under one spelling of its name, a disk's serial, a relative target port
// identifier.
#include <fmt/core.h>

#include <map>

#include "config/normalise.h"
#include "config/validate/checks.h"

namespace lunet::config {
namespace {

class DuplicateCheck {
 public:
  DuplicateCheck(const Question& question, Findings& findings) : question_(question), findings_(findings) {}

  void object(const Visited& at) {
    const auto [first, is_new] = names_.try_emplace(normal_path(question_.schema, at.path), at.path);
    // A plugin or a fabric is one thing, however often it is named.
    if (!is_new && first->second != at.path && at.path.size() > 1)
      findings_.push_back({Severity::error,
                           {at.path},
                           fmt::format("it is {} in another spelling", path_text(first->second)),
                           "keep one of them"});
    value(at, ObjectClass::disk, "wwn", "the serial of", serials_);
    value(at, ObjectClass::tpgt, "rtpi", "the relative target port identifier of", identifiers_);
  }

 private:
  using Seen = std::map<std::string, Path, std::less<>>;

  void value(const Visited& at, ObjectClass object_class, std::string_view name, std::string_view whose,
             Seen& seen) {
    if (at.path.back().object_class != object_class) return;
    auto text = value_of(question_, at, "", name);
    if (!text) return;
    const auto [first, is_new] = seen.try_emplace(*std::move(text), at.path);
    if (is_new) return;
    findings_.push_back({Severity::error,
                         {at.path, "", std::string(name)},
                         fmt::format("it is {} {} already", whose, path_text(first->second)),
                         "initiators would take them for one; give another, or leave it out"});
  }

  const Question& question_;
  Findings& findings_;
  std::map<Path, Path> names_;
  Seen serials_;
  Seen identifiers_;
};

}  // namespace

void check_duplicates(const Question& question, Findings& findings) {
  DuplicateCheck check(question, findings);
  for_each_object(question, true, [&](const Visited& at) { check.object(at); });
}

}  // namespace lunet::config
