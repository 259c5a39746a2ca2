// SPDX-License-Identifier: Apache-2.0
// What is done to what runs, rather than set: ending a session, giving an open disk another size.
#include <fmt/core.h>

#include "base/log.h"
#include "base/text.h"
#include "engine/control/control.h"
#include "engine/control/open_backstore.h"

namespace lunet::control {

using configfs::Change;
using configfs::ChangeKind;
using configfs::ObjectKind;

namespace {

bool is_kick(const Change& change) {
  return change.object_kind == ObjectKind::tpg && change.kind == ChangeKind::written && change.file == "kick";
}

// The bytes that a control string gives an open disk; nothing: it is about something else.
std::optional<std::uint64_t> size_in(const Change& change) {
  for (const std::string_view part : split(change.value, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(part.substr(0, equals));
    const auto number = parse_unsigned(trim(part.substr(equals + 1)));
    if (number && key == "fd_dev_size") return number;
    if (number && key == "rd_pages") return *number * rd_page_bytes;
  }
  return std::nullopt;
}

}  // namespace

// An open disk takes a new size; LunTable tells the initiators.
Result<> Control::resize(OpenDisk& open, const Change& change) {
  const auto size = size_in(change);
  if (!size) return {};
  backstore::Backstore& backstore = *open.disk->backstore;
  const std::uint64_t before = backstore.properties().size_bytes;
  if (auto resized = backstore.resize(*size); !resized)
    return std::move(resized).error().during(change.object);
  sizes_before_.emplace_back(change.object, before);
  return {};
}

void Control::restore_size(const Change& change) {
  const std::string& path = change.object;
  if (!size_in(change) || sizes_before_.empty() || sizes_before_.back().first != path) return;
  const std::uint64_t before = sizes_before_.back().second;
  sizes_before_.pop_back();
  const auto open = disks_.find(path);
  if (open == disks_.end()) return;
  if (auto restored = open->second.disk->backstore->resize(before); !restored)
    log::error("{}: {}", path, restored.error().message);
}

Result<> Control::check_session(const Change& change) {
  const auto parts = split(change.object, '/');
  const auto sid = parse_unsigned(change.value);
  for (const dataplane::SessionInfo& session : engine_.sessions()) {
    if (session.target == parts[1] && session.portal_group_tag == tag_of_tpg(parts[2]) && session.tsih == sid)
      return {};
  }
  return Error{ENOENT, fmt::format("{}: there is no session {}", change.object, change.value),
               "its initiator has logged out"};
}

// What `kick` names; who is gone already is gone.
void Control::end_sessions(std::span<const Change> changes) {
  for (const Change& change : changes) {
    if (!is_kick(change)) continue;
    const auto parts = split(change.object, '/');
    const auto sid = parse_unsigned(change.value).value_or(0);
    engine_.end_session(std::string(parts[1]), tag_of_tpg(parts[2]), static_cast<std::uint16_t>(sid));
  }
}

}  // namespace lunet::control
