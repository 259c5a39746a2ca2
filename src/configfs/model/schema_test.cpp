// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/schema.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(Schema, DefaultsAreThoseOfPluginAndFlavour) {
  const Schema kernel(Flavour::kernel);
  const Schema lunetd(Flavour::lunetd);
  const auto initial = [](const Schema& schema, TypeId id, std::string_view variant, std::string_view path) {
    const ObjectType& type = schema.type(id, variant);
    return std::string(type.files[static_cast<std::size_t>(type.file(path))].initial);
  };
  EXPECT_EQ(initial(kernel, TypeId::disk, "rd_mcp", "attrib/hw_max_sectors"), "4294967288");
  EXPECT_EQ(initial(kernel, TypeId::disk, "fileio", "attrib/hw_max_sectors"), "16384");
  EXPECT_EQ(initial(kernel, TypeId::tpg, "iscsi", "param/InitialR2T"), "Yes");
  EXPECT_EQ(initial(lunetd, TypeId::tpg, "iscsi", "param/InitialR2T"), "No");
}

TEST(Schema, VariantsHaveTheirOwnFilesAndDirectories) {
  const Schema kernel(Flavour::kernel);
  const Schema lunetd(Flavour::lunetd);
  EXPECT_TRUE(kernel.type(TypeId::tpg, "loopback").inside.contains("nexus"));
  EXPECT_FALSE(kernel.type(TypeId::tpg, "iscsi").inside.contains("nexus"));
  EXPECT_TRUE(lunetd.type(TypeId::portal, "iscsi").inside.contains("port"));
  EXPECT_FALSE(kernel.type(TypeId::portal, "iscsi").inside.contains("port"));
  const ObjectType& disk = kernel.type(TypeId::disk, "rd_mcp");
  for (const char* dir : {"action", "alua", "attrib", "statistics/scsi_lu"})
    EXPECT_EQ(disk.inside.at(dir).kind, EntryKind::directory) << dir;
  EXPECT_EQ(&disk, &kernel.type(TypeId::disk, "rd_mcp"));
}

}  // namespace
}  // namespace lunet::configfs
