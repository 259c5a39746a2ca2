// SPDX-License-Identifier: Apache-2.0
#include "shell/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using Json = nlohmann::ordered_json;

Json parsed(const std::string& text) {
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  return Json::parse(text);
}

TEST(Json, BeginsWithTheFormat) {
  for (const std::string& text : {json_of(Outcome{}), json_of(Error{}, {})}) {
    EXPECT_EQ(parsed(text).begin().key(), "format");
    EXPECT_EQ(parsed(text)["format"], "lunet/1");
  }
}

TEST(Json, OfACommandHasItsLines) {
  const Json json =
      parsed(json_of(Outcome{.lines = {"Created LUN 0."}, .warnings = {"look out"}, .created = "/iscsi/x"}));
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["lines"], Json({"Created LUN 0."}));
  EXPECT_EQ(json["warnings"], Json({"look out"}));
  EXPECT_EQ(json["created"], "/iscsi/x");
}

TEST(Json, OfAListingIsTheSameTree) {
  Outcome outcome;
  outcome.listing = Listing{sample_tree(), 0, 0};
  const Json tree = parsed(json_of(outcome))["tree"];
  EXPECT_EQ(tree["name"], "/");
  EXPECT_EQ(tree["summary"], "...");
  const Json disk = tree["children"][0]["children"][1]["children"][0];
  EXPECT_EQ(disk["name"], "d1");
  EXPECT_EQ(disk["kind"], "disk");
  EXPECT_EQ(disk["health"], "good");
  EXPECT_EQ(disk["details"]["size"], 1048576);
  EXPECT_EQ(disk["details"]["write_back"], true);
  EXPECT_EQ(disk["details"]["dev"], "/srv/d1.img");
  EXPECT_EQ(tree["children"][1]["children"][0]["children"][0]["children"][2]["children"][0]["summary"], "OK");
}

TEST(Json, OfAListingStopsAtTheDepth) {
  Outcome outcome;
  outcome.listing = Listing{sample_tree(), 0, 1};
  const Json tree = parsed(json_of(outcome))["tree"];
  EXPECT_EQ(tree["children"].size(), 2U);
  EXPECT_TRUE(tree["children"][0]["children"].empty());
}

TEST(Json, HasValuesAndGenerationsAsData) {
  Outcome outcome;
  outcome.values = {{"block_size", "512", true}};
  outcome.generations = {{7, 1700000000, "root (0)", "ls"}};
  outcome.details = {{"port", "3260"}, {"tag", "1"}};
  const Json json = parsed(json_of(outcome));
  EXPECT_EQ(json["values"][0]["name"], "block_size");
  EXPECT_EQ(json["values"][0]["writable"], true);
  EXPECT_EQ(json["generations"][0]["generation"], 7);
  EXPECT_EQ(json["details"]["port"], 3260);
  EXPECT_EQ(json["details"]["tag"], "1");
}

TEST(Json, OfAnErrorSaysWhatWasTriedAndWhatToDo) {
  const Json json = parsed(json_of(Error{EADDRINUSE, "port 3260 is taken", "choose another"},
                                   {"/iscsi/x/tpg1/portals", "create", false, ExitStatus::failed}));
  EXPECT_EQ(json["ok"], false);
  const Json error = json["error"];
  EXPECT_EQ(error["code"], "E_PORT_TAKEN");
  EXPECT_EQ(error["object"], "/iscsi/x/tpg1/portals");
  EXPECT_EQ(error["operation"], "create");
  EXPECT_EQ(error["errno"], EADDRINUSE);
  EXPECT_EQ(error["errno_name"], "EADDRINUSE");
  EXPECT_EQ(error["cause"], "port 3260 is taken");
  EXPECT_EQ(error["correction"], "choose another");
  EXPECT_EQ(error_code({EINVAL, "", ""}, true), "E_USAGE");
}

TEST(Json, SurvivesBytesThatAreNoUtf8) {
  const Json json = parsed(json_of(Outcome{.lines = {"\xff"}}));
  EXPECT_EQ(json["lines"][0], "\xef\xbf\xbd");
}

}  // namespace
}  // namespace lunet::shell
