// SPDX-License-Identifier: Apache-2.0
// The parts of a Connection and the phases it goes through.
#pragma once

#include <string>
#include <string_view>

#include "engine/iscsi/connection.h"
#include "engine/iscsi/core.h"
#include "engine/iscsi/framer.h"
#include "engine/iscsi/full_feature.h"
#include "engine/iscsi/login.h"

namespace lunet::iscsi {

struct Connection::State final : PduHandler {
  enum class Phase : std::uint8_t {
    login,
    opening,  ///< the host makes the session
    full_feature,
  };

  State(Connection& self, Host& host, const ConnectionLimits& limits, std::uint64_t now_ms);

  bool header_arrived(const Header& header, Bytes ahs) override;
  MutableBytes room(std::uint32_t offset) override;
  bool direct(std::uint32_t offset) override;
  bool pdu_arrived(const Header& header) override;
  void header_digest_failed() override;
  bool data_digest_failed(const Header& header) override;

  void session_opened(std::uint16_t new_tsih);
  void refuse_login(const Refusal& refusal);
  void tick(std::uint64_t now_ms);
  /// To be called at the end of whatever may have ended the connection.
  void settle();
  [[nodiscard]] bool has_output() const { return !output_abandoned_ && !core.output.empty(); }
  /// Nobody waits for the initiator to read any more.
  void abandon_output() { output_abandoned_ = true; }

  Core core;
  Framer framer;
  FullFeature full;
  Login login;
  Phase phase = Phase::login;
  std::uint16_t tsih = 0;

 private:
  void login_request(const Header& header);
  [[nodiscard]] bool out_of_time() const;
  void send_login_response(std::uint8_t flags, std::string_view text, const Refusal* refusal);

  std::uint64_t begun_ms_;
  std::uint32_t login_requests_ = 0;
  std::uint64_t over_ms_ = 0;
  bool settled_ = false;
  bool output_abandoned_ = false;
  std::string data_;      ///< of the login request under way
  Header login_request_;  ///< the last one
  LoginAnswer final_answer_;
};

}  // namespace lunet::iscsi
