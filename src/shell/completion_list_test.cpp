// SPDX-License-Identifier: Apache-2.0
#include "shell/completion_list.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

Completion several(std::initializer_list<const char*> names, CandidateKind kind = CandidateKind::value) {
  Completion completion;
  for (const char* name : names) completion.candidates.push_back({name, kind, "about it", false});
  return completion;
}

std::string listed(const Completion& completion, int width, bool columns = true, bool colours = false) {
  return list_candidates(completion, {width, colours, columns}, Preferences{});
}

TEST(CompletionList, GoesDownTheColumns) {
  EXPECT_EQ(listed(several({"a", "bb", "c", "d", "e"}), 12), "a   c   e\nbb  d\n");
  EXPECT_EQ(listed(several({"a", "bb"}), 1), "a\nbb\n");
}

TEST(CompletionList, BeginsWithTheHint) {
  Completion completion = several({"x"});
  completion.hint = "size: how large it is, or nothing";
  EXPECT_EQ(listed(completion, 80), "size: how large it is, or nothing\nx\n");
  EXPECT_EQ(listed(completion, 12), "size: ho...\nx\n");
  completion.candidates.clear();
  EXPECT_EQ(listed(completion, 80), "size: how large it is, or nothing\n");
  EXPECT_EQ(listed({}, 80), "");
}

TEST(CompletionList, RowsSayWhatIsKnown) {
  EXPECT_EQ(listed(several({"ls", "cd"}), 80, false), "ls  about it\ncd  about it\n");
}

TEST(CompletionList, ShowsOnlyTheLastStepOfPaths) {
  EXPECT_EQ(listed(several({"/iscsi/a/", "/iscsi/ab/"}, CandidateKind::path), 80), "a/   ab/\n");
}

TEST(CompletionList, HasColoursWhenWanted) {
  EXPECT_EQ(listed(several({"a"}, CandidateKind::command), 80, true, true), "\033[36ma\033[0m\n");
}

TEST(CompletionList, CutsWhatNobodyWouldRead) {
  Completion completion;
  for (int i = 0; i < 10000; ++i) completion.candidates.push_back({std::to_string(i)});
  const std::string text = listed(completion, 80);
  EXPECT_NE(text.find("... and 9800 more"), std::string::npos);
}

}  // namespace
}  // namespace lunet::shell
