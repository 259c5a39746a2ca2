// SPDX-License-Identifier: Apache-2.0
// A disk that is made on the file of one that goes in the same batch. The file's lock passes from one to the
// other. The new disk is not seen before the old one has nothing on its way any more: what is still written,
// reserved or registered there counts for it.
#include <algorithm>
#include <set>

#include "engine/control/control.h"

namespace lunet::control {

constexpr std::uint64_t look_ms = 1000;

std::vector<backstore::Holding> Control::held_by_leaving() {
  std::vector<backstore::Holding> held;
  for (const auto& [path, open] : leaving_) held.push_back(open.disk->backstore->hold());
  return held;
}

void Control::note_successor(const std::string& path, backstore::Backstore& opened,
                             const std::vector<backstore::Holding>& held) {
  if (held.empty()) return;
  const auto file = opened.hold().file;
  const bool succeeds = std::any_of(held.begin(), held.end(), [&](const backstore::Holding& each) {
    return file != nullptr && each.file == file;
  });
  if (succeeds) successors_.insert(path);
}

void Control::hide_successors() {
  for (const std::string& path : successors_) waiting_.insert(disks_.extract(path));
}

void Control::take_successors_back() {
  disks_.merge(waiting_);
  waiting_.clear();
  successors_.clear();
}

void Control::settled(std::span<const configfs::Change> changes, const configfs::ModelView& view) {
  std::set<std::string> arrived;
  for (const auto& [path, open] : waiting_) arrived.insert(path);
  take_successors_back();
  if (arrived.empty()) return;
  for (const std::string& path : arrived) load_reservations(path, view);
  show(changes, view);
  // Nothing goes any more: only the workers have to look.
  engine_.publish(current_)->wait(look_ms);
}

}  // namespace lunet::control
