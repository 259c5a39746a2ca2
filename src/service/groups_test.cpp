// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Groups : public ServiceFixture {
 protected:
  void SetUp() override {
    make_exported();
    operations();
  }
  static GroupRef group(std::string_view object, std::string_view name) {
    return {path_of(object), std::string(name)};
  }
  Result<Report> set(const GroupRef& where, std::string_view name, std::string_view value) {
    return service_->set_group(where, {{std::string(name), std::string(value)}});
  }
  GroupValue value_of(const GroupRef& where, std::string_view name) {
    const auto values = must(service_->get_group(where));
    for (const GroupValue& value : values) {
      if (value.name == name) return value;
    }
    ADD_FAILURE() << "no " << name;
    return {};
  }
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
  const std::string tpg_directory_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const std::string acl_directory_ = tpg_directory_ + "/acls/iqn.2026-11.com.example:ini";
};

TEST_F(Groups, ValuesAreReadFromTheRuntimeWithTheUsersNames) {
  EXPECT_EQ(value_of(group(tpg_, "attribute"), "authentication").value, "0");
  EXPECT_EQ(value_of(group(tpg_, "parameter"), "TargetAlias").value, "LIO Target");
  EXPECT_EQ(value_of(group(acl_, "auth"), "mutual_userid").value, "");
  EXPECT_FALSE(value_of(group(acl_, "auth"), "authenticate_target").writable);
  EXPECT_EQ(value_of(group("fabric iscsi", "discovery_auth"), "enable").value, "no");
  EXPECT_FALSE(value_of(group("storage ramdisk disk rd0", "attribute"), "hw_block_size").writable);
  EXPECT_EQ(value_of(group(acl_, "attribute"), "tcq_depth").value, "64");
}

TEST_F(Groups, NumbersAreCheckedWrittenRecordedAndReadAgain) {
  const Report report =
      must(service_->set_group(group(tpg_, "attribute"), {{"login_timeout", "20"}, {"t10_pi", "no"}}));
  EXPECT_THAT(report.lines,
              ElementsAre("Parameter login_timeout is now '20'.", "Parameter t10_pi is now '0'."));
  EXPECT_EQ(operations(), "write " + tpg_directory_ + "/attrib/login_timeout 20\nwrite " + tpg_directory_ +
                              "/attrib/t10_pi 0\n");
  EXPECT_EQ(recorded(tpg_)->groups.at("attribute").at("login_timeout"), "20");
  EXPECT_EQ(error_of(set(group(tpg_, "attribute"), "login_timeout", "long")).errnum, EINVAL);
}

TEST_F(Groups, ValuesOutOfTheirRangeAreRefusedBeforeTheRuntimeSeesThem) {
  const std::tuple<GroupRef, const char*, const char*, const char*> wrong[] = {
      {group(tpg_, "attribute"), "login_timeout", "4", "from 5 to 30"},
      {group(tpg_, "attribute"), "default_cmdsn_depth", "513", "from 1 to 512"},
      {group(tpg_, "parameter"), "MaxBurstLength", "511", "from 512 to 16777215"},
      {group(acl_, "attribute"), "nopin_timeout", "61", "from 0 to 60"},
      {group(acl_, "attribute"), "dataout_timeout", "1", "from 2 to 60"},
      {group(acl_, "attribute"), "tcq_depth", "0", "from 1 to 512"},
  };
  for (const auto& [where, name, value, range] : wrong) {
    const Error error = error_of(set(where, name, value));
    EXPECT_EQ(error.errnum, EINVAL);
    EXPECT_THAT(error.message, HasSubstr(std::string("parameter ") + name));
    EXPECT_THAT(error.message, HasSubstr(range));
  }
  EXPECT_EQ(operations(), "");
}

TEST_F(Groups, ParametersTakeYesAndNoInAnySpelling) {
  EXPECT_THAT(must(set(group(tpg_, "parameter"), "InitialR2T", "no")).lines,
              ElementsAre("Parameter InitialR2T is now 'No'."));
  EXPECT_EQ(operations(), "write " + tpg_directory_ + "/param/InitialR2T No\\n\n");
  EXPECT_EQ(error_of(set(group(tpg_, "parameter"), "InitialR2T", "maybe")).errnum, EINVAL);
  EXPECT_EQ(error_of(set(group(tpg_, "parameter"), "MaxBurstLength", "big")).errnum, EINVAL);
  EXPECT_EQ(error_of(set(group(tpg_, "parameter"), "TargetAlias", "a\nb")).errnum, EINVAL);
}

TEST_F(Groups, UnknownAndReadOnlyNamesAreRefusedWithTheKnownOnes) {
  const Error unknown = error_of(set(group(tpg_, "attribute"), "login_time", "20"));
  EXPECT_EQ(unknown.errnum, ENOENT);
  EXPECT_THAT(unknown.hint, HasSubstr("login_timeout"));
  EXPECT_EQ(error_of(set(group("storage rd_mcp disk rd0", "attribute"), "hw_block_size", "4096")).errnum,
            EACCES);
  EXPECT_EQ(error_of(set(group(tpg_, "discovery_auth"), "userid", "u")).errnum, ENOENT);
  EXPECT_EQ(error_of(set(group("storage rd_mcp disk gone", "attribute"), "block_size", "4096")).errnum,
            ENOENT);
  EXPECT_EQ(operations(), "");
}

TEST_F(Groups, ASecretOfAnAclIsEnforcedAndNeverShown) {
  context_.command = "set auth password=secret-of-12ch";
  service_ = make_service(context_);
  const Report report =
      must(service_->set_group(group(acl_, "auth"), {{"userid", "user"}, {"password", "secret-of-12ch"}}));
  EXPECT_THAT(report.lines,
              ElementsAre("Parameter userid is now 'user'.", "Parameter password is now '***'."));
  EXPECT_EQ(operations(), "write " + acl_directory_ + "/auth/password secret-of-12ch\n" +  //
                              "write " + acl_directory_ + "/auth/userid user\n" +          //
                              "write " + acl_directory_ + "/attrib/authentication 1\n");
  EXPECT_EQ(must(service_->history(1)).back().why, "set auth password=***");
  EXPECT_EQ(recorded(acl_)->groups.at("auth").at("password"), "secret-of-12ch");
}

TEST_F(Groups, ASecretThatIsTakenAwayIsNotAskedForAnyMore) {
  must(service_->set_group(group(acl_, "auth"), {{"userid", "user"}, {"password", "secret-of-12ch"}}));
  operations();
  const Report report = must(service_->set_group(group(acl_, "auth"), {{"userid", ""}, {"password", ""}}));
  EXPECT_THAT(report.lines, ElementsAre("Parameter userid is now ''.", "Parameter password is now ''."));
  EXPECT_EQ(report.warnings.size(), 1U);
  EXPECT_EQ(operations(), "write " + acl_directory_ + "/auth/password NULL\n" +    //
                              "write " + acl_directory_ + "/auth/userid NULL\n" +  //
                              "write " + acl_directory_ + "/attrib/authentication -1\n");
  EXPECT_EQ(recorded(acl_)->groups.count("auth") == 0 || recorded(acl_)->groups.at("auth").empty(), true);
}

TEST_F(Groups, BadCredentialsAreRefusedWithoutRepeatingThem) {
  const Error word = error_of(set(group(acl_, "auth"), "password", "NULL"));
  EXPECT_EQ(word.errnum, EINVAL);
  const Error line = error_of(set(group(acl_, "auth"), "mutual_password", "top\nsecret"));
  EXPECT_THAT(line.message, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(error_of(set(group(acl_, "auth"), "userid", std::string(256, 'a'))).errnum, EINVAL);
}

TEST_F(Groups, MutualNamesGoToTheirFiles) {
  must(set(group(acl_, "auth"), "mutual_userid", "back"));
  EXPECT_THAT(operations(), HasSubstr("write " + acl_directory_ + "/auth/userid_mutual back\n"));
  EXPECT_EQ(value_of(group(acl_, "auth"), "mutual_userid").value, "back");
  must(service_->set_group(group("fabric iscsi", "discovery_auth"),
                           {{"enable", "1"}, {"mutual_password", "p"}}));
  EXPECT_EQ(operations(),
            "write iscsi/discovery_auth/enforce_discovery_auth 1\n"
            "write iscsi/discovery_auth/password_mutual p\n");
  EXPECT_EQ(value_of(group("fabric iscsi", "discovery_auth"), "enable").value, "yes");
}

TEST_F(Groups, TheTwoDirectionsShareNoSecret) {
  const Error both = error_of(service_->set_group(
      group(acl_, "auth"), {{"password", "secret-of-12ch"}, {"mutual_password", "secret-of-12ch"}}));
  EXPECT_EQ(both.errnum, EINVAL);
  EXPECT_THAT(both.message, testing::Not(HasSubstr("secret-of")));
  must(set(group(acl_, "auth"), "password", "secret-of-12ch"));
  EXPECT_EQ(error_of(set(group(acl_, "auth"), "mutual_password", "secret-of-12ch")).errnum, EINVAL);
  must(set(group("fabric iscsi", "discovery_auth"), "mutual_password", "secret-of-12ch"));
  EXPECT_EQ(error_of(set(group("fabric iscsi", "discovery_auth"), "password", "secret-of-12ch")).errnum,
            EINVAL);
}

TEST_F(Groups, AShortSecretIsWarnedOf) {
  EXPECT_THAT(must(set(group(acl_, "auth"), "password", "elevenbytes")).warnings,
              ElementsAre(HasSubstr("password has less than 12 bytes")));
  EXPECT_THAT(must(set(group(acl_, "auth"), "password", "twelve-bytes")).warnings, IsEmpty());
}

TEST_F(Groups, AnOpenDoorWithASecretIsWarnedOf) {
  must(service_->set_group(group(acl_, "auth"), {{"userid", "user"}, {"password", "secret-of-12ch"}}));
  EXPECT_THAT(must(set(group(acl_, "attribute"), "authentication", "0")).warnings,
              ElementsAre(HasSubstr("gets in without the secret")));
  operations();
  const Report closed = must(set(group(acl_, "auth"), "password", "other-of-12chars"));
  EXPECT_THAT(closed.warnings, ElementsAre(HasSubstr("it is on now")));
  EXPECT_THAT(operations(), HasSubstr("/attrib/authentication 1\n"));
}

TEST_F(Groups, SecretsOfDiscoveryAreEnforcedUnlessToldOtherwise) {
  const GroupRef discovery = group("fabric iscsi", "discovery_auth");
  must(set(discovery, "userid", "finder"));
  EXPECT_EQ(value_of(discovery, "enable").value, "no") << "no secret yet";
  EXPECT_THAT(must(set(discovery, "password", "secret-of-12ch")).lines,
              testing::Contains("Discovery needs authentication now."));
  EXPECT_EQ(value_of(discovery, "enable").value, "yes");
  EXPECT_THAT(must(set(discovery, "enable", "no")).warnings, ElementsAre(HasSubstr("open to all")));
  EXPECT_THAT(must(set(discovery, "password", "other-of-12chars")).warnings,
              ElementsAre(HasSubstr("open to all")));
  EXPECT_EQ(value_of(discovery, "enable").value, "no");
}

TEST_F(Groups, TheWriteCacheOfAFileFollowsHowItIsOpened) {
  must(service_->create_fileio(fileio("f0")));
  operations();
  must(set(group("storage fileio disk f0", "attribute"), "emulate_write_cache", "0"));
  EXPECT_EQ(operations(), "write core/fileio_1/f0/attrib/emulate_write_cache 0\n");
  EXPECT_EQ(recorded("storage fileio disk f0")->attribute("buffered"), "no");
  context_.runtime = RuntimeKind::kernel;
  ASSERT_TRUE(store_->record_runtime("kernel"));
  service_ = make_service(context_);
  EXPECT_EQ(error_of(set(group("storage fileio disk f0", "attribute"), "emulate_write_cache", "1")).errnum,
            EINVAL);
}

TEST_F(Groups, SettingWhatIsSetIsNoGenerationButDriftIsTold) {
  must(set(group(tpg_, "attribute"), "login_timeout", "20"));
  const std::uint64_t before = generation();
  EXPECT_THAT(must(set(group(tpg_, "attribute"), "login_timeout", "20")).lines,
              ElementsAre("Parameter login_timeout is now '20'."));
  EXPECT_EQ(generation(), before);
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/login_timeout", "25"));
  EXPECT_EQ(error_of(set(group(tpg_, "attribute"), "login_timeout", "20")).errnum, ESTALE);
  EXPECT_EQ(error_of(set(group(tpg_, "attribute"), "login_timeout", "30")).errnum, ESTALE);
}

}  // namespace
}  // namespace lunet::service
