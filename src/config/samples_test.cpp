// SPDX-License-Identifier: Apache-2.0
// Configurations in the spirit of those that the original's tests had (features 8.1), written anew: what each
// covers, how it is parsed, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/candidate.h"
#include "config/test_trees.h"
#include "config/validate/validate.h"
#include "language/syntax.h"

namespace lunet::config {
namespace {

struct Sample {
  std::string_view name;
  std::string_view text;
  std::string_view parsed;        ///< "object(1:1) object(1:16) ...": each statement with its place
  std::string_view mistake = "";  ///< of loading; "" for none
};

constexpr Sample samples[] = {
    {"basic", "storage fileio disk web1 {\n    path /srv/web1.img\n    size 1MB\n}\n",
     "object(1:1) object(1:16) attribute(2:5) attribute(3:5)"},
    {"one line", "fabric iscsi discovery_auth enable yes", "object(1:1) group(1:14) attribute(1:29)"},
    {"a group on one line",
     "storage fileio disk web1 {\n    path /srv/web1.img\n    attribute block_size 4096\n}\n",
     "object(1:1) object(1:16) attribute(2:5) group(3:5) attribute(3:15)"},
    {"nested blocks",
     "storage fileio {\n\n    disk web1 {\n        path /srv/web1.img\n\n        attribute {\n            "
     "emulate_tpu "
     "yes\n        }\n    }\n}\n",
     "object(1:1) object(3:5) attribute(4:9) group(6:9) attribute(7:13)"},
    {"comments",
     "# first\nstorage fileio disk web1 { # beside\n    # indented\n    path /srv/web1.img # of the path\n   "
     " attribute { "
     "# of the group\n        emulate_tpu yes# at once\n    }\n}\n# last\n",
     "object(2:1) object(2:16) attribute(4:5) group(5:5) attribute(6:9)"},
    {"strings",
     "storage fileio disk \"web_1:a\" {\n    path \"/srv/my images/1.img\"\n    fancy_attribute a%!?@b\n}\n",
     "object(1:1) object(1:16) attribute(2:5) attribute(3:5)", "'fancy_attribute'"},
    {"complete",
     "storage fileio {\n    disk web1 { path /srv/web1.img; size 10G; }\n    disk web2 { path /srv/web2.img; "
     "size 2G "
     "}\n}\nfabric iscsi {\n    discovery_auth { enable no; userid \"\"; }\n    target "
     "iqn.2003-01.org.example:web {\n   "
     "     tpgt 1 {\n            enable yes\n            lun 0 backend fileio:web1\n            lun 1 "
     "backend "
     "fileio:web2\n            portal 0.0.0.0:3260\n            attribute { authentication no; "
     "generate_node_acls no; "
     "}\n            parameter { MaxConnections 1; ImmediateData yes; }\n            acl "
     "iqn.1994-05.com.example:h {\n  "
     "              auth { userid u; password abcdefghijkl; }\n                mapped_lun 0 target_lun 0\n   "
     "            "
     " mapped_lun 1 target_lun 1\n                mapped_lun 2 target_lun 1\n            }\n        }\n    "
     "}\n}\n",
     ""},
    {"four disks, two targets, as an old live dump writes them",
     "storage fileio disk f1 {\n    path /srv/f1.img\n    size 1.0MB\n    buffered 1\n}\nstorage fileio disk "
     "f2 {\n    "
     "path /srv/f2.img\n    size 1.0MB\n    buffered 0\n}\nstorage rd_mcp disk r1 {\n    size 1.0MB\n    "
     "nullio 0\n}\n"
     "storage rd_mcp disk r2 {\n    size 1.0MB\n    nullio 1\n}\nfabric iscsi target "
     "iqn.2003-01.org.example:a tpgt 1 "
     "{\n    parameter InitialR2T Yes\n    parameter IFMarker No\n    attribute demo_mode_write_protect 0\n  "
     "  lun 0 "
     "backend fileio:f1\n    lun 1 backend rd_mcp:r1\n    acl iqn.1994-05.com.example:h {\n        "
     "mapped_lun 0 {\n     "
     "       target_lun 1\n            write_protect 0\n        }\n    }\n    enable 1\n}\nfabric iscsi "
     "target "
     "iqn.2003-01.org.example:b tpgt 1 lun 0 backend fileio:f2\n",
     ""},
    {"loopback and vhost on lines of their own",
     "storage rd_mcp disk r1 size 4k\nfabric loopback target naa.6001405aaaaaaaaa lun 0 backend rd_mcp:r1\n"
     "fabric vhost target naa.6001405bbbbbbbbb tpgt 1 lun 0 backend rd_mcp:r1",
     "object(1:1) object(1:16) attribute(1:24) object(2:1) object(2:17) object(2:45) attribute(2:51) "
     "object(3:1) "
     "object(3:14) object(3:42) object(3:49) attribute(3:55)"},
    {"no wwn and no statement", "\n  \n# nothing\n", ""},
};

void list_statements(const language::Source& source, const std::vector<language::Statement>& statements,
                     std::string& out) {
  static constexpr std::string_view kinds[] = {"object", "group", "attribute"};
  for (const language::Statement& statement : statements) {
    const language::Position at = source.position(statement.name.offset);
    out += (out.empty() ? "" : " ") + std::string(kinds[static_cast<std::size_t>(statement.kind)]) + "(" +
           std::to_string(at.line) + ":" + std::to_string(at.column) + ")";
    list_statements(source, statement.body, out);
  }
}

Candidate empty_candidate() {
  return {Tree(), test_schema(), schema::Runtime::kernel};
}

}  // namespace

TEST(Samples, AreParsedAsTheyStand) {
  for (const Sample& sample : samples) {
    const language::Syntax syntax = language::parse("s", std::string(sample.text));
    ASSERT_TRUE(syntax.diagnostics.empty()) << sample.name;
    std::string statements;
    list_statements(*syntax.source, syntax.statements, statements);
    if (!sample.parsed.empty()) {
      EXPECT_EQ(statements, sample.parsed) << sample.name;
    }
    EXPECT_EQ(language::print(language::parse("p", language::print(syntax))), language::print(syntax))
        << sample.name;
  }
}

TEST(Samples, AreLoadedSavedAndLoadedAgain) {
  for (const Sample& sample : samples) {
    Candidate candidate = empty_candidate();
    const auto loaded = candidate.load(sample.text, "s.lio");
    if (!sample.mistake.empty()) {
      ASSERT_FALSE(loaded) << sample.name;
      EXPECT_THAT(loaded.error().message, testing::HasSubstr(sample.mistake));
      continue;
    }
    ASSERT_TRUE(loaded) << sample.name << "\n" << loaded.error().message;
    const std::string saved = *candidate.dump({.show_secrets = true});
    Candidate again = empty_candidate();
    ASSERT_TRUE(again.load(saved, "saved.lio")) << sample.name;
    EXPECT_EQ(again.tree(), candidate.tree()) << sample.name;
    EXPECT_EQ(*again.dump({.show_secrets = true}), saved) << sample.name;
    const auto verdict = judge(
        {.tree = candidate.tree(), .schema = test_schema(), .runtime = schema::Runtime::kernel}, nullptr);
    EXPECT_TRUE(verdict) << sample.name << ": a missing wwn is made up";
  }
}

TEST(Samples, AnInvalidReferenceIsNamed) {
  Candidate candidate = empty_candidate();
  ASSERT_TRUE(candidate.load(
      "storage rd_mcp disk disk1 size 1M\nfabric iscsi target iqn.2003-01.org.example:t tpgt 1 {\n"
      "lun 0 backend rd_mcp:disk1\nlun 1 backend rd_mcp:disk3\n}",
      "s.lio"));
  const auto verdict = judge({.tree = candidate.tree(), .schema = test_schema()}, nullptr);
  ASSERT_FALSE(verdict);
  EXPECT_THAT(verdict.error().message,
              testing::HasSubstr("there is no disk rd_mcp:disk3; did you mean disk1?"));
}

TEST(Samples, AreSearchedByPatternsOfAnyLength) {
  Candidate candidate = empty_candidate();
  ASSERT_TRUE(candidate.load(samples[6].text, "complete.lio"));
  const auto count = [&](std::string_view pattern) { return candidate.find(pattern)->size(); };
  EXPECT_EQ(count("storage fileio disk web[0-9]"), 2U);
  EXPECT_EQ(count("storage fileio disk .*[12]"), 2U);
  EXPECT_EQ(count("storage .* disk .* .* .*"), 4U);
  EXPECT_EQ(count("fabric iscsi target .* tpgt 1 .* .*"), 5U) << "two LUNs, an ACL, a portal, enable";
  EXPECT_EQ(count("fabric iscsi target .* tpgt 1 acl .* mapped_lun .* target_lun 1"), 2U);
  ASSERT_TRUE(candidate.remove("storage fileio disk web1"));
  EXPECT_EQ(count("storage fileio disk .*"), 1U);
}

}  // namespace lunet::config
