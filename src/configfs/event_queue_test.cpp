// SPDX-License-Identifier: Apache-2.0
#include "configfs/event_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace lunet::configfs {
namespace {

std::vector<Event> writes(std::initializer_list<const char*> paths) {
  std::vector<Event> events;
  for (const char* path : paths) events.push_back({Verb::write, path});
  return events;
}

TEST(EventHub, GivesEachWatcherWhatIsBelowItsPath) {
  EventHub hub;
  const auto all = hub.subscribe("");
  const auto core = hub.subscribe("core");
  hub.publish(writes({"iscsi/a", "core/b", "core2/c"}));
  EXPECT_EQ(core->next(0)->path, "core/b");
  EXPECT_EQ(core->next(0).error().errnum, ETIMEDOUT);
  EXPECT_EQ(all->next(0)->path, "iscsi/a");
  EXPECT_EQ(all->next(0)->path, "core/b");
  EXPECT_EQ(all->next(0)->path, "core2/c");
}

TEST(EventHub, TellsOnceThatEventsWereLostAndGoesOn) {
  EventHub hub(2);
  const auto watch = hub.subscribe("");
  hub.publish(writes({"a", "b", "c"}));
  EXPECT_EQ(watch->next(0).error().errnum, EOVERFLOW);
  EXPECT_EQ(watch->next(0).error().errnum, ETIMEDOUT);
  hub.publish(writes({"d"}));
  EXPECT_EQ(watch->next(0)->path, "d");
  hub.publish(writes({"e"}));
  hub.publish(writes({"f"}));
  hub.publish(writes({"g"}));
  hub.publish(writes({"h"}));
  EXPECT_EQ(watch->next(0).error().errnum, EOVERFLOW);
  EXPECT_EQ(watch->next(0)->path, "h") << "published after the loss";
  EXPECT_EQ(watch->next(0).error().errnum, ETIMEDOUT);
}

TEST(EventHub, WakesAWatcherThatWaits) {
  EventHub hub;
  const auto watch = hub.subscribe("");
  std::thread publisher([&hub] { hub.publish(writes({"a"})); });
  const auto event = watch->next(60000);
  publisher.join();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->path, "a");
}

TEST(EventHub, IsWatchedWhileSomebodyWatches) {
  EventHub hub;
  EXPECT_FALSE(hub.is_watched());
  {
    const auto watch = hub.subscribe("core");
    EXPECT_TRUE(hub.is_watched());
  }
  EXPECT_FALSE(hub.is_watched());
}

TEST(EventHub, ForgetsWatchersThatAreGoneAndWatchersOutliveIt) {
  auto hub = std::make_unique<EventHub>();
  hub->subscribe("");
  const auto watch = hub->subscribe("");
  hub->publish(writes({"a"}));
  hub.reset();
  EXPECT_TRUE(watch->next(0));
}

}  // namespace
}  // namespace lunet::configfs
