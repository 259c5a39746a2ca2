// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/block_range.h"

#include "base/bytes.h"
#include "base/check.h"

namespace lunet::scsi {

BlockRange block_range(const Task& task) {
  const std::uint8_t* cdb = task.cdb.data();
  switch (cdb[0] >> 5) {
    case 0: return {load_be24(cdb + 1) & 0x1FFFFF, cdb[4] == 0 ? 256U : cdb[4]};
    case 1:
    case 2: return {load_be32(cdb + 2), load_be16(cdb + 7)};
    case 4: return {load_be64(cdb + 2), load_be32(cdb + 10)};
    case 5: return {load_be32(cdb + 2), load_be32(cdb + 6)};
    default: CHECK(false);  // no group with block commands
  }
  return {};
}

}  // namespace lunet::scsi
