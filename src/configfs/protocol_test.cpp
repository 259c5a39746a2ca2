// SPDX-License-Identifier: Apache-2.0
#include "configfs/protocol.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <random>

namespace lunet::configfs::protocol {
namespace {

std::vector<Operation> some_operations() {
  return {{Verb::make_dir, "core/rd_mcp_0", {}},
          {Verb::write, "core/rd_mcp_0/rd0/control", "rd_pages=16\n"},
          {Verb::link, "a/b", "core/rd_mcp_0/rd0"},
          {Verb::unlink, std::string(300, 'x'), std::string("\0\n", 2)}};
}

Node some_node() {
  Node file;
  file.entry = {"enable", EntryKind::file, 0644, {}};
  file.text = "1";
  Node broken = file;
  broken.entry.name = "info";
  broken.errnum = ENODEV;
  Node link;
  link.entry = {"l", EntryKind::link, 0777, "core/rd_mcp_0/rd0"};
  Node root;
  root.entry = {"", EntryKind::directory, 0755, {}};
  root.nodes = {file, broken, link};
  Node dir = root;
  dir.entry.name = "z";
  root.nodes.push_back(dir);
  return root;
}

TEST(Protocol, BatchesComeBackAsTheyWere) {
  const auto operations = some_operations();
  const auto decoded = decode_batch(encode_batch(operations));
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->size(), operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    EXPECT_EQ((*decoded)[i].verb, operations[i].verb);
    EXPECT_EQ((*decoded)[i].path, operations[i].path);
    EXPECT_EQ((*decoded)[i].text, operations[i].text);
  }
}

TEST(Protocol, RepliesComeBackAsTheyWere) {
  BatchResult result;
  result.answers.push_back({"text\n", {{"a", EntryKind::link, 0777, "core"}}});
  result.answers.push_back({"", {{"b", EntryKind::directory, 0755, {}}}});
  result.failure = std::make_unique<BatchFailure>(BatchFailure{2, {EBUSY, "busy", "wait"}});
  const auto decoded = decode_batch_reply(encode_batch_reply(result));
  ASSERT_TRUE(decoded);
  ASSERT_EQ(decoded->answers.size(), 2U);
  EXPECT_EQ(decoded->answers[0].text, "text\n");
  EXPECT_EQ(decoded->answers[0].entries[0].link_target, "core");
  EXPECT_EQ(decoded->answers[1].entries[0].mode, 0755);
  ASSERT_NE(decoded->failure, nullptr);
  EXPECT_EQ(decoded->failure->index, 2U);
  EXPECT_EQ(decoded->failure->error.errnum, EBUSY);
  EXPECT_EQ(decoded->failure->error.hint, "wait");
}

TEST(Protocol, TreesComeBackAsTheyWere) {
  const auto decoded = decode_tree_reply(encode_tree_reply(some_node()));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->value("enable"), "1");
  EXPECT_EQ(decoded->find("info")->errnum, ENODEV);
  EXPECT_EQ(decoded->at("z/l")->entry.link_target, "core/rd_mcp_0/rd0");
}

TEST(Protocol, RequestsAndEventsComeBackAsTheyWere) {
  const ReadFilter filter{.state = true,
                          .counters = false,
                          .secrets = false,
                          .depth = 3,
                          .files = {"info", "enable"},
                          .leaf = "d"};
  const auto request = decode_tree_request(encode_tree_request("core", filter));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "core");
  EXPECT_TRUE(request->filter.state);
  EXPECT_FALSE(request->filter.counters);
  EXPECT_FALSE(request->filter.secrets);
  EXPECT_EQ(request->filter.depth, 3);
  EXPECT_EQ(request->filter.files, filter.files);
  EXPECT_EQ(request->filter.leaf, "d");
  EXPECT_EQ(decode_tree_request(encode_tree_request("", {}))->filter.depth, -1);
  const auto event = decode_event(encode_event({Verb::remove_dir, "core/x"}));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->verb, Verb::remove_dir);
  const Error error = decode_error(encode_error({EPERM, "no", "be root"}));
  EXPECT_EQ(error.errnum, EPERM);
  EXPECT_EQ(error.hint, "be root");
}

/// Every frame of the protocol, once.
std::vector<std::string> frames() {
  BatchResult result;
  result.answers.push_back({"text\n", {{"a", EntryKind::link, 0777, "core"}}});
  result.failure = std::make_unique<BatchFailure>(BatchFailure{1, {EBUSY, "busy", "wait"}});
  return {encode_hello(MessageType::hello, {}), encode_batch(some_operations()),
          encode_tree_request("core", {}),      encode_watch("core"),
          encode_error({EPERM, "no", {}}),      encode_batch_reply(result),
          encode_tree_reply(some_node()),       encode_event({Verb::write, "a"})};
}

/// Decodes as everything; what matters is that nothing reads beyond the frame (ASan) or never ends.
std::size_t decode_as_everything(std::string_view frame) {
  std::size_t good = 0;
  good += decode_hello(MessageType::hello, frame) ? 1 : 0;
  good += decode_hello(MessageType::hello_reply, frame) ? 1 : 0;
  good += decode_batch(frame) ? 1 : 0;
  good += decode_tree_request(frame) ? 1 : 0;
  good += decode_watch(frame) ? 1 : 0;
  good += decode_error(frame).errnum != EPROTO ? 1 : 0;
  good += decode_batch_reply(frame) ? 1 : 0;
  good += decode_tree_reply(frame) ? 1 : 0;
  good += decode_event(frame) ? 1 : 0;
  return good;
}

TEST(Protocol, TruncatedFramesAreRefusedAtEveryLength) {
  for (const std::string& frame : frames()) {
    EXPECT_EQ(decode_as_everything(frame), 1U);
    for (std::size_t size = 0; size < frame.size(); ++size)
      EXPECT_EQ(decode_as_everything(std::string_view(frame).substr(0, size)), 0U);
    EXPECT_EQ(decode_as_everything(frame + "x"), 0U);
  }
}

TEST(Protocol, LiesAboutLengthsAndCountsCostNothing) {
  std::string giant = {static_cast<char>(MessageType::batch)};
  giant += "\xff\xff\xff\xff\xff\xff\xff\xff\x7f";  // 2^63 - 1 operations
  EXPECT_EQ(decode_as_everything(giant), 0U);
  giant[0] = static_cast<char>(MessageType::watch);
  EXPECT_EQ(decode_as_everything(giant), 0U);
  giant = {static_cast<char>(MessageType::watch)};
  giant += std::string(20, '\xff');  // a number without end
  EXPECT_EQ(decode_as_everything(giant), 0U);
}

TEST(Protocol, ATreeWithoutBottomIsRefused) {
  std::string deep = {static_cast<char>(MessageType::tree_reply)};
  // name "", directory, mode 0, errnum 0, text "", one child: itself again.
  for (int i = 0; i < 100000; ++i) deep += std::string("\0\0\0\0\0\1", 6);
  EXPECT_FALSE(decode_tree_reply(deep));
}

/// The address space may grow by so much, and the process ends when it needs more.
void limit_growth(rlim_t bytes) {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t all = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit limit{all, all};
  ::setrlimit(RLIMIT_AS, &limit);
}

TEST(Protocol, DirectoriesInDirectoriesClaimNothingTwice) {
  constexpr std::size_t size = 1U << 20U;
  std::string frame = {static_cast<char>(MessageType::tree_reply)};
  // name "", directory, mode 0, errnum 0, text "", 150 000 children: as many as fit, in each of the first 60.
  for (int i = 0; i < 60; ++i) frame += std::string("\0\0\0\0\0\xf0\x93\x09", 8);
  frame.resize(size, '\1');
  const auto refuse = [&frame] {
    limit_growth(512U << 20U);
    std::_Exit(decode_tree_reply(frame) ? 1 : 0);
  };
  EXPECT_EXIT(refuse(), testing::ExitedWithCode(0), "");
}

TEST(Protocol, MutatedFramesAreSurvived) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto good = frames();
  for (int i = 0; i < 20000; ++i) {
    std::string frame = good[random() % good.size()];
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes)
      frame[random() % frame.size()] = static_cast<char>(random());
    decode_as_everything(frame);
  }
}

}  // namespace
}  // namespace lunet::configfs::protocol
