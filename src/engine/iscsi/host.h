// SPDX-License-Identifier: Apache-2.0
// What the iSCSI protocol asks of its surroundings, and the values they exchange (RFC 7143). The data plane
// implements Host; connection.h is the protocol. All calls happen on the connection's thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"

namespace lunet::iscsi {

/// What a target portal group offers (TPG param/ and attrib/ files, ACL attrib/): negotiation starts here.
struct NodeParameters {
  std::string header_digest = "CRC32C,None";  ///< accepted values, preferred first
  std::string data_digest = "CRC32C,None";
  std::uint32_t max_connections = 1;
  bool initial_r2t = false;
  bool immediate_data = true;
  std::uint32_t max_recv_data_segment_length = 262144;  ///< declared by us
  std::uint32_t max_xmit_data_segment_length =
      262144;  ///< upper limit for what we send, whatever the peer declares
  std::uint32_t max_burst_length = 1048576;
  std::uint32_t first_burst_length = 262144;
  std::uint32_t max_outstanding_r2t = 8;
  std::uint32_t default_time2wait = 2;
  std::uint32_t default_time2retain = 20;
  bool data_pdu_in_order = true;
  bool data_sequence_in_order = true;
  std::uint32_t error_recovery_level = 0;
  std::string target_alias;
  std::uint32_t cmdsn_depth = 64;               ///< size of the CmdSN window
  std::uint32_t nopin_timeout_s = 15;           ///< idle time before a NOP-In ping; 0: never
  std::uint32_t nopin_response_timeout_s = 30;  ///< unanswered ping closes the connection
  std::uint32_t dataout_timeout_s = 60;         ///< no Data-Out for a solicited burst closes the connection
};

/// Who logs in (RFC 7143 11.12, 13). Known after the first login request.
struct LoginIdentity {
  std::string initiator_name;
  std::string initiator_alias;
  std::string target_name;  ///< "" for discovery sessions
  bool discovery = false;
  std::array<std::uint8_t, 6> isid{};
  std::uint16_t tsih = 0;  ///< as sent: 0 asks for a new session (or reinstates one)
  std::uint16_t cid = 0;
};

/// Login status class and detail (RFC 7143 11.13.5).
struct Refusal {
  std::uint8_t status_class = 3;
  std::uint8_t detail = 0;
  std::string reason;  ///< for the log
};

/// Numbers of CHAP_A (RFC 7143 12.1.3).
enum class ChapAlgorithm : std::uint8_t { md5 = 5, sha1 = 6, sha256 = 7, sha3_256 = 8 };

/// What one side proves itself with (CHAP_N and the secret behind CHAP_R). Never logged.
struct Credentials {
  std::string name;
  std::string secret;

  [[nodiscard]] bool complete() const { return !name.empty() && !secret.empty(); }
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// How a login has to prove who it is.
struct AuthenticationPolicy {
  bool required = false;  ///< AuthMethod=None does not do
  bool chap = true;       ///< AuthMethod=CHAP does
  Credentials initiator;  ///< incomplete: nobody can pass
  Credentials target;     ///< what we prove ourselves with to initiators that ask (mutual CHAP)
  std::vector<ChapAlgorithm> algorithms = {ChapAlgorithm::sha3_256, ChapAlgorithm::sha256,
                                           ChapAlgorithm::sha1, ChapAlgorithm::md5};
  /// Discovery that is open to all, for initiators that insist on CHAP: any answer does.
  bool any_response = false;

  [[nodiscard]] bool unchecked() const { return any_response && !required && !initiator.complete(); }
  friend bool operator==(const AuthenticationPolicy&, const AuthenticationPolicy&) = default;
};

struct Admission {
  std::uint16_t portal_group_tag = 1;
  NodeParameters parameters;
  AuthenticationPolicy authentication;
  std::uint32_t login_timeout_s = 15;  ///< from the connection's beginning to the end of the login
};

/// One line of a SendTargets answer; addresses without the tag: "192.0.2.1:3260", "[2001:db8::1]:3260".
struct DiscoveredTarget {
  struct Address {
    std::string text;
    std::uint16_t portal_group_tag = 1;
  };
  std::string name;
  std::vector<Address> addresses;
};

/// A SCSI command that arrived. Owned by the Connection; valid until Connection::finish() or Host::discard().
struct Command {
  std::uint32_t initiator_task_tag = 0;
  std::uint64_t lun = 0;  ///< the 8 bytes, big-endian
  std::array<std::uint8_t, 32> cdb{};
  std::uint8_t cdb_bytes = 16;       ///< 16, or more with an extended-CDB AHS
  bool reads = false;                ///< R bit
  bool writes = false;               ///< W bit
  std::uint8_t attribute = 1;        ///< 0 untagged 1 simple 2 ordered 3 head of queue 4 ACA
  std::uint32_t expected_bytes = 0;  ///< Expected Data Transfer Length (of the write when bidirectional)
  std::uint32_t expected_read_bytes =
      0;                    ///< of a bidirectional command (AHS); else as expected_bytes when reads
  void* context = nullptr;  ///< the host's
};

/// Bytes that stay valid as long as the owner is held.
struct Payload {
  Bytes bytes;
  std::shared_ptr<const void> owner;
};

/// How a command ended.
struct Completion {
  std::uint8_t status = 0;           ///< SAM-5 status
  Bytes sense;                       ///< copied; sent with its own 2-byte length
  Payload data_in;                   ///< before cutting to what the initiator expects
  std::uint64_t transfer_bytes = 0;  ///< what the command moves by itself; residual = expected - this
};

/// RFC 7143 11.5: what the protocol does not handle by itself.
struct TaskManagement {
  enum class Function : std::uint8_t {
    abort_task = 1,
    abort_task_set,
    clear_aca,
    clear_task_set,
    lun_reset,
    warm_reset,
    cold_reset,
    reassign
  };
  Function function = Function::abort_task;
  std::uint64_t lun = 0;
  std::uint32_t initiator_task_tag = 0;  ///< of the request; names it in Connection::management_done()
};
/// RFC 7143 11.6.1.
enum class ManagementResponse : std::uint8_t {
  complete = 0,
  no_such_task = 1,
  no_such_lun = 2,
  still_allegiant = 3,
  reassign_unsupported = 4,
  unsupported = 5,
  unauthorized = 6,
  rejected = 255
};

class Connection;

class Host {
 public:
  virtual ~Host() = default;

  /// Names and target are known: may this initiator enter, with which parameters? Called once a login, before
  /// any security negotiation.
  virtual std::variant<Admission, Refusal> admit(Connection& connection, const LoginIdentity& identity) = 0;
  /// For CHAP: fills `bytes` with unpredictable ones. False: there are none, the login is refused.
  virtual bool random(Connection& connection, MutableBytes bytes) = 0;
  /// The login was refused, by admit(), open_session() or the protocol; the answer is on its way.
  virtual void login_refused(Connection& connection, const LoginIdentity& identity,
                             const Refusal& refusal) = 0;
  /// The login is about to succeed: make the session, ending an older one of the same name, ISID and portal
  /// group first (session reinstatement). Answered, now or later, by Connection::session_opened() or
  /// session_refused().
  virtual void open_session(Connection& connection, const LoginIdentity& identity) = 0;
  /// Targets for SendTargets: all the initiator may see (only == ""), or one.
  virtual std::vector<DiscoveredTarget> discover(Connection& connection, std::string_view only) = 0;

  /// A command arrived, in CmdSN order. The host answers with want_data() or finish(), now or later.
  /// Immediate data is kept by the connection until then.
  virtual void command(Connection& connection, Command& command) = 0;
  /// Everything asked for by want_data() is there.
  virtual void data_arrived(Connection& connection, Command& command) = 0;
  /// The connection gives up on a command that is waiting for data: forget `context` and the buffer; no
  /// finish().
  virtual void discard(Connection& connection, Command& command) = 0;
  /// The connection has no use for the command's result any more; the host may finish() it earlier than
  /// otherwise, also from inside this call.
  virtual void abort(Connection& /*connection*/, Command& /*command*/) {}
  /// LUN RESET and everything else that is not ABORT TASK (which the connection does itself). Answered, now
  /// or later, by management_done().
  virtual void manage(Connection& connection, const TaskManagement& request) = 0;
  /// There are bytes to send (gather()); called at least once between two moments without any.
  virtual void output_ready(Connection& connection) = 0;
};

}  // namespace lunet::iscsi
