// SPDX-License-Identifier: Apache-2.0
#include "engine/control/graveyard.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/iscsi_name.h"

namespace lunet::control {

std::string describe_uses(const std::vector<Drain::Use>& uses) {
  const auto command =
      std::find_if(uses.begin(), uses.end(), [](const Drain::Use& use) { return !use.disk.empty(); });
  if (command == uses.end()) return "sessions are still ending";
  std::set<std::string> initiators;
  std::size_t commands = 0;
  for (const Drain::Use& use : uses) {
    if (use.disk != command->disk) continue;
    ++commands;
    initiators.insert(use.initiator);
  }
  return fmt::format("{}: {} command{} of {}{} wait{} for its storage", command->disk, commands,
                     commands == 1 ? "" : "s", *initiators.begin(),
                     initiators.size() == 1 ? "" : fmt::format(" and {} more", initiators.size() - 1),
                     commands == 1 ? "s" : "");
}

void Graveyard::bury(std::shared_ptr<dataplane::Disk> disk, std::shared_ptr<Drain> drain) {
  buried_.push_back({std::move(disk), std::move(drain)});
}

void Graveyard::tend() {
  std::erase_if(stuck_, [](const auto& drain) { return drain->done(); });
  std::vector<std::unique_ptr<backstore::Backstore>> idle;
  std::erase_if(buried_, [&](const Buried& buried) {
    const bool is_idle = buried.drain->done() && buried.disk->tasks.idle();
    if (is_idle) idle.push_back(std::move(buried.disk->backstore));
    return is_idle;
  });
  if (close_) close_(std::move(idle));
}

Result<> Graveyard::check_removable(const std::set<std::string>& disks, std::string_view initiator) {
  tend();
  for (const auto& drain : stuck_) {
    std::vector<Drain::Use> uses = drain->uses();
    std::erase_if(uses, [&](const Drain::Use& use) {
      const bool counts = initiator.empty() || fold_iscsi_name(use.initiator) == fold_iscsi_name(initiator);
      return use.disk.empty() || !counts || !disks.contains(use.disk);
    });
    if (uses.empty()) continue;
    return Error{EBUSY, fmt::format("{}, as before", describe_uses(uses)),
                 "make its storage answer; the removal is possible when these commands have ended"};
  }
  return {};
}

}  // namespace lunet::control
