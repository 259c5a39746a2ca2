// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/mode_pages.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t page_format = 0x10;

/// The parameter list that leaves everything as it is, with as long a header as the opcode has.
Octets current(const TestDisk& disk, std::size_t header, std::uint8_t page) {
  Octets list(header);
  const auto data = mode_page(disk.unit, page);
  list.insert(list.end(), data->begin(), data->end());
  return list;
}

Octets select(const Octets& list, std::uint8_t flags = page_format) {
  const auto bytes = static_cast<std::uint8_t>(list.size());
  return {0x15, flags, 0, 0, bytes, 0};
}

TEST(ModeSelect, TakesWhatIsAlreadySo) {
  TestDisk disk;
  for (const int code : {0x01, 0x08, 0x0A, 0x1C}) {
    const auto page = static_cast<std::uint8_t>(code);
    const Octets list = current(disk, 4, page);
    EXPECT_EQ(verdict(disk.send(select(list), list)), "good");
    const Octets longer = current(disk, 8, page);
    const auto bytes = static_cast<std::uint8_t>(longer.size());
    EXPECT_EQ(verdict(disk.send({0x55, page_format, 0, 0, 0, 0, 0, 0, bytes, 0}, longer)), "good");
  }
  EXPECT_EQ(verdict(disk.send(select({}), {})), "good");
}

TEST(ModeSelect, SkipsBlockDescriptors) {
  TestDisk disk;
  Octets list = current(disk, 4, 0x08);
  list[3] = 8;
  list.insert(list.begin() + 4, 8, 0);
  EXPECT_EQ(verdict(disk.send(select(list), list)), "good");
}

TEST(ModeSelect, RefusesEveryChange) {
  TestDisk disk;
  Octets list = current(disk, 4, 0x08);
  list[6] ^= 0x04;  // WCE
  EXPECT_EQ(verdict(disk.send(select(list), list)), "5/2600");
  const Octets unknown{0, 0, 0, 0, 0x03, 0x01, 0};
  EXPECT_EQ(verdict(disk.send(select(unknown), unknown)), "5/2600");
}

TEST(ModeSelect, RefusesCutListsAndOtherFormats) {
  TestDisk disk;
  Octets list = current(disk, 4, 0x08);
  EXPECT_EQ(verdict(disk.send(select(list, 0), list)), "5/2400");
  EXPECT_EQ(verdict(disk.send(select(list, page_format | 1), list)), "5/2400");
  list.pop_back();
  EXPECT_EQ(verdict(disk.send(select(list), list)), "5/1A00");
  EXPECT_EQ(verdict(disk.send(select({1, 2}), {1, 2})), "5/1A00");
  const Octets beyond{0, 0, 0, 200};
  EXPECT_EQ(verdict(disk.send(select(beyond), beyond)), "5/1A00");
}

}  // namespace
}  // namespace lunet::scsi
