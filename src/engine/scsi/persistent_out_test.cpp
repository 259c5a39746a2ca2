// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"
#include "engine/scsi/transport_id.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t aptpl = 0x01;
constexpr std::uint8_t all_ports = 0x04;
constexpr std::uint8_t names_others = 0x08;

Octets out_list(std::uint64_t key, std::uint64_t new_key, std::uint8_t flags = 0, const Octets& more = {}) {
  Octets list(24);
  store_be64(&list[0], key);
  store_be64(&list[8], new_key);
  list[20] = flags;
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

Octets counted(const Octets& ids) {
  Octets list(4);
  store_be32(&list[0], static_cast<std::uint32_t>(ids.size()));
  list.insert(list.end(), ids.begin(), ids.end());
  return list;
}

class PersistentOutCommand : public testing::Test {
 protected:
  Outcome send(std::uint8_t action, const Octets& list, std::uint8_t type = 1) {
    Octets cdb{0x5F, action, type, 0, 0, 0, 0, 0, 0, 0};
    store_be32(&cdb[5], static_cast<std::uint32_t>(list.size()));
    return disk_.send(cdb, list);
  }
  ReservationState state() const { return disk_.shared->reservations.state(); }
  TestDisk disk_;
};

TEST_F(PersistentOutCommand, RegistersAndReserves) {
  EXPECT_EQ(verdict(send(0, out_list(0, 5))), "good");
  EXPECT_EQ(verdict(send(1, out_list(5, 0), 3)), "good");
  ASSERT_TRUE(state().reservation);
  EXPECT_EQ(state().reservation->type, ReservationType::exclusive_access);
  EXPECT_EQ(state().reservation->holder, disk_.nexus.id());
  disk_.nexus = Nexus({"iqn.x:other", 1, disk_.port.target_name, 1});
  EXPECT_EQ(verdict(disk_.run({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 512)), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x00})), "good");
  EXPECT_EQ(verdict(disk_.run({0x12, 0, 0, 0, 96, 0}, 96)), "good");
}

TEST_F(PersistentOutCommand, RefusesOddListsTypesAndScopes) {
  EXPECT_EQ(verdict(send(0, Octets(20))), "5/1A00");
  EXPECT_EQ(verdict(send(0, out_list(0, 5, 0, Octets(8)))), "5/1A00");
  EXPECT_EQ(verdict(send(1, out_list(0, 5), 2)), "5/2400");
  EXPECT_EQ(verdict(send(1, out_list(0, 5), 0x11)), "5/2400");
  EXPECT_EQ(verdict(send(8, out_list(0, 5))), "5/2400");
}

TEST_F(PersistentOutCommand, NeedsAPlaceForWhatIsToSurvive) {
  EXPECT_EQ(verdict(send(0, out_list(0, 5, aptpl))), "5/2600");
  EXPECT_TRUE(state().registrations.empty());
}

TEST_F(PersistentOutCommand, IsDurableBeforeItCounts) {
  disk_.unit.keeps_reservations = true;
  const Outcome outcome = send(0, out_list(0, 5, aptpl));
  EXPECT_EQ(verdict(outcome), "good");
  ASSERT_EQ(outcome.effects.size(), 1U);
  EXPECT_THAT(*outcome.effects[0].save, testing::HasSubstr("sa_res_key=5\n"));
  disk_.save_result = -EIO;
  EXPECT_EQ(verdict(send(1, out_list(5, 0))), "2/0800");
  EXPECT_FALSE(state().reservation);
}

TEST_F(PersistentOutCommand, EndingAptplReplacesWhatWasDurable) {
  disk_.unit.keeps_reservations = true;
  ASSERT_EQ(verdict(send(0, out_list(0, 5, aptpl))), "good");
  const Outcome outcome = send(0, out_list(5, 6));
  ASSERT_EQ(outcome.effects.size(), 1U);
  EXPECT_THAT(*outcome.effects[0].save, testing::Not(testing::HasSubstr("sa_res_key")));
  EXPECT_FALSE(state().persists);
}

TEST_F(PersistentOutCommand, TellsTheOthersBeforeItIsGood) {
  ASSERT_EQ(verdict(send(0, out_list(0, 5))), "good");
  const Nexus first = disk_.nexus;
  disk_.nexus = Nexus({"iqn.x:other", 1, disk_.port.target_name, 1});
  ASSERT_EQ(verdict(send(0, out_list(0, 6))), "good");
  const Outcome outcome = send(5, out_list(6, 5));
  EXPECT_EQ(verdict(outcome), "good");
  ASSERT_EQ(outcome.effects.size(), 1U);
  ASSERT_EQ(outcome.effects[0].notices.size(), 1U);
  EXPECT_EQ(outcome.effects[0].notices[0].nexus, first.id());
  EXPECT_EQ(outcome.effects[0].notices[0].code, ua_registrations_preempted);
  EXPECT_THAT(outcome.effects[0].aborted, testing::ElementsAre(first.id()));
}

TEST_F(PersistentOutCommand, RegistersOthersByName) {
  const Octets ids = transport_id("iqn.x:b", 7);
  EXPECT_EQ(verdict(send(0, out_list(0, 5, names_others, counted(ids)))), "good");
  ASSERT_EQ(state().registrations.size(), 2U);
  EXPECT_EQ(state().registrations[1].nexus, (NexusId{"iqn.x:b", 7, disk_.port.target_name, 1}));
}

TEST_F(PersistentOutCommand, RegistersNobodyWhenOneNameIsWrong) {
  for (const Octets& ids : {Octets(24), transport_id("iqn.2026-11.com.example:stranger", 7), Octets(3)}) {
    EXPECT_NE(verdict(send(0, out_list(0, 5, names_others, counted(ids)))), "good");
  }
  EXPECT_EQ(verdict(send(0, out_list(0, 5, names_others, Octets(4, 1)))), "5/1A00");
  EXPECT_TRUE(state().registrations.empty());
}

/// Names that an initiator makes up where everybody may enter.
Octets invented(char kind, std::size_t count) {
  Octets ids;
  for (std::size_t i = 0; i < count; ++i) {
    const Octets id = transport_id("iqn.x:" + std::string(1, kind) + std::to_string(i), 0);
    ids.insert(ids.end(), id.begin(), id.end());
  }
  return counted(ids);
}

TEST_F(PersistentOutCommand, RegistersSoManyAndNoMore) {
  EXPECT_EQ(verdict(send(0, out_list(0, 5, names_others, invented('a', 2049)))), "5/5504");
  EXPECT_EQ(verdict(send(0, out_list(0, 5, names_others, invented('a', 2000)))), "good");
  EXPECT_EQ(state().registrations.size(), 2001U);
  disk_.nexus = Nexus({"iqn.x:other", 1, disk_.port.target_name, 1});
  EXPECT_EQ(verdict(send(0, out_list(0, 6, names_others, invented('b', 47)))), "5/5504");
  EXPECT_EQ(state().registrations.size(), 2001U);
  EXPECT_EQ(verdict(send(0, out_list(0, 6, names_others, invented('b', 46)))), "good");
  EXPECT_EQ(state().registrations.size(), 2048U);
  EXPECT_EQ(verdict(send(0, out_list(6, 7))), "good");
}

TEST_F(PersistentOutCommand, RegistersAtEveryPort) {
  Port second = disk_.port;
  second.portal_group_tag = 2;
  second.relative_port = 2;
  disk_.surroundings.ports.push_back(second);
  EXPECT_EQ(verdict(send(0, out_list(0, 5, all_ports))), "good");
  ASSERT_EQ(state().registrations.size(), 2U);
  EXPECT_TRUE(state().registrations[0].all_target_ports);
  EXPECT_EQ(state().registrations[1].nexus.portal_group, 2);
}

TEST_F(PersistentOutCommand, MovesToAnotherPort) {
  ASSERT_EQ(verdict(send(0, out_list(0, 5))), "good");
  ASSERT_EQ(verdict(send(1, out_list(5, 0))), "good");
  const Octets id = transport_id("iqn.x:b", 7);
  Octets list(24);
  store_be64(&list[0], 5);
  store_be64(&list[8], 9);
  store_be16(&list[18], 1);
  store_be32(&list[20], static_cast<std::uint32_t>(id.size()));
  list.insert(list.end(), id.begin(), id.end());
  Octets nowhere = list;
  nowhere[19] = 9;
  EXPECT_EQ(verdict(send(7, nowhere)), "5/2600");
  EXPECT_EQ(verdict(send(7, list)), "good");
  EXPECT_EQ(state().reservation->holder.initiator, "iqn.x:b");
  EXPECT_EQ(state().registrations.size(), 2U);
}

TEST_F(PersistentOutCommand, ConflictsWithAReservationOfReserve) {
  ASSERT_TRUE(disk_.shared->reservations.reserve(disk_.nexus.id()));
  EXPECT_EQ(verdict(send(0, out_list(0, 5))), "conflict");
}

TEST_F(PersistentOutCommand, ChangesNothingWhereNobodyKnowsWhoIsFenced) {
  disk_.shared->reservations.lock_out();
  EXPECT_EQ(verdict(send(0, out_list(0, 5))), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x16, 0})), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 512)), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x12, 0, 0, 0, 96, 0}, 96)), "good");
}

TEST_F(PersistentOutCommand, AWriteWhoseDataComeAfterItWasFencedIsNotDone) {
  Task task = disk_.start({0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 0, 512);
  ASSERT_EQ(begin(task), Step::need_data);
  ReservationState fenced;
  fenced.reservation = Reservation{ReservationType::write_exclusive, {"iqn.x:b", 1, "t", 1}};
  disk_.shared->reservations.replace(fenced);
  Octets data(512, 1);
  task.data = data;
  EXPECT_EQ(data_arrived(task), Step::finish);
  EXPECT_EQ(task.status, Status::reservation_conflict);
}

}  // namespace
}  // namespace lunet::scsi
