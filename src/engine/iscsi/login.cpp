// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/login.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/iscsi_name.h"
#include "engine/iscsi/text_keys.h"

namespace lunet::iscsi {

namespace {

std::uint8_t current_stage(const Header& request) {
  return (request.flags() >> 2) & 3;
}
std::uint8_t next_stage(const Header& request) {
  return request.flags() & 3;
}

LoginAnswer refused(Refusal refusal) {
  return {.kind = LoginAnswer::Kind::refuse, .flags = 0, .text = {}, .refusal = std::move(refusal)};
}

Refusal initiator_error(std::string reason) {
  return refuse(LoginStatus::initiator_error, std::move(reason));
}

std::optional<std::string_view> value_of(const std::vector<TextPair>& pairs, std::string_view key) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const TextPair& p) { return p.key == key; });
  return found == pairs.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace

LoginAnswer Login::receive(const Header& request, std::string_view data) {
  if (auto refusal = check(request)) return refused(std::move(*refusal));
  const auto stage_flags = static_cast<std::uint8_t>(stage_ << 2);
  if (!answer_.empty()) {
    if (!data.empty() || request.has(flag::resume)) {
      return refused(initiator_error("new keys while the answer to earlier ones is under way"));
    }
    return answer(request);
  }
  if (text_.size() + data.size() > text_bytes_max_) {
    return refused(initiator_error(fmt::format("more than {} bytes of keys", text_bytes_max_)));
  }
  text_.append(data);
  if (request.has(flag::resume))
    return {.kind = LoginAnswer::Kind::reply, .flags = stage_flags, .text = {}, .refusal = {}};
  if (auto refusal = take_text(std::exchange(text_, {}))) return refused(std::move(*refusal));
  return answer(request);
}

/// What the header alone tells.
std::optional<Refusal> Login::check(const Header& request) {
  const std::uint8_t version_min = request.raw[3];
  if (version_min > 0) {
    return refuse(LoginStatus::unsupported_version,
                  fmt::format("initiator wants version {} at least", version_min));
  }
  if (!started_) {
    started_ = true;
    stage_ = current_stage(request);
    std::copy_n(&request.raw[8], identity_.isid.size(), identity_.isid.begin());
    identity_.tsih = request.u16(14);
    identity_.cid = request.u16(20);
  }
  if (!std::equal(identity_.isid.begin(), identity_.isid.end(), &request.raw[8]) ||
      identity_.tsih != request.u16(14) || identity_.cid != request.u16(20)) {
    return initiator_error("ISID, TSIH or CID changed during the login");
  }
  return check_stages(request);
}

std::optional<Refusal> Login::check_stages(const Header& request) const {
  const std::uint8_t current = current_stage(request);
  if (current != stage_ || (current != security && current != operational)) {
    return initiator_error(fmt::format("request of stage {} in stage {}", current, stage_));
  }
  if (!request.has(flag::transit)) return std::nullopt;
  const std::uint8_t next = next_stage(request);
  if (next <= current || next == 2)
    return initiator_error(fmt::format("no way from stage {} to {}", current, next));
  if (request.has(flag::resume)) return initiator_error("T and C at once");
  return std::nullopt;
}

/// A complete text: who it is, when it is the first, and our answers.
std::optional<Refusal> Login::take_text(std::string_view data) {
  const std::string text(data);
  const auto pairs = parse_text(text);
  if (!pairs) return initiator_error(pairs.error().message);
  if (!identified_) {
    if (auto refusal = identify(*pairs)) return refusal;
    if (auto refusal = admit()) return refusal;
  }
  if (!same_identity(*pairs)) return initiator_error("a name or the session type changed during the login");
  if (stage_ == security) return authenticate(*pairs);
  if (admission_.authentication.required && !authentication_done()) {
    return refuse(LoginStatus::authentication_failed, "the initiator skips the authentication");
  }
  if (auto refusal = negotiate(*pairs)) return refusal;
  negotiation_.declare(answer_);
  return std::nullopt;
}

std::optional<Refusal> Login::negotiate(std::span<const TextPair> pairs) {
  const auto phase = stage_ == security ? Negotiation::Phase::security : Negotiation::Phase::operational;
  const auto negotiated = negotiation_.answer(phase, pairs, answer_);
  if (negotiated) return std::nullopt;
  const bool method = negotiated.error().errnum == EACCES;
  return refuse(method ? LoginStatus::authentication_failed : LoginStatus::initiator_error,
                negotiated.error().message);
}

/// A text of the security stage. CHAP's keys begin in the request after the one that agreed on CHAP.
std::optional<Refusal> Login::authenticate(const std::vector<TextPair>& pairs) {
  std::vector<TextPair> others;
  std::vector<TextPair> chap;
  for (const TextPair& pair : pairs) (Chap::is_key(pair.key) ? chap : others).push_back(pair);
  if (auto refusal = negotiate(others)) return refusal;
  if (chap_) return chap_->receive(chap, answer_);
  if (!chap.empty()) return initiator_error("CHAP: keys before AuthMethod=CHAP is agreed");
  if (negotiation_.values().auth_method == "CHAP") chap_.emplace(admission_.authentication, random_);
  return std::nullopt;
}

bool Login::authentication_done() const {
  return chap_ ? chap_->done() : !admission_.authentication.required;
}

std::optional<Refusal> Login::identify(const std::vector<TextPair>& pairs) {
  const auto name = value_of(pairs, "InitiatorName");
  if (!name) return refuse(LoginStatus::missing_parameter, "InitiatorName is missing");
  identity_.initiator_name = fold_iscsi_name(*name);
  if (!valid_iscsi_name(identity_.initiator_name)) {
    identity_.initiator_name.clear();
    return initiator_error("InitiatorName is no iSCSI name");
  }
  const std::string_view alias = value_of(pairs, "InitiatorAlias").value_or("");
  if (alias.size() <= value_bytes_max) identity_.initiator_alias = alias;
  const std::string_view type = value_of(pairs, "SessionType").value_or("Normal");
  if (type != "Normal" && type != "Discovery") {
    return refuse(LoginStatus::unsupported_session_type, "SessionType is neither Normal nor Discovery");
  }
  identity_.discovery = type == "Discovery";
  return identity_.discovery ? std::nullopt : identify_target(pairs);
}

std::optional<Refusal> Login::identify_target(const std::vector<TextPair>& pairs) {
  const auto target = value_of(pairs, "TargetName");
  if (!target) return refuse(LoginStatus::missing_parameter, "TargetName is missing");
  identity_.target_name = fold_iscsi_name(*target);
  if (valid_iscsi_name(identity_.target_name)) return std::nullopt;
  identity_.target_name.clear();
  return refuse(LoginStatus::not_found, "TargetName is no iSCSI name");
}

/// Initiators may repeat who they are in each stage.
bool Login::same_identity(const std::vector<TextPair>& pairs) const {
  return std::all_of(pairs.begin(), pairs.end(), [&](const TextPair& pair) {
    if (pair.key == "InitiatorName") return fold_iscsi_name(pair.value) == identity_.initiator_name;
    if (pair.key == "TargetName")
      return identity_.discovery || fold_iscsi_name(pair.value) == identity_.target_name;
    if (pair.key == "SessionType") return (pair.value == "Discovery") == identity_.discovery;
    return true;
  });
}

std::optional<Refusal> Login::admit() {
  auto decision = admit_(identity_);
  if (auto* refusal = std::get_if<Refusal>(&decision)) return std::move(*refusal);
  if (identity_.tsih != 0) {
    return refuse(LoginStatus::too_many_connections, "a session has one connection only");
  }
  identified_ = true;
  admission_ = std::get<Admission>(std::move(decision));
  negotiation_.begin(admission_.parameters, identity_.discovery, admission_.authentication);
  if (identity_.discovery) return std::nullopt;
  // The first answer of a session names the portal group (RFC 7143 13.9).
  append_pair(answer_, "TargetPortalGroupTag", fmt::format("{}", admission_.portal_group_tag));
  const std::string& alias = admission_.parameters.target_alias;
  if (!alias.empty()) append_pair(answer_, "TargetAlias", alias.substr(0, value_bytes_max));
  return std::nullopt;
}

/// The next part of answer_, and the step to the next stage once it is the last.
LoginAnswer Login::answer(const Header& request) {
  LoginAnswer reply;
  reply.flags = static_cast<std::uint8_t>(stage_ << 2);
  if (answer_.size() > segment_bytes_default) {
    reply.flags |= flag::resume;
    reply.text = answer_.substr(0, segment_bytes_default);
    answer_.erase(0, segment_bytes_default);
    return reply;
  }
  reply.text = std::exchange(answer_, {});
  if (!request.has(flag::transit)) return reply;
  if (stage_ == security && !authentication_done()) {
    if (chap_) return reply;
    return refused(refuse(LoginStatus::authentication_failed, "the initiator skips the authentication"));
  }
  stage_ = next_stage(request);
  reply.flags |= flag::transit | stage_;
  if (stage_ != full_feature) return reply;
  if (const auto acceptable = negotiation_.acceptable(); !acceptable) {
    return refused(initiator_error(acceptable.error().message));
  }
  reply.kind = LoginAnswer::Kind::open;
  return reply;
}

}  // namespace lunet::iscsi
