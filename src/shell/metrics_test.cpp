// SPDX-License-Identifier: Apache-2.0
#include "shell/metrics.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

std::string label_as_written(const std::string& value) {
  const std::string text = exposition_of({{"x", "gauge", "X.", {"l"}, {{{value}, std::uint64_t{1}}}}});
  const std::string before = "# HELP x X.\n# TYPE x gauge\nx{l=\"";
  EXPECT_EQ(text.substr(0, before.size()), before);
  EXPECT_EQ(text.substr(text.size() - 5), "\"} 1\n");
  return text.substr(before.size(), text.size() - before.size() - 5);
}

TEST(Metrics, AreWrittenWithHelpAndType) {
  const std::vector<Metric> metrics = {
      {"lunet_up", "gauge", "Up.", {}, {{{}, std::uint64_t{1}}}},
      {"lunet_none", "gauge", "Nobody.", {"a"}, {}},
      {"lunet_s",
       "summary",
       "Time.",
       {"a", "b"},
       {{{"x", "y"}, 0.25, "_sum"}, {{"x", "y"}, std::uint64_t{3}, "_count"}}}};
  EXPECT_EQ(exposition_of(metrics),
            "# HELP lunet_up Up.\n# TYPE lunet_up gauge\nlunet_up 1\n"
            "# HELP lunet_s Time.\n# TYPE lunet_s summary\n"
            "lunet_s_sum{a=\"x\",b=\"y\"} 0.25\nlunet_s_count{a=\"x\",b=\"y\"} 3\n");
  EXPECT_EQ(exposition_of({}), "");
}

TEST(Metrics, CountsAreExact) {
  const std::uint64_t most = UINT64_MAX;
  EXPECT_EQ(exposition_of({{"x_total", "counter", "X.", {}, {{{}, most}}}}),
            "# HELP x_total X.\n# TYPE x_total counter\nx_total 18446744073709551615\n");
}

TEST(Metrics, LabelsAreEscaped) {
  EXPECT_EQ(label_as_written("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
  EXPECT_EQ(label_as_written("{x,y=} #"), "{x,y=} #");
}

TEST(Metrics, LabelsAreUtf8WhateverTheNames) {
  EXPECT_EQ(label_as_written("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  EXPECT_EQ(label_as_written("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(label_as_written("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(label_as_written("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(label_as_written("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace lunet::shell
