// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/transport_id.h"

#include <gtest/gtest.h>

namespace lunet::scsi {
namespace {

TEST(TransportId, NamesAnInitiatorPort) {
  const auto id = transport_id("iqn.2026-11.com.example:a", 0x00023D000001);
  EXPECT_EQ(id[0], 0x45);
  EXPECT_EQ(as_text(id).substr(4, 42), std::string_view("iqn.2026-11.com.example:a,i,0x00023d000001\0", 42));
  EXPECT_EQ((id.size() - 4) % 4, 0U);
  EXPECT_EQ(load_be16(&id[2]), id.size() - 4);
  const auto back = parse_transport_id(id);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->initiator, "iqn.2026-11.com.example:a");
  EXPECT_EQ(back->isid, 0x00023D000001U);
  EXPECT_EQ(back->bytes, id.size());
}

TEST(TransportId, NamesAnInitiator) {
  const auto id = transport_id("iqn.x:a", 0);
  EXPECT_EQ(id[0], 0x05);
  EXPECT_EQ(id.size(), 24U);
  const auto back = parse_transport_id(id);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->isid, std::nullopt);
}

TEST(TransportId, ComparesNamesWithoutCase) {
  EXPECT_EQ(parse_transport_id(transport_id("IQN.X:A", 0))->initiator, "iqn.x:a");
}

TEST(TransportId, RefusesWhatIsMalformed) {
  const auto good = transport_id("iqn.2026-11.com.example:a", 0x10);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_transport_id(Bytes(good).first(size))) << size;
  }
  auto other = good;
  other[0] = 0x46;  // another protocol
  EXPECT_FALSE(parse_transport_id(other));
  other = good;
  other[0] = 0x05;  // a port's name where an initiator's is announced
  EXPECT_FALSE(parse_transport_id(other));
  other = good;
  std::fill(other.begin() + 4, other.end(), 'x');  // no end
  EXPECT_FALSE(parse_transport_id(other));
  EXPECT_FALSE(parse_transport_id(std::vector<std::uint8_t>(24)));
}

/// Where everybody may enter it would be registered, and what is saved of that could not be read, or would
/// say that somebody else is registered, too.
TEST(TransportId, RefusesNamesThatNoLoginHas) {
  for (const char* name : {"iqn.x:a\nsa_res_key=5", "iqn.x:a\nPR_REG_END: 0\nPR_REG_START: 1", "iqn.x:a b",
                           " iqn.x:a", "iqn.x:a,b", "somebody", "iqn.x:\xC3", "\xED\xA0\x80"}) {
    EXPECT_FALSE(parse_transport_id(transport_id(name, 0))) << name;
    EXPECT_FALSE(parse_transport_id(transport_id(name, 0x10))) << name;
  }
}

}  // namespace
}  // namespace lunet::scsi
