// SPDX-License-Identifier: Apache-2.0
// A lunetd tree with two HBAs, a target and a TPG, for the tests of rules that the goldens do not show.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "configfs/model/memory_tree.h"

namespace lunet::configfs {

class RulesTest : public testing::Test {
 protected:
  RulesTest() : tree_(make_memory_tree(Flavour::lunetd)) {
    make("core/rd_mcp_0");
    make("core/fileio_1");
    make("iscsi");
    make("iscsi/iqn.x:t");
    make(tpg_);
  }
  void make(const std::string& path) {
    const auto made = tree_->make_dir(path);
    EXPECT_TRUE(made) << made.error().message;
  }
  void write(const std::string& path, std::string_view text) {
    const auto written = tree_->write(path, text);
    EXPECT_TRUE(written) << written.error().message;
  }
  int write_error(const std::string& path, std::string_view text) {
    const auto written = tree_->write(path, text);
    return written ? 0 : written.error().errnum;
  }
  std::string read(const std::string& path) {
    auto text = tree_->read(path);
    return text ? *text : "error " + std::to_string(text.error().errnum);
  }
  std::string ram_disk(const std::string& name) {
    const std::string path = "core/rd_mcp_0/" + name;
    make(path);
    write(path + "/control", "rd_pages=16");
    write(path + "/enable", "1");
    return path;
  }
  std::string lun(int number, const std::string& disk) {
    const std::string path = tpg_ + "/lun/lun_" + std::to_string(number);
    make(path);
    EXPECT_TRUE(tree_->link(path + "/l", disk));
    return path;
  }

  const std::string tpg_ = "iscsi/iqn.x:t/tpgt_1";
  std::unique_ptr<Tree> tree_;
};

}  // namespace lunet::configfs
