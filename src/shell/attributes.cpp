// SPDX-License-Identifier: Apache-2.0
#include "shell/attributes.h"

#include <fmt/core.h>

#include <array>
#include <span>

#include "base/text.h"

namespace lunet::shell {

constexpr auto number = SettingType::number;
constexpr auto yes_no = SettingType::yes_no;
constexpr auto text = SettingType::text;

constexpr Setting attributes[] = {
    // disks
    {"alua_support", number, "Whether target port groups can be set up for this disk."},
    {"block_size", number, "Bytes in a logical block; cannot change while the disk is exported."},
    {"emulate_3pc", number, "Answers EXTENDED COPY (copying inside the target)."},
    {"emulate_caw", number, "Answers COMPARE AND WRITE."},
    {"emulate_dpo", number, "Tells initiators that cache hints (DPO) are understood."},
    {"emulate_fua_read", number, "Tells initiators that reads can be forced to the medium."},
    {"emulate_fua_write", number, "Honours writes that must be stable before the answer (FUA)."},
    {"emulate_model_alias", number, "Uses the disk's name as product name in INQUIRY."},
    {"emulate_pr", number, "Answers persistent reservation commands."},
    {"emulate_rest_reord", number, "Announces restricted reordering of commands."},
    {"emulate_tas", number, "Reports aborted commands of other initiators as TASK ABORTED."},
    {"emulate_tpu", number, "Answers UNMAP."},
    {"emulate_tpws", number, "Answers WRITE SAME with the unmap bit."},
    {"emulate_ua_intlck_ctrl", number, "How unit attentions and BUSY are interlocked: 0, 1 or 2."},
    {"emulate_write_cache", number, "Tells initiators of a volatile write cache; they then send flushes."},
    {"enforce_pr_isids", number, "Persistent reservations tell initiator sessions apart by ISID."},
    {"force_pr_aptpl", number, "Keeps persistent reservations over power loss even if not asked for."},
    {"hw_block_size", number, "Block size of what is behind the disk."},
    {"hw_max_sectors", number, "Largest transfer that is possible behind the disk, in blocks."},
    {"hw_pi_prot_type", number, "Protection type of the device behind the disk."},
    {"hw_queue_depth", number, "Queue depth of what is behind the disk."},
    {"is_nonrot", number, "Announced as not rotating (solid state)."},
    {"max_unmap_block_desc_count", number, "Most ranges in one UNMAP."},
    {"max_unmap_lba_count", number, "Most blocks in one UNMAP."},
    {"max_write_same_len", number, "Most blocks in one WRITE SAME; 0 is no limit."},
    {"optimal_sectors", number, "Transfer size recommended to initiators, in blocks."},
    {"pgr_support", number, "Whether persistent reservations are possible."},
    {"pi_prot_format", number, "Writing 1 formats the protection data."},
    {"pi_prot_type", number, "Protection type: 0, 1 or 3."},
    {"pi_prot_verify", number, "Checks protection data on reads."},
    {"queue_depth", number, "Commands an initiator may queue."},
    {"unmap_granularity", number, "Blocks that can be unmapped at once."},
    {"unmap_granularity_alignment", number, "First block that is aligned to the granularity."},
    {"unmap_zeroes_data", number, "Unmapped blocks read as zeros."},
    // TPGs
    {"authentication", number, "Initiators have to authenticate with CHAP."},
    {"cache_dynamic_acls", number, "Keeps ACLs that demo mode made after the initiator has left."},
    {"default_cmdsn_depth", number, "Commands in flight for initiators without a depth of their own."},
    {"default_erl", number, "Error recovery level."},
    {"demo_mode_discovery", number, "Initiators without an ACL may discover the target."},
    {"demo_mode_write_protect", number, "Initiators without an ACL can only read."},
    {"fabric_prot_type", number, "Protection type of the fabric when the disk has none."},
    {"generate_node_acls", number, "Demo mode: initiators without an ACL may log in."},
    {"login_keys_workaround", number, "Tolerates initiators that repeat login keys."},
    {"login_timeout", number, "Seconds a login may take."},
    {"netif_timeout", number, "Seconds to wait for a lost network interface."},
    {"prod_mode_write_protect", number, "Initiators with an ACL can only read."},
    {"t10_pi", number, "Protection information end to end."},
    {"tpg_enabled_sendtargets", number, "Discovery lists enabled TPGs only."},
    // ACLs
    {"dataout_timeout", number, "Seconds to wait for data of a write."},
    {"dataout_timeout_retries", number, "How often missing data is asked for again."},
    {"nopin_response_timeout", number, "Seconds to wait for the answer to a ping."},
    {"nopin_timeout", number, "Seconds of silence before a ping is sent."},
    {"random_datain_pdu_offsets", number, "For testing initiators: data PDUs in random order."},
    {"random_datain_seq_offsets", number, "For testing initiators: data sequences in random order."},
    {"random_r2t_offsets", number, "For testing initiators: R2Ts in random order."},
};

constexpr Setting parameters[] = {
    {"AuthMethod", text, "CHAP, None or both, comma-separated."},
    {"ChapAlgorithms", text, "Hashes that CHAP may use: SHA3-256, SHA-256, SHA1, MD5, comma-separated."},
    {"DataDigest", text, "CRC32C, None or both: checksums of data."},
    {"DataPDUInOrder", yes_no, "Data PDUs of a sequence come in order."},
    {"DataSequenceInOrder", yes_no, "Data sequences come in order."},
    {"DefaultTime2Retain", number, "Seconds a lost session is kept."},
    {"DefaultTime2Wait", number, "Seconds before a lost session may come back."},
    {"ErrorRecoveryLevel", number, "Highest error recovery level offered."},
    {"FirstBurstLength", number, "Most unsolicited bytes of a write."},
    {"HeaderDigest", text, "CRC32C, None or both: checksums of headers."},
    {"IFMarkInt", text, "Marker interval, initiator to target."},
    {"IFMarker", yes_no, "Markers, initiator to target."},
    {"ImmediateData", text, "Data may follow in the command's PDU: Yes or No."},
    {"InitialR2T", yes_no, "Writes wait for the target to ask for data."},
    {"MaxBurstLength", number, "Most bytes of one data sequence."},
    {"MaxConnections", number, "Connections in a session."},
    {"MaxOutstandingR2T", number, "Requests for data at a time."},
    {"MaxRecvDataSegmentLength", number, "Most bytes of one PDU towards the target."},
    {"MaxXmitDataSegmentLength", number, "Most bytes of one PDU towards the initiator."},
    {"OFMarkInt", text, "Marker interval, target to initiator."},
    {"OFMarker", yes_no, "Markers, target to initiator."},
    {"TargetAlias", text, "A name for people."},
};

constexpr Setting credentials[] = {
    {"chap_algorithms", text, "Hashes that CHAP may use: SHA3-256, SHA-256, SHA1, MD5, comma-separated."},
    {"authenticate_target", number, "Whether the target proves itself to the initiator too."},
    {"enforce_discovery_auth", number, "Discovery needs authentication."},
    {"enable", number, "Discovery needs authentication."},
    {"mutual_password", text, "The secret the target proves itself with."},
    {"mutual_userid", text, "The name the target proves itself with."},
    {"password", text, "The secret the initiator proves itself with."},
    {"password_mutual", text, "The secret the target proves itself with."},
    {"userid", text, "The name the initiator proves itself with."},
    {"userid_mutual", text, "The name the target proves itself with."},
};

static std::span<const Setting> settings_of(std::string_view group) {
  if (group == "attribute") return attributes;
  if (group == "parameter") return parameters;
  if (group == "auth" || group == "discovery_auth") return credentials;
  return {};
}

Setting find_setting(std::string_view group, std::string_view name) {
  for (const Setting& setting : settings_of(group)) {
    if (setting.name == name) return setting;
  }
  return {name, text, {}};
}

std::string_view type_name(SettingType type) {
  switch (type) {
    case SettingType::number: return "number";
    case SettingType::yes_no: return "yesno";
    case SettingType::text: break;
  }
  return "string";
}

Result<std::string> normalise(const Setting& setting, std::string_view value) {
  const auto truth = parse_bool(value);
  switch (setting.type) {
    case SettingType::text: break;
    case SettingType::yes_no:
      if (truth) return std::string(*truth ? "Yes" : "No");
      return Error{EINVAL, fmt::format("parameter {}: '{}' is neither yes nor no", setting.name, value), {}};
    case SettingType::number:
      if (parse_signed(value)) return std::string(value);
      if (truth) return std::string(*truth ? "1" : "0");
      return Error{EINVAL, fmt::format("parameter {}: '{}' is not a number", setting.name, value), {}};
  }
  return std::string(value);
}

bool is_secret(std::string_view group, std::string_view name) {
  return (group == "auth" || group == "discovery_auth") && name.find("password") != std::string_view::npos;
}

std::string_view other_credential_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> pairs = {
      {{"mutual_userid", "userid_mutual"},
       {"mutual_password", "password_mutual"},
       {"enable", "enforce_discovery_auth"}}};
  for (const auto& [one, other] : pairs) {
    if (name == one) return other;
    if (name == other) return one;
  }
  return {};
}

}  // namespace lunet::shell
