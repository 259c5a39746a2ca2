// SPDX-License-Identifier: Apache-2.0
// CHECK(x): x false is a mistake of ours. Logs and aborts, in release builds too.
#pragma once

namespace lunet {
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}  // namespace lunet

#define CHECK(x) ((x) ? void() : ::lunet::check_failed(#x, __FILE__, __LINE__))
