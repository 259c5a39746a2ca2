// SPDX-License-Identifier: Apache-2.0
// For the tests: random configurations of every kind of object that saveconfig.json has, with values that
// hurt.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <string>
#include <string_view>

#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::interop {

inline const schema::Schema& test_schema() {
  static const schema::Schema schema = [] {
    auto shipped = schema::shipped_schema();
    EXPECT_TRUE(shipped) << shipped.error().message;
    return shipped ? *std::move(shipped) : schema::Schema{};
  }();
  return schema;
}

inline config::Tree config_of(std::string_view text) {
  auto tree = config::parse(text, "config");
  EXPECT_TRUE(tree) << tree.error().message;
  return *std::move(tree);
}

class RandomConfigs {
 public:
  /// `any_bytes`: also values that JSON cannot hold.
  RandomConfigs(unsigned seed, bool any_bytes) : random_(seed), any_bytes_(any_bytes) {}

  config::Tree make() {
    config::Tree tree;
    disks_.clear();
    for (unsigned n = below(6); n > 0; --n) add_disk(tree);
    for (const std::string_view fabric : {"iscsi", "loopback", "vhost", "qla2xxx", "srpt", "sbp", "tcm_fc"}) {
      if (below(3) == 0)
        add_fabric(tree.ensure({{config::ObjectClass::fabric, std::string(fabric)}}), fabric);
    }
    return tree;
  }

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  using Class = config::ObjectClass;

  std::string value() {
    static constexpr std::string_view samples[] = {"",
                                                   "0",
                                                   "1",
                                                   "-1",
                                                   "007",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "yes",
                                                   "None",
                                                   " ",
                                                   "NULL",
                                                   "a b",
                                                   "\"q'\"",
                                                   "back\\slash",
                                                   "tab\tline\n",
                                                   "caf\xC3\xA9",
                                                   "\x7f",
                                                   "~~~",
                                                   "{",
                                                   "null",
                                                   "1.5",
                                                   "+1",
                                                   "1_000",
                                                   "\xF0\x9F\x92\xBE"};
    std::string text(samples[below(std::size(samples))]);
    if (any_bytes_ && below(20) == 0) text += "\xFF";
    return text;
  }
  std::string flag() { return below(2) == 0 ? "no" : "yes"; }
  std::string number() { return std::to_string(below(100000)); }
  std::string name(std::string_view start) {
    return std::string(start) + std::to_string(below(100)) + (below(4) == 0 ? "\xC3\xB6.-_+" : "");
  }

  void maybe(config::Attributes& values, std::string_view name, std::string text) {
    if (below(3) != 0) values[std::string(name)] = std::move(text);
  }
  void dictionary(config::Attributes& values, std::initializer_list<std::string_view> names) {
    if (below(3) == 0) return;
    for (const std::string_view each : names) maybe(values, each, below(2) == 0 ? number() : value());
  }
  void unknown(config::Object& object) {
    if (below(8) != 0) return;
    object.groups["saveconfig"]["later_key"] = below(2) == 0 ? R"({"a":[1,null,"x"],"b":-0.5})" : "true";
  }

  void add_alua(config::Attributes& values) {
    for (unsigned n = below(3); n > 0; --n) {
      const std::string start = "group_" + std::to_string(below(20)) + "_";
      values[start + "name"] = name("g");
      for (const std::string_view each : {"alua_access_state", "preferred", "later"})
        maybe(values, start + std::string(each), below(4) == 0 ? value() : number());
    }
  }

  void add_disk(config::Tree& tree) {
    static constexpr std::string_view plugins[] = {"fileio", "iblock", "pscsi", "rd_mcp", "user", "zbc"};
    const std::string plugin(plugins[below(std::size(plugins))]);
    const std::string disk_name = name("d");
    config::Object& disk = tree.ensure({{Class::storage, plugin}, {Class::disk, disk_name}});
    disk = {};
    disks_.push_back(plugin + ":" + disk_name);
    auto& own = disk.attributes;
    maybe(own, "hba", number());
    if (plugin != "pscsi") maybe(own, "wwn", value());
    if (plugin == "fileio" || plugin == "iblock" || plugin == "pscsi") maybe(own, "path", "/srv/" + value());
    if (plugin == "fileio" || plugin == "rd_mcp" || plugin == "user") maybe(own, "size", number());
    if (plugin == "fileio") maybe(own, "buffered", flag());
    if (plugin == "fileio") maybe(own, "aio", flag());
    if (plugin == "rd_mcp") maybe(own, "nullio", flag());
    if (plugin == "iblock") maybe(own, "readonly", flag());
    if (plugin == "iblock") maybe(own, "exclusive", flag());
    if (plugin == "user") maybe(own, "config", "rbd/" + value());
    if (plugin == "user") maybe(own, "control", value());
    if (plugin == "user") maybe(own, "hw_max_sectors", number());
    dictionary(disk.groups["attribute"], {"block_size", "max_unmap_lba_count", "control", "x1"});
    if (plugin == "iblock" && below(2) == 0)
      disk.groups["attribute"]["emulate_write_cache"] = std::to_string(below(2));
    add_alua(disk.groups["alua"]);
    unknown(disk);
  }

  std::string wwn(std::string_view fabric, unsigned n) {
    if (fabric == "iscsi") return "iqn.2026-11.org.example:n" + std::to_string(n);
    if (fabric == "srpt") return "ib." + std::string(31, 'a') + std::to_string(n % 10);
    return (fabric == "sbp" ? "eui." : "naa.5") + std::string(fabric == "sbp" ? 15 : 14, 'b') +
           std::to_string(n % 10);
  }

  void add_auth(config::Attributes& values, bool discovery) {
    if (below(2) == 0) return;
    if (discovery) maybe(values, "enable", flag());
    maybe(values, "userid", value());
    maybe(values, "password", value());
    maybe(values, discovery ? "mutual_userid" : "userid_mutual", value());
    maybe(values, discovery ? "mutual_password" : "password_mutual", value());
  }

  void add_fabric(config::Object& fabric, std::string_view name) {
    if (name == "iscsi") add_auth(fabric.groups["discovery_auth"], true);
    if (name == "iscsi") maybe(fabric.attributes, "cpus_allowed_list", "0-3");
    unknown(fabric);
    for (unsigned n = below(3); n > 0; --n) {
      config::Object& target = fabric.children[{Class::target, wwn(name, n)}];
      dictionary(target.groups["parameter"], {"cmd_completion_affinity"});
      if (name != "iscsi" && name != "vhost") {
        add_tpg(target, name);
        continue;
      }
      for (unsigned tag = below(3); tag > 0; --tag) {
        config::Object& tpg = target.children[{Class::tpgt, std::to_string(tag)}];
        dictionary(tpg.groups["parameter"], {"MaxBurstLength", "HeaderDigest"});
        add_tpg(tpg, name);
      }
    }
  }

  void add_tpg(config::Object& tpg, std::string_view fabric) {
    const bool always = fabric == "loopback" || fabric == "vhost" || fabric == "tcm_fc";
    if (!always) tpg.attributes["enable"] = flag();
    if (fabric == "vhost") maybe(tpg.attributes, "nexus_wwn", wwn(fabric, 9));
    dictionary(tpg.groups["attribute"], {"default_erl", "login_timeout"});
    add_auth(tpg.groups["auth"], false);
    unknown(tpg);
    for (unsigned n = below(4); n > 0; --n) add_lun(tpg.children[{Class::lun, std::to_string(below(300))}]);
    for (unsigned n = below(3); n > 0; --n) {
      config::Object& portal =
          tpg.children[{Class::portal, (below(2) == 0 ? "[2001:db8::1]:" : "192.0.2.1:") + number()}];
      maybe(portal.attributes, "iser", flag());
      maybe(portal.attributes, "offload", flag());
      unknown(portal);
    }
    for (unsigned n = below(3); n > 0; --n) add_acl(tpg.children[{Class::acl, wwn(fabric, 5 + n)}]);
  }

  void add_lun(config::Object& lun) {
    lun.attributes["backend"] = disks_.empty() || below(10) == 0
                                    ? "fileio:gone"
                                    : disks_[below(static_cast<unsigned>(disks_.size()))];
    maybe(lun.attributes, "alias", value());
    maybe(lun.attributes, "alua_tg_pt_gp_name", name("g"));
    unknown(lun);
  }

  void add_acl(config::Object& acl) {
    maybe(acl.attributes, "tag", value());
    dictionary(acl.groups["attribute"], {"nopin_timeout", "authentication"});
    if (below(2) == 0) acl.attributes["tcq_depth"] = number();
    add_auth(acl.groups["auth"], false);
    unknown(acl);
    for (unsigned n = below(4); n > 0; --n) {
      config::Object& mapped = acl.children[{Class::mapped_lun, std::to_string(below(300))}];
      mapped.attributes["target_lun"] = std::to_string(below(300));
      maybe(mapped.attributes, "write_protect", flag());
      maybe(mapped.attributes, "alias", value());
      unknown(mapped);
    }
  }

  std::mt19937 random_;
  bool any_bytes_;
  std::vector<std::string> disks_;
};

}  // namespace lunet::interop
