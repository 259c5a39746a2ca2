// SPDX-License-Identifier: Apache-2.0
// Any text as an administrator's policy, on top of the shipped one: added, or refused as a whole.
#include <string>

#include "check.h"
#include "schema/document.h"
#include "schema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const auto shipped = lunet::schema::shipped_schema();
  lunet::fuzz::require(static_cast<bool>(shipped), "the shipped policy is valid");
  static const std::size_t kinds = shipped->root().children.size();
  const std::string_view text = lunet::fuzz::text_of(data, size);
  lunet::schema::Schema schema = *shipped;
  const lunet::schema::PolicyText policy{"f", text};
  const auto added = schema.add({&policy, 1});
  if (!added) {
    lunet::fuzz::require(!added.error().message.empty(), "mistakes are shown");
    lunet::fuzz::require(schema.root().children.size() == kinds, "a refused policy adds nothing");
    return 0;
  }
  lunet::fuzz::require(!lunet::schema::document(schema).empty(), "what is valid can be documented");
  const auto again = schema.add({&policy, 1});
  lunet::fuzz::require(static_cast<bool>(again), "the same policy twice is valid");
  return 0;
}
