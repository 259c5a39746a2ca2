// SPDX-License-Identifier: Apache-2.0
#include "service/user_handlers.h"

#include "service/outline.h"
#include "service/service_test_support.h"
#include "service/tasks.h"
#include "service/view.h"

namespace lunet::service {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Takes what begins with its name and "/ok".
class FakeHandlers : public UserHandlers {
 public:
  std::vector<std::string> asked;
  std::vector<UserHandler> there = {{"qcow", "the path of an image"}, {"file", ""}};
  Result<std::vector<UserHandler>> list() override {
    if (silent) return Error{ENOTCONN, "there is no message bus", {}};
    return there;
  }
  bool silent = false;       ///< there is no bus
  bool keeps_media = false;  ///< as tcmu-runner 1.5
  Result<> check(const std::string& handler, const std::string& config) override {
    asked.push_back("check " + config);
    if (config.starts_with(handler + "/ok")) return {};
    return Error{EINVAL, "no such image", {}};
  }
  Result<> change_medium(const std::string& handler, const std::string& disk, std::uint64_t size,
                         const std::string& config) override {
    if (keeps_media) return Error{EOPNOTSUPP, "it does not do that", {}};
    asked.push_back(fmt::format("change {} {} {} {}", handler, disk, size, config));
    return config.find("broken") == std::string::npos ? Result<>() : Result<>(Error{EIO, "it is broken", {}});
  }
};

class Handlers : public ServiceFixture {
 protected:
  Handlers() : ServiceFixture(Kind::stepping) {
    context_.handlers = &fake_;
    tasks_ = make_tasks(context_);
  }
  UserOptions user(std::string_view name, std::string_view config) const {
    UserOptions options;
    options.name = name;
    options.handler = "qcow";
    options.config = config;
    options.size_bytes = 1048576;
    return options;
  }
  std::vector<std::string> names() {
    ViewNode root = must(read_view(*memory_));
    add_handlers(root, *fake_.list());
    std::vector<std::string> names;
    for (const ViewNode& child : root.children[0].children)
      names.push_back(child.name + " [" + child.summary + "]");
    return names;
  }
  FakeHandlers fake_;
  std::unique_ptr<Tasks> tasks_;
};

TEST_F(Handlers, AreAskedBeforeADiskIsMade) {
  const Error refused = error_of(tasks_->create_user(user("u", "bad")));
  EXPECT_EQ(refused.errnum, EINVAL);
  EXPECT_THAT(refused.message, HasSubstr("no such image"));
  EXPECT_EQ(generation(), 0U);
  EXPECT_EQ(operations(), "");
  must(tasks_->create_user(user("u", "ok.qcow2")));
  EXPECT_THAT(fake_.asked, ElementsAre("check qcow/bad", "check qcow/ok.qcow2"));
}

TEST_F(Handlers, AreNodesWithAndWithoutDisks) {
  must(tasks_->create_user(user("u", "ok.qcow2")));
  EXPECT_THAT(names(), ElementsAre("block [Storage Objects: 0]", "fileio [Storage Objects: 0]",
                                   "pscsi [Storage Objects: 0]", "ramdisk [Storage Objects: 0]",
                                   "user:qcow [Storage Objects: 1]", "user:file [Storage Objects: 0]"));
  const NodeAddress at{NodeKind::backstores, {}, {}, {}, {}, 0, {}, {}, Hierarchy::plugins};
  EXPECT_THAT(must(child_names(*memory_, at)), Contains("user:qcow"));
  NodeAddress handler{NodeKind::plugin, "user", {}, {}, {}, 0, {}, {}, Hierarchy::plugins, "qcow"};
  EXPECT_THAT(must(child_names(*memory_, handler)), ElementsAre("u"));
  handler.handler = "file";
  EXPECT_THAT(must(child_names(*memory_, handler)), IsEmpty());
}

TEST_F(Handlers, ThatDoNotAnswerAreSaidSo) {
  EXPECT_THAT(must(tasks_->create_user(user("u", "ok.qcow2"))).warnings, IsEmpty());
  fake_.there = {{"file", ""}};
  EXPECT_THAT(names(), Contains("user:qcow [Storage Objects: 1, no handler answers]"));
  fake_.there = {};
  EXPECT_THAT(must(tasks_->create_user(user("v", "ok.qcow2"))).warnings,
              ElementsAre(HasSubstr("what uses 'v' waits until one with handler qcow runs")));
}

TEST_F(Handlers, TheDoctorNamesThoseThatDoNotServeTheirDisks) {
  must(tasks_->create_user(user("u", "ok.qcow2")));
  EXPECT_THAT(must(tasks_->examine()), IsEmpty());
  fake_.there = {{"file", ""}};
  std::vector<Finding> found = must(tasks_->examine());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].object, "/backstores/user:qcow/u");
  EXPECT_THAT(found[0].problem, HasSubstr("without handler qcow"));
  EXPECT_EQ(found[0].cure, "!systemctl restart tcmu-runner");
  fake_.there = {};
  found = must(tasks_->examine());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].cure, "!systemctl start tcmu-runner");
  fake_.silent = true;
  EXPECT_THAT(must(tasks_->examine()), IsEmpty());
}

TEST_F(Handlers, ARefusalIsExplained) {
  std::size_t explained = 0;
  for (std::size_t n = 1; n < 10; ++n) {
    fault_.fail_at(n, ENOENT);
    const auto made = tasks_->create_user(user("u" + std::to_string(n), "ok.qcow2"));
    if (made) break;
    if (made.error().message.find("/enable") == std::string::npos) continue;
    EXPECT_THAT(made.error().message, HasSubstr("its handler in user space refused it"));
    EXPECT_THAT(made.error().hint, HasSubstr("log"));
    ++explained;
  }
  EXPECT_EQ(explained, 1U);
  fake_.there = {};
  fault_.fail_at(1, EINPROGRESS);
  EXPECT_THAT(error_of(tasks_->create_user(user("u", "ok.qcow2"))).hint, HasSubstr("start it first"));
}

TEST_F(Handlers, ChangeAMedium) {
  must(tasks_->create_user(user("u", "ok.qcow2")));
  fake_.asked.clear();
  EXPECT_THAT(must(tasks_->change_medium(user("u", "ok2.qcow2"))).lines, Contains("Medium changed."));
  EXPECT_THAT(fake_.asked, ElementsAre("change qcow u 1048576 qcow/ok2.qcow2"));
  EXPECT_THAT(error_of(tasks_->change_medium(user("u", "broken"))).message, HasSubstr("it is broken"));
  EXPECT_EQ(error_of(tasks_->change_medium(user("other", "ok"))).errnum, ENOENT);
  context_.handlers = nullptr;
  EXPECT_EQ(error_of(make_tasks(context_)->change_medium(user("u", "ok"))).errnum, EOPNOTSUPP);
}

// As the real tcmu-runner: then the disk is made again, and what exports it.
TEST_F(Handlers, ThatChangeNoMediaHaveTheDiskMadeAgain) {
  UserOptions first = user("u", "ok.qcow2");
  first.wwn = "serial-of-u";
  must(tasks_->create_user(first));
  make_exported();
  must(service_->create_lun(tpg(), lun_of("user", "u")));
  const std::string lun = "iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_1";
  ASSERT_THAT(dump(), HasSubstr(lun));
  fake_.keeps_media = true;
  UserOptions second = user("u", "ok2.qcow2");
  second.size_bytes = 2097152;
  const Report report = must(tasks_->change_medium(second));
  EXPECT_TRUE(report.changed);
  EXPECT_THAT(report.lines, Contains(HasSubstr("made again")));
  const std::string after = dump();
  EXPECT_THAT(after, HasSubstr("qcow/ok2.qcow2"));
  EXPECT_THAT(after, Not(HasSubstr("qcow/ok.qcow2")));
  EXPECT_THAT(after, HasSubstr("serial-of-u"));
  EXPECT_THAT(after, HasSubstr(lun));
  EXPECT_TRUE(must(service_->drift()).empty());
  // What the handler does not take leaves the old one.
  EXPECT_EQ(error_of(tasks_->change_medium(user("u", "bad"))).errnum, EINVAL);
  EXPECT_EQ(dump(), after);
  // Nobody is there: it stays refused.
  fake_.there = {};
  EXPECT_EQ(error_of(tasks_->change_medium(user("u", "ok.qcow2"))).errnum, EOPNOTSUPP);
  EXPECT_EQ(dump(), after);
}

}  // namespace
}  // namespace lunet::service
