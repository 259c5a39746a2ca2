// SPDX-License-Identifier: Apache-2.0
#include "base/test_files.h"

std::string lunet::test::source_file(std::string_view name) {
  return LUNET_SOURCE_DIR "/" + std::string(name);
}
