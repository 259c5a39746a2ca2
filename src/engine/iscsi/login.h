// SPDX-License-Identifier: Apache-2.0
// The login phase of one connection (RFC 7143 6.3, 11.12, 11.13): requests in, answers out.
//
//   security negotiation -> operational negotiation -> full feature
//            `------------------------------------------^
// The initiator starts in either of the first two; it leads, we follow with T and the next stage.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/iscsi/chap.h"
#include "engine/iscsi/host.h"
#include "engine/iscsi/negotiation.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi {

/// What to do with a login request.
struct LoginAnswer {
  enum class Kind : std::uint8_t {
    reply,   ///< send `flags` and `text`
    open,    ///< make the session; when that succeeds, send `flags` and `text`
    refuse,  ///< send the status of `refusal` and end the connection
  };
  Kind kind = Kind::reply;
  std::uint8_t flags = 0;  ///< T, C, CSG, NSG
  std::string text;
  Refusal refusal;
};

class Login {
 public:
  using Admit = std::function<std::variant<Admission, Refusal>(const LoginIdentity&)>;

  Login(Negotiation& negotiation, std::uint32_t text_bytes_max, Admit admit, Chap::Random random)
      : negotiation_(negotiation),
        text_bytes_max_(text_bytes_max),
        admit_(std::move(admit)),
        random_(std::move(random)) {}

  LoginAnswer receive(const Header& request, std::string_view data);
  /// Known after the first complete text.
  [[nodiscard]] const LoginIdentity& identity() const { return identity_; }
  [[nodiscard]] const Admission& admission() const { return admission_; }
  [[nodiscard]] bool admitted() const { return identified_; }

 private:
  enum Stage : std::uint8_t { security = 0, operational = 1, full_feature = 3 };

  std::optional<Refusal> check(const Header& request);
  std::optional<Refusal> check_stages(const Header& request) const;
  std::optional<Refusal> take_text(std::string_view data);
  std::optional<Refusal> negotiate(std::span<const TextPair> pairs);
  std::optional<Refusal> authenticate(const std::vector<TextPair>& pairs);
  [[nodiscard]] bool authentication_done() const;
  std::optional<Refusal> identify(const std::vector<TextPair>& pairs);
  std::optional<Refusal> identify_target(const std::vector<TextPair>& pairs);
  [[nodiscard]] bool same_identity(const std::vector<TextPair>& pairs) const;
  std::optional<Refusal> admit();
  LoginAnswer answer(const Header& request);

  Negotiation& negotiation_;
  std::uint32_t text_bytes_max_;
  Admit admit_;
  Chap::Random random_;

  bool started_ = false;     ///< a request has been seen
  bool identified_ = false;  ///< names are known and admitted
  std::uint8_t stage_ = security;
  LoginIdentity identity_;
  Admission admission_;
  std::optional<Chap> chap_;  ///< once AuthMethod=CHAP is agreed
  std::string text_;          ///< of requests with C set
  std::string answer_;        ///< what did not fit yet
};

}  // namespace lunet::iscsi
