// SPDX-License-Identifier: Apache-2.0
// What rows of the table (rules.h) call. Shows give a file's content, stores check and follow up a write, the
// others accompany mkdir, rmdir, link and unlink.
#pragma once

#include "configfs/model/rules.h"

namespace lunet::configfs {

// core_shows.cpp
Result<std::string> show_version(const FileContext& context);
Result<std::string> show_revision(const FileContext& context);
Result<std::string> show_lu_group_members(const FileContext& context);
Result<std::string> show_hba_info(const FileContext& context);
Result<std::string> show_disk_enable(const FileContext& context);
Result<std::string> show_disk_info(const FileContext& context);
Result<std::string> show_disk_lu_group(const FileContext& context);
Result<std::string> show_reservation_state(const FileContext& context);
Result<std::string> show_serial(const FileContext& context);
Result<std::string> show_device_index(const FileContext& context);
Result<std::string> show_hba_index(const FileContext& context);
Result<std::string> show_export_count(const FileContext& context);
Result<std::string> show_made_at(const FileContext& context);
Result<std::string> show_lu_name(const FileContext& context);
Result<std::string> show_padded_identity(const FileContext& context);
Result<std::string> show_lu_status(const FileContext& context);
Result<std::string> show_device_status(const FileContext& context);
Result<std::string> show_access_type(const FileContext& context);
Result<std::string> show_access_status(const FileContext& context);
Result<std::string> show_group_id(const FileContext& context);
Result<std::string> show_port_members(const FileContext& context);
std::string rd_mcp_info(const Object& disk);
std::string fileio_info(const Object& disk);
std::string iblock_info(const Object& disk);
std::string pscsi_info(const Object& disk);
std::string user_info(const Object& disk);
std::string_view access_state_name(std::string_view state);
std::string_view access_status_name(std::string_view status);

// core_stores.cpp
Result<std::string> store_dbroot(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_lu_group_id(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_hba_mode(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_control(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_disk_enable(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_disk_lu_group(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_model_alias(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_write_cache(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_needs_unmap(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_only_zero(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_only_one(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_queue_depth(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_optimal_sectors(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_company_id(Transaction& transaction, Object& object, const std::string& value);
template <int bytes_max>
Result<std::string> store_inquiry_text(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_lba_map(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_registration(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_access_state(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_with_group_id(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_group_id(Transaction& transaction, Object& object, const std::string& value);

// core_objects.cpp
Result<std::string_view> check_hba_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_any_name(const Model& model, const Object& parent, std::string_view name);
void hba_made(Transaction& transaction, Object& object);
void disk_removing(Transaction& transaction, Object& object);
void lu_group_removing(Transaction& transaction, Object& object);
void port_group_removing(Transaction& transaction, Object& object);
/// Moves the disk or LUN from its group to another one, or to none.
void move_to_group(Transaction& transaction, Object& member, Object* group);

// fabric_shows.cpp
Result<std::string> show_cpus(const FileContext& context);
Result<std::string> show_authenticate_target(const FileContext& context);
Result<std::string> show_target_index(const FileContext& context);
Result<std::string> show_portal_count(const FileContext& context);
Result<std::string> show_acl_info(const FileContext& context);
Result<std::string> show_acl_name(const FileContext& context);
Result<std::string> show_acl_index(const FileContext& context);
Result<std::string> show_port_group(const FileContext& context);
Result<std::string> show_relative_port(const FileContext& context);
Result<std::string> show_port_role(const FileContext& context);
Result<std::string> show_port_name(const FileContext& context);
Result<std::string> show_port_index(const FileContext& context);
Result<std::string> show_transport_device(const FileContext& context);
Result<std::string> show_transport_name(const FileContext& context);
Result<std::string> show_fabric_instance(const FileContext& context);
Result<std::string> show_protocol(const FileContext& context);
Result<std::string> show_tag(const FileContext& context);
Result<std::string> show_write_protect(const FileContext& context);
Result<std::string> show_portal_port(const FileContext& context);
Result<std::string> show_directory_id(const FileContext& context);
Result<std::string> show_nexus(const FileContext& context);
Result<std::string> show_without_session(const FileContext& context);
Result<std::string> show_fabric_version(const FileContext& context);

// fabric_stores.cpp
Result<std::string> store_tpg_enable(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_authentication(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_demo_mode(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_dynamic_cache(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_nopin_timeout(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_protection_type(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_nexus(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_cpus(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_directory_id(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_chap_algorithms(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_acl_tag(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_port_group(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_offline(Transaction& transaction, Object& object, const std::string& value);
Result<std::string> store_write_protect(Transaction& transaction, Object& object, const std::string& value);

// fabric_objects.cpp
Result<std::string_view> check_fabric_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_target_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_tpg_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_lun_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_acl_name(const Model& model, const Object& parent, std::string_view name);
Result<std::string_view> check_portal_name(const Model& model, const Object& parent, std::string_view name);
void target_made(Transaction& transaction, Object& object);
void acl_made(Transaction& transaction, Object& object);
Result<> check_lun_link(const Model& model, const Object& lun, const Object& disk);
Result<> check_mapped_lun_link(const Model& model, const Object& mapped_lun, const Object& lun);
void lun_linked(Transaction& transaction, Object& lun);
void lun_unlinking(Transaction& transaction, Object& lun);
void mapped_lun_linked(Transaction& transaction, Object& mapped_lun);
void mapped_lun_unlinking(Transaction& transaction, Object& mapped_lun);

}  // namespace lunet::configfs
