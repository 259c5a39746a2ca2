// SPDX-License-Identifier: Apache-2.0
#include "shell/fakes.h"

#include <fmt/core.h>

namespace lunet::shell {

static std::string noted_hba(const std::optional<unsigned>& hba) {
  return hba ? fmt::format(" on HBA {}", *hba) : "";
}

static std::string noted(const service::Scope& scope) {
  return scope.object.empty() ? "" : " " + config::path_text(scope.object);
}

static std::string noted(const service::TpgOptions& options) {
  return std::string(options.enable ? "" : " disabled") + (options.default_portal ? "" : " no-portal") +
         (options.fabric == "iscsi" ? "" : " of " + options.fabric);
}

static std::string noted(const service::TpgRef& tpg) {
  return fmt::format("{}:{}", tpg.target, tpg.tag);
}

Result<service::Report> FakeService::create_fileio(const service::FileioOptions& options) {
  return note(fmt::format(
      "create_fileio {} {} size={} write_back={} sparse={} wwn={} generate_wwn={}{}", options.name,
      options.path, options.size_bytes ? std::to_string(*options.size_bytes) : "none", options.write_back,
      options.sparse, options.wwn, options.generate_wwn, noted_hba(options.hba)));
}

Result<service::Report> FakeService::create_block(const service::BlockOptions& options) {
  const std::string read_only = options.read_only ? fmt::format("{}", *options.read_only) : "auto";
  return note(fmt::format("create_block {} {} readonly={} wwn={}{}", options.name, options.device, read_only,
                          options.wwn, noted_hba(options.hba)));
}

Result<service::Report> FakeService::create_ramdisk(const service::RamdiskOptions& options) {
  return note(fmt::format("create_ramdisk {} {} nullio={} wwn={}{}", options.name, options.size_bytes,
                          options.nullio, options.wwn, noted_hba(options.hba)));
}

Result<service::Report> FakeService::delete_disk(std::string_view plugin, std::string_view name,
                                                 service::EmptyHba hba) {
  const bool stays = hba == service::EmptyHba::stays;
  return note(fmt::format("delete_disk {} {}{}", plugin, name, stays ? " its HBA stays" : ""));
}

Result<service::Report> FakeService::create_target(std::string_view wwn, const service::TpgOptions& options) {
  return note(fmt::format("create_target {}{}", wwn, noted(options)));
}

Result<service::Report> FakeService::delete_target(std::string_view wwn, std::string_view fabric) {
  return note(fmt::format("delete_target {}{}", wwn, fabric == "iscsi" ? "" : fmt::format(" of {}", fabric)));
}

Result<service::Report> FakeService::create_tpg(std::string_view target, std::optional<std::uint16_t> tag,
                                                const service::TpgOptions& options) {
  return note(fmt::format("create_tpg {} {}{}", target, tag ? std::to_string(*tag) : "any", noted(options)));
}

Result<service::Report> FakeService::delete_tpg(const service::TpgRef& tpg) {
  return note("delete_tpg " + noted(tpg));
}

Result<service::Report> FakeService::enable_tpg(const service::TpgRef& tpg, bool enable) {
  return note(fmt::format("enable_tpg {} {}", noted(tpg), enable));
}

Result<service::Report> FakeService::create_lun(const service::TpgRef& tpg,
                                                const service::LunOptions& options) {
  const std::string disk = options.path.empty() ? options.plugin + "/" + options.disk : options.path;
  return note(fmt::format("create_lun {} {} lun={} add={}", noted(tpg), disk,
                          options.lun ? std::to_string(*options.lun) : "any", options.add_mapped_luns));
}

Result<service::Report> FakeService::delete_lun(const service::TpgRef& tpg, std::uint16_t lun) {
  return note(fmt::format("delete_lun {} {}", noted(tpg), lun));
}

Result<service::Report> FakeService::create_acl(const service::TpgRef& tpg, std::string_view wwn, bool add) {
  return note(fmt::format("create_acl {} {} add={}", noted(tpg), wwn, add));
}

Result<service::Report> FakeService::delete_acl(const service::TpgRef& tpg, std::string_view wwn) {
  return note(fmt::format("delete_acl {} {}", noted(tpg), wwn));
}

Result<service::Report> FakeService::create_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                                       const service::MappedLunOptions& options) {
  std::string lun = std::to_string(options.lun);
  if (options.disk)
    lun = options.disk->path.empty() ? options.disk->plugin + "/" + options.disk->disk : options.disk->path;
  return note(fmt::format("create_mapped_lun {} {} {}->{} write_protect={}", noted(tpg), acl,
                          options.mapped_lun, lun, options.write_protect));
}

Result<service::Report> FakeService::delete_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                                       std::uint16_t mapped_lun) {
  return note(fmt::format("delete_mapped_lun {} {} {}", noted(tpg), acl, mapped_lun));
}

Result<service::Report> FakeService::create_portal(const service::TpgRef& tpg, std::string_view ip,
                                                   std::uint16_t port) {
  return note(fmt::format("create_portal {} {} {}", noted(tpg), ip, port));
}

Result<service::Report> FakeService::delete_portal(const service::TpgRef& tpg, std::string_view ip,
                                                   std::uint16_t port) {
  return note(fmt::format("delete_portal {} {} {}", noted(tpg), ip, port));
}

Result<std::vector<service::GroupValue>> FakeService::get_group(const service::GroupRef& group) {
  if (failure) return *failure;
  asked = config::path_text(group.object) + " " + group.group;
  return values;
}

Result<service::Report> FakeService::set_group(
    const service::GroupRef& group, const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string call = fmt::format("set_group {} {}", config::path_text(group.object), group.group);
  for (const auto& [key, value] : pairs) call += fmt::format(" {}={}", key, value);
  return note(call);
}

Result<service::Report> FakeService::restore(const service::Scope& scope) {
  return note("restore" + noted(scope));
}

Result<service::Report> FakeService::adopt(const service::Scope& scope) {
  return note("adopt" + noted(scope));
}

Result<service::Comparison> FakeService::compare(const service::Scope& scope) {
  asked = "compare" + noted(scope);
  return comparison;
}

Result<std::vector<store::Generation>> FakeService::history(std::size_t limit) {
  return std::vector<store::Generation>(limit);
}

Result<service::Report> FakeService::note(std::string call) {
  if (failure) return *failure;
  calls.push_back(std::move(call));
  return report;
}

std::vector<std::string> FakeRuntime::notices() const {
  return said;
}

Result<service::Service*> FakeRuntime::service() {
  return &fake;
}

Result<service::Configurations*> FakeRuntime::configurations() {
  return &whole;
}

Result<service::Tasks*> FakeRuntime::tasks() {
  return &work;
}

Result<service::Configurations*> FakeRuntime::recorded() {
  return &whole;
}

Result<> FakeRuntime::start_waiter() {
  ++waiters;
  return {};
}

Result<service::Report> FakeRuntime::forget_secrets() {
  ++forgotten;
  return service::Report{{"forgotten"}, {}, {}};
}

Result<MigrationQuestion> FakeRuntime::plan_migration(std::optional<service::RuntimeKind> /*to*/) {
  return migration;
}

Result<service::Report> FakeRuntime::migrate(service::RuntimeKind to,
                                             const std::optional<std::vector<std::string>>& agreed) {
  migrated = to == service::RuntimeKind::kernel ? "kernel" : "lunetd";
  for (const std::string& each : agreed.value_or(std::vector<std::string>{})) migrated += " if " + each;
  return service::Report{{"moved"}, {}, {}};
}

Result<service::ViewNode> FakeRuntime::view(service::Hierarchy hierarchy) {
  ++views;
  return tree_in(hierarchy);
}

Result<service::ViewNode> FakeRuntime::target_view(std::string_view fabric, const std::string& target) {
  service::ViewNode root = tree;
  std::erase_if(root.children, [&](const auto& child) { return child.name != fabric; });
  for (service::ViewNode& group : root.children)
    std::erase_if(group.children, [&](const auto& child) { return child.name != target; });
  return root;
}

const service::ViewNode& FakeRuntime::tree_in(service::Hierarchy hierarchy) const {
  return hierarchy == service::Hierarchy::hbas ? by_hba : tree;
}

std::vector<service::UserHandler> FakeRuntime::user_handlers() {
  return handlers;
}

Result<std::string> FakeRuntime::disk_on_hba(const Place& place) {
  const auto id = ids.find(place.path);
  if (id != ids.end()) return id->second;
  if (find_node(by_hba, place.path) == nullptr) return no_such_node(by_hba, place.path);
  return place.disk;
}

Result<std::vector<store::Generation>> FakeRuntime::history(std::size_t limit) {
  const std::size_t skipped = limit == 0 || limit > generations.size() ? 0 : generations.size() - limit;
  return std::vector<store::Generation>(generations.begin() + static_cast<std::ptrdiff_t>(skipped),
                                        generations.end());
}

void FakeRuntime::announce(const std::string& command) {
  announced = command;
}

Result<std::vector<std::string>> FakeRuntime::child_names(const Place& place, service::Hierarchy hierarchy) {
  const service::ViewNode* node = find_node(tree_in(hierarchy), place.path);
  if (node == nullptr) return no_such_node(tree, place.path);
  std::vector<std::string> names;
  for (const service::ViewNode& child : node->children) names.push_back(child.name);
  return names;
}

Result<std::vector<std::string>> FakeRuntime::disk_paths(service::Hierarchy hierarchy) {
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

Result<std::vector<service::ExportedDisk>> FakeRuntime::exported_disks(const Place& place,
                                                                       service::Hierarchy hierarchy) {
  std::vector<service::ExportedDisk> exported;
  const auto luns = follow_path({}, fmt::format("/{}/{}/tpg{}/luns", place.fabric, place.target, place.tag));
  const service::ViewNode* node = luns ? find_node(tree_in(hierarchy), luns->path) : nullptr;
  for (const service::ViewNode& lun : node == nullptr ? std::vector<service::ViewNode>{} : node->children) {
    const auto number = parse_unsigned(detail_of(lun, "index"));
    exported.push_back(
        {static_cast<std::uint16_t>(number.value_or(0)), std::string(detail_of(lun, "storage_object"))});
  }
  return exported;
}

void FakeRuntime::tell_supervisor(const std::string& state) {
  told.push_back(state);
}

Result<Facts> FakeRuntime::facts() {
  return known;
}

Result<> FakeRuntime::mount(const std::string& directory, const std::function<void()>& mounted) {
  if (!directory.starts_with('/')) return system_error(ENOENT, directory);
  mounted_at = directory;
  mounted();
  return {};
}

ExitStatus Lab::run(std::string_view words) {
  std::vector<std::string> tokens;
  for (const std::string_view word : split(words, ' ')) tokens.emplace_back(word);
  return run_words(tokens);
}

service::ViewNode& node_at(service::ViewNode& root, std::string_view path) {
  const service::ViewNode* node = find_node(root, path);
  CHECK(node != nullptr);
  return const_cast<service::ViewNode&>(*node);  // the tree is the caller's, and not const
}

service::ViewNode made(service::NodeKind kind, std::string name, std::string summary,
                       std::vector<service::ViewNode> children, service::Health health) {
  return {kind, std::move(name), std::move(summary), health, {}, {}, std::move(children)};
}

service::ViewNode sample_backstores() {
  const service::ViewNode group = made(service::NodeKind::alua_group, "default_tg_pt_gp",
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

service::ViewNode sample_iscsi() {
  service::ViewNode mapped =
      made(service::NodeKind::mapped_lun, "mapped_lun0", "lun0 fileio/d1 (rw)", {}, service::Health::good);
  mapped.details = {{"index", "0"}, {"tpg_lun", "0"}};
  const service::ViewNode acl =
      made(service::NodeKind::acl, "iqn.1994-05.com.example:h1", "Mapped LUNs: 1", {mapped});
  service::ViewNode lun = made(service::NodeKind::lun, "lun0", "fileio/d1 (/srv/d1.img) (default_tg_pt_gp)",
                               {}, service::Health::good);
  lun.details = {{"index", "0"}, {"storage_object", "/backstores/fileio/d1"}};
  const service::ViewNode portal =
      made(service::NodeKind::portal, "[::0]:3260", "", {}, service::Health::good);
  const service::ViewNode tpg = made(service::NodeKind::tpg, "tpg1", "no-gen-acls, no-auth",
                                     {made(service::NodeKind::acls, "acls", "ACLs: 1", {acl}),
                                      made(service::NodeKind::luns, "luns", "LUNs: 1", {lun}),
                                      made(service::NodeKind::portals, "portals", "Portals: 1", {portal})});
  return made(service::NodeKind::fabric, "iscsi", "Targets: 1",
              {made(service::NodeKind::target, "iqn.2003-01.org.example:t1", "TPGs: 1", {tpg})});
}

service::ViewNode sample_hbas() {
  const service::ViewNode disk =
      made(service::NodeKind::disk, "d1", "/srv/d1.img activated", {}, service::Health::good);
  service::ViewNode hba = made(service::NodeKind::hba, "fileio0", "1 Storage Object", {disk});
  hba.details = {{"hba", "0"}, {"plugin", "fileio"}, {"version", "v5.0"}};
  return made(service::NodeKind::root, "/", "",
              {made(service::NodeKind::backstores, "backstores", "2 Backstores (legacy mode)",
                    {hba, made(service::NodeKind::hba, "rd_mcp1", "0 Storage Object")}),
               sample_iscsi()});
}

service::ViewNode sample_tree() {
  return made(service::NodeKind::root, "/", "", {sample_backstores(), sample_iscsi()});
}

}  // namespace lunet::shell
