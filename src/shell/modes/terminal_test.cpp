// SPDX-License-Identifier: Apache-2.0
// The keys are typed by tests/integration/configure_keys_test.py.
#include "shell/modes/terminal.h"

#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

TEST(ModePrompt, SaysHowLongAChangeWaits) {
  ModeLab lab;
  EXPECT_EQ(prompt_with_deadline(lab.editing, {}, 100), "config# ");
  EXPECT_EQ(prompt_with_deadline(lab.editing, store::Confirmation{8, 7, 399}, 100),
            "[confirm within 4:59] config# ");
  EXPECT_EQ(prompt_with_deadline(lab.editing, store::Confirmation{8, 7, 100}, 100), "config# ");
}

}  // namespace
}  // namespace lunet::shell::modes
