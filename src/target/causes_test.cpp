// SPDX-License-Identifier: Apache-2.0
#include "target/causes.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace lunet::target {
namespace {

using configfs::Verb;

TEST(Causes, PathsAreTakenForWhatTheyAre) {
  EXPECT_EQ(kind_of("core/fileio_0"), FileKind::hba);
  EXPECT_EQ(kind_of("core/fileio_0/f0"), FileKind::disk);
  EXPECT_EQ(kind_of("core/fileio_0/f0/enable"), FileKind::disk_enable);
  EXPECT_EQ(kind_of("core/fileio_0/f0/attrib/block_size"), FileKind::disk_attribute);
  EXPECT_EQ(kind_of("core/fileio_0/f0/pr/res_aptpl_metadata"), FileKind::disk_registrations);
  EXPECT_EQ(kind_of("iscsi/discovery_auth/userid"), FileKind::credential);
  EXPECT_EQ(kind_of("iscsi/iqn.x/tpgt_1"), FileKind::tpg);
  EXPECT_EQ(kind_of("iscsi/iqn.x/tpgt_1/lun/lun_0/0123456789"), FileKind::lun_link);
  EXPECT_EQ(kind_of("iscsi/iqn.x/tpgt_1/acls/iqn.y/lun_0"), FileKind::mapped_lun);
  EXPECT_EQ(kind_of("iscsi/iqn.x/tpgt_1/acls/iqn.y/auth/password"), FileKind::credential);
  EXPECT_EQ(kind_of("iscsi/iqn.x/tpgt_1/np/[::0]:3260"), FileKind::portal);
  EXPECT_EQ(kind_of(""), FileKind::any);
}

TEST(Causes, TheSameErrnoMeansDifferentThings) {
  const auto portal = likely_cause(Verb::make_dir, "iscsi/iqn.x/tpgt_1/np/0.0.0.0:3260", EINVAL);
  const auto attribute = likely_cause(Verb::write, "core/fileio_0/f0/attrib/block_size", EINVAL);
  ASSERT_TRUE(portal && attribute);
  EXPECT_NE(portal->cause.find("port"), std::string_view::npos);
  EXPECT_NE(attribute->cause.find("exports"), std::string_view::npos);
}

TEST(Causes, WhatAHandlerRefusesIsNoMissingFile) {
  for (const int errnum : {ENOENT, EINVAL, EINTR}) {
    const auto user = likely_cause(Verb::write, "core/user_0/u0/enable", errnum);
    ASSERT_TRUE(user) << errnum;
    EXPECT_EQ(user->cause, "its handler in user space refused it");
  }
  EXPECT_FALSE(likely_cause(Verb::read, "core/user_0/u0/enable", EIO));
}

TEST(Causes, AnAddressWithoutTheHardwareIsSaidSo) {
  const auto iser = likely_cause(Verb::write, "iscsi/iqn.x/tpgt_1/np/127.0.0.1:3260/iser", EADDRNOTAVAIL);
  ASSERT_TRUE(iser);
  EXPECT_EQ(iser->cause, "no hardware has that address");
  EXPECT_NE(iser->hint.find("RDMA"), std::string_view::npos);
  const auto offload = likely_cause(Verb::write, "iscsi/iqn.x/tpgt_1/np/127.0.0.1:3260/cxgbit", EINVAL);
  ASSERT_TRUE(offload);
  EXPECT_NE(offload->hint.find("adapter"), std::string_view::npos);
}

TEST(Causes, AnUnknownKindStillHasTheGeneralCause) {
  EXPECT_EQ(likely_cause(Verb::write, "iscsi/iqn.x/tpgt_1/enable", EPERM)->cause, "not enough rights");
  EXPECT_FALSE(likely_cause(Verb::list, "core", EIO));
}

}  // namespace
}  // namespace lunet::target
