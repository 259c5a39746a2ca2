// SPDX-License-Identifier: Apache-2.0
// docs/saveconfig.md: what it shows is what happens.
#include <gmock/gmock.h>

#include <fstream>

#include "base/test_files.h"
#include "interop/saveconfig.h"
#include "interop/test_configs.h"

namespace lunet::interop {
namespace {

struct Block {
  std::string kind;
  std::string text;
  std::size_t line = 0;
};

std::vector<Block> blocks() {
  std::ifstream document(test::source_file("docs/saveconfig.md"));
  std::vector<Block> found;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(document, line);) {
    ++number;
    const bool fence = line.starts_with("```");
    if (fence && !inside) found.push_back({line.substr(3), "", number});
    if (!fence && inside) found.back().text += line + "\n";
    if (fence) inside = !inside;
  }
  return found;
}

std::string lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& each : sentences) text += each + "\n";
  return text;
}

TEST(SaveconfigDocument, ItsExamplesAreTheSameBothWays) {
  const auto all = blocks();
  int count = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].kind != "json" || all[i + 1].kind != "lio") continue;
    ++count;
    const auto loaded = load_saveconfig(all[i].text, "example.json", test_schema());
    ASSERT_TRUE(loaded) << "line " << all[i].line << "\n" << loaded.error().message;
    EXPECT_EQ(config::print(loaded->tree), all[i + 1].text) << "line " << all[i].line;
    EXPECT_EQ(save_saveconfig(config_of(all[i + 1].text), test_schema()).text, all[i].text)
        << "line " << all[i].line;
  }
  EXPECT_EQ(count, 2);
}

TEST(SaveconfigDocument, ItsMistakesAndLossesAreReportedAsShown) {
  const auto all = blocks();
  int count = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i + 1].kind != "text") continue;
    ++count;
    if (all[i].kind == "json refused") {
      const auto loaded = load_saveconfig(all[i].text, "example.json", test_schema());
      ASSERT_FALSE(loaded) << "line " << all[i].line;
      EXPECT_EQ(loaded.error().message + "\n", all[i + 1].text);
    } else {
      EXPECT_EQ(lines(save_saveconfig(config_of(all[i].text), test_schema()).losses), all[i + 1].text);
    }
  }
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace lunet::interop
