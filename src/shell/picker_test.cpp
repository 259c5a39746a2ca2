// SPDX-License-Identifier: Apache-2.0
#include "shell/picker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

TEST(Picker, StandsOnTheCurrentNodeAndChoosesAnother) {
  Picker picker(sample_tree(), "/backstores/fileio");
  EXPECT_EQ(picker.rows()[picker.cursor()].path, "/backstores/fileio");
  EXPECT_FALSE(picker.press(PickerKey::down, 10));
  EXPECT_TRUE(picker.press(PickerKey::choose, 10));
  EXPECT_EQ(picker.chosen(), "/backstores/fileio/d1");
}

TEST(Picker, StaysInTheTree) {
  Picker picker(sample_tree(), "/no/such");
  EXPECT_EQ(picker.cursor(), 0U);
  picker.press(PickerKey::up, 10);
  EXPECT_EQ(picker.cursor(), 0U);
  picker.press(PickerKey::last, 10);
  const std::size_t last = picker.cursor();
  picker.press(PickerKey::down, 10);
  picker.press(PickerKey::page_down, 10);
  EXPECT_EQ(picker.cursor(), last);
  picker.press(PickerKey::page_up, 4);
  EXPECT_EQ(picker.cursor(), last - 4);
  EXPECT_TRUE(picker.press(PickerKey::leave, 10));
  EXPECT_EQ(picker.chosen(), std::nullopt);
}

TEST(Picker, KeepsTheCursorOnTheScreen) {
  Picker picker(sample_tree(), "/");
  for (std::size_t i = 0; i < picker.rows().size(); ++i) {
    for (const std::size_t height : {1U, 5U, 100U}) {
      EXPECT_LE(picker.top(height), picker.cursor());
      EXPECT_LT(picker.cursor(), picker.top(height) + height);
    }
    picker.press(PickerKey::down, 10);
  }
}

TEST(Picker, SearchesByLetter) {
  Picker picker(sample_tree(), "/");
  picker.search('p');
  EXPECT_EQ(picker.rows()[picker.cursor()].path, "/backstores/pscsi");
  picker.search('P');
  EXPECT_EQ(picker.rows()[picker.cursor()].path, "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals");
  const std::size_t before = picker.cursor();
  picker.search('z');
  EXPECT_EQ(picker.cursor(), before);
}

}  // namespace
}  // namespace lunet::shell
