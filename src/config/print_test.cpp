// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "config/edit.h"
#include "config/test_trees.h"
#include "config/tree.h"

namespace lunet::config {

TEST(Print, IsCanonical) {
  const Tree tree = tree_of(
      "storage fileio disk vm1 { path /srv/vm1.img; size 10737418240; wwn "
      "5d6c0f7e-0000-4000-8000-0123456789ab; }\n"
      "fabric iscsi {\n"
      "    discovery_auth enable no\n"
      "    target iqn.2003-01.org.example:t1 tpgt 1 {\n"
      "        portal 0.0.0.0:3260            # any address\n"
      "        lun 10 backend fileio:vm1; lun 2 backend fileio:vm1\n"
      "        acl iqn.1994-05.com.example:host1 mapped_lun 0 target_lun 2\n"
      "        attribute { generate_node_acls 0; authentication 1 }\n"
      "        enable yes\n"
      "    }\n"
      "}\n");
  EXPECT_EQ(print(tree),
            "storage fileio disk vm1 {\n"
            "    path /srv/vm1.img\n"
            "    size 10737418240\n"
            "    wwn 5d6c0f7e-0000-4000-8000-0123456789ab\n"
            "}\n"
            "fabric iscsi {\n"
            "    discovery_auth enable no\n"
            "    target iqn.2003-01.org.example:t1 tpgt 1 {\n"
            "        enable yes\n"
            "        attribute {\n"
            "            authentication 1\n"
            "            generate_node_acls 0\n"
            "        }\n"
            "        lun 2 backend fileio:vm1\n"
            "        lun 10 backend fileio:vm1\n"
            "        acl iqn.1994-05.com.example:host1 mapped_lun 0 target_lun 2\n"
            "        portal 0.0.0.0:3260 # any address\n"
            "    }\n"
            "}\n");
}

TEST(Print, StatementsOfTheRootEndWithALineEnd) {
  EXPECT_EQ(print(tree_of("storage a; fabric b")), "storage a\nfabric b\n");
  EXPECT_EQ(print(Tree{}), "");
}

TEST(Print, AnObjectAtAPathHasTheObjectsAboveItOnItsLine) {
  const Tree tree = tree_of("storage fileio { disk a { path '/x y'; size 1 }; disk b }");
  EXPECT_EQ(print(tree, {{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "a"}}),
            "storage fileio disk a {\n    path \"/x y\"\n    size 1\n}\n");
  EXPECT_EQ(print(tree, {{ObjectClass::storage, "rd_mcp"}}), "");
  EXPECT_EQ(print(tree, {}), print(tree));
}

TEST(Change, IsAsSmallAsTheDifference) {
  const Tree from = tree_of(
      "storage fileio { disk a { size 1; path /x; attribute y 1 }; disk b; disk c { size 3; path /c } }");
  const Tree to = tree_of(
      "storage fileio { disk a { size 2; attribute z 1 }; disk c { size 4; path /c }; disk d size 1 }");
  const Change change = make_change(from, to);
  ASSERT_EQ(change.removed.size(), 1U);
  EXPECT_EQ(path_text(change.removed[0]), "storage fileio disk b");
  EXPECT_EQ(change.text,
            "storage fileio disk a {\n"
            "    size 2\n"
            "    path ~~~\n"
            "    attribute z 1\n"
            "    attribute y ~~~\n"
            "}\n"
            "storage fileio disk c size 4\n"
            "storage fileio disk d size 1\n");
}

TEST(CheckNames, FindsNamesThatTheLanguageCannotWrite) {
  const Tree tree = tree_of("storage fileio disk a attribute x 1");
  EXPECT_TRUE(check_names(tree.root));
  Tree bad = tree;
  bad.find({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "a"}})->attributes["a-b"] = "1";
  EXPECT_EQ(check_names(bad.root).error().message, "the configuration cannot hold an attribute named a-b");
  bad = tree;
  bad.find({{ObjectClass::storage, "fileio"}})->groups["lun"]["x"] = "1";
  EXPECT_EQ(check_names(bad.root).error().errnum, EINVAL);
}

}  // namespace lunet::config
