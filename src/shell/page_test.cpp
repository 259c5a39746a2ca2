// SPDX-License-Identifier: Apache-2.0
#include "shell/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Page, HasSummaryParagraphsParametersAndExamples) {
  const Page page = parse_page(
      "# make\n\nMakes it.\n\nA long\nparagraph.\n\n- **size**: how\n  large\n- **name**: which\n\nMore.\n\n"
      "## Examples\n\n    make x 1\n    make y\n");
  EXPECT_EQ(page.summary, "Makes it.");
  EXPECT_THAT(page.paragraphs, ElementsAre("A long paragraph.", "More."));
  EXPECT_THAT(page.parameters, ElementsAre(std::pair("name", "which"), std::pair("size", "how large")));
  EXPECT_THAT(page.examples, ElementsAre("make x 1", "make y"));
}

TEST(Page, OfAnUnknownNameIsEmpty) {
  EXPECT_EQ(page_of("no-such-page").summary, "");
  EXPECT_THAT(page_of("no-such-page").examples, IsEmpty());
  EXPECT_NE(page_of("ls").summary, "");
}

}  // namespace
}  // namespace lunet::shell
