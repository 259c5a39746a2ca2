// SPDX-License-Identifier: Apache-2.0
// The data of one write on its way in: immediate, unsolicited, then what we ask for by R2T (RFC
// 7143 4.2.5.3, 11.7, 11.8). In order only, as we negotiate it; so what has arrived is always a prefix.
//
// Until the host gives a buffer, data that comes unasked is kept here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi {

/// An R2T to send.
struct Solicitation {
  std::uint32_t number = 0;  ///< R2TSN
  std::uint32_t transfer_tag = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

class DataOut {
 public:
  /// Forgets an earlier command. At most `unsolicited_max` bytes may come unasked, immediate data among them;
  /// `open`: Data-Out PDUs of that kind follow (F bit of the command is 0).
  void begin(std::uint32_t unsolicited_max, bool open);

  /// A PDU with data is coming in; room() and end_pdu() are about it.
  void begin_immediate(std::uint32_t bytes);
  /// False: not what has to come next (DataSN, offset, length, F, Target Transfer Tag).
  bool begin_data_out(const Header& header);
  /// Where its data from `offset` on belongs; empty: nowhere.
  MutableBytes room(std::uint32_t offset);
  void end_pdu();

  /// The data belongs here from now on; moves what was kept. `arrived`: bytes of the PDU under way.
  void give(MutableBytes buffer, std::uint32_t arrived);
  /// Nobody wants the data any more. The peer may still have to send it.
  void withdraw();
  /// Memory for data that came before the host gave a buffer.
  [[nodiscard]] std::size_t kept_bytes() const { return kept_.capacity(); }
  /// Room in the host's buffer, not in ours.
  [[nodiscard]] bool given() const { return place_ == Place::given; }
  /// Everything that fits the buffer is there.
  [[nodiscard]] bool complete() const;
  /// The peer has yet to send data that it announced or that we asked for.
  [[nodiscard]] bool owed() const { return in_pdu_ || open_ || !solicited_.empty(); }

  /// R2Ts so far.
  [[nodiscard]] std::uint32_t solicitations() const { return solicitations_; }
  /// The next R2T, if one is due: `tag` is taken when there is one.
  std::optional<Solicitation> solicit(std::uint32_t burst_max, std::uint32_t outstanding_max,
                                      std::uint32_t tag);

 private:
  void drop_kept();

  enum class Place : std::uint8_t { kept, given, nowhere };
  struct Burst {
    std::uint32_t transfer_tag = 0;
    std::uint32_t end = 0;
    std::uint32_t next_data_sn = 0;
  };

  Place place_ = Place::kept;
  MutableBytes buffer_;
  std::vector<std::uint8_t> kept_;  ///< grows with what arrives
  std::uint32_t unsolicited_max_ = 0;
  bool open_ = false;
  std::uint32_t next_data_sn_ = 0;  ///< of unsolicited data
  std::uint32_t received_ = 0;      ///< of whole PDUs
  std::uint32_t asked_ = 0;         ///< end of the last R2T
  std::uint32_t solicitations_ = 0;
  std::vector<Burst> solicited_;  ///< outstanding R2Ts, oldest first

  bool in_pdu_ = false;
  bool pdu_unsolicited_ = false;
  bool pdu_final_ = false;
  std::uint32_t pdu_bytes_ = 0;
};

}  // namespace lunet::iscsi
