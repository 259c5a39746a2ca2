// SPDX-License-Identifier: Apache-2.0
// One iSCSI connection as a state machine over bytes (RFC 7143): login, full feature phase, logout. Sockets,
// threads and clocks are the data plane's (Host). A protocol error ends this connection and nothing else.
//
//   bytes -> receive() -> login ........... Host::admit, open_session
//                      -> SCSI commands ... Host::command -> want_data() .. data_arrived -> finish()
//   bytes <- gather()/sent() <- responses, Data-In, R2T, NOP-In
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/iscsi/host.h"

namespace lunet::iscsi {

struct ConnectionLimits {
  std::uint32_t login_timeout_s = 15;       ///< until the initiator is admitted; then the Admission's
  std::uint32_t login_requests_max = 64;    ///< of one login
  std::uint32_t discovery_s = 600;          ///< how long a discovery session may last
  std::uint32_t text_bytes_max = 65536;     ///< of one text or login request with all its continuations
  std::uint32_t commands_max = 512;         ///< outstanding at once, whatever cmdsn_depth says
  std::size_t early_bytes_max = 64U << 20;  ///< of data of commands whose turn has not come
  std::size_t output_pdus_max = 65536;      ///< waiting to be sent
};

class Connection {
 public:
  /// `host` outlives the connection.
  Connection(Host& host, const ConnectionLimits& limits, std::uint64_t now_ms);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Bytes in. Any chunking.
  void receive(Bytes bytes);
  /// While a large Data-Out or immediate payload is under way: where its next bytes may be received directly,
  /// instead of through receive(). Empty: use receive(). It lies in the buffer of a command, which may be
  /// discarded while a reception is under way: the memory must stay until that has ended and
  /// direct_received() was called.
  [[nodiscard]] MutableBytes direct_room();
  void direct_received(std::size_t bytes);

  // Bytes out. gather() fills `vector` with what is ready (not consumed) and returns how many entries;
  // sent() consumes. Entries stay valid until sent() has covered them.
  std::size_t gather(std::span<iovec> vector);
  void sent(std::size_t bytes);
  [[nodiscard]] bool has_output() const;
  /// The connection is over: close the socket as soon as the output is sent.
  [[nodiscard]] bool finished() const;
  /// Why, for the log; "" after an ordinary logout.
  [[nodiscard]] const std::string& reason() const;
  /// Ends the connection from our side; commands that wait for data are discarded, running ones finish into
  /// nothing.
  void drop(std::string_view why);

  /// Timers; call about once a second.
  void tick(std::uint64_t now_ms);

  // Answers to Host::open_session().
  void session_opened(std::uint16_t tsih);
  void session_refused(const Refusal& refusal);

  // Commands.
  /// The host is ready to take buffer.size() bytes of data-out (at most expected_bytes). Calls
  /// Host::data_arrived() when they are there, perhaps before returning (immediate data).
  void want_data(Command& command, MutableBytes buffer);
  /// Sends Data-In and/or the response; `command` is gone afterwards. After an abort or drop nothing is sent.
  void finish(Command& command, const Completion& completion);
  void management_done(const TaskManagement& request, ManagementResponse response);
  /// Commands to `lun` are over (LUN RESET): waiting ones are discarded, running ones finish into nothing,
  /// or, with `task_aborted_status`, are answered with status TASK ABORTED. `except_tag` (the reset itself)
  /// is left alone.
  void abort_commands(std::uint64_t lun, bool task_aborted_status);

  // What is known after login.
  [[nodiscard]] bool full_feature() const;
  [[nodiscard]] const LoginIdentity& identity() const;
  [[nodiscard]] std::uint16_t tsih() const;
  /// Commands the host has not finished yet.
  [[nodiscard]] std::size_t running() const;
  /// Negotiated values as "Key=Value" lines, for info and logs.
  [[nodiscard]] std::string negotiated() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lunet::iscsi
