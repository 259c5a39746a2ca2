// SPDX-License-Identifier: Apache-2.0
#include "interop/names.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace lunet::interop {
namespace {

struct Alias {
  std::string_view file;
  std::string_view config;
};
constexpr std::array plugins{Alias{"block", "iblock"}, Alias{"ramdisk", "rd_mcp"}};
constexpr std::array fabrics{Alias{"tcm_fc", "fc"}, Alias{"srpt", "ib_srpt"}};

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](unsigned char each) { return std::isxdigit(each) != 0; });
}
bool is_naa(std::string_view wwn) {
  return wwn.starts_with("naa.") && is_hex(wwn.substr(4), 16) &&
         std::string_view("125").find(wwn[4]) != std::string_view::npos;
}
bool is_eui(std::string_view wwn) {
  return wwn.starts_with("eui.") && is_hex(wwn.substr(4), 16);
}
bool is_digit(char each) {
  return each >= '0' && each <= '9';
}
/// iqn.YYYY-MM.NAME.NAME
bool is_iqn(std::string_view wwn) {
  if (wwn.size() < 12 || !wwn.starts_with("iqn.") || wwn[8] != '-' || wwn[11] != '.') return false;
  if (!std::all_of(wwn.begin() + 4, wwn.begin() + 8, is_digit) || !is_digit(wwn[10])) return false;
  if (wwn[9] != '0' && wwn[9] != '1') return false;
  return wwn.find('.', 12) != std::string_view::npos && wwn.find_first_of(" _") == std::string_view::npos;
}

bool is_taken(std::string_view fabric, std::string_view wwn) {
  if (fabric == "iscsi") return is_iqn(wwn) || is_naa(wwn) || is_eui(wwn);
  if (fabric == "sbp") return is_eui(wwn);
  if (fabric == "srpt") return wwn.starts_with("ib.") && is_hex(wwn.substr(3), 32);
  constexpr std::array naa{"loopback", "vhost", "xen-pvscsi", "qla2xxx", "efct", "tcm_fc", "usb_gadget"};
  return std::find(naa.begin(), naa.end(), fabric) == naa.end() || is_naa(wwn);
}

bool is_colon_pairs(std::string_view wwn) {
  if (wwn.size() != 23) return false;
  for (std::size_t i = 0; i < wwn.size(); ++i) {
    if (i % 3 == 2 ? wwn[i] != ':' : !is_hex(wwn.substr(i, 1), 1)) return false;
  }
  return true;
}

}  // namespace

std::string_view plugin_from_file(std::string_view plugin) {
  for (const Alias& alias : plugins) {
    if (plugin == alias.file) return alias.config;
  }
  return plugin;
}

std::string_view plugin_to_file(std::string_view plugin) {
  for (const Alias& alias : plugins) {
    if (plugin == alias.config) return alias.file;
  }
  return plugin;
}

std::string_view fabric_to_file(std::string_view fabric) {
  for (const Alias& alias : fabrics) {
    if (fabric == alias.config) return alias.file;
  }
  return fabric;
}

std::string wwn_to_file(std::string_view fabric, std::string_view wwn) {
  if (fabric == "srpt" && wwn.starts_with("0x") && is_hex(wwn.substr(2), 32))
    return "ib." + to_lower(wwn.substr(2));
  if (fabric == "sbp" && is_hex(wwn, 16)) return "eui." + to_lower(wwn);
  if ((fabric == "qla2xxx" || fabric == "efct" || fabric == "tcm_fc") && is_colon_pairs(wwn)) {
    std::string digits = to_lower(wwn);
    std::erase(digits, ':');
    return "naa." + digits;
  }
  return std::string(wwn);
}

std::string wwn_trouble(std::string_view fabric, std::string_view wwn) {
  if (fabric == "iscsi" && wwn.starts_with("naa.6")) return "rtslib-fb refuses the name or makes it naa.5...";
  const std::string lower = to_lower(trim(wwn));
  if (!is_taken(fabric, lower)) return "rtslib-fb refuses the name";
  if (lower != wwn) return "rtslib-fb writes the name '" + lower + "'";
  return "";
}

std::optional<std::pair<std::string, std::string>> split_portal(std::string_view portal) {
  const std::size_t colon = portal.rfind(':');
  const std::size_t bracket = portal.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
    return std::pair{std::string(portal), std::string("3260")};
  const std::string_view port = portal.substr(colon + 1);
  if (!parse_unsigned(port)) return std::nullopt;
  return std::pair{std::string(portal.substr(0, colon)), std::string(port)};
}

std::string portal_id(std::string_view address, std::string_view port) {
  const bool bare = address.find(':') != std::string_view::npos && !address.starts_with('[');
  return (bare ? "[" : "") + std::string(address) + (bare ? "]:" : ":") + std::string(port);
}

}  // namespace lunet::interop
