// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/transport_id.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/iscsi_name.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t iscsi_name = 0x05;
constexpr std::uint8_t iscsi_port = 0x45;
constexpr std::size_t id_header_bytes = 4;
constexpr std::size_t name_bytes_min = 20;
constexpr std::size_t name_bytes_max = 256;  // a name of 223 characters, the separator and the ISID
constexpr std::string_view separator = ",i,0x";
constexpr std::size_t isid_digits = 12;

std::optional<std::uint64_t> parse_isid(std::string_view text) {
  std::uint64_t isid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), isid, 16);
  if (text.empty() || text.size() > isid_digits || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return isid;
}

}  // namespace

std::optional<TransportId> parse_transport_id(Bytes list) {
  if (list.size() < id_header_bytes || (list[0] != iscsi_name && list[0] != iscsi_port)) return std::nullopt;
  const std::size_t length = load_be16(&list[2]);
  if (length < name_bytes_min || length > name_bytes_max || length % 4 != 0) return std::nullopt;
  if (length > list.size() - id_header_bytes) return std::nullopt;
  const Bytes name = list.subspan(id_header_bytes, length);
  const auto end = std::find(name.begin(), name.end(), std::uint8_t{0});
  if (end == name.end() || end == name.begin()) return std::nullopt;
  const std::string text(name.begin(), end);
  TransportId id;
  id.bytes = id_header_bytes + length;
  const auto at = text.find(separator);
  if ((at != std::string::npos) != (list[0] == iscsi_port)) return std::nullopt;
  id.initiator = fold_iscsi_name(text.substr(0, at));
  if (!valid_iscsi_name(id.initiator)) return std::nullopt;
  if (at == std::string::npos) return id;
  id.isid = parse_isid(std::string_view(text).substr(at + separator.size()));
  if (!id.isid) return std::nullopt;
  return id;
}

std::vector<std::uint8_t> transport_id(const std::string& initiator, std::uint64_t isid) {
  const std::string text = isid == 0 ? initiator : fmt::format("{}{}{:012x}", initiator, separator, isid);
  const std::size_t length = std::max(name_bytes_min, (text.size() + 1 + 3) / 4 * 4);
  std::vector<std::uint8_t> id(id_header_bytes + length);
  id[0] = isid == 0 ? iscsi_name : iscsi_port;
  store_be16(&id[2], static_cast<std::uint16_t>(length));
  std::copy(text.begin(), text.end(), id.begin() + id_header_bytes);
  return id;
}

}  // namespace lunet::scsi
