// SPDX-License-Identifier: Apache-2.0
#include "service/hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

namespace {

struct Ports {
  std::string_view fabric;
  std::string_view what;
  std::string_view folder;  // in sysfs
};

constexpr std::array<Ports, 5> looked_for = {{
    {"qla2xxx", "a Fibre Channel port", "/class/fc_host"},
    {"tcm_fc", "a Fibre Channel port", "/class/fc_host"},
    {"efct", "a Fibre Channel port", "/class/fc_host"},
    {"srpt", "an RDMA port", "/class/infiniband"},
    {"sbp", "a FireWire port", "/bus/firewire/devices"},
}};

}  // namespace

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

std::string missing_hardware(std::string_view fabric, const std::string& wwn, const std::string& sysfs) {
  const auto* const ports = std::find_if(looked_for.begin(), looked_for.end(),
                                         [&](const Ports& each) { return each.fabric == fabric; });
  if (ports == looked_for.end()) return {};
  const std::vector<std::string> there = hardware_wwns(fabric, sysfs);
  if (std::find(there.begin(), there.end(), wwn) != there.end()) return {};
  const std::string found =
      there.empty() ? "there is none" : fmt::format("there is {}", fmt::join(there, ", "));
  return fmt::format("no hardware of {} here is called {}: {} was looked for in {}{}, and {}", fabric, wwn,
                     ports->what, sysfs, ports->folder, found);
}

}  // namespace lunet::service
