// SPDX-License-Identifier: Apache-2.0
// Text requests in full feature phase (RFC 7143 11.10, 11.11): SendTargets and what may be declared after
// login.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/iscsi/core.h"
#include "engine/iscsi/text_keys.h"

namespace lunet::iscsi {

/// One exchange at a time: a request of one or more PDUs, an answer of one or more PDUs.
class TextExchange {
 public:
  explicit TextExchange(Core& core) : core_(core) {}

  void receive(const Header& request, std::string_view data);

 private:
  [[nodiscard]] bool continues(const Header& request) const;
  bool answer_request();
  void drop_answer();
  void append_targets(std::string_view value);
  void send_next(const Header& request);
  void send(const Header& request, std::uint8_t flags, std::string_view text);

  Core& core_;
  bool under_way_ = false;  ///< the initiator has to go on with transfer_tag_
  std::uint32_t task_tag_ = 0;
  std::uint32_t transfer_tag_ = 0;
  std::string request_;
  std::string answer_;
  std::size_t answer_done_ = 0;  ///< bytes of answer_ that are sent
};

}  // namespace lunet::iscsi
