// SPDX-License-Identifier: Apache-2.0
#include "config/classify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/edit.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

using schema::Runtime;

/// "major storage rd_mcp disk a size=1048576>2097152!": one line a change. `!` re-created, `x` unexported,
/// `~` the state alone differs; -V is a default, - is unset.
std::string classified(const Tree& from, const Tree& to, Runtime runtime = Runtime::kernel) {
  static constexpr std::string_view kinds[] = {"removed", "created", "major", "minor"};
  const auto shown = [](const Value& value) {
    return (value.state == ValueState::set ? "" : "-") + value.text;
  };
  std::string text;
  for (const ObjectChange& change : classify(from, to, test_schema(), runtime)) {
    text += std::string(kinds[static_cast<std::size_t>(change.kind)]) + " " + path_text(change.path);
    for (const ValueChange& value : change.values) {
      text += " " + (value.group.empty() ? "" : value.group + ".") + value.name + "=" + shown(value.from) +
              ">" + shown(value.to);
      text += value.takes == schema::Change::recreate     ? "!"
              : value.takes == schema::Change::unexported ? "x"
              : value.is_visible()                        ? ""
                                                          : "~";
    }
    text += change.needs_unexported() ? " (unexported)\n" : "\n";
  }
  return text;
}

std::string classified(std::string_view from, std::string_view to, Runtime runtime = Runtime::kernel) {
  return classified(tree_of(from), tree_of(to), runtime);
}

/// The reference of the original's vectors (features 5.20), with each statement of `more` merged into it.
std::string changed_by(std::string_view more, bool back = false) {
  const Tree reference = tree_of(
      "storage rd_mcp disk a { size 1M; wwn 11; }\n"
      "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 lun 0 backend rd_mcp:a\n");
  Tree current = reference;
  EXPECT_TRUE(merge(current, more, "more"));
  return back ? classified(current, reference) : classified(reference, current);
}

constexpr std::string_view lun = "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 lun 0";

}  // namespace

TEST(Classify, VectorsOfTheOriginal) {
  EXPECT_EQ(changed_by(""), "");
  EXPECT_EQ(changed_by("storage rd_mcp disk a vendor_one x", true), "") << "only the reference has it";
  EXPECT_EQ(changed_by("storage rd_mcp disk a size 2M"),
            "major storage rd_mcp disk a size=1048576>2097152!\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a attribute is_nonrot no"),
            "minor storage rd_mcp disk a attribute.is_nonrot=-yes>no\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk b { size 1M; attribute is_nonrot yes; }"),
            "created storage rd_mcp disk b\n")
      << "not its attributes";
  EXPECT_EQ(changed_by("storage rd_mcp disk a { size 2M; wwn 12; }"),
            "major storage rd_mcp disk a size=1048576>2097152! wwn=11>12!\n")
      << "once, with both values";
  // The original called this minor; the kernel takes it only when the disk is made.
  EXPECT_EQ(changed_by("storage rd_mcp disk a nullio yes"), "major storage rd_mcp disk a nullio=-no>yes!\n");
}

TEST(Classify, ARemovedObjectIsListed) {
  const Tree from = tree_of("storage rd_mcp disk a size 1M\n" + std::string(lun) + " backend rd_mcp:a");
  Tree to = from;
  ASSERT_TRUE(to.remove(*parse_path(lun)));
  EXPECT_EQ(classified(from, to), "removed " + std::string(lun) + "\n");
  EXPECT_EQ(classified(to, from), "created " + std::string(lun) + "\n");
}

TEST(Classify, BothDirectionsNameTheSameValues) {
  EXPECT_EQ(changed_by("storage rd_mcp disk a { size 2M; attribute emulate_tpu yes; }"),
            "major storage rd_mcp disk a size=1048576>2097152! attribute.emulate_tpu=-no>yes\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a { size 2M; attribute emulate_tpu yes; }", true),
            "major storage rd_mcp disk a size=2097152>1048576! attribute.emulate_tpu=yes>-no\n");
}

TEST(Classify, SpellingsOfOneValueAreNoChange) {
  EXPECT_EQ(classified(
                "storage fileio disk a { path /a; size 1M; buffered yes; attribute emulate_tpu 1; }",
                "storage fileio disk a { path /a; size 1048576; buffered TRUE; attribute emulate_tpu yes; }"),
            "");
  EXPECT_EQ(classified(std::string(lun) + " backend rd_mcp:a", std::string(lun) + " backend ramdisk:a"), "");
  const std::string tpg = "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 ";
  EXPECT_EQ(classified(tpg + "auth mutual_userid u", tpg + "auth userid_mutual u"), "");
  EXPECT_EQ(classified(tpg + "auth mutual_userid u", tpg + "auth userid_mutual v"),
            "minor fabric iscsi target iqn.2003-01.org.example:t tpgt 1 auth.userid_mutual=u>v\n");
}

TEST(Classify, UnsetDefaultAndSetAreThreeStates) {
  EXPECT_EQ(changed_by("storage rd_mcp disk a nullio no"), "minor storage rd_mcp disk a nullio=-no>no~\n")
      << "the value stays the same: nothing is made again";
  EXPECT_EQ(changed_by("storage rd_mcp disk a nullio no", true),
            "minor storage rd_mcp disk a nullio=no>-no~\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a wwn ~~~"), "minor storage rd_mcp disk a wwn=11>-\n")
      << "nothing is wanted any more: what runs may stay";
  EXPECT_EQ(changed_by("storage rd_mcp disk a wwn ~~~", true), "major storage rd_mcp disk a wwn=->11!\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a { nullio yes; nullio ~~~; }"), "");
}

TEST(Classify, WhatIsRefusedWhileExportedSaysSo) {
  EXPECT_EQ(changed_by("storage rd_mcp disk a attribute block_size 4096"),
            "minor storage rd_mcp disk a attribute.block_size=-512>4096x (unexported)\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a attribute block_size 512"),
            "minor storage rd_mcp disk a attribute.block_size=-512>512~\n");
}

TEST(Classify, RuntimesDiffer) {
  constexpr std::string_view before = "storage fileio disk a { path /a; size 1M; }";
  constexpr std::string_view after = "storage fileio disk a { path /a; size 1M; buffered yes; }";
  EXPECT_EQ(classified(before, after, Runtime::kernel), "major storage fileio disk a buffered=-no>yes!\n");
  EXPECT_EQ(classified(before, after, Runtime::lunetd), "minor storage fileio disk a buffered=-no>yes\n");
  const std::string tpg = "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 parameter ";
  EXPECT_THAT(classified(tpg + "MaxOutstandingR2T 1", tpg + "MaxOutstandingR2T ~~~", Runtime::lunetd),
              testing::HasSubstr("MaxOutstandingR2T=1>-8"));
}

TEST(Classify, AFollowingDefaultIsTheOtherAttributes) {
  EXPECT_EQ(classified("storage fileio disk a { buffered yes; attribute emulate_write_cache yes; }",
                       "storage fileio disk a { buffered yes; }"),
            "minor storage fileio disk a attribute.emulate_write_cache=yes>-yes~\n");
}

TEST(Classify, UnknownAttributesChangeInPlaceOrGoUnnoticed) {
  EXPECT_EQ(changed_by("storage rd_mcp disk a attribute vendor_one 1"),
            "minor storage rd_mcp disk a attribute.vendor_one=->1\n");
  EXPECT_EQ(changed_by("storage rd_mcp disk a attribute vendor_one 1", true), "");
  EXPECT_EQ(classified("storage unknown disk a x 1", "storage unknown disk a x 2"),
            "minor storage unknown disk a x=1>2\n");
}

TEST(Classify, ChildrenOfARemovedObjectAreMeantWithIt) {
  const std::string tpg = "fabric iscsi target iqn.2003-01.org.example:t tpgt 1";
  EXPECT_EQ(classified(tpg + " { lun 0 backend rd_mcp:a; lun 1 backend rd_mcp:b; }", ""),
            "removed fabric iscsi\n");
  EXPECT_EQ(classified(tpg + " { lun 0 backend rd_mcp:a; lun 1 backend rd_mcp:b; }",
                       tpg + " { lun 0 backend rd_mcp:b; lun 2 backend rd_mcp:c; }"),
            "removed " + tpg + " lun 1\nmajor " + tpg + " lun 0 backend=rd_mcp:a>rd_mcp:b!\ncreated " + tpg +
                " lun 2\n");
}

TEST(Classify, AnyTwoTreesHaveMirroredChanges) {
  const auto seed = std::random_device()();
  RandomTrees random(seed);
  for (int i = 0; i < 2000; ++i) {
    const Tree from = random.make();
    Tree to = from;
    random.mutate(to.root);
    const auto there = classify(from, to, test_schema(), Runtime::kernel);
    const auto back = classify(to, from, test_schema(), Runtime::kernel);
    const auto count = [](const std::vector<ObjectChange>& changes, ObjectChange::Kind kind) {
      return std::count_if(changes.begin(), changes.end(),
                           [kind](const ObjectChange& change) { return change.kind == kind; });
    };
    ASSERT_EQ(count(there, ObjectChange::Kind::created), count(back, ObjectChange::Kind::removed))
        << "seed " << seed;
    ASSERT_EQ(count(there, ObjectChange::Kind::removed), count(back, ObjectChange::Kind::created))
        << "seed " << seed;
    ASSERT_TRUE(classify(from, from, test_schema(), Runtime::kernel).empty()) << "seed " << seed;
  }
}

}  // namespace lunet::config
