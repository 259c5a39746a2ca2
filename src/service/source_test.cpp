// SPDX-License-Identifier: Apache-2.0
#include "service/source.h"

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;

class Sources : public ServiceFixture {
 protected:
  Result<Wanted> wanted(const Source& source) { return wanted_of(source, *store_->head(), *store_); }
  static constexpr std::string_view acl =
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini";
};

TEST_F(Sources, NothingNamedIsTheNewestGeneration) {
  must(service_->create_ramdisk(ramdisk("a")));
  must(service_->create_ramdisk(ramdisk("b")));
  EXPECT_EQ(must(wanted({})).tree, store_->head()->tree);
  const Wanted first = must(wanted(generation_source(1)));
  EXPECT_EQ(first.name, "generation 1");
  EXPECT_EQ(config::print(first.tree).find("disk b"), std::string::npos);
  EXPECT_EQ(error_of(wanted(generation_source(7))).errnum, ENOENT);
}

TEST_F(Sources, BothFormatsAreToldApart) {
  const auto text = must(wanted(text_source("storage rd_mcp disk a size 1M")));
  const auto json = must(wanted(text_source(
      R"({"storage_objects":[{"name":"a","plugin":"ramdisk","size":1048576}],"fabric_modules":[],"targets":[]})")));
  EXPECT_NE(text.tree.find(path_of("storage rd_mcp disk a")), nullptr);
  EXPECT_NE(json.tree.find(path_of("storage rd_mcp disk a")), nullptr);
  EXPECT_THAT(error_of(wanted(text_source("{\"targets\": 7}"))).message, HasSubstr("test.lio: targets"));
}

TEST_F(Sources, MergedTextLeavesWhatItDoesNotName) {
  make_exported();
  Source more = text_source("storage rd_mcp disk more size 1M");
  more.merge = true;
  const Wanted merged = must(wanted(more));
  EXPECT_NE(merged.tree.find(path_of("storage rd_mcp disk more")), nullptr);
  EXPECT_NE(merged.tree.find(path_of(acl)), nullptr);
}

TEST_F(Sources, OneTargetOrDiskIsTakenWithAllBelowIt) {
  must(service_->create_ramdisk(ramdisk("kept")));
  const std::string text =
      "storage ramdisk { disk a size 1M; disk b size 1M; }\n"
      "fabric iscsi { target iqn.2026-11.com.example:x tpgt 1 enable yes; target iqn.2026-11.com.example:y }";
  Source one = text_source(text);
  one.disk = "a";
  const Wanted disk = must(wanted(one));
  EXPECT_NE(disk.tree.find(path_of("storage rd_mcp disk a")), nullptr);
  EXPECT_NE(disk.tree.find(path_of("storage rd_mcp disk kept")), nullptr);
  EXPECT_EQ(disk.tree.find(path_of("storage rd_mcp disk b")), nullptr);
  one = text_source(text);
  one.target = "iqn.2026-11.com.example:x";
  const Wanted target = must(wanted(one));
  EXPECT_NE(target.tree.find(path_of("fabric iscsi target iqn.2026-11.com.example:x tpgt 1")), nullptr);
  EXPECT_EQ(target.tree.find(path_of("fabric iscsi target iqn.2026-11.com.example:y")), nullptr);
  one.target = "iqn.none";
  EXPECT_EQ(error_of(wanted(one)).errnum, ENOENT);
}

TEST_F(Sources, WhatIsThereAlreadyIsRefusedWhenItMustBeNew) {
  must(service_->create_ramdisk(ramdisk("a")));
  Source source = text_source("storage ramdisk { disk a size 1M; disk b size 1M; }");
  source.refuse_existing = source.merge = true;
  EXPECT_EQ(error_of(wanted(source)).errnum, EEXIST);
  source.disk = "b";
  EXPECT_TRUE(wanted(source));
}

TEST_F(Sources, AKeptSecretIsTheStoredOneOrRefused) {
  make_exported();
  const config::Path path = path_of(acl);
  must(service_->set_group({path, "auth"}, {{"userid", "u"}, {"password", "stored-secret"}}));
  const Wanted keeps = must(wanted(text_source(fmt::format("{} auth password ~keep~", acl))));
  EXPECT_EQ(std::as_const(keeps.tree).find(path)->groups.at("auth").at("password"), "stored-secret");
  const Error error = error_of(wanted(text_source(fmt::format("{} auth password_mutual ~keep~", acl))));
  EXPECT_EQ(error.errnum, EINVAL);
  EXPECT_THAT(error.message, HasSubstr("no password_mutual is stored here"));
}

TEST_F(Sources, SecretsAreHiddenInWhatIsShown) {
  make_exported();
  must(service_->set_group({path_of(acl), "auth"}, {{"userid", "u"}, {"password", "canary-secret"}}));
  const std::string shown = config::print(without_secrets(store_->head()->tree));
  EXPECT_EQ(shown.find("canary-secret"), std::string::npos);
  EXPECT_THAT(shown, HasSubstr("~keep~"));
  EXPECT_THAT(shown, HasSubstr("userid u"));
}

}  // namespace
}  // namespace lunet::service
