// SPDX-License-Identifier: Apache-2.0
#include "schema/builder.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "schema/flags.h"

namespace lunet::schema {
namespace {

using language::PolicyStatement;
using language::StatementKind;

class Builder {
 public:
  explicit Builder(std::vector<language::Diagnostic> diagnostics) : diagnostics_(std::move(diagnostics)) {}

  void add_all(const std::vector<PolicyStatement>& body, Kind& kind);
  [[nodiscard]] std::vector<language::Diagnostic>& diagnostics() { return diagnostics_; }

 private:
  void add_object(const PolicyStatement& statement, Kind& parent);
  void add_group(const PolicyStatement& statement, Kind& kind);
  void add_attribute(const PolicyStatement& statement, Group& group);
  Kind* find_typed(const PolicyStatement& statement, const Type& type, Kind& parent);
  Kind* find_fixed(const PolicyStatement& statement, Kind& parent);
  bool make_type(const std::vector<language::PolicyType>& types, Type& out);
  void set_default(const PolicyStatement& statement, Attribute& attribute);
  void complain(std::uint32_t offset, std::string sentence) {
    diagnostics_.push_back({offset, std::move(sentence)});
  }

  std::vector<language::Diagnostic> diagnostics_;
};

void Builder::add_all(const std::vector<PolicyStatement>& body, Kind& kind) {
  for (const PolicyStatement& statement : body) {
    switch (statement.kind) {
      case StatementKind::object: add_object(statement, kind); break;
      case StatementKind::group: add_group(statement, kind); break;
      case StatementKind::attribute: add_attribute(statement, kind.own); break;
    }
  }
}

bool Builder::make_type(const std::vector<language::PolicyType>& types, Type& out) {
  for (const language::PolicyType& type : types) {
    std::vector<std::string_view> options;
    options.reserve(type.options.size());
    for (const language::Word& option : type.options) options.push_back(option.text);
    auto form = make_form(type.name.text, options);
    if (!form) {
      complain(type.name.offset, std::move(form.error().message));
      return false;
    }
    out.forms.push_back(std::move(*form));
  }
  return true;
}

/// Every form of `narrow` is of a base that `wide` has too.
bool covers(const Type& wide, const Type& narrow) {
  return std::all_of(narrow.forms.begin(), narrow.forms.end(), [&wide](const Form& form) {
    return std::any_of(wide.forms.begin(), wide.forms.end(),
                       [&form](const Form& one) { return one.base == form.base; });
  });
}

Kind* Builder::find_typed(const PolicyStatement& statement, const Type& type, Kind& parent) {
  for (Kind& child : parent.children) {
    if (child.object_class != statement.object_class || !child.names.empty()) continue;
    if (covers(child.identifier, type)) return &child;
    complain(statement.types.front().name.offset,
             fmt::format("the identifier of this {} is %{} already", statement.name.text,
                         policy_text(child.identifier)));
    return nullptr;
  }
  Kind& child = parent.children.emplace_back();
  child.identifier = type;
  return &child;
}

Kind* Builder::find_fixed(const PolicyStatement& statement, Kind& parent) {
  const auto* found = parent.child(statement.object_class, statement.identifiers.front().text);
  const bool known = found != nullptr && !found->names.empty();
  Kind& child = known ? parent.children[static_cast<std::size_t>(found - parent.children.data())]
                      : parent.children.emplace_back();
  for (const language::Word& identifier : statement.identifiers)
    if (std::find(child.names.begin(), child.names.end(), identifier.text) == child.names.end())
      child.names.emplace_back(identifier.text);
  return &child;
}

void Builder::add_object(const PolicyStatement& statement, Kind& parent) {
  Type type;
  if (!make_type(statement.types, type)) return;
  Kind* kind = statement.types.empty() ? find_fixed(statement, parent) : find_typed(statement, type, parent);
  if (kind == nullptr) return;
  kind->object_class = statement.object_class;
  if (!statement.comment.empty()) kind->description = statement.comment;
  for (const language::PolicyFlag& flag : statement.flags)
    if (auto mistake = set_object_flag(flag, *kind)) complain(flag.name.offset, std::move(*mistake));
  add_all(statement.body, *kind);
}

void Builder::add_group(const PolicyStatement& statement, Kind& kind) {
  const std::string_view name = statement.name.text;
  auto at = std::lower_bound(kind.groups.begin(), kind.groups.end(), name,
                             [](const Group& group, std::string_view wanted) { return group.name < wanted; });
  if (at == kind.groups.end() || at->name != name) at = kind.groups.insert(at, Group{std::string(name), {}});
  for (const PolicyStatement& inner : statement.body) {
    if (inner.kind == StatementKind::attribute) {
      add_attribute(inner, *at);
    } else {
      complain(inner.name.offset, "a group holds attributes only");
    }
  }
}

void Builder::set_default(const PolicyStatement& statement, Attribute& attribute) {
  const auto normal = [&](const language::Word& word, std::optional<std::string>& out) {
    auto value = check(attribute.type, word.text);
    if (!value) return complain(word.offset, "the default " + value.error().message);
    out = std::move(*value);
  };
  if (statement.initial) {
    normal(*statement.initial, attribute.kernel_default);
    attribute.lunetd_default = attribute.kernel_default;
  }
  for (const language::PolicyFlag& flag : statement.flags) {
    if (!flag.argument) continue;
    if (flag.name.text == "kernel") normal(*flag.argument, attribute.kernel_default);
    if (flag.name.text == "lunetd") normal(*flag.argument, attribute.lunetd_default);
  }
}

void Builder::add_attribute(const PolicyStatement& statement, Group& group) {
  Attribute attribute;
  attribute.name = statement.name.text;
  attribute.description = statement.comment;
  if (!make_type(statement.types, attribute.type)) return;
  if (statement.reference)
    attribute.reference = Reference{statement.reference->levels, statement.reference->object_class};
  attribute.required = !statement.initial;
  for (const language::PolicyFlag& flag : statement.flags)
    if (auto mistake = set_attribute_flag(flag, attribute)) complain(flag.name.offset, std::move(*mistake));
  // As in the original: what an object is made with cannot change afterwards.
  const bool stays =
      std::any_of(statement.flags.begin(), statement.flags.end(),
                  [](const language::PolicyFlag& flag) { return flag.name.text == "in_place"; });
  if (attribute.required && !stays) {
    for (Change* change : {&attribute.kernel_change, &attribute.lunetd_change})
      if (*change == Change::in_place) *change = Change::recreate;
  }
  set_default(statement, attribute);
  auto at = std::lower_bound(group.attributes.begin(), group.attributes.end(), attribute.name,
                             [](const Attribute& one, const std::string& name) { return one.name < name; });
  if (at == group.attributes.end() || at->name != attribute.name) {
    group.attributes.insert(at, std::move(attribute));
  } else {
    *at = std::move(attribute);
  }
}

Result<> finish_attribute(Attribute& attribute, std::span<Kind* const> above) {
  if (!attribute.reference) return {};
  const auto fail = [&] {
    return Error{EINVAL,
                 fmt::format("policy: '{}' of {} refers to a {} {} levels above, which may not exist there",
                             attribute.name, language::object_classes.at(above.back()->object_class),
                             language::object_classes.at(attribute.reference->object_class),
                             attribute.reference->levels),
                 {}};
  };
  if (attribute.reference->levels > above.size()) return fail();
  const Kind* holder = above[above.size() - attribute.reference->levels];
  const Kind* referred_kind = holder->child(attribute.reference->object_class, "");
  if (referred_kind == nullptr) return fail();
  attribute.type = referred_kind->identifier;
  return {};
}

Result<> finish_kind(Kind& kind, std::vector<Kind*>& above) {
  above.push_back(&kind);
  for (Attribute& attribute : kind.own.attributes) TRY_OK(finish_attribute(attribute, above));
  for (Group& group : kind.groups)
    for (Attribute& attribute : group.attributes) TRY_OK(finish_attribute(attribute, above));
  for (Kind& child : kind.children) TRY_OK(finish_kind(child, above));
  above.pop_back();
  return {};
}

}  // namespace

Result<> build(const language::PolicySyntax& syntax, Kind& root) {
  Builder builder(syntax.diagnostics);
  builder.add_all(syntax.statements, root);
  if (builder.diagnostics().empty()) return {};
  return Error{EINVAL, language::render(*syntax.source, std::move(builder.diagnostics())), {}};
}

Result<> finish(Kind& root) {
  std::vector<Kind*> above;
  return finish_kind(root, above);
}

}  // namespace lunet::schema
