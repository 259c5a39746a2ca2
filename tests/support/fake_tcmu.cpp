// SPDX-License-Identifier: Apache-2.0
// Runs the stand-in until it is killed or its bus goes; says "ready" when it is on the bus.
#include "programs/fake_tcmu.h"

#include <cstdio>

int main() {
  lunet::test::FakeTcmu fake;
  if (const int result = fake.start(); result < 0) {
    std::fprintf(stderr, "fake_tcmu: %s\n", std::strerror(-result));
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  fake.serve([] { return false; });
  return 0;
}
