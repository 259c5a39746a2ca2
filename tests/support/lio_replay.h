// SPDX-License-Identifier: Apache-2.0
// Linux's target tree as captured in tests/golden/lio-*.txt, rebuilt and replayed on any Tree (ruling 36):
// the set-up it was captured with, the comparison of every path, mode, link and value, and the operations
// with their errno.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "configfs/tree.h"

namespace lunet::test {

/// What the capture has and the machine of the test has not, in paths and values: {"/tmp/",
/// "/tmp/scratch-x/"},
/// {":3260", ":40001"}. Left is the golden's. Applied to what is asked, taken back in what is answered.
using Substitutions = std::vector<std::pair<std::string, std::string>>;

struct LioOptions {
  bool kernel_only_parts =
      true;             ///< also loopback, vhost, srpt and fc, which lunetd has not, and the device of iblock
  bool secrets = true;  ///< also the ACL's credentials
  Substitutions substitutions;
};

/// The operations that build the tree of lio-tree.txt.
std::vector<configfs::Operation> lio_setup(const LioOptions& options);

/// Something that is not as in the golden.
struct Difference {
  std::string what;  ///< a path, or a line number and command of lio-errors.txt
  std::string expected;
  std::string got;
};

/// Compares everything that lio-tree.txt and lio-values.txt (their text) have at and below core, iscsi, ...
/// with the tree. Paths of parts that the options leave out are left out here.
std::vector<Difference> compare_with_lio(configfs::Tree& tree, std::string_view tree_text,
                                         std::string_view values_text, const LioOptions& options);

/// Replays lio-errors.txt in order. Each operation is tried whatever the ones before gave.
std::vector<Difference> replay_lio_errors(configfs::Tree& tree, std::string_view errors_text,
                                          const LioOptions& options);

/// "what: expected ..., got ..." a line each, for messages.
std::string describe(const std::vector<Difference>& differences);

/// The content of tests/golden/NAME in the source folder.
std::string golden_text(std::string_view name);

}  // namespace lunet::test
