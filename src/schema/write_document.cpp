// SPDX-License-Identifier: Apache-2.0
// Writes docs/schema.md to the standard output.
#include <cstdio>

#include "schema/document.h"

int main() {
  const auto schema = lunet::schema::shipped_schema();
  if (!schema) {
    std::fprintf(stderr, "%s\n", schema.error().message.c_str());
    return 1;
  }
  return std::fputs(lunet::schema::document(*schema).c_str(), stdout) < 0 ? 1 : 0;
}
