// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/sequence.h"

#include <gtest/gtest.h>

namespace lunet::iscsi {
namespace {

using Place = CommandWindow::Place;

TEST(Sequence, ComparesAcrossTheEndOfTheNumbers) {
  EXPECT_TRUE(serial_less(0xffffffff, 0));
  EXPECT_FALSE(serial_less(0, 0xffffffff));
  EXPECT_FALSE(serial_less(5, 5));
}

TEST(Sequence, TakesWhatIsInTheWindow) {
  CommandWindow window;
  window.open(0xfffffffe, 4);  // fffffffe .. 1
  EXPECT_EQ(window.max(), 1u);
  EXPECT_EQ(window.place(0xfffffffd), Place::outside);
  EXPECT_EQ(window.place(0xfffffffe), Place::next);
  EXPECT_EQ(window.place(0xffffffff), Place::ahead);
  EXPECT_EQ(window.place(1), Place::ahead);
  EXPECT_EQ(window.place(2), Place::outside);
}

TEST(Sequence, ClosesWhenAllPlacesAreTaken) {
  CommandWindow window;
  window.open(10, 2);
  window.advance();
  window.advance();
  EXPECT_EQ(window.place(12), Place::outside);
  window.complete();
  EXPECT_EQ(window.place(12), Place::next);
  EXPECT_EQ(window.place(13), Place::outside);
}

}  // namespace
}  // namespace lunet::iscsi
