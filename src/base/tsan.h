// SPDX-License-Identifier: Apache-2.0
// LUNET_TSAN: 1 where ThreadSanitizer is compiled in, GCC's or clang's.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define LUNET_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LUNET_TSAN 1
#endif
#endif
#ifndef LUNET_TSAN
#define LUNET_TSAN 0
#endif
