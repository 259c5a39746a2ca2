// SPDX-License-Identifier: Apache-2.0
#include "config/validate/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {
namespace {

constexpr std::string_view faulty =
    "storage fileio disk a {\n"
    "    pth /srv/a.img\n"
    "    size many\n"
    "    attribut emulate_tpu yes\n"
    "}\n"
    "storage fleio disk b size 1M\n"
    "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 {\n"
    "    lun 0 backend fileio:b\n"
    "    authentication yes\n"
    "}\n";

}  // namespace

TEST(Validate, AGoodConfigurationHasNoFindings) {
  EXPECT_EQ(found_in(in_tpg("enable yes; portal 0.0.0.0:3260; lun 0 backend rd_mcp:r\n"
                            "acl iqn.1994-05.com.example:h { auth { userid u; password abcdefghijkl }\n"
                            "mapped_lun 0 target_lun 0 }")),
            "");
  EXPECT_EQ(found_in(""), "");
}

TEST(Validate, ShowsAllMistakesWhereTheyStandInTheText) {
  const Tree tree = tree_of(faulty);
  const Places places("f.lio", std::string(faulty), test_schema());
  const auto verdict = judge({.tree = tree, .schema = test_schema()}, &places);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(
      verdict.error().message,
      "f.lio:1:16: 'path' is missing; give an absolute path without comma and line end\n"
      "    storage fileio disk a {\n"
      "                   ^\n"
      "f.lio:2:5: a disk has no attribute 'pth'; did you mean 'path'?\n"
      "        pth /srv/a.img\n"
      "        ^\n"
      "f.lio:3:10: 'many' is not a size: bytes, or a number with k, M, G, T or P, at least 0 bytes\n"
      "        size many\n"
      "             ^\n"
      "f.lio:4:5: a disk has no group 'attribut'; it has alua, attribute; did you mean 'attribute'?\n"
      "        attribut emulate_tpu yes\n"
      "        ^\n"
      "f.lio:6:1: there is no storage 'fleio'; there are block, fileio, iblock, pscsi, ramdisk, rd_mcp, "
      "user; "
      "did you mean 'fileio'?\n"
      "    storage fleio disk b size 1M\n"
      "    ^\n"
      "f.lio:8:19: there is no disk fileio:b; create it first\n"
      "        lun 0 backend fileio:b\n"
      "                      ^\n"
      "f.lio:9:5: a tpgt has no attribute 'authentication'; it stands in the group: attribute authentication "
      "...\n"
      "        authentication yes\n"
      "        ^");
}

TEST(Validate, WithoutATextTheObjectIsNamed) {
  EXPECT_THAT(found_in("storage fleio disk b size 1M"),
              testing::StartsWith("storage fleio: there is no storage 'fleio'; there are "));
  EXPECT_THAT(found_in("storage fleio disk b size 1M"), testing::HasSubstr("did you mean 'fileio'?"));
}

TEST(Validate, NeverShowsASecret) {
  const std::string found = found_in(in_tpg("auth { userid u; password \"" + std::string(300, 'k') + "\" }"));
  EXPECT_THAT(found, testing::HasSubstr("auth password: the value is not "));
  EXPECT_THAT(found, testing::Not(testing::HasSubstr("kkk")));
}

TEST(Validate, WhatTheRuntimeHasNotIsAnError) {
  const std::string portal = in_tpg("portal 0.0.0.0:3260 iser yes");
  EXPECT_EQ(found_in(portal, nullptr, schema::Runtime::kernel), "");
  EXPECT_THAT(found_in(portal, nullptr, schema::Runtime::lunetd),
              testing::HasSubstr("'iser' exists on the kernel's target only"));
  EXPECT_EQ(found_in(in_tpg("portal 0.0.0.0:3260 iser no"), nullptr, schema::Runtime::lunetd), "");
  EXPECT_THAT(found_in("storage pscsi disk p path /dev/sg0", nullptr, schema::Runtime::kernel), "");
}

TEST(Validate, RequiredValuesAreNamed) {
  EXPECT_THAT(found_in("storage rd_mcp disk r {}"),
              testing::StartsWith("storage rd_mcp disk r size: 'size' is missing; give a size"));
  EXPECT_THAT(found_in(in_tpg("lun 0 {}")), testing::HasSubstr("lun 0 backend: 'backend' is missing"));
}

TEST(Validate, LooksOnlyAtWhatIsNewWhereOneObjectIsEnough) {
  const Tree before = tree_of("storage rd_mcp disk a {}");
  Tree tree = before;
  tree.ensure(*parse_path("storage rd_mcp disk b"));
  const auto findings = validate({.tree = tree, .schema = test_schema(), .before = &before});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(path_text(findings.front().node.path), "storage rd_mcp disk b");
}

}  // namespace lunet::config
