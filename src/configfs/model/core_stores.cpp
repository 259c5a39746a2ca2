// SPDX-License-Identifier: Apache-2.0
// Writes to core/ that need more than the table says.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/transaction.h"
#include "configfs/model/words.h"

namespace lunet::configfs {
namespace {

const PluginRule& plugin_of(Transaction& transaction, const Object& disk) {
  return *find_plugin(transaction.model().flavour(), disk.type->variant);
}

/// A value of a control string, or why the plugin refuses it.
Result<std::string> setting_value(std::string_view key, std::string_view value) {
  if (key == "fd_dev_name" || key == "udev_path") {
    if (value.empty() || value.size() > 255) return refuse(EINVAL, "a path of 1 to 255 bytes is needed");
    return std::string(value);
  }
  if (key == "dev_config") {
    if (value.empty() || value.size() > 255) return refuse(EINVAL, "1 to 255 bytes are needed");
    return std::string(value);
  }
  const std::string parsed = TRY(normalise(number(key == "nl_reply_supported" ? -1 : 0, INT64_MAX), value));
  const bool only_one = key == "fd_buffered_io" || key == "fd_async_io";
  if (only_one && parsed != "1") return refuse(EINVAL, std::string(key) + " can only be set to 1");
  return parsed;
}

}  // namespace

Result<std::string> store_dbroot(Transaction& transaction, Object&, const std::string& value) {
  for (const auto& [name, child] : transaction.model().root().children[0])
    if (!child->fixed) return refuse(EINVAL, "it cannot change once a fabric is there");
  return value;
}

Result<std::string> store_lu_group_id(Transaction& transaction, Object& object, const std::string& value) {
  if (object.live) return refuse(EINVAL, "the group has an id already");
  const Model& model = transaction.model();
  std::uint64_t highest = 0;
  for (const auto& [name, group] : object.parent->children[object.container]) {
    const std::string_view id = group->fixed ? "0" : model.stored_value(*group, "lu_gp_id");
    if (value != "0" && id == value) return refuse(EINVAL, "the id belongs to group " + name);
    highest = std::max(highest, parse_unsigned(id).value_or(0));
  }
  transaction.assign(object.live, true);
  return value == "0" ? std::to_string(highest + 1) : value;
}

Result<std::string> store_hba_mode(Transaction&, Object&, const std::string&) {
  return refuse(EINVAL, "the plugin has only one mode");
}

Result<std::string> store_control(Transaction& transaction, Object& object, const std::string& value) {
  const PluginRule& plugin = plugin_of(transaction, object);
  auto settings = object.settings;
  std::string parts = value;
  std::replace(parts.begin(), parts.end(), '\n', ',');
  const bool has_path = value.find("fd_dev_name=") != std::string::npos ||
                        value.find("udev_path=") != std::string::npos ||
                        value.find("dev_config=") != std::string::npos;
  for (const std::string_view part : split(parts, ',')) {
    const std::size_t equals = part.find('=');
    const std::string_view key = trim(part.substr(0, equals));
    if (equals == std::string_view::npos || !has_word(plugin.settings, key)) {
      // What a plugin does not know it ignores (golden: bogus=1), unless it may be the rest of a path: LIO
      // would then open another file.
      if (!has_path || part.empty()) continue;
      return refuse(EINVAL,
                    fmt::format("\"{}\" is no setting of {}; a path cannot have a comma or a line end", part,
                                plugin.name));
    }
    settings[std::string(key)] = TRY(setting_value(key, part.substr(equals + 1)));
  }
  transaction.assign(object.settings, std::move(settings));
  return value;
}

Result<std::string> store_disk_enable(Transaction& transaction, Object& object, const std::string& value) {
  if (value.find('1') == std::string::npos)
    return refuse(EINVAL, "a disk can only be enabled, never disabled");
  if (object.live) return refuse(EEXIST, "the disk is enabled already");
  const PluginRule& plugin = plugin_of(transaction, object);
  for (const std::string_view key : split(plugin.required, ' ')) {
    const std::string_view needed = object.setting(key);
    // Numbers of SCSI devices start at 0.
    if (needed.empty() || (needed == "0" && !key.starts_with("scsi_")))
      return refuse(EINVAL, fmt::format("{} must be set in control first", key));
  }
  for (std::size_t file = 0; file < object.type->files.size(); ++file)
    if ((object.type->files[file].rule->flags & on_enable) != 0)
      transaction.reset(object, static_cast<int>(file));
  if (object.setting("fd_buffered_io") == "1") transaction.set(object, "attrib/emulate_write_cache", "1");
  for (const std::string_view name :
       {"hw_block_size", "hw_max_sectors", "max_data_area_mb", "data_pages_per_blk", "cmd_ring_size_mb"})
    if (object.type->variant == "user" && !object.setting(name).empty())
      transaction.set(object, fmt::format("attrib/{}", name), std::string(object.setting(name)));
  Model& model = transaction.model();
  transaction.assign(object.index, model.counters.device);
  transaction.assign(model.counters.device, model.counters.device + 1);
  transaction.assign(object.plugin_index, object.parent->plugin_index);
  transaction.assign(object.parent->plugin_index, object.parent->plugin_index + 1);
  transaction.assign(object.live, true);
  move_to_group(transaction, object, model.object_at("core/alua/lu_gps/default_lu_gp"));
  return std::string("1");
}

Result<std::string> store_disk_lu_group(Transaction& transaction, Object& object, const std::string& value) {
  if (!object.live) return value;  // LIO takes and forgets it
  const std::string_view name = trim(value);
  Object* group = nullptr;
  if (name != "NULL") {
    group = transaction.model().object_at("core/alua/lu_gps/" + std::string(name));
    if (group == nullptr || name.empty()) return refuse(ENODEV, fmt::format("there is no LU group {}", name));
  }
  move_to_group(transaction, object, group);
  return std::string(name);
}

Result<std::string> store_model_alias(Transaction& transaction, Object& object, const std::string& value) {
  constexpr std::size_t alias_bytes_max = 15;
  const std::string product = value == "1" ? object.name.substr(0, alias_bytes_max)
                                           : std::string(plugin_of(transaction, object).product);
  transaction.set(object, "wwn/product_id", product);
  return value;
}

Result<std::string> store_write_cache(Transaction& transaction, Object& object, const std::string& value) {
  if (value == "1" && !plugin_of(transaction, object).write_cache_settable)
    return refuse(EINVAL, "the device itself says whether it has a write cache");
  // lunetd writes as the attribute says (ruling 8), so `info` says it too; LIO's `info` says how it opened
  // the file.
  if (transaction.model().flavour() == Flavour::lunetd && object.type->variant == "fileio") {
    auto settings = object.settings;
    settings.erase("fd_buffered_io");
    if (value == "1") settings["fd_buffered_io"] = "1";
    transaction.assign(object.settings, std::move(settings));
  }
  return value;
}

Result<std::string> store_needs_unmap(Transaction& transaction, Object& object, const std::string& value) {
  if (value != "1" || plugin_of(transaction, object).can_unmap) return value;
  // A device that can discard has set its limits.
  const std::string_view ranges =
      transaction.model().stored_value(object, "attrib/max_unmap_block_desc_count");
  if (ranges == "0") return refuse(ENOSYS, "the plugin or its device cannot unmap blocks");
  return value;
}

Result<std::string> store_only_zero(Transaction&, Object&, const std::string& value) {
  if (value != "0") return refuse(ENOSYS, "the plugin does not have it");
  return value;
}

Result<std::string> store_only_one(Transaction& transaction, Object& object, const std::string& value) {
  const bool passed_on = !plugin_of(transaction, object).attributes.empty();
  if (value != "1" && !passed_on) return refuse(ENOSYS, "it cannot be switched off for this plugin");
  return value;
}

Result<std::string> store_queue_depth(Transaction& transaction, Object& object, const std::string& value) {
  const Model& model = transaction.model();
  const auto number_of = [&](std::string_view file) {
    return parse_unsigned(model.stored_value(object, file)).value_or(0);
  };
  const std::uint64_t depth = parse_unsigned(value).value_or(0);
  if (depth > number_of("attrib/queue_depth") && depth > number_of("attrib/hw_queue_depth"))
    return refuse(EINVAL, "more than hw_queue_depth");
  return value;
}

Result<std::string> store_optimal_sectors(Transaction& transaction, Object& object,
                                          const std::string& value) {
  const auto limit =
      parse_unsigned(transaction.model().stored_value(object, "attrib/hw_max_sectors")).value_or(0);
  if (parse_unsigned(value).value_or(0) > limit) return refuse(EINVAL, "more than hw_max_sectors");
  return value;
}

Result<std::string> store_company_id(Transaction&, Object&, const std::string& value) {
  const std::uint64_t id = parse_unsigned(value).value_or(0);
  if (id > 0xffffff) return refuse(EOVERFLOW, "an IEEE company id has 24 bits");
  return id == 0 ? std::string("00000000") : fmt::format("{:#08x}", id);
}

template <int bytes_max>
Result<std::string> store_inquiry_text(Transaction&, Object&, const std::string& value) {
  const std::string_view text = trim(value);
  if (text.size() > static_cast<std::size_t>(bytes_max))
    return refuse(EOVERFLOW, fmt::format("longer than {} bytes", bytes_max));
  for (const char c : text)
    if (c < ' ' || c > '~') return refuse(EINVAL, "only printable ASCII is allowed (SPC 4.3.1)");
  return std::string(text);
}
template Result<std::string> store_inquiry_text<4>(Transaction&, Object&, const std::string&);
template Result<std::string> store_inquiry_text<8>(Transaction&, Object&, const std::string&);
template Result<std::string> store_inquiry_text<16>(Transaction&, Object&, const std::string&);
template Result<std::string> store_inquiry_text<253>(Transaction&, Object&, const std::string&);

Result<std::string> store_lba_map(Transaction&, Object&, const std::string&) {
  return refuse(EINVAL, "LBA maps are not supported");
}

Result<std::string> store_registration(Transaction&, Object&, const std::string& value) {
  std::string parts = ',' + value;
  std::replace(parts.begin(), parts.end(), '\n', ',');
  for (const std::string_view key : {"initiator_node", "target_node", "sa_res_key"})
    if (parts.find(fmt::format(",{}=", key)) == std::string::npos)
      return refuse(EINVAL, fmt::format("{} is missing", key));
  return value;
}

Result<std::string> store_with_group_id(Transaction&, Object& object, const std::string& value) {
  if (!object.live) return refuse(EINVAL, "the group needs a tg_pt_gp_id first");
  return value;
}

Result<std::string> store_access_state(Transaction& transaction, Object& object, const std::string& value) {
  if (!object.live) return refuse(EINVAL, "the group needs a tg_pt_gp_id first");
  if (!ancestor(object, TypeId::disk)->live) return refuse(ENODEV, "the disk is not enabled");
  const Model& model = transaction.model();
  const auto value_of = [&](std::string_view file) { return model.stored_value(object, file); };
  const std::string_view type = value_of("alua_access_type");
  if (type != "1" && type != "3") return refuse(EINVAL, "alua_access_type has no implicit management");
  if (type == "3" && value == "4") return refuse(EINVAL, "LBA dependent needs implicit management alone");
  static constexpr std::pair<std::string_view, std::string_view> support[] = {
      {"0", "alua_support_active_optimized"}, {"1", "alua_support_active_nonoptimized"},
      {"2", "alua_support_standby"},          {"3", "alua_support_unavailable"},
      {"4", "alua_support_lba_dependent"},    {"14", "alua_support_offline"}};
  const auto found = std::find_if(std::begin(support), std::end(support),
                                  [&value](const auto& row) { return row.first == value; });
  if (found == std::end(support)) return refuse(EINVAL, "no such access state");
  if (value_of(found->second) != "1") return refuse(EINVAL, fmt::format("{} is 0", found->second));
  transaction.set(object, "alua_access_status", "2");
  return value;
}

Result<std::string> store_group_id(Transaction& transaction, Object& object, const std::string& value) {
  if (object.live) return refuse(EINVAL, "the group has an id already");
  const Model& model = transaction.model();
  Object& disk = *ancestor(object, TypeId::disk);
  const auto taken = [&](std::string_view id) {
    for (const auto& [name, group] : disk.children[0])
      if (group->live && (group->fixed ? "0" : model.stored_value(*group, "tg_pt_gp_id")) == id) return true;
    return false;
  };
  if (value == "0") {
    std::uint32_t next = disk.next_group;
    while (taken(std::to_string(next))) ++next;
    transaction.assign(disk.next_group, next + 1);
    transaction.assign(object.live, true);
    return std::to_string(next);
  }
  if (taken(value)) {
    return refuse(EINVAL, "the id belongs to another group");
  }
  transaction.assign(object.live, true);
  return value;
}

}  // namespace lunet::configfs
