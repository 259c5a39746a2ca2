// SPDX-License-Identifier: Apache-2.0
// For tests: random configurations that a runtime can serve. What may be set, and in which range, is the
// schema's; what the rules of the tree refuse besides stands here.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"
#include "target/changes.h"
#include "target/kinds.h"

namespace lunet::target {

/// A sample of the seeds; all with LUNET_TORTURE=1, from LUNET_FIRST_SEED on; LUNET_SEED=n that one. A
/// failure names its seed.
inline void for_each_seed(unsigned sample, unsigned whole, const std::function<void(unsigned)>& test) {
  if (const char* one = std::getenv("LUNET_SEED")) return test(static_cast<unsigned>(std::atoi(one)));
  const unsigned count = std::getenv("LUNET_TORTURE") != nullptr ? whole : sample;
  const char* from = std::getenv("LUNET_FIRST_SEED");
  const unsigned first = from == nullptr ? 1 : static_cast<unsigned>(std::atoi(from));
  for (unsigned seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("LUNET_SEED={}", seed));
    test(seed);
  }
}

class RandomConfigurations {
 public:
  static constexpr unsigned slots = 6;     ///< of disks, in each plugin
  static constexpr unsigned size_max = 4;  ///< of a disk, MiB
  static std::string file_of(const std::string& folder, unsigned slot) {
    return fmt::format("{}/never made {}.img", folder, slot);
  }

  /// `kernel`: with the plugins and fabrics that only the kernel has. `folder`: of the files, which a runtime
  /// that opens them needs; it gets no block devices then.
  RandomConfigurations(unsigned seed, bool kernel, std::string folder = "")
      : random_(seed), kernel_(kernel), folder_(std::move(folder)) {}

  config::Tree make() {
    config::Tree tree;
    for (unsigned n = below(7); n > 0; --n) add_disk(tree);
    for (unsigned n = below(4); n > 0; --n) add_target(tree);
    if (below(4) == 0) add_discovery(tree);
    return tree;
  }

  /// Another one that has much in common with `tree`.
  config::Tree changed(const config::Tree& tree) {
    config::Tree next = tree;
    config::Path path;
    change(next, next.root, path);
    for (unsigned n = below(3); n > 0; --n) add_disk(next);
    for (unsigned n = below(2); n > 0; --n) add_target(next);
    remove_dangling(next);
    return next;
  }

 private:
  using Class = config::ObjectClass;
  using Object = config::Object;

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string yes_no() { return below(2) == 0 ? "no" : "yes"; }

  void add_disk(config::Tree& tree) {
    static constexpr std::array plugins{"fileio", "rd_mcp", "iblock", "pscsi", "user"};
    const unsigned here = kernel_ ? 5 : 3;
    const std::string plugin = plugins.at(below(folder_.empty() ? here : 2));
    const unsigned slot = below(slots);
    const config::Path path{{Class::storage, plugin}, {Class::disk, fmt::format("d{}", slot)}};
    if (tree.find(path) != nullptr) return;
    Object& disk = tree.ensure(path);
    place_disk(disk, slot);
    if (plugin != "pscsi") disk.attributes["wwn"] = fmt::format("serial-{}-{}", plugin, slot);
    fill_disk(disk, plugin, slot);
    fill_group(disk, path, "attribute");
    if (below(3) == 0) add_port_groups(disk);
    if (below(4) == 0) keep_hba(tree.ensure({path[0]}));
  }

  void keep_hba(Object& storage) { storage.attributes["hbas"] = std::to_string(below(slots + 1)); }

  /// Slots 0 and 1 share an HBA; 4 and 5 may have, each on an HBA of its own, the name of another one.
  void place_disk(Object& disk, unsigned slot) {
    disk.attributes["hba"] = std::to_string(slot == 1 ? 0 : slot);
    if (slot == 3 && below(4) == 0) disk.attributes["hba"] = "6";
    disk.attributes.erase("name");
    if (slot > 3 && below(3) != 0) disk.attributes["name"] = fmt::format("d{}", below(3));
  }

  void fill_disk(Object& disk, const std::string& plugin, unsigned slot) {
    const std::string size = std::to_string((1U + below(size_max)) * 1048576U);
    if (plugin == "fileio") {
      disk.attributes["path"] = file_of(folder_.empty() ? "/tmp" : folder_, slot);
      disk.attributes["size"] = size;
      disk.attributes["buffered"] = yes_no();
      if (kernel_ && below(4) == 0) disk.attributes["aio"] = "yes";
    } else if (plugin == "rd_mcp") {
      disk.attributes["size"] = size;
      if (below(2) == 0) disk.attributes["nullio"] = yes_no();
    } else if (plugin == "iblock") {
      disk.attributes["path"] = fmt::format("/dev/never{}", slot);
      disk.attributes["readonly"] = yes_no();
    } else if (plugin == "pscsi") {
      disk.attributes["path"] = fmt::format("/dev/bsg/3:0:0:{}", slot);
    } else {
      disk.attributes["config"] = fmt::format("file/x {}", slot);
      disk.attributes["size"] = size;
      disk.attributes.erase("control");
      disk.attributes.erase("hw_max_sectors");
      if (below(3) == 0) disk.attributes["control"] = "max_data_area_mb=8";
      if (below(3) == 0) disk.attributes["control"] = "hw_block_size=4096,max_data_area_mb=16";
      if (below(3) == 0) disk.attributes["hw_max_sectors"] = "64";
    }
  }

  void add_port_groups(Object& disk) {
    config::Attributes& values = disk.groups["alua"];
    for (unsigned id = 1; id <= 2; ++id) {
      if (below(2) == 0) continue;
      values[fmt::format("group_{}_name", id)] = fmt::format("g{}", below(2) == 0 ? id : id + 2);
      if (below(2) == 0) values[fmt::format("group_{}_preferred", id)] = yes_no();
      if (below(2) == 0) values[fmt::format("group_{}_alua_access_type", id)] = std::to_string(below(4));
      if (below(2) == 0) values[fmt::format("group_{}_nonop_delay_msecs", id)] = std::to_string(below(500));
    }
    if (below(2) == 0) values["group_0_trans_delay_msecs"] = std::to_string(below(300));
    if (values.empty()) disk.groups.erase("alua");
  }

  /// Values that the rules refuse, or that the runtime makes of others.
  static bool is_left_out(std::string_view name) {
    static constexpr std::array names{"alua_support",
                                      "pgr_support",
                                      "emulate_rest_reord",
                                      "pi_prot_format",
                                      "pi_prot_type",
                                      "pi_prot_verify",
                                      "emulate_dpo",
                                      "emulate_fua_read",
                                      "emulate_tpu",
                                      "emulate_tpws",
                                      "unmap_zeroes_data",
                                      "fabric_prot_type",
                                      "AuthMethod",
                                      "cache_dynamic_acls",
                                      "emulate_write_cache",
                                      "emulate_model_alias",
                                      "nopin_timeout",
                                      "dev_config",
                                      "dev_size",
                                      "chap_algorithms"};
    return std::any_of(names.begin(), names.end(), [&](const char* left) { return name == left; });
  }

  std::string value_of(const schema::Attribute& attribute) {
    const schema::Form& form = attribute.type.forms.front();
    switch (form.base) {
      case schema::Base::boolean: return yes_no();
      case schema::Base::integer: {
        const std::int64_t low = std::max<std::int64_t>(form.low, 0);
        return std::to_string(std::min<std::int64_t>(form.high, low + below(20)));
      }
      case schema::Base::word: return form.words.at(below(static_cast<unsigned>(form.words.size())));
      case schema::Base::list: return form.words.at(below(static_cast<unsigned>(form.words.size())));
      case schema::Base::line: return fmt::format("text {}", below(5));
      default: return {};
    }
  }

  void fill_group(Object& object, const config::Path& path, const std::string& name) {
    const schema::Kind* kind = kind_of(path);
    const schema::Group* group = kind == nullptr ? nullptr : kind->group(name);
    if (group == nullptr || below(2) == 0) return;
    for (const schema::Attribute& attribute : group->attributes) {
      const bool here = kernel_ ? attribute.on_kernel : attribute.on_lunetd;
      if (!here || attribute.obsolete || !attribute.since.empty() || is_left_out(attribute.name) ||
          attribute.attribute_class != schema::AttributeClass::config || below(8) != 0)
        continue;
      if (std::string value = value_of(attribute); !value.empty())
        object.groups[name][attribute.name] = std::move(value);
    }
  }

  static std::string name_for(std::string_view fabric, unsigned number) {
    if (fabric == "iscsi") return fmt::format("iqn.2026-11.org.example:{}", number);
    if (fabric == "srpt") return fmt::format("ib.fe8000000000000000000000000000a{}", number);
    if (fabric == "sbp") return fmt::format("eui.001122334455667{}", number);
    if (fabric == "ibmvscsis") return fmt::format("3000000{}", number);
    return fmt::format("naa.500140500000000{}", number);
  }

  void add_discovery(config::Tree& tree) {
    config::Attributes& values = tree.ensure({{Class::fabric, "iscsi"}}).groups["discovery_auth"];
    values["enable"] = yes_no();
    values["userid"] = fmt::format("user{}", below(3));
    values["password"] = "secret-of-12ch";
  }

  void add_target(config::Tree& tree) {
    std::vector<std::string> fabrics{"iscsi"};
    if (kernel_ && below(2) == 0) {
      fabrics.clear();
      for (const schema::Kind& kind : shipped_schema().root().children) {
        if (kind.object_class == static_cast<std::uint8_t>(Class::fabric))
          fabrics.push_back(kind.names.front());
      }
    }
    const std::string fabric = fabrics.at(below(static_cast<unsigned>(fabrics.size())));
    config::Path path{{Class::fabric, fabric}, {Class::target, name_for(fabric, below(2))}};
    if (tree.find(path) != nullptr) return;
    fill_group(tree.ensure(path), path, "parameter");
    if (fabric == "srpt" && below(2) == 0)
      tree.ensure({path[0]}).groups["discovery_auth"]["rdma_cm_port"] = std::to_string(below(3));
    if (is_flat(fabric)) return fill_tpg(tree, path);
    const unsigned tag = 1 + below(2);
    path.push_back({Class::tpgt, std::to_string(tag)});
    fill_tpg(tree, path);
  }

  void fill_tpg(config::Tree& tree, const config::Path& path) {
    const schema::Kind& kind = *kind_of(path);
    Object& tpg = tree.ensure(path);
    if (kind.attribute("", "enable") != nullptr) tpg.attributes["enable"] = yes_no();
    fill_nexus(tpg, kind);
    if (kind.attribute("", "directory_id") != nullptr && below(2) == 0)
      tpg.attributes["directory_id"] = "0x1234";
    fill_group(tpg, path, "attribute");
    if (!is_flat(path[0].id)) fill_group(tpg, path, "parameter");
    if (kind.group("auth") != nullptr && below(4) == 0)
      tpg.groups["auth"]["userid"] = fmt::format("u{}", below(3));
    if (tpg.groups.contains("auth")) tpg.groups["auth"]["password"] = "no";
    const std::vector<std::string> luns = add_luns(tree, path);
    if (kind.child(static_cast<std::uint8_t>(Class::acl), "a") != nullptr) add_acls(tree, path, luns);
    if (kind.child(static_cast<std::uint8_t>(Class::portal), "a") != nullptr) add_portals(tree, path);
  }

  void fill_nexus(Object& tpg, const schema::Kind& kind) {
    if (kind.attribute("", "nexus_wwn") == nullptr) return;
    tpg.attributes.erase("nexus_wwn");
    if (below(2) == 0) tpg.attributes["nexus_wwn"] = fmt::format("naa.600140500000000{}", below(3));
  }

  std::vector<std::string> add_luns(config::Tree& tree, const config::Path& tpg) {
    std::vector<std::string> disks;
    for (const auto& [key, storage] : std::as_const(tree).root.children) {
      for (const auto& [disk, object] : storage.children) {
        if (key.object_class == Class::storage) disks.push_back(key.id + ":" + disk.id);
      }
    }
    std::vector<std::string> luns;
    for (unsigned n = disks.empty() ? 0 : below(4); n > 0; --n) {
      config::Path path = tpg;
      path.push_back({Class::lun, std::to_string(below(4))});
      if (tree.find(path) != nullptr) continue;
      Object& lun = tree.ensure(path);
      lun.attributes["backend"] = disks.at(below(static_cast<unsigned>(disks.size())));
      lun.attributes["alias"] = fmt::format("link{}", below(3));
      if (below(4) == 0) lun.attributes["alua_tg_pt_write_md"] = yes_no();
      bind(tree, lun);
      luns.push_back(path.back().id);
    }
    return luns;
  }

  /// In a port group of its disk, or in none.
  void bind(const config::Tree& tree, Object& lun) {
    lun.attributes.erase("alua_tg_pt_gp_name");
    const std::string backend = lun.attributes["backend"];
    const std::size_t colon = backend.find(':');
    const Object* disk =
        tree.find({{Class::storage, backend.substr(0, colon)}, {Class::disk, backend.substr(colon + 1)}});
    if (disk == nullptr || below(2) == 0) return;
    const auto groups = disk->groups.find("alua");
    if (groups == disk->groups.end()) return;
    for (const auto& [name, value] : groups->second) {
      if (name.ends_with("_name")) lun.attributes["alua_tg_pt_gp_name"] = value;
    }
  }

  void add_acls(config::Tree& tree, const config::Path& tpg, const std::vector<std::string>& luns) {
    for (unsigned n = below(3); n > 0; --n) {
      config::Path path = tpg;
      path.push_back({Class::acl, name_for(tpg[0].id, 5 + below(2))});
      Object& acl = tree.ensure(path);
      if (tpg[0].id == "iscsi" && below(3) == 0) acl.attributes["tag"] = fmt::format("tag{}", below(3));
      if (tpg[0].id == "iscsi" && below(3) == 0) acl.attributes["tcq_depth"] = std::to_string(1 + below(100));
      fill_group(acl, path, "attribute");
      for (const std::string& lun : luns) {
        if (below(2) == 0) continue;
        config::Path mapped = path;
        mapped.push_back({Class::mapped_lun, below(2) == 0 ? lun : std::to_string(below(6))});
        Object& object = tree.ensure(mapped);
        object.attributes["target_lun"] = lun;
        object.attributes["write_protect"] = yes_no();
        object.attributes["alias"] = fmt::format("link{}", below(3));
      }
    }
  }

  void add_portals(config::Tree& tree, const config::Path& tpg) {
    for (unsigned n = below(3); n > 0; --n) {
      config::Path path = tpg;
      path.push_back(
          {Class::portal, fmt::format("127.0.0.{}:{}", 1 + below(3), 3260 + std::stoi(tpg.back().id))});
      Object& portal = tree.ensure(path);
      if (kernel_ && below(4) == 0) portal.attributes["iser"] = yes_no();
      if (kernel_ && below(4) == 0) portal.attributes["offload"] = yes_no();
    }
  }

  void change(config::Tree& tree, Object& object, config::Path& path) {
    erase_if(object.children, [&](const auto& entry) {
      return entry.first.object_class != Class::storage && entry.first.object_class != Class::fabric &&
             below(7) == 0;
    });
    object.children.edit_each([&](const config::ObjectKey& key, Object& child) {
      path.push_back(key);
      if (below(3) == 0) change_values(child, path);
      change(tree, child, path);
      path.pop_back();
    });
  }

  void change_values(Object& object, const config::Path& path) {
    const Class object_class = path.back().object_class;
    const bool root = object_class == Class::storage || object_class == Class::fabric;
    if (object_class == Class::storage) {
      object.attributes.erase("hbas");
      if (below(2) == 0) keep_hba(object);
    }
    if (root) return;
    if (object_class == Class::disk) {
      const auto slot = static_cast<unsigned>(std::stoi(path[1].id.substr(1)));
      if (below(2) == 0) fill_disk(object, path[0].id, slot);
      if (below(3) == 0) place_disk(object, slot);
      object.groups.erase("alua");
      if (below(2) == 0) add_port_groups(object);
    }
    if (object_class == Class::mapped_lun) object.attributes["write_protect"] = yes_no();
    if (object.attributes.contains("enable")) object.attributes["enable"] = yes_no();
    if (object_class == Class::acl && below(2) == 0) object.attributes.erase("tcq_depth");
    if (object_class == Class::acl && path[0].id == "iscsi" && below(2) == 0)
      object.attributes["tag"] = fmt::format("tag{}", below(3));
    if (is_portal_group(path) && below(3) == 0) fill_nexus(object, *kind_of(path));
    for (const char* group : {"attribute", "parameter"}) {
      if (is_flat(path[0].id) && object_class == Class::target && std::string_view(group) == "parameter")
        continue;
      if (below(2) == 0) object.groups.erase(group);
      fill_group(object, path, group);
    }
  }

  /// What stands on something that is gone, and names of port groups that their disk has not any more.
  void remove_dangling(config::Tree& tree) {
    std::vector<config::Path> gone;
    config::Path path;
    collect_dangling(tree, std::as_const(tree).root, path, gone);
    for (const config::Path& each : gone) {
      if (tree.find(each) != nullptr) (void)tree.remove(each);
    }
    gone.clear();
    collect_dangling(tree, std::as_const(tree).root, path, gone);
    for (const config::Path& each : gone) {
      if (tree.find(each) != nullptr) (void)tree.remove(each);
    }
    const config::Tree copy = tree;
    rebind(copy, tree.root);
  }

  void collect_dangling(const config::Tree& tree, const Object& object, config::Path& path,
                        std::vector<config::Path>& gone) {
    for (const auto& [key, child] : object.children) {
      path.push_back(key);
      const config::Path reference = reference_of(tree, path);
      if (!reference.empty() && tree.find(reference) == nullptr) gone.push_back(path);
      collect_dangling(tree, child, path, gone);
      path.pop_back();
    }
  }

  void rebind(const config::Tree& tree, Object& object) {
    object.children.edit_each([&](const config::ObjectKey& key, Object& child) {
      if (key.object_class == Class::lun) bind(tree, child);
      rebind(tree, child);
    });
  }

  std::mt19937 random_;
  bool kernel_;
  std::string folder_;
};

}  // namespace lunet::target
