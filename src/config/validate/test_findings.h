// SPDX-License-Identifier: Apache-2.0
// For the tests: what is found wrong with a text, and a machine with what a test needs.
#pragma once

#include <map>
#include <set>

#include "config/test_trees.h"
#include "config/validate/validate.h"

namespace lunet::config {

class TestMachine final : public Machine {
 public:
  std::map<std::string, FileLook> files;
  std::set<std::string, std::less<>> addresses;
  [[nodiscard]] FileLook look_at(const std::string& path) const override {
    const auto found = files.find(path);
    return found == files.end() ? FileLook{.errnum = ENOENT} : found->second;
  }
  [[nodiscard]] bool has_address(std::string_view address) const override {
    return addresses.contains(address);
  }
};

/// One line a finding: "pending: storage fileio disk a path: ...; hint".
inline std::string found_in(std::string_view text, const Machine* machine = nullptr,
                            schema::Runtime runtime = schema::Runtime::kernel) {
  const Tree tree = tree_of(text);
  std::string lines;
  for (const Finding& finding :
       validate({.tree = tree, .schema = test_schema(), .runtime = runtime, .machine = machine}))
    lines += sentence_of(finding) + "\n";
  return lines;
}

inline std::string in_tpg(std::string_view inside) {
  return "storage rd_mcp disk r size 1M\nfabric iscsi target iqn.2003-01.org.example:t tpgt 1 {\n" +
         std::string(inside) + "\n}\n";
}

}  // namespace lunet::config
