// SPDX-License-Identifier: Apache-2.0
// Where tests find the files of the source tree. The path is compiled into one file only, so that the
// compiler cache knows the others again in another folder.
#pragma once

#include <string>
#include <string_view>

namespace lunet::test {

/// `name` as in "docs/language.md".
std::string source_file(std::string_view name);

}  // namespace lunet::test
