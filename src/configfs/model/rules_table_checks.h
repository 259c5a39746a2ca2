// SPDX-License-Identifier: Apache-2.0
// What must hold for every row of the table.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "configfs/file_class.h"
#include "configfs/model/rules.h"

namespace lunet::configfs {

inline void expect_sound(const TypeRule& type) {
  std::set<std::string_view> paths;
  for (const FileRule& file : type.files) {
    SCOPED_TRACE(file.path);
    EXPECT_TRUE(paths.insert(file.path).second);
    EXPECT_TRUE(file.mode == 0644 || file.mode == 0444 || file.mode == 0200);
    const bool writable = (file.mode & 0222) != 0;
    // A default that could not be written is an error in the table; computed and unset ones are "".
    if (writable && !file.initial.empty()) {
      EXPECT_TRUE(normalise(file.accept, file.initial));
    }
    if (!writable) {
      EXPECT_EQ(file.store, nullptr);
    }
    const bool is_counter =
        classify_file("object/" + std::string(file.path), file.mode) == FileClass::counter;
    if (is_counter) {
      EXPECT_EQ(file.mode, 0444);
    }
  }
  for (const ChildRule& child : type.children) EXPECT_NE(child.check, nullptr);
}

}  // namespace lunet::configfs
