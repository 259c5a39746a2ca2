// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/order.h"

#include <utility>

namespace lunet::iscsi {

void Order::hold(const Header& header, std::string_view data) {
  const bool added = held_.try_emplace(header.command_sn(), Held{nullptr, header, std::string(data)}).second;
  if (added) data_bytes_ += data.size();
}

void Order::forget(const Task& task) {
  for (auto& [command_sn, held] : held_) {
    if (held.task == &task) held.task = nullptr;
  }
}

std::optional<Held> Order::take(std::uint32_t command_sn) {
  auto node = held_.extract(command_sn);
  if (node.empty()) return std::nullopt;
  data_bytes_ -= node.mapped().data.size();
  return std::move(node.mapped());
}

}  // namespace lunet::iscsi
