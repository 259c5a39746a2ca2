// SPDX-License-Identifier: Apache-2.0
// What tests of the engine are parameterised with; a new engine is one more line.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/reactor/reactor.h"
#include "engine/reactor/uring_reactor.h"

namespace lunet::reactor {

struct Engine {
  std::string name;
  ReactorMaker make;
};

/// In every mode they have: for the reactor's own tests.
inline std::vector<Engine> engines() {
  return {{"uring", [] { return make_uring_reactor(UringMode::single_issuer); }},
          {"uring_plain", [] { return make_uring_reactor(UringMode::plain); }},
          {"epoll", [] { return epoll_reactors()(); }}};
}

/// As lunetd chooses them.
inline std::vector<Engine> chosen_engines() {
  return {{"io_uring", [] { return make_uring_reactor(); }}, {"epoll", [] { return epoll_reactors()(); }}};
}

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param.name;
}

}  // namespace lunet::reactor
