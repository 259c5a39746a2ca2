// SPDX-License-Identifier: Apache-2.0
// Any bytes as saveconfig.json: loaded, or refused. What is loaded is saved to a text that loads to the same.
#include "interop/saveconfig.h"

#include <string>

#include "check.h"
#include "schema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const auto schema = lunet::schema::shipped_schema();
  lunet::fuzz::require(static_cast<bool>(schema), "the shipped policy is valid");
  const std::string_view text = lunet::fuzz::text_of(data, size);
  (void)lunet::interop::format_of(text);
  const auto loaded = lunet::interop::load_saveconfig(text, "f", *schema);
  if (!loaded) {
    lunet::fuzz::require(!loaded.error().message.empty(), "a refusal has a reason");
    return 0;
  }
  const auto saved = lunet::interop::save_saveconfig(loaded->tree, *schema);
  const auto again = lunet::interop::load_saveconfig(saved.text, "s", *schema);
  lunet::fuzz::require(static_cast<bool>(again), "what is saved loads");
  lunet::fuzz::require(lunet::interop::save_saveconfig(again->tree, *schema).text == saved.text,
                       "saving is a fixed point");
  return 0;
}
