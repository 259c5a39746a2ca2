// SPDX-License-Identifier: Apache-2.0
// What a logical unit looks like to initiators. Immutable values: configuration changes make a new Unit.
#pragma once

#include <cstdint>
#include <string>

namespace lunet::scsi {

/// INQUIRY identity (SPC-4 6.6, 7.8) as LIO builds it (docs/runtimes.md).
struct Identity {
  std::string vendor = "LIO-ORG";       ///< at most 8 characters
  std::string product;                  ///< at most 16
  std::string revision = "4.0";         ///< at most 4
  std::string serial;                   ///< unit serial number; "" until one is set
  std::uint32_t company_id = 0x001405;  ///< IEEE company id of the NAA designator
};

/// The attrib/ files of a disk that change what commands do; LIO's names.
struct UnitAttributes {
  std::uint32_t block_size = 512;
  bool emulate_3pc = true;
  bool emulate_caw = true;
  bool emulate_fua_write = true;
  bool emulate_pr = true;
  bool emulate_rsoc = true;
  bool emulate_tas = true;
  bool emulate_tpu = false;
  bool emulate_tpws = false;
  std::uint8_t emulate_ua_intlck_ctrl = 0;
  bool enforce_pr_isids = true;
  bool force_pr_aptpl = false;
  bool is_nonrot = false;
  bool unmap_zeroes_data = false;
  std::uint32_t hw_max_sectors = 16384;  ///< longest transfer of one command, in blocks
  std::uint32_t optimal_sectors = 16384;
  std::uint32_t max_unmap_lba_count = 8192;
  std::uint32_t max_unmap_block_desc_count = 1;
  std::uint32_t unmap_granularity = 1;
  std::uint32_t unmap_granularity_alignment = 0;
  std::uint32_t max_write_same_len = 4096;
};

struct Unit {
  Identity identity;
  UnitAttributes attributes;
  std::uint64_t size_bytes = 0;  ///< exported; whole blocks only count
  bool write_cache = false;      ///< WCE: true only when the backstore really may lose acknowledged writes
  bool read_only = false;
  bool passes_commands = false;                  ///< to a device, which answers them: pass_through.cpp
  bool emulates_reservations = true;             ///< of a device: persistent ones are ours, not its own
  bool knows_allocation = false;                 ///< can tell which blocks have storage (Io::Kind::map)
  bool keeps_reservations = false;               ///< there is a place where they survive a restart
  std::uint8_t physical_block_exponent = 0;      ///< a physical block has 2^n logical ones
  std::uint16_t lowest_aligned_lba = 0;          ///< of the first aligned physical block
  std::uint16_t optimal_granularity_blocks = 1;  ///< of transfers
  std::uint32_t exports = 1;                     ///< LUNs that show this unit (MULTIP bit)

  [[nodiscard]] std::uint64_t blocks() const { return size_bytes / attributes.block_size; }
  /// Descriptor-format sense and READ CAPACITY(10) overflow (LIO: more than 2^32-1 blocks).
  [[nodiscard]] bool large() const { return blocks() > 0xFFFFFFFFULL; }
};

/// The target port a command came through, and the LUN it shows the unit at.
struct Port {
  std::string target_name;
  std::uint16_t portal_group_tag = 1;
  std::uint16_t relative_port = 1;  ///< RTPI
  std::uint16_t port_group = 0;     ///< ALUA target port group id
  std::uint16_t lun = 0;            ///< as the initiator sees it
  std::uint16_t target_lun = 0;     ///< of the portal group
  bool offline = false;             ///< this unit through this port (ALUA secondary state)
};

}  // namespace lunet::scsi
