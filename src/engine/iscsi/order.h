// SPDX-License-Identifier: Apache-2.0
// Requests inside the command window that came before an earlier one (RFC 7143 4.2.2.1). On one connection
// that happens only when an initiator leaves a number out and plugs the gap later.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/iscsi/pdu.h"
#include "engine/iscsi/task.h"

namespace lunet::iscsi {

/// A held request: a task, another PDU with its data, or neither: a number that counts as received.
struct Held {
  Task* task = nullptr;
  std::optional<Header> header;
  std::string data;
};

class Order {
 public:
  [[nodiscard]] bool holds(std::uint32_t command_sn) const { return held_.contains(command_sn); }
  [[nodiscard]] bool empty() const { return held_.empty(); }
  /// Bytes of data of all held PDUs.
  [[nodiscard]] std::size_t data_bytes() const { return data_bytes_; }
  void hold(std::uint32_t command_sn, Task& task) { held_[command_sn] = {&task, std::nullopt, {}}; }
  void hold(const Header& header, std::string_view data);
  /// The number counts as received; nothing will come of it.
  void skip(std::uint32_t command_sn) { held_.try_emplace(command_sn); }
  /// As skip(), for the number of a task that ends unexecuted.
  void forget(const Task& task);
  std::optional<Held> take(std::uint32_t command_sn);

 private:
  std::map<std::uint32_t, Held> held_;
  std::size_t data_bytes_ = 0;
};

}  // namespace lunet::iscsi
