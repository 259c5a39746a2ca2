// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/schema_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/complete.h"
#include "shell/modes/mode_lab.h"
#include "shell/modes/one_shot.h"

namespace lunet::shell::modes {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> texts(const std::vector<Candidate>& candidates) {
  std::vector<std::string> all;
  for (const Candidate& each : candidates) all.push_back(each.text);
  return all;
}
std::vector<std::string> completed(ModeLab& lab, std::string_view line) {
  return texts(complete(lab.editing, line).candidates);
}

TEST(SchemaWords, FollowTheSchema) {
  ModeLab lab;
  EXPECT_THAT(completed(lab, "set "), ElementsAre("storage", "fabric"));
  EXPECT_THAT(completed(lab, "set storage "), AllOf(Contains("fileio"), Contains("rd_mcp")));
  EXPECT_THAT(completed(lab, "set storage fileio disk "), ElementsAre("a", "b"));
  EXPECT_THAT(completed(lab, "set storage fileio disk a s"), Contains("size"));
  EXPECT_THAT(completed(lab, "set storage fileio disk a attribute emulate_tp"),
              ElementsAre("emulate_tpu", "emulate_tpws"));
  EXPECT_THAT(completed(lab, "set storage fileio disk a attribute emulate_tpu "), ElementsAre("no", "yes"));
}

TEST(SchemaWords, AreRelativeToTheLevel) {
  ModeLab lab;
  lab.run("edit fabric iscsi target .* tpgt 1");
  EXPECT_THAT(completed(lab, "set lun 0 backend "), ElementsAre("fileio:a", "fileio:b"));
  EXPECT_THAT(completed(lab, "set acl x mapped_lun 0 target_lun "), ElementsAre("0"));
  const Completion port = complete(lab.editing, "set portal ");
  EXPECT_THAT(texts(port.candidates), ElementsAre("127.0.0.1:3260"));
  EXPECT_THAT(port.hint, HasSubstr("portal: "));
}

TEST(SchemaWords, OfAPatternAreWhatIsThere) {
  ModeLab lab;
  EXPECT_THAT(completed(lab, "delete storage "), ElementsAre("fileio"));
  EXPECT_THAT(completed(lab, "show all storage fileio disk b "), ElementsAre("path", "size", "wwn"));
  EXPECT_THAT(completed(lab, "delete storage fileio disk a attribute "), IsEmpty());
}

TEST(SchemaWords, OfSecretsSayNothing) {
  ModeLab lab;
  const Completion secret =
      complete(lab.editing, "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 auth password ");
  EXPECT_THAT(secret.candidates, IsEmpty());
  EXPECT_THAT(secret.hint, HasSubstr("password: "));
}

TEST(ModeCompletion, KnowsCommandsTheirWordsAndPipes) {
  ModeLab lab;
  EXPECT_THAT(completed(lab, "com"), ElementsAre("compare", "commit"));
  EXPECT_THAT(completed(lab, "commit c"), ElementsAre("check", "confirmed", "comment"));
  EXPECT_THAT(completed(lab, "commit confirmed c"), ElementsAre("check", "comment"));
  EXPECT_THAT(completed(lab, "show | "), AllOf(Contains("compare"), Contains("match"), Contains("no-more")));
  EXPECT_THAT(completed(lab, "top show sto"), ElementsAre("storage"));
  EXPECT_THAT(completed(lab, "help comm"), ElementsAre("commit"));
  EXPECT_THAT(completed(lab, "load "), Contains("live"));
  EXPECT_THAT(completed(lab, "load /et"), ElementsAre("/etc/"));
  EXPECT_THAT(completed(lab, "fly "), IsEmpty());
}

TEST(ModeCompletion, IsThereForOneShots) {
  Lab lab;
  lab.runtime.whole.began.tree = sample_configuration();
  EXPECT_THAT(
      texts(complete_one_shot("configure", {"set", "storage", "fileio", "disk", ""}, lab.session).candidates),
      ElementsAre("a", "b"));
  EXPECT_THAT(texts(complete_one_shot("configure", {"--"}, lab.session).candidates),
              ElementsAre("--commit", "--keep-going"));
  lab.runtime.whole.failure = Error{ECONNREFUSED, "nobody", {}};
  EXPECT_THAT(texts(complete_one_shot("configure", {"set", "storage", "fileio", ""}, lab.session).candidates),
              ElementsAre("disk", "hbas"));
  EXPECT_THAT(texts(shell::complete("configure set sto", lab.session).candidates), ElementsAre("storage"));
}

}  // namespace
}  // namespace lunet::shell::modes
