// SPDX-License-Identifier: Apache-2.0
// The steps of each request and its failures, on a scripted reactor.
#include "engine/backstore/file_disk.h"

#include <gmock/gmock.h>

#include "engine/backstore/backstore_test_support.h"
#include "engine/backstore/scripted_reactor_test_support.h"

namespace lunet::backstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Request::Kind;

constexpr std::uint64_t disk_bytes = 4U << 20;

struct Simple final : Request {
  void done(int value) override {
    result = value;
    ++times;
  }
  int result = 1;
  int times = 0;
};

struct Wanted {
  Kind kind = Kind::read;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool durable = false;
};

struct FileDiskTest : testing::Test {
  void open(bool write_back) {
    backstore.reset();
    auto opened = open_file({.path = path, .write_back = write_back});
    ASSERT_TRUE(opened) << opened.error().message;
    backstore = *std::move(opened);
  }
  /// The result of a request, which is done by then.
  int perform(const Wanted& wanted) {
    Simple request;
    request.kind = wanted.kind;
    request.offset = wanted.offset;
    request.length = wanted.length;
    request.durable = wanted.durable;
    if (wanted.kind == Kind::read || wanted.kind == Kind::write)
      request.data = MutableBytes(buffer).first(wanted.length);
    if (wanted.kind == Kind::fill) request.data = MutableBytes(buffer).first(512);
    reactor.steps.clear();
    backstore->submit(reactor, request);
    reactor.perform_all();
    EXPECT_EQ(request.times, 1);
    return request.result;
  }
  void fail(const std::string& step, int result) {
    reactor.script = [step, result](const std::string& at) {
      return at.starts_with(step) ? std::optional(result) : std::nullopt;
    };
  }
  std::vector<std::uint8_t> file_content() const {
    std::vector<std::uint8_t> content(disk_bytes);
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::pread(file.get(), content.data(), content.size(), 0), static_cast<ssize_t>(disk_bytes));
    return content;
  }

  TemporaryFolder folder;
  const std::string path = folder.file("disk", disk_bytes);
  std::vector<std::uint8_t> buffer = pattern(disk_bytes, 1);
  ScriptedReactor reactor;
  std::unique_ptr<Backstore> backstore;
};

TEST_F(FileDiskTest, AsksForDurabilityOnlyWhenTheRequestDoes) {
  open(true);
  EXPECT_EQ(perform({Kind::write, 512, 1024}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 512+1024"));
  EXPECT_EQ(perform({Kind::write, 512, 1024, true}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 512+1024 durable"));
  EXPECT_EQ(perform({Kind::flush}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("sync"));
}

TEST_F(FileDiskTest, SyncsAHoleAfterMakingItWhenItMustLast) {
  open(true);
  EXPECT_EQ(perform({Kind::unmap, 4096, 8192}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 4096+8192"));
  EXPECT_EQ(perform({Kind::unmap, 4096, 8192, true}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 4096+8192", "sync"));
  open(false);
  EXPECT_EQ(perform({Kind::unmap, 4096, 8192}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 4096+8192", "sync"));
}

TEST_F(FileDiskTest, FillsInPiecesAndSyncsOnce) {
  open(true);
  EXPECT_EQ(perform({Kind::fill, 512, (2U << 20) + 512, true}), 0);
  EXPECT_THAT(reactor.steps,
              ElementsAre("write 512+1048576", "write 1049088+1048576", "write 2097664+512", "sync"));
  open(false);
  EXPECT_EQ(perform({Kind::fill, 0, 1024, true}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 0+1024", "sync"));
}

TEST_F(FileDiskTest, MakesEveryWriteDurableWithoutAWriteCache) {
  open(false);
  EXPECT_EQ(perform({Kind::write, 512, 1024}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 512+1024 durable"));
  ASSERT_TRUE(backstore->set_write_cache(true));
  EXPECT_TRUE(backstore->properties().write_cache);
  EXPECT_EQ(perform({Kind::write, 512, 1024}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 512+1024"));
  ASSERT_TRUE(backstore->set_write_cache(false));
  EXPECT_FALSE(backstore->properties().write_cache);
  EXPECT_EQ(perform({Kind::write, 512, 1024}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 512+1024 durable"));
}

TEST_F(FileDiskTest, SyncsAWriteDuringWhichTheWriteCacheWasSwitchedOff) {
  open(true);
  Simple request;
  request.kind = Kind::write;
  request.length = 1024;
  request.data = MutableBytes(buffer).first(1024);
  backstore->submit(reactor, request);
  ASSERT_TRUE(backstore->set_write_cache(false));
  reactor.perform_all();
  EXPECT_EQ(request.result, 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 0+1024", "sync"));
}

TEST_F(FileDiskTest, GoesOnAfterShortAndInterruptedTransfers) {
  open(true);
  reactor.bytes_max = 3000;
  int interruptions = 2;
  reactor.script = [&](const std::string&) {
    return interruptions-- > 0 ? std::optional(interruptions == 1 ? -EINTR : -EAGAIN) : std::nullopt;
  };
  EXPECT_EQ(perform({Kind::write, 100, 10'000}), 0);
  EXPECT_EQ(reactor.steps.size(), 2U + 4U);
  const auto content = file_content();
  EXPECT_TRUE(std::equal(content.begin() + 100, content.begin() + 10'100, buffer.begin()));
  EXPECT_EQ(content[10'100], 0);
}

TEST_F(FileDiskTest, KeepsThePatternInStepAfterShortWrites) {
  open(true);
  reactor.bytes_max = 777;
  EXPECT_EQ(perform({Kind::fill, 512, 5120}), 0);
  const auto content = file_content();
  for (std::size_t i = 0; i < 5120; ++i) ASSERT_EQ(content[512 + i], buffer[i % 512]) << i;
  EXPECT_EQ(content[512 + 5120], 0);
}

TEST_F(FileDiskTest, ReadsCachedPagesAtOnce) {
  open(true);
  ASSERT_EQ(perform({Kind::write, 0, 4096}), 0);
  const auto written = std::vector(buffer.begin(), buffer.begin() + 4096);
  std::fill(buffer.begin(), buffer.end(), std::uint8_t{0});
  EXPECT_EQ(perform({Kind::read, 0, 4096}), 0);
  if (!reactor.steps.empty()) GTEST_SKIP() << "the file system has no reads without waiting";
  EXPECT_TRUE(std::equal(written.begin(), written.end(), buffer.begin()));
}

TEST_F(FileDiskTest, FailsAReadBeyondTheEndOfACutFile) {
  open(true);
  ASSERT_EQ(::truncate(path.c_str(), 4096), 0);
  EXPECT_EQ(perform({Kind::read, 0, 4096}), 0);
  EXPECT_EQ(perform({Kind::read, 0, 8192}), -EIO);
  EXPECT_EQ(perform({Kind::read, 8192, 512}), -EIO);
}

TEST_F(FileDiskTest, WritesZerosWhereHolesAreUnknown) {
  open(true);
  ASSERT_EQ(perform({Kind::write, 0, 3U << 20}), 0);
  fail("punch", -EOPNOTSUPP);
  EXPECT_EQ(perform({Kind::unmap, 1000, (1U << 20) + 1000}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 1000+1049576", "write 1000+1048576", "write 1049576+1000"));
  const auto content = file_content();
  EXPECT_TRUE(all_zero(Bytes(content).subspan(1000, (1U << 20) + 1000)));
  EXPECT_EQ(content[999], buffer[999]);
  EXPECT_EQ(content[1'050'576], buffer[1'050'576]);
  EXPECT_EQ(perform({Kind::unmap, 0, 512, true}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("write 0+512", "sync")) << "it learned";
}

TEST_F(FileDiskTest, WritesZerosOverARangeThatTheDeviceCannotUnmap) {
  open(true);
  fail("punch 512", -EINVAL);
  EXPECT_EQ(perform({Kind::unmap, 512, 512}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 512+512", "write 512+512"));
  EXPECT_EQ(perform({Kind::unmap, 4096, 4096}), 0);
  EXPECT_THAT(reactor.steps, ElementsAre("punch 4096+4096"));
}

TEST_F(FileDiskTest, RemembersAFailedFlush) {
  open(true);
  fail("sync", -EIO);
  EXPECT_EQ(perform({Kind::flush}), -EIO);
  EXPECT_TRUE(backstore->properties().degraded);
  reactor.script = nullptr;  // the kernel tells it once only
  EXPECT_EQ(perform({Kind::flush}), -EIO);
  EXPECT_EQ(perform({Kind::write, 0, 512, true}), -EIO);
  EXPECT_EQ(perform({Kind::unmap, 0, 512, true}), -EIO);
  EXPECT_THAT(reactor.steps, IsEmpty());
  EXPECT_EQ(perform({Kind::write, 0, 512}), 0) << "promises nothing";
  EXPECT_EQ(perform({Kind::read, 0, 512}), 0);
  open(true);
  EXPECT_EQ(perform({Kind::flush}), 0) << "opened again";
}

TEST_F(FileDiskTest, RemembersAFailedDurableWrite) {
  open(true);
  fail("write", -EIO);
  EXPECT_EQ(perform({Kind::write, 0, 512}), -EIO);
  reactor.script = nullptr;
  EXPECT_EQ(perform({Kind::flush}), 0) << "nothing was promised, so nothing was lost";
  fail("write", -EIO);
  EXPECT_EQ(perform({Kind::write, 0, 512, true}), -EIO);
  reactor.script = nullptr;
  EXPECT_EQ(perform({Kind::flush}), -EIO);
}

TEST_F(FileDiskTest, RemembersAFailedWriteWhenAllAreDurable) {
  open(false);
  fail("write", -EIO);
  EXPECT_EQ(perform({Kind::write, 0, 512}), -EIO);
  reactor.script = nullptr;
  EXPECT_EQ(perform({Kind::write, 0, 512}), -EIO);
}

TEST_F(FileDiskTest, DoesNotRememberAFullFileSystem) {
  open(false);
  fail("write", -ENOSPC);
  EXPECT_EQ(perform({Kind::write, 0, 512}), -ENOSPC);
  reactor.script = nullptr;
  EXPECT_EQ(perform({Kind::write, 0, 512}), 0);
}

TEST_F(FileDiskTest, DoesNotBelieveASyncThatEndsAfterAnotherFailed) {
  open(true);
  Simple first;
  Simple second;
  first.kind = second.kind = Kind::flush;
  backstore->submit(reactor, first);
  backstore->submit(reactor, second);
  int syncs = 0;
  reactor.script = [&](const std::string&) { return std::optional(++syncs == 1 ? -EIO : 0); };
  reactor.perform_all();
  EXPECT_EQ(first.result, -EIO);
  EXPECT_EQ(second.result, -EIO);
}

}  // namespace
}  // namespace lunet::backstore
