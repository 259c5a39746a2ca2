// SPDX-License-Identifier: Apache-2.0
// A service that notes what it was asked for, a console that keeps what was said: for the tests of this
// folder.
#pragma once

#include <fmt/core.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "shell/command.h"
#include "shell/fake_configurations.h"
#include "shell/fake_tasks.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

/// Notes each call as "verb argument ...". Fails with `failure` when that is set.
class FakeService : public service::Service {
 public:
  std::vector<std::string> calls;
  std::optional<Error> failure;
  service::Report report{{"done"}, {}, {}};
  std::vector<service::GroupValue> values;
  service::Comparison comparison;

  Result<service::Report> create_fileio(const service::FileioOptions& options) override {
    return note(fmt::format(
        "create_fileio {} {} size={} write_back={} sparse={} wwn={} generate_wwn={}{}", options.name,
        options.path, options.size_bytes ? std::to_string(*options.size_bytes) : "none", options.write_back,
        options.sparse, options.wwn, options.generate_wwn, on(options.hba)));
  }
  Result<service::Report> create_block(const service::BlockOptions& options) override {
    const std::string read_only = options.read_only ? fmt::format("{}", *options.read_only) : "auto";
    return note(fmt::format("create_block {} {} readonly={} wwn={}{}", options.name, options.device,
                            read_only, options.wwn, on(options.hba)));
  }
  Result<service::Report> create_ramdisk(const service::RamdiskOptions& options) override {
    return note(fmt::format("create_ramdisk {} {} nullio={} wwn={}{}", options.name, options.size_bytes,
                            options.nullio, options.wwn, on(options.hba)));
  }
  using Service::delete_disk;
  Result<service::Report> delete_disk(std::string_view plugin, std::string_view name,
                                      service::EmptyHba hba) override {
    const bool stays = hba == service::EmptyHba::stays;
    return note(fmt::format("delete_disk {} {}{}", plugin, name, stays ? " its HBA stays" : ""));
  }
  Result<service::Report> create_target(std::string_view wwn, const service::TpgOptions& options) override {
    return note(fmt::format("create_target {}{}", wwn, name(options)));
  }
  Result<service::Report> delete_target(std::string_view wwn, std::string_view fabric) override {
    return note(
        fmt::format("delete_target {}{}", wwn, fabric == "iscsi" ? "" : fmt::format(" of {}", fabric)));
  }
  Result<service::Report> create_tpg(std::string_view target, std::optional<std::uint16_t> tag,
                                     const service::TpgOptions& options) override {
    return note(fmt::format("create_tpg {} {}{}", target, tag ? std::to_string(*tag) : "any", name(options)));
  }
  Result<service::Report> delete_tpg(const service::TpgRef& tpg) override {
    return note("delete_tpg " + name(tpg));
  }
  Result<service::Report> enable_tpg(const service::TpgRef& tpg, bool enable) override {
    return note(fmt::format("enable_tpg {} {}", name(tpg), enable));
  }
  Result<service::Report> create_lun(const service::TpgRef& tpg,
                                     const service::LunOptions& options) override {
    const std::string disk = options.path.empty() ? options.plugin + "/" + options.disk : options.path;
    return note(fmt::format("create_lun {} {} lun={} add={}", name(tpg), disk,
                            options.lun ? std::to_string(*options.lun) : "any", options.add_mapped_luns));
  }
  Result<service::Report> delete_lun(const service::TpgRef& tpg, std::uint16_t lun) override {
    return note(fmt::format("delete_lun {} {}", name(tpg), lun));
  }
  Result<service::Report> create_acl(const service::TpgRef& tpg, std::string_view wwn, bool add) override {
    return note(fmt::format("create_acl {} {} add={}", name(tpg), wwn, add));
  }
  Result<service::Report> delete_acl(const service::TpgRef& tpg, std::string_view wwn) override {
    return note(fmt::format("delete_acl {} {}", name(tpg), wwn));
  }
  Result<service::Report> create_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                            const service::MappedLunOptions& options) override {
    std::string lun = std::to_string(options.lun);
    if (options.disk)
      lun = options.disk->path.empty() ? options.disk->plugin + "/" + options.disk->disk : options.disk->path;
    return note(fmt::format("create_mapped_lun {} {} {}->{} write_protect={}", name(tpg), acl,
                            options.mapped_lun, lun, options.write_protect));
  }
  Result<service::Report> delete_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                            std::uint16_t mapped_lun) override {
    return note(fmt::format("delete_mapped_lun {} {} {}", name(tpg), acl, mapped_lun));
  }
  Result<service::Report> create_portal(const service::TpgRef& tpg, std::string_view ip,
                                        std::uint16_t port) override {
    return note(fmt::format("create_portal {} {} {}", name(tpg), ip, port));
  }
  Result<service::Report> delete_portal(const service::TpgRef& tpg, std::string_view ip,
                                        std::uint16_t port) override {
    return note(fmt::format("delete_portal {} {} {}", name(tpg), ip, port));
  }
  Result<std::vector<service::GroupValue>> get_group(const service::GroupRef& group) override {
    if (failure) return *failure;
    asked = config::path_text(group.object) + " " + group.group;
    return values;
  }
  Result<service::Report> set_group(const service::GroupRef& group,
                                    const std::vector<std::pair<std::string, std::string>>& pairs) override {
    std::string call = fmt::format("set_group {} {}", config::path_text(group.object), group.group);
    for (const auto& [key, value] : pairs) call += fmt::format(" {}={}", key, value);
    return note(call);
  }
  Result<service::Report> restore(const service::Scope& scope) override {
    return note("restore" + name(scope));
  }
  Result<service::Report> adopt(const service::Scope& scope) override { return note("adopt" + name(scope)); }
  Result<service::Comparison> compare(const service::Scope& scope) override {
    asked = "compare" + name(scope);
    return comparison;
  }
  Result<std::vector<store::Generation>> history(std::size_t limit) override {
    return std::vector<store::Generation>(limit);
  }

  std::string asked;  ///< what get_group was last called for

 private:
  static std::string on(const std::optional<unsigned>& hba) {
    return hba ? fmt::format(" on HBA {}", *hba) : "";
  }
  static std::string name(const service::Scope& scope) {
    return scope.object.empty() ? "" : " " + config::path_text(scope.object);
  }
  static std::string name(const service::TpgOptions& options) {
    return std::string(options.enable ? "" : " disabled") + (options.default_portal ? "" : " no-portal") +
           (options.fabric == "iscsi" ? "" : " of " + options.fabric);
  }
  static std::string name(const service::TpgRef& tpg) { return fmt::format("{}:{}", tpg.target, tpg.tag); }
  Result<service::Report> note(std::string call) {
    if (failure) return *failure;
    calls.push_back(std::move(call));
    return report;
  }
};

class FakeRuntime : public Runtime {
 public:
  FakeService fake;
  FakeConfigurations whole;
  service::ViewNode tree;
  std::vector<store::Generation> generations;
  int views = 0;
  std::vector<std::string> said;
  [[nodiscard]] std::vector<std::string> notices() const override { return said; }

  Result<service::Service*> service() override { return &fake; }
  Result<service::Configurations*> configurations() override { return &whole; }
  FakeTasks work;
  Result<service::Tasks*> tasks() override { return &work; }
  Result<service::Configurations*> recorded() override { return &whole; }
  Result<> start_waiter() override {
    ++waiters;
    return {};
  }
  int waiters = 0;
  Result<service::Report> forget_secrets() override {
    ++forgotten;
    return service::Report{{"forgotten"}, {}, {}};
  }
  int forgotten = 0;
  MigrationQuestion migration;
  std::string migrated;  ///< where to, and what was agreed to
  Result<MigrationQuestion> plan_migration(std::optional<service::RuntimeKind> /*to*/) override {
    return migration;
  }
  Result<service::Report> migrate(service::RuntimeKind to,
                                  const std::optional<std::vector<std::string>>& agreed) override {
    migrated = to == service::RuntimeKind::kernel ? "kernel" : "lunetd";
    for (const std::string& each : agreed.value_or(std::vector<std::string>{})) migrated += " if " + each;
    return service::Report{{"moved"}, {}, {}};
  }
  using Runtime::child_names;
  using Runtime::view;
  service::ViewNode by_hba;  ///< the tree in the legacy hierarchy
  Result<service::ViewNode> view(service::Hierarchy hierarchy) override {
    ++views;
    return tree_in(hierarchy);
  }
  [[nodiscard]] const service::ViewNode& tree_in(service::Hierarchy hierarchy) const {
    return hierarchy == service::Hierarchy::hbas ? by_hba : tree;
  }
  std::vector<service::UserHandler> handlers;
  std::vector<service::UserHandler> user_handlers() override { return handlers; }
  std::map<std::string, std::string> ids;  ///< of disks, by their path in the legacy hierarchy
  Result<std::string> disk_on_hba(const Place& place) override {
    const auto id = ids.find(place.path);
    if (id != ids.end()) return id->second;
    if (find_node(by_hba, place.path) == nullptr) return no_such_node(by_hba, place.path);
    return place.disk;
  }
  Result<std::vector<store::Generation>> history(std::size_t limit) override {
    const std::size_t skipped = limit == 0 || limit > generations.size() ? 0 : generations.size() - limit;
    return std::vector<store::Generation>(generations.begin() + static_cast<std::ptrdiff_t>(skipped),
                                          generations.end());
  }
  std::string announced;
  void announce(const std::string& command) override { announced = command; }
  Result<std::vector<std::string>> child_names(const Place& place, service::Hierarchy hierarchy) override {
    const service::ViewNode* node = find_node(tree_in(hierarchy), place.path);
    if (node == nullptr) return no_such_node(tree, place.path);
    std::vector<std::string> names;
    for (const service::ViewNode& child : node->children) names.push_back(child.name);
    return names;
  }
  Result<std::vector<std::string>> disk_paths(service::Hierarchy hierarchy) override {
    std::vector<std::string> paths;
    if (hierarchy == service::Hierarchy::hbas) {
      for (const service::ViewNode& hba : find_node(by_hba, "/backstores")->children) {
        for (const service::ViewNode& disk : hba.children)
          paths.push_back(fmt::format("/backstores/{}/{}", hba.name, disk.name));
      }
      return paths;
    }
    for (const char* plugin : {"block", "fileio", "pscsi", "ramdisk"}) {
      const std::string path = std::string("/backstores/") + plugin;
      const service::ViewNode* node = find_node(tree, path);
      if (node == nullptr) continue;
      for (const service::ViewNode& disk : node->children) paths.push_back(path + "/" + disk.name);
    }
    return paths;
  }
  Result<std::vector<service::ExportedDisk>> exported_disks(const Place& place,
                                                            service::Hierarchy hierarchy) override {
    std::vector<service::ExportedDisk> exported;
    const auto luns =
        follow_path({}, fmt::format("/{}/{}/tpg{}/luns", place.fabric, place.target, place.tag));
    const service::ViewNode* node = luns ? find_node(tree_in(hierarchy), luns->path) : nullptr;
    for (const service::ViewNode& lun : node == nullptr ? std::vector<service::ViewNode>{} : node->children) {
      const auto number = parse_unsigned(detail_of(lun, "index"));
      exported.push_back(
          {static_cast<std::uint16_t>(number.value_or(0)), std::string(detail_of(lun, "storage_object"))});
    }
    return exported;
  }
  std::vector<std::string> told;  ///< the supervisor
  void tell_supervisor(const std::string& state) override { told.push_back(state); }
  Facts known;
  Result<Facts> facts() override { return known; }
  std::string mounted_at;
  Result<> mount(const std::string& directory, const std::function<void()>& mounted) override {
    if (!directory.starts_with('/')) return system_error(ENOENT, directory);
    mounted_at = directory;
    mounted();
    return {};
  }
};

class FakeConsole : public Console {
 public:
  std::string out, err;
  int columns = 76;
  std::optional<bool> answer;  ///< to every question
  std::string question;
  std::string secret = "typed secret";

  void write(std::string_view text) override { out += text; }
  void write_error(std::string_view text) override { err += text; }
  std::vector<std::string> passing;  ///< lines of progress
  void progress(std::string_view text) override { passing.emplace_back(text); }
  [[nodiscard]] int width() const override { return columns; }
  [[nodiscard]] bool colours() const override { return false; }
  std::vector<std::string> input;  ///< lines to read
  std::optional<std::string> read_line() override {
    if (input.empty()) return std::nullopt;
    std::string line = input.front();
    input.erase(input.begin());
    return line;
  }
  std::optional<bool> confirm(std::string_view text) override {
    question = text;
    return answer;
  }
  Result<std::string> read_secret(std::string_view /*prompt*/) override { return secret; }
};

/// A shell with all of it faked.
struct Lab {
  FakeRuntime runtime;
  FakeConsole console;
  Session session{runtime, console};

  /// Runs words separated by blanks: each its own token.
  ExitStatus run(std::string_view words);
  ExitStatus run_words(const std::vector<std::string>& words) { return shell::run(words, session); }
};

inline ExitStatus Lab::run(std::string_view words) {
  std::vector<std::string> tokens;
  for (const std::string_view word : split(words, ' ')) tokens.emplace_back(word);
  return run_words(tokens);
}

/// The node at a canonical path of a tree; must be there.
inline service::ViewNode& node_at(service::ViewNode& root, std::string_view path) {
  const service::ViewNode* node = find_node(root, path);
  CHECK(node != nullptr);
  return const_cast<service::ViewNode&>(*node);  // the tree is the caller's, and not const
}

inline service::ViewNode made(service::NodeKind kind, std::string name, std::string summary,
                              std::vector<service::ViewNode> children = {},
                              service::Health health = service::Health::none) {
  return {kind, std::move(name), std::move(summary), health, {}, {}, std::move(children)};
}

inline service::ViewNode sample_backstores() {
  service::ViewNode group = made(service::NodeKind::alua_group, "default_tg_pt_gp",
                                 "ALUA state: Active/optimized", {}, service::Health::good);
  service::ViewNode disk =
      made(service::NodeKind::disk, "d1", "/srv/d1.img (1.0MiB) write-back activated",
           {made(service::NodeKind::alua_list, "alua", "ALUA Groups: 1", {group})}, service::Health::good);
  disk.details = {{"dev", "/srv/d1.img"}, {"name", "d1"}, {"size", "1048576"}, {"write_back", "true"}};
  return made(service::NodeKind::backstores, "backstores", "",
              {made(service::NodeKind::plugin, "block", "Storage Objects: 0"),
               made(service::NodeKind::plugin, "fileio", "Storage Objects: 1", {disk}),
               made(service::NodeKind::plugin, "pscsi", "Storage Objects: 0"),
               made(service::NodeKind::plugin, "ramdisk", "Storage Objects: 0")});
}

inline service::ViewNode sample_iscsi() {
  service::ViewNode mapped =
      made(service::NodeKind::mapped_lun, "mapped_lun0", "lun0 fileio/d1 (rw)", {}, service::Health::good);
  mapped.details = {{"index", "0"}, {"tpg_lun", "0"}};
  service::ViewNode acl =
      made(service::NodeKind::acl, "iqn.1994-05.com.example:h1", "Mapped LUNs: 1", {mapped});
  service::ViewNode lun = made(service::NodeKind::lun, "lun0", "fileio/d1 (/srv/d1.img) (default_tg_pt_gp)",
                               {}, service::Health::good);
  lun.details = {{"index", "0"}, {"storage_object", "/backstores/fileio/d1"}};
  service::ViewNode portal = made(service::NodeKind::portal, "[::0]:3260", "", {}, service::Health::good);
  service::ViewNode tpg = made(service::NodeKind::tpg, "tpg1", "no-gen-acls, no-auth",
                               {made(service::NodeKind::acls, "acls", "ACLs: 1", {acl}),
                                made(service::NodeKind::luns, "luns", "LUNs: 1", {lun}),
                                made(service::NodeKind::portals, "portals", "Portals: 1", {portal})});
  return made(service::NodeKind::fabric, "iscsi", "Targets: 1",
              {made(service::NodeKind::target, "iqn.2003-01.org.example:t1", "TPGs: 1", {tpg})});
}

/// The same disk in the legacy hierarchy, and an HBA without any.
inline service::ViewNode sample_hbas() {
  service::ViewNode disk =
      made(service::NodeKind::disk, "d1", "/srv/d1.img activated", {}, service::Health::good);
  service::ViewNode hba = made(service::NodeKind::hba, "fileio0", "1 Storage Object", {disk});
  hba.details = {{"hba", "0"}, {"plugin", "fileio"}, {"version", "v5.0"}};
  return made(service::NodeKind::root, "/", "",
              {made(service::NodeKind::backstores, "backstores", "2 Backstores (legacy mode)",
                    {hba, made(service::NodeKind::hba, "rd_mcp1", "0 Storage Object")}),
               sample_iscsi()});
}

/// The tree of the sample in features 3.10: one file disk, one target, one ACL.
inline service::ViewNode sample_tree() {
  return made(service::NodeKind::root, "/", "", {sample_backstores(), sample_iscsi()});
}

}  // namespace lunet::shell
