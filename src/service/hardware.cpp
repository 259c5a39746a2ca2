// SPDX-License-Identifier: Apache-2.0
#include "service/hardware.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace lunet::service {

static std::vector<std::string> entries_of(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure))
    names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

static std::string line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

// Digits of "0x5001405000000001" or "fe80:0000:...".
static std::string hex_digits(std::string text) {
  if (text.starts_with("0x")) text.erase(0, 2);
  std::erase(text, ':');
  return to_lower(text);
}

std::vector<std::string> hardware_wwns(std::string_view fabric, const std::string& sysfs) {
  std::vector<std::string> wwns;
  const auto add = [&](std::string_view prefix, const std::string& digits) {
    if (!digits.empty()) wwns.push_back(std::string(prefix) + digits);
  };
  if (fabric == "qla2xxx" || fabric == "tcm_fc" || fabric == "efct") {
    for (const std::string& host : entries_of(sysfs + "/class/fc_host"))
      add("naa.", hex_digits(line_of(fmt::format("{}/class/fc_host/{}/port_name", sysfs, host))));
  } else if (fabric == "srpt") {
    const std::string all = sysfs + "/class/infiniband/";
    for (const std::string& device : entries_of(all)) {
      for (const std::string& port : entries_of(all + device + "/ports"))
        add("ib.", hex_digits(line_of(fmt::format("{}{}/ports/{}/gids/0", all, device, port))));
    }
  } else if (fabric == "sbp") {
    const std::string all = sysfs + "/bus/firewire/devices/";
    for (const std::string& device : entries_of(all)) {
      if (line_of(all + device + "/is_local") == "1")
        add("eui.", hex_digits(line_of(all + device + "/guid")));
    }
  }
  return wwns;
}

}  // namespace lunet::service
