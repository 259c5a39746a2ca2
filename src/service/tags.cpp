// SPDX-License-Identifier: Apache-2.0
#include "service/tags.h"

#include <fmt/core.h>

#include "base/text.h"
#include "service/names.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

constexpr std::size_t tag_max = 63;  // LIO's MAX_ACL_TAG_SIZE without its end

Path parent_of(const Path& path) {
  return {path.begin(), path.end() - 1};
}

std::vector<Path> tagged(const config::Tree& tree, const Path& tpg, std::string_view tag) {
  std::vector<Path> found;
  const config::Object* object = tree.find(tpg);
  if (object == nullptr || tag.empty()) return found;
  for (const auto& [key, acl] : object->children) {
    if (key.object_class == ObjectClass::acl && acl.attribute("tag") == tag)
      found.push_back(below(tpg, ObjectClass::acl, std::string_view(key.id)));
  }
  return found;
}

Result<> check_tag(std::string_view tag) {
  std::string_view mistake;
  if (tag.empty()) mistake = "it is empty";
  if (tag == "NULL") mistake = "the word means 'none' to the target";
  if (tag.find('.') != std::string_view::npos) mistake = "it has a dot, as initiators' names have";
  if (tag.find_first_of(" \t\n/") != std::string_view::npos) mistake = "it has a blank or a slash";
  if (tag.size() > tag_max) mistake = "it is longer than 63 bytes";
  if (mistake.empty()) return {};
  return Error{EINVAL, fmt::format("the tag '{}' is refused: {}", tag, mistake),
               "use a word of letters, digits and dashes"};
}

Result<std::vector<Path>> existing_acls(Draft& draft, const TpgRef& tpg, std::string_view name) {
  (void)TRY(find_tpg(draft, tpg));
  const Result<std::string> wwn = normalise_wwn(name, WwnUse::initiator, tpg.fabric);
  const std::string_view id = wwn ? std::string_view(*wwn) : name;
  std::vector<Path> acls = acls_named(draft.tree, below(tpg_path(tpg), ObjectClass::acl, id));
  if (!acls.empty()) return acls;
  return Error{ENOENT,
               fmt::format("TPG {} of target '{}' has no ACL and no tag '{}'", tpg.tag, tpg.target, name),
               fmt::format("see `ls {}/acls`", shell_path(tpg_path(tpg)))};
}

/// All but the name and the tag.
void take_over(config::Object& member, const config::Object& first) {
  for (const char* name : {"tcq_depth"}) {
    member.attributes.erase(name);
    if (const auto value = first.attribute(name); !value.empty()) member.attributes[name] = value;
  }
  member.groups = first.groups;
  std::vector<ObjectKey> gone;
  for (const auto& [key, mapped] : member.children) gone.push_back(key);
  for (const ObjectKey& key : gone) member.children.erase(key);
  for (const auto& [key, mapped] : first.children) {
    config::Object& copy = member.children[key];
    copy = mapped;
    copy.attributes["alias"] = new_alias();
  }
}

}  // namespace

std::vector<Path> acls_named(const config::Tree& tree, const Path& path) {
  if (tree.find(path) != nullptr) return {path};
  return tagged(tree, parent_of(path), path.back().id);
}

Path first_acl_named(configfs::Tree& live, const Path& path) {
  const auto tpg = target::directory_of(config::Tree{}, parent_of(path));
  if (!tpg) return path;
  configfs::ReadFilter filter;
  filter.files = {"tag"};
  filter.depth = 2;
  const auto acls = live.read_tree(*tpg + "/acls", filter);
  if (!acls || acls->find(path.back().id) != nullptr) return path;
  for (const configfs::Node& acl : acls->nodes) {
    if (trim(acl.value("tag")) == path.back().id)
      return below(parent_of(path), ObjectClass::acl, std::string_view(acl.entry.name));
  }
  return path;
}

Result<Report> tag_acl(Editor& editor, const TpgRef& tpg, std::string_view name, std::string_view tag) {
  return editor.run([&](Draft& draft) -> Result<> {
    TRY_OK(check_tag(tag));
    const std::vector<Path> joining = TRY(existing_acls(draft, tpg, name));
    if (name == tag) return {};
    const std::vector<Path> members = tagged(draft.tree, tpg_path(tpg), tag);
    for (const Path& path : joining) {
      const bool is_member = std::find(members.begin(), members.end(), path) != members.end();
      if (!is_member && !members.empty()) {
        const config::Object first = *draft.tree.find(members.front());
        take_over(*draft.tree.find(path), first);
        draft.report.lines.push_back(
            fmt::format("{} has what {} has now.", path.back().id, members.front().back().id));
      }
      draft.tree.find(path)->attributes["tag"] = tag;
      draft.report.lines.push_back(fmt::format("{} has the tag {}.", path.back().id, tag));
    }
    return {};
  });
}

Result<Report> untag_acl(Editor& editor, const TpgRef& tpg, std::string_view name) {
  return editor.run([&](Draft& draft) -> Result<> {
    const std::vector<Path> acls = TRY(existing_acls(draft, tpg, name));
    for (const Path& path : acls) {
      config::Object* acl = draft.tree.find(path);
      if (acl->attributes.erase("tag") == 0) {
        draft.report.lines.push_back(fmt::format("{} has no tag.", path.back().id));
        continue;
      }
      draft.report.lines.push_back(fmt::format("{} has no tag any more.", path.back().id));
    }
    return {};
  });
}

}  // namespace lunet::service
