// SPDX-License-Identifier: Apache-2.0
// Where a tree may differ from the captured one, each with its reason. No wildcards: path by path (ruling
// 36). The same rows stand in docs/runtimes.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lio_replay.h"

namespace lunet::test {

enum class Occurs : unsigned char {
  always,      ///< a run without it means that the row is out of date
  by_machine,  ///< depends on the machine that the test runs on
};

struct KnownDifference {
  std::string_view what;  ///< Difference::what
  std::string_view reason;
  Occurs occurs = Occurs::always;
};

/// Of the model, in any flavour, to lio-tree.txt and lio-values.txt.
std::span<const KnownDifference> kernel_model_differences();
/// Of the parts that lunetd has not (LioOptions::kernel_only_parts).
std::span<const KnownDifference> kernel_only_differences();
/// Of lunetd's flavour, besides those of the model.
std::span<const KnownDifference> lunetd_differences();
/// Of any implementation to lio-errors.txt.
std::span<const KnownDifference> errors_differences();
/// Of lunetd's flavour to lio-errors.txt, besides those above.
std::span<const KnownDifference> lunetd_errors_differences();

/// The differences that no row explains, and the rows that should have occurred and did not.
std::vector<Difference> unexplained(const std::vector<Difference>& differences,
                                    const std::vector<std::span<const KnownDifference>>& known);

}  // namespace lunet::test
