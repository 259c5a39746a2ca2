// SPDX-License-Identifier: Apache-2.0
#include "schema/document.h"

#include <fmt/core.h>

#include "language/word.h"

namespace lunet::schema {
namespace {

constexpr std::string_view introduction = R"(# The schema

What a configuration ([the language](language.md)) may hold: objects, groups, attributes, their values and defaults. This page is
generated from `share/policy/*.lio` by `ninja schema-docs`; [the policy language](policy.md) says how to add to it.

- **required**: the object cannot be made without it. A default is what a fresh object of the runtime reads; it is looked up, never stored.
- `-`: without a value unless one is given.
- **re-created**: a change removes the object and makes it again. **not while exported**: refused while a LUN exports the disk.
  All others change in place.
- **state**: changed by initiators or hardware; shown, never part of a configuration.
- **Linux N**: kernels before may not have it.

)";

/// '|' would end a table's cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '|' ? "\\" : "").push_back(c);
  return escaped;
}

std::string code(std::string_view text) {
  return text.empty() ? "\"\"" : fmt::format("`{}`", cell(text));
}

std::string default_cell(const Attribute& attribute) {
  if (attribute.required) return "**required**";
  if (!attribute.follows.empty()) return fmt::format("as `{}`", attribute.follows);
  if (!attribute.kernel_default && !attribute.lunetd_default) return "-";
  std::string text = attribute.kernel_default ? code(*attribute.kernel_default) : "-";
  if (attribute.lunetd_default != attribute.kernel_default)
    text += fmt::format(", lunetd {}", attribute.lunetd_default ? code(*attribute.lunetd_default) : "-");
  return text;
}

std::string value_cell(const Attribute& attribute) {
  if (attribute.reference)
    return fmt::format("a `{}` of the same target",
                       language::object_classes.at(attribute.reference->object_class));
  return code(policy_text(attribute.type));
}

template <class Note>
void note_change(const Attribute& attribute, Change change, const std::string& words, Note note) {
  const bool kernel = attribute.kernel_change == change;
  const bool lunetd = attribute.lunetd_change == change;
  note(kernel || lunetd, kernel && lunetd ? words : words + (kernel ? " on the kernel" : " on lunetd"));
}

std::string notes(const Attribute& attribute) {
  std::string text = cell(attribute.description);
  const auto note = [&text](bool wanted, const std::string& word) {
    if (wanted) text.append(text.empty() ? "" : "; ").append(word);
  };
  note_change(attribute, Change::recreate, "**re-created**", note);
  note_change(attribute, Change::unexported, "**not while exported**", note);
  note(attribute.returns, "also when it is taken away");
  note(attribute.attribute_class == AttributeClass::state, "**state**");
  note(attribute.attribute_class == AttributeClass::counter, "counter");
  note(attribute.secret, "secret");
  note(attribute.obsolete, "obsolete: read, nothing is done");
  note(!attribute.on_kernel, "lunetd only");
  note(!attribute.on_lunetd, "kernel only");
  note(!attribute.since.empty(), "Linux " + attribute.since);
  for (const std::string& other : attribute.other_names) note(true, fmt::format("also `{}`", other));
  return text;
}

void add_attributes(std::string& out, const Group& group) {
  for (const Attribute& attribute : group.attributes) {
    const std::string name = group.name.empty() ? attribute.name : group.name + " " + attribute.name;
    out += fmt::format("| `{}` | {} | {} | {} |\n", name, value_cell(attribute), default_cell(attribute),
                       notes(attribute));
  }
}

std::string heading_of(const Kind& kind) {
  const std::string_view name = language::object_classes.at(kind.object_class);
  return kind.names.empty() ? fmt::format("{} %{}", name, policy_text(kind.identifier))
                            : fmt::format("{} {}", name, kind.names.front());
}

void add_kind(std::string& out, const Kind& kind, const std::string& above) {
  const std::string path = above.empty() ? heading_of(kind) : above + " " + heading_of(kind);
  out += fmt::format("{} `{}`\n\n", above.empty() ? "##" : "###", path);
  std::string facts = kind.description.empty() ? "" : fmt::format("For: {}.", kind.description);
  for (std::size_t i = 1; i < kind.names.size(); ++i)
    facts += fmt::format(" Also called `{}`.", kind.names[i]);
  if (kind.fact("only") == "kernel") facts += " Kernel only.";
  if (!kind.fact("module").empty()) facts += fmt::format(" Kernel module: `{}`.", kind.fact("module"));
  if (!facts.empty()) out.append(facts.starts_with(' ') ? facts.substr(1) : facts).append("\n\n");
  if (!kind.own.attributes.empty() || !kind.groups.empty()) {
    out += "| attribute | value | default | |\n|---|---|---|---|\n";
    add_attributes(out, kind.own);
    for (const Group& group : kind.groups) add_attributes(out, group);
    out += "\n";
  }
  for (const Kind& child : kind.children) add_kind(out, child, path);
}

}  // namespace

std::string document(const Schema& schema) {
  std::string out(introduction);
  out += "## Types\n\n| type | takes |\n|---|---|\n";
  for (const TypeName& type : type_names())
    out += fmt::format("| `{}` | {} |\n", type.name, cell(type.sentence));
  out += "\nOf texts and names `[low..high]` counts bytes, of others it is the value.\n\n";
  for (std::size_t object_class = 0; object_class < language::object_classes.size(); ++object_class)
    for (const Kind& kind : schema.root().children)
      if (kind.object_class == object_class) add_kind(out, kind, "");
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace lunet::schema
