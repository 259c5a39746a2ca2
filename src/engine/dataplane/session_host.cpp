// SPDX-License-Identifier: Apache-2.0
// SocketConnection as the iSCSI protocol's host: login, discovery, commands. task_management.cpp has what
// ends commands.
#include <fmt/core.h>
#include <sys/random.h>

#include <cerrno>

#include "base/iscsi_name.h"
#include "base/log.h"
#include "engine/dataplane/recycled.h"
#include "engine/dataplane/socket_connection.h"
#include "engine/dataplane/worker.h"
#include "engine/iscsi/pdu.h"

namespace lunet::dataplane {

std::variant<iscsi::Admission, iscsi::Refusal> SocketConnection::admit(iscsi::Connection& /*connection*/,
                                                                       const iscsi::LoginIdentity& identity) {
  auto answer = dataplane::admit(worker_.snapshot(), identity, portal_);
  if (auto* refusal = std::get_if<iscsi::Refusal>(&answer)) return std::move(*refusal);
  auto& grant = std::get<Grant>(answer);
  if (grant.authentication.required &&
      !worker_.login_guard().may_authenticate(peer_.host(), identity.target_name, reactor().now_ms())) {
    return iscsi::refuse(iscsi::LoginStatus::service_unavailable,
                         "too many failed logins from this address, a moment has to pass");
  }
  admitted_ = {.portal_group_tag = grant.tpg == nullptr ? std::uint16_t{1} : grant.tpg->tag,
               .parameters = std::move(grant.parameters),
               .authentication = std::move(grant.authentication)};
  if (grant.tpg != nullptr) admitted_.login_timeout_s = grant.tpg->login_timeout_s;
  return admitted_;
}

bool SocketConnection::random(iscsi::Connection& /*connection*/, MutableBytes bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

void SocketConnection::login_refused(iscsi::Connection& /*connection*/, const iscsi::LoginIdentity& identity,
                                     const iscsi::Refusal& refusal) {
  login_refused_ = true;
  LoginGuard& guard = worker_.login_guard();
  const std::uint64_t now_ms = reactor().now_ms();
  if (refusal.status_class == 2 && refusal.detail == 1) {
    guard.authentication_failed(peer_.host(), identity.target_name, now_ms);
  }
  const auto left_out = guard.may_log(peer_.host(), now_ms);
  if (!left_out) return;
  log::warning("login from {} as {} to {} refused ({:02x}{:02x}): {}", peer_.text(),
               identity.initiator_name.empty() ? "?" : identity.initiator_name,
               identity.target_name.empty() ? "?" : identity.target_name, refusal.status_class,
               refusal.detail, refusal.reason);
  if (*left_out > 0) log::warning("{} more logins were refused and not logged", *left_out);
}

static std::uint64_t isid_number(const std::array<std::uint8_t, 6>& isid) {
  return std::uint64_t{load_be16(isid.data())} << 32 | load_be32(&isid[2]);
}

std::variant<Grant, iscsi::Refusal> SocketConnection::admit_again(
    const iscsi::LoginIdentity& identity) const {
  auto answer = dataplane::admit(worker_.snapshot(), identity, portal_);
  const auto* grant = std::get_if<Grant>(&answer);
  if (grant == nullptr) return answer;
  const std::uint16_t tag = grant->tpg == nullptr ? std::uint16_t{1} : grant->tpg->tag;
  if (tag == admitted_.portal_group_tag && grant->authentication == admitted_.authentication) return answer;
  return iscsi::refuse(iscsi::LoginStatus::service_unavailable,
                       "the authentication of this initiator changed during its login");
}

void SocketConnection::open_session(iscsi::Connection& /*connection*/, const iscsi::LoginIdentity& identity) {
  auto answer = admit_again(identity);
  if (const auto* refusal = std::get_if<iscsi::Refusal>(&answer)) {
    protocol_.session_refused(*refusal);
    return;
  }
  const auto tpg = std::get<Grant>(answer).tpg;
  // Discovery sessions never reinstate each other: their key is their own.
  const std::string target = tpg == nullptr ? fmt::format("discovery {}", id_) : identity.target_name;
  session_key_ = SessionRegistry::Key{fold_iscsi_name(identity.initiator_name), identity.isid, target,
                                      tpg == nullptr ? std::uint16_t{0} : tpg->tag};
  Worker& worker = worker_;
  const std::uint64_t id = id_;
  session_ = worker_.registry().open(
      *session_key_,
      [&worker, id] {
        worker.post_to(id,
                       [](SocketConnection& connection) { connection.drop("session reinstated elsewhere"); });
      },
      [&worker, id](std::uint16_t tsih, SessionRegistry::Past past) {
        worker.post_to(id,
                       [tsih, past](SocketConnection& connection) { connection.session_ready(tsih, past); });
      });
}

void SocketConnection::session_ready(std::uint16_t tsih, SessionRegistry::Past past) {
  if (closing_ || protocol_.finished() || session_started_) return;
  session_started_ = true;
  const iscsi::LoginIdentity& identity = protocol_.identity();
  if (!identity.discovery) {
    auto answer = admit_again(identity);
    if (const auto* refusal = std::get_if<iscsi::Refusal>(&answer)) {
      protocol_.session_refused(*refusal);
      return;
    }
    if (!place_->become_session()) {
      protocol_.session_refused({3, 2, "too many sessions are open; raise --sessions-max"});
      return;
    }
    tpg_ = std::get<Grant>(answer).tpg;
    luns_.belong_to(identity.initiator_name, isid_number(identity.isid));
    luns_.count_into(worker_.lun_totals());
    luns_.rebuild(*tpg_, visible_luns(*tpg_, identity.initiator_name));
    if (past == SessionRegistry::Past::first_login) luns_.raise(scsi::ua_power_on);
    if (past == SessionRegistry::Past::nexus_lost) luns_.raise(scsi::ua_nexus_loss);
    log::info("{} logged in to {} from {}", identity.initiator_name, identity.target_name, peer_.text());
  }
  protocol_.session_opened(tsih);
}

void SocketConnection::refresh(Drain& drain) {
  if (tpg_ == nullptr) return;
  const Snapshot& snapshot = worker_.snapshot();
  const auto target = snapshot.targets->find(tpg_->target);
  std::shared_ptr<const Tpg> tpg;
  if (target != snapshot.targets->end()) {
    const auto found = target->second.find(tpg_->tag);
    if (found != target->second.end()) tpg = found->second;
  }
  if (tpg == tpg_) return;
  tpg_ = std::move(tpg);
  const std::string initiator = protocol_.identity().initiator_name;
  if (tpg_ == nullptr || !may_enter(*tpg_, initiator)) {
    return leave(drain, "the target, its portal group or the ACL is gone or disabled");
  }
  const auto before = luns_.luns();
  luns_.rebuild(*tpg_, visible_luns(*tpg_, initiator));
  hold_commands(drain);
  abort_what_changed(before);
}

void SocketConnection::leave(Drain& drain, std::string_view why) {
  tpg_ = nullptr;
  luns_.end_nexuses();
  luns_ = LunTable();
  leaving_ = drain.hold({{}, protocol_.identity().initiator_name});
  hold_commands(drain);
  drop(why);
}

// Of commands that are under way, those that might still do what is not allowed any more.
void SocketConnection::hold_commands(Drain& drain) {
  const auto stays = [&](const LunMapping& then) {
    const auto now = luns_.at(then.lun);
    const bool same = now != nullptr && now->mapping.disk == then.disk;
    return same && now->mapping.write_protected == then.write_protected;
  };
  const auto hold = [&](RunningTask& task, const LunMapping& then) {
    task.hold_until_end(drain.hold({then.disk->path, protocol_.identity().initiator_name}));
  };
  std::vector<std::shared_ptr<RunningTask>> copies;
  for (RunningTask* task : tasks_) {
    const LunMapping* then = task->mapping();
    if (then == nullptr) continue;
    if (!stays(*then)) hold(*task, *then);
    for (const auto& peer : task->peers()) {
      if (stays(peer->mapping())) continue;
      hold(*task, peer->mapping());
      copies.push_back(task->shared_from_this());
    }
  }
  for (const auto& task : copies) task->abort();
}

// Commands to a LUN that shows another disk now, or none, end with TASK ABORTED.
void SocketConnection::abort_what_changed(const std::vector<std::shared_ptr<SessionLun>>& before) {
  for (const auto& old : before) {
    const auto now = luns_.at(old->mapping.lun);
    if (now != nullptr && now->mapping.disk == old->mapping.disk) continue;
    for (const std::uint64_t wire : wire_forms(old->mapping.lun)) protocol_.abort_commands(wire, true);
  }
}

std::string SocketConnection::resolve(const std::string& portal) const {
  const auto port = worker_.snapshot().ports.find(portal);
  auto address = Address::parse(portal);
  if (port == worker_.snapshot().ports.end() || !address) return {};
  if (address->is_wildcard()) {
    // The address the initiator reached us at; 0.0.0.0 serves IPv4 only, [::] both families.
    const bool over_ipv4 = local_.host().front() != '[';
    if (!address->is_ipv6() && !over_ipv4) return {};
    return fmt::format("{}:{}", local_.host(), port->second);
  }
  address->set_port(port->second);
  return address->text();
}

std::vector<iscsi::DiscoveredTarget> SocketConnection::discover(iscsi::Connection& /*connection*/,
                                                                std::string_view only) {
  return dataplane::discover(worker_.snapshot(), protocol_.identity().initiator_name, only,
                             [this](const std::string& portal) { return resolve(portal); });
}

void SocketConnection::command(iscsi::Connection& /*connection*/, iscsi::Command& command) {
  std::shared_ptr<SessionLun> lun = luns_.find(command.lun);
  scsi::Port port;  // a LUN has its own
  if (lun == nullptr && tpg_ != nullptr) port = {tpg_->target, tpg_->tag, 1, 0};
  const auto task = std::allocate_shared<RunningTask>(Recycled<RunningTask>(), *this, command, std::move(lun),
                                                      luns_.numbers(), std::move(port));
  command.context = task.get();
  task->index = tasks_.size();
  tasks_.push_back(task.get());
  task->start();
}

void SocketConnection::data_arrived(iscsi::Connection& /*connection*/, iscsi::Command& command) {
  static_cast<RunningTask*>(command.context)->data_arrived();
}

void SocketConnection::discard(iscsi::Connection& /*connection*/, iscsi::Command& command) {
  auto* task = static_cast<RunningTask*>(command.context);
  if (receive_.pending && receive_.direct) receive_.kept.push_back(task->shared_from_this());
  task->discard();
}

void SocketConnection::task_ended(RunningTask& task) {
  tasks_.back()->index = task.index;
  tasks_[task.index] = tasks_.back();
  tasks_.pop_back();
  // The last command of a connection that is over: finish() still follows, so look again in the next turn.
  if (closing_ && tasks_.empty()) worker_.look_again(*this);
}

}  // namespace lunet::dataplane
