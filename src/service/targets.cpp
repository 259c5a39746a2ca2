// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "service/ensure.h"
#include "service/hardware.h"
#include "service/names.h"
#include "service/port_holder.h"
#include "service/verbs.h"
#include "target/kinds.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

constexpr std::uint16_t default_port = 3260;

/// The portal on all addresses (ruling 28).
std::string default_portal_address() {
  return host_has_ipv6() ? "::0" : "0.0.0.0";
}

/// The id of the portal with the same address and port in a TPG of this target; "" when there is none. One
/// target cannot have a portal in two TPGs.
std::string portal_in_target(const config::Object& target_object, std::string_view id) {
  const std::string wanted = portal_key(id);
  for (const auto& [tpg_key, tpg] : target_object.children) {
    for (const auto& [key, portal] : tpg.children) {
      if (key.object_class == ObjectClass::portal && portal_key(key.id) == wanted) return tpg_key.id;
    }
  }
  return "";
}

void add_default_portal(Draft& draft, const Path& tpg) {
  const std::string address = default_portal_address();
  const std::string id = *portal_id(address, default_port);
  const Path target_at(tpg.begin(), tpg.end() - 1);
  if (!portal_in_target(*draft.tree.find(target_at), id).empty()) {
    draft.report.lines.emplace_back("Default portal not created, TPGs within a target cannot share ip:port.");
    return;
  }
  const Path path = below(tpg, ObjectClass::portal, id);
  draft.tree.ensure(path);
  draft.optional_part = OptionalPart{
      path,
      [](Report& report, const Error& error) {
        const std::string holder = find_port_holder(default_port);
        report.warnings.push_back(
            holder.empty()
                ? fmt::format("Default portal not created: {}", error.message)
                : fmt::format("Default portal not created: port {} is in use by {}", default_port, holder));
      },
      [address](Report& report) {
        report.lines.push_back(
            fmt::format("Created default portal listening on all IPs ({}), port {}.", address, default_port));
      }};
}

bool has_attribute(const Path& path, std::string_view name) {
  const schema::Kind* kind = target::kind_of(path);
  return kind != nullptr && kind->attribute("", name) != nullptr;
}

/// A TPG as the original's shell makes it (features 3.6): of iSCSI, no authentication unless an ACL has a
/// secret.
void add_tpg(Draft& draft, const Path& path, const TpgOptions& options) {
  config::Object& tpg = draft.tree.ensure(path);
  if (has_attribute(path, "enable")) tpg.attributes["enable"] = yes_no(options.enable);
  if (const auto nexus = generate_wwn(options.fabric); has_attribute(path, "nexus_wwn") && nexus)
    tpg.attributes["nexus_wwn"] = *nexus;
  if (path.back().object_class == ObjectClass::tpgt)
    draft.report.lines.push_back(fmt::format("Created TPG {}.", path.back().id));
  if (options.fabric != "iscsi") return;
  tpg.groups["attribute"]["authentication"] = "0";
  if (options.default_portal) add_default_portal(draft, path);
}

Result<Path> existing_target(const Draft& draft, std::string_view wwn, std::string_view fabric) {
  const Result<std::string> name = normalise_wwn(wwn, WwnUse::target, fabric);
  const Path path = target_path(name ? *name : std::string(wwn), fabric);
  if (draft.tree.find(path) != nullptr) return path;
  return Error{ENOENT, fmt::format("target '{}' does not exist", wwn), fmt::format("see `ls /{}`", fabric)};
}

}  // namespace

Result<> check_fabric(const Editor& editor, std::string_view fabric) {
  if (fabric == "iscsi" || editor.runtime() == RuntimeKind::kernel) return {};
  return Error{EOPNOTSUPP, fmt::format("lunetd serves iSCSI only, not {}", fabric),
               "the kernel's target has it: --runtime kernel"};
}

void add_target(Draft& draft, const Path& path, const TpgOptions& options) {
  draft.tree.ensure(path);
  draft.report.lines.push_back(fmt::format("Created target {}.", path.back().id));
  draft.report.created = shell_path(path);
  add_tpg(draft, target::is_flat(options.fabric) ? path : below(path, ObjectClass::tpgt, "1"), options);
}

Result<Report> create_target(Editor& editor, std::string_view wwn, const TpgOptions& options) {
  std::string missing;
  auto made = editor.run([&](Draft& draft) -> Result<> {
    TRY_OK(check_has_name(editor, !wwn.empty(), "a name"));
    TRY_OK(check_fabric(editor, options.fabric));
    const std::string name = wwn.empty() ? TRY(generate_wwn(options.fabric))
                                         : TRY(normalise_wwn(wwn, WwnUse::target, options.fabric));
    const Path path = target_path(name, options.fabric);
    if (TRY(is_as_wished(editor, draft, path, {}))) return {};
    if (draft.tree.find(path) != nullptr) {
      return Error{EEXIST, fmt::format("there is a target '{}' already", name), "choose another name"};
    }
    add_target(draft, path, options);
    missing = missing_hardware(options.fabric, name);
    if (!missing.empty()) draft.report.warnings.push_back(missing);
    return {};
  });
  // Most drivers refuse it then, without a word of why.
  if (!made && !missing.empty()) return std::move(made).error().advise(missing);
  return made;
}

Result<Report> delete_target(Editor& editor, std::string_view wwn, std::string_view fabric) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = TRY(existing_target(draft, wwn, fabric));
    TRY_OK(draft.tree.remove(path));
    draft.report.lines.push_back(fmt::format("Deleted Target {}.", path.back().id));
    return {};
  });
}

Result<Report> create_tpg(Editor& editor, std::string_view wwn, std::optional<std::uint16_t> tag,
                          const TpgOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    TRY_OK(check_has_name(editor, tag.has_value(), "a tag"));
    if (target::is_flat(options.fabric)) {
      return Error{EOPNOTSUPP, fmt::format("targets of {} have no TPGs", options.fabric),
                   "the target itself has the LUNs"};
    }
    const Path parent = TRY(existing_target(draft, wwn, options.fabric));
    if (tag && TRY(is_as_wished(editor, draft, below(parent, ObjectClass::tpgt, *tag), {}))) return {};
    const std::set<std::uint64_t> used = numbers_of(*draft.tree.find(parent), ObjectClass::tpgt);
    if (!tag) tag = lowest_free(used, 1);
    if (!tag) {
      return Error{ENOSPC, fmt::format("target '{}' has all 65535 TPGs", wwn), "delete one first"};
    }
    if (used.contains(*tag)) {
      return Error{EEXIST, fmt::format("target '{}' has a TPG {} already", wwn, *tag), "choose another tag"};
    }
    const Path path = below(parent, ObjectClass::tpgt, *tag);
    draft.report.created = shell_path(path);
    add_tpg(draft, path, options);
    return {};
  });
}

Result<Report> delete_tpg(Editor& editor, const TpgRef& tpg) {
  return editor.run([&](Draft& draft) -> Result<> {
    (void)TRY(find_tpg(draft, tpg));
    TRY_OK(draft.tree.remove(tpg_path(tpg)));
    draft.report.lines.push_back(fmt::format("Deleted TPGT {}.", tpg.tag));
    return {};
  });
}

Result<Report> enable_tpg(Editor& editor, const TpgRef& tpg, bool enable) {
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = TRY(find_tpg(draft, tpg));
    if (!has_attribute(tpg_path(tpg), "enable")) {
      return Error{EOPNOTSUPP, fmt::format("a target of {} is always enabled", tpg.fabric),
                   "delete it to end its use"};
    }
    const std::string_view state = enable ? "enabled" : "disabled";
    if (object->attribute("enable") == yes_no(enable)) {
      draft.report.lines.push_back(fmt::format("The TPGT is already {}.", state));
      return {};
    }
    object->attributes["enable"] = yes_no(enable);
    draft.report.lines.push_back(fmt::format("The TPGT has been {}.", state));
    return {};
  });
}

Result<Report> create_portal(Editor& editor, const TpgRef& tpg, std::string_view ip, std::uint16_t port) {
  return editor.run([&](Draft& draft) -> Result<> {
    (void)TRY(find_tpg(draft, tpg));
    const std::string id = TRY(portal_id(ip, port));
    if (port == 0 && editor.runtime() == RuntimeKind::kernel) {
      return Error{EINVAL, "the kernel cannot choose a port: 0 is refused", "give a port, such as 3260"};
    }
    const Path path = below(tpg_path(tpg), ObjectClass::portal, id);
    const Path target_at(path.begin(), path.end() - 2);
    if (TRY(is_as_wished(editor, draft, path, {}))) return {};
    if (const std::string holder = portal_in_target(*draft.tree.find(target_at), id); !holder.empty()) {
      return Error{EEXIST, fmt::format("TPG {} of this target has the portal {} already", holder, id),
                   "choose another address or port"};
    }
    draft.tree.ensure(path);
    draft.report.created = shell_path(path);
    draft.report.lines.push_back(fmt::format("Created network portal {}.", id));
    return {};
  });
}

Result<Report> delete_portal(Editor& editor, const TpgRef& tpg, std::string_view ip, std::uint16_t port) {
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = TRY(find_tpg(draft, tpg));
    const std::string wanted = portal_key(TRY(portal_id(ip, port)));
    const auto found = std::find_if(object->children.begin(), object->children.end(), [&](const auto& child) {
      return child.first.object_class == ObjectClass::portal && portal_key(child.first.id) == wanted;
    });
    if (found == object->children.end()) {
      return Error{ENOENT, fmt::format("TPG {} has no portal {}", tpg.tag, wanted),
                   fmt::format("see `ls {}/portals`", shell_path(tpg_path(tpg)))};
    }
    draft.report.lines.push_back(fmt::format("Deleted network portal {}", found->first.id));
    object->children.erase(ObjectKey(found->first));
    return {};
  });
}

}  // namespace lunet::service
