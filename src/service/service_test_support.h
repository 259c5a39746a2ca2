// SPDX-License-Identifier: Apache-2.0
// For tests of service/: a store in a folder of its own and a runtime in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

#include "configfs/fault_tree.h"
#include "configfs/model/memory_tree.h"
#include "configfs/record_tree.h"
#include "service/configurations.h"
#include "service/service.h"
#include "store/store.h"
#include "target/tree_test_support.h"

namespace lunet::service {

inline config::Path path_of(std::string_view text) {
  auto path = config::parse_path(text);
  EXPECT_TRUE(path) << text;
  return path ? *path : config::Path{};
}

/// Which of the two kinds of runtime a test runs on.
enum class Kind : unsigned char { transactional, stepping };

class ServiceFixture : public testing::Test {
 protected:
  static constexpr std::string_view wwn = "iqn.2026-11.com.example:t";
  static constexpr std::string_view initiator = "iqn.2026-11.com.example:ini";

  explicit ServiceFixture(Kind kind = Kind::transactional)
      : memory_(configfs::make_memory_tree(kind == Kind::transactional ? configfs::Flavour::lunetd
                                                                       : configfs::Flavour::kernel)),
        stepping_(*memory_),
        fault_(kind == Kind::transactional ? *memory_ : stepping_),
        record_(fault_) {
    std::string name = "/tmp/lunet-service-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    store_ = std::move(*store::open(folder_ / "store"));
    context_.live = &record_;
    context_.store = store_.get();
    context_.runtime = kind == Kind::transactional ? RuntimeKind::lunetd : RuntimeKind::kernel;
    context_.command = "test";
    service_ = make_service(context_);
    whole_ = make_configurations(context_);
  }
  ~ServiceFixture() override { std::filesystem::remove_all(folder_); }

  /// The value of a call that must succeed.
  template <class T>
  T must(Result<T> result, std::string_view what = "") {
    EXPECT_TRUE(result) << what << ": " << result.error().message;
    return result ? std::move(*result) : T{};
  }
  /// The error of a call that must fail.
  template <class T>
  Error error_of(const Result<T>& result) {
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }

  std::string file(std::string_view name) const { return (folder_ / name).string(); }
  void write_file(std::string_view name, std::size_t size) const {
    const std::ofstream created(file(name));
    std::filesystem::resize_file(file(name), size);
  }
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  FileioOptions fileio(std::string_view name, std::optional<std::uint64_t> size = 1048576) const {
    FileioOptions options;
    options.name = name;
    options.path = file(std::string(name) + ".img");
    options.size_bytes = size;
    options.wwn = "serial-of-" + std::string(name);
    return options;
  }
  RamdiskOptions ramdisk(std::string_view name, std::uint64_t size = 1048576) const {
    RamdiskOptions options;
    options.name = name;
    options.size_bytes = size;
    options.wwn = "serial-of-" + std::string(name);
    return options;
  }
  LunOptions lun_of(std::string_view plugin, std::string_view disk) const {
    LunOptions options;
    options.plugin = plugin;
    options.disk = disk;
    return options;
  }
  /// A RAM disk, a target with it as LUN 0, an ACL with that mapped.
  void make_exported() {
    must(service_->create_ramdisk(ramdisk("rd0")));
    must(service_->create_target(wwn));
    must(service_->create_lun(tpg(), lun_of("ramdisk", "rd0")));
    must(service_->create_acl(tpg(), initiator, true));
  }

  static Source text_source(std::string_view text) {
    return {.text = ConfigurationText{std::string(text), "test.lio"}};
  }
  static Source generation_source(std::uint64_t number) { return {.generation = number}; }
  Result<Report> apply(const Source& source) { return whole_->apply(source, {}); }
  TpgRef tpg(std::uint16_t tag = 1) const { return {std::string(wwn), tag}; }
  std::string text() const { return config::print(store_->head()->tree); }
  std::uint64_t generation() const { return store_->head()->generation.number; }
  const config::Object* recorded(std::string_view path) {
    head_ = *store_->head();
    return head_.tree.find(path_of(path));
  }
  std::string dump() { return target::dump(*memory_); }
  /// The operations that reached the runtime since the last call.
  std::string operations() {
    std::string out;
    for (const configfs::Operation& operation : record_.changes()) out += target::text_of(operation);
    record_.clear();
    return out;
  }

  std::filesystem::path folder_;
  std::unique_ptr<configfs::Tree> memory_;
  target::SteppingTree stepping_;
  configfs::FaultTree fault_;
  configfs::RecordTree record_;
  std::unique_ptr<store::Store> store_;
  store::Store::Head head_;
  Context context_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Configurations> whole_;
};

/// The same test on both kinds of runtime.
class BothRuntimes : public ServiceFixture, public testing::WithParamInterface<Kind> {
 protected:
  BothRuntimes() : ServiceFixture(GetParam()) {}
};

inline std::string kind_name(const testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::transactional ? "transactional" : "stepping";
}

}  // namespace lunet::service
