// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/blocking_calls.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "engine/backstore/backstore_test_support.h"

namespace lunet::backstore {

TEST(BlockingCalls, MakesCallsElsewhereAndAnswersOnTheReactorsThread) {
  const auto reactor = *reactor::chosen_engines().front().make();
  BlockingCalls calls(2);
  std::promise<std::pair<int, bool>> answer;
  std::thread::id caller;
  std::thread loop([&] { reactor->run(); });
  reactor->post([&, thread = &loop] {
    calls.run(
        *reactor,
        [&] {
          caller = std::this_thread::get_id();
          return 42;
        },
        [&, thread](int result) {
          answer.set_value({result, std::this_thread::get_id() == thread->get_id()});
        });
  });
  EXPECT_EQ(answer.get_future().get(), std::pair(42, true));
  EXPECT_NE(caller, loop.get_id());
  reactor->stop();
  loop.join();
}

}  // namespace lunet::backstore
