// SPDX-License-Identifier: Apache-2.0
// Numbers for monitoring: as Prometheus' text exposition format 0.0.4, and for --json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lunet::shell {

using MetricValue = std::variant<std::uint64_t, double>;

struct MetricSample {
  std::vector<std::string> label_values;
  MetricValue value;
  std::string_view suffix = {};  ///< of a summary: "_sum", "_count"
};

/// All samples of one name.
struct Metric {
  std::string_view name;
  std::string_view type;  ///< gauge, counter, summary
  std::string_view help;  ///< one line
  std::vector<std::string_view> labels = {};
  std::vector<MetricSample> samples = {};
};

/// "" for none. Metrics without a sample are left out.
std::string exposition_of(const std::vector<Metric>& metrics);

}  // namespace lunet::shell
