// SPDX-License-Identifier: Apache-2.0
#include "service/names.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "base/iscsi_name.h"
#include "base/text.h"

namespace lunet::service {
namespace {

constexpr std::size_t name_max = 255;        // NAME_MAX: a directory of the tree
constexpr std::size_t serial_max = 254;      // LIO's INQUIRY_VPD_SERIAL_LEN
constexpr std::size_t iscsi_name_max = 223;  // RFC 7143 4.2.7.1

bool is_printable(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
}
bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error refused(std::string_view what, std::string_view text, std::string_view why, std::string_view hint) {
  return Error{EINVAL, fmt::format("{} '{}' is refused: {}", what, text, why), std::string(hint)};
}

/// iqn.YYYY-MM.domain[...]: what is wrong with it, or "".
std::string_view iqn_mistake(std::string_view name) {
  if (name.find('_') != std::string_view::npos) return "it has an underscore";
  if (name.size() < 12 || !is_digits(name.substr(4, 4)) || name[8] != '-' || !is_digits(name.substr(9, 2)) ||
      name[11] != '.') {
    return "a year and month must follow 'iqn.', as in iqn.2026-11.com.example:name";
  }
  const auto month = parse_unsigned(name.substr(9, 2));
  if (*month < 1 || *month > 12) return "there is no such month";
  const std::string_view domain = name.substr(12);
  const std::size_t dot = domain.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == domain.size()) {
    return "a reversed domain name must follow the date, as in iqn.2026-11.com.example:name";
  }
  return "";
}

/// "naa." added, separators removed; "" when it does not look like an naa name.
std::string naa_name(std::string_view text, WwnUse use) {
  std::string digits(text.starts_with("naa.") ? text.substr(4) : text);
  if (digits.starts_with("0x")) digits.erase(0, 2);
  std::erase_if(digits, [](char c) { return c == ':' || c == '-'; });
  if (digits.size() != 16 || !is_hex(digits)) return "";
  // Targets made by old versions of the original have names that start with 6 (features 4.4).
  if (use == WwnUse::target && digits[0] == '6') digits[0] = '5';
  if (std::string_view("125cdef").find(digits[0]) == std::string_view::npos) return "";
  return "naa." + digits;
}

std::string clean_host_part(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') out += c;
  }
  return out;
}

}  // namespace

Result<> check_disk_name(std::string_view name) {
  constexpr std::string_view what = "the name";
  constexpr std::string_view hint = "use letters, digits, '-', '_' and '.'";
  if (name.empty()) return Error{EINVAL, "a disk needs a name", std::string(hint)};
  if (name == "." || name == "..") return refused(what, name, "it means a folder", hint);
  if (name.find('/') != std::string_view::npos) return refused(what, name, "it has a '/'", hint);
  if (!std::all_of(name.begin(), name.end(), is_printable)) {
    return refused(what, name, "it has a blank or a control character", hint);
  }
  if (name.size() > name_max)
    return refused(what, name, "it is longer than 255 characters", "use a shorter one");
  return {};
}

Result<> check_serial(std::string_view serial) {
  if (serial.size() > serial_max) {
    return refused("the serial", serial, "it is longer than 254 characters", "use a shorter one");
  }
  if (!std::all_of(serial.begin(), serial.end(), is_printable)) {
    return refused("the serial", serial, "it has a blank or a control character",
                   "leave 'wwn' out to get a random one");
  }
  return {};
}

Result<std::string> normalise_wwn(std::string_view text, WwnUse use) {
  const std::string name = fold_iscsi_name(trim(text));
  constexpr std::string_view what = "the name";
  constexpr std::string_view hint =
      "use a name like iqn.2026-11.com.example:name, eui.<16 hex> or naa.<16 hex>";
  if (name.empty() && !text.empty())
    return refused(what, text, "it is no text that RFC 3722 allows in a name", hint);
  if (name.size() > iscsi_name_max)
    return refused(what, name, "it is longer than 223 characters", "use a shorter one");
  const bool plain = std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_printable(c) && c != '/' && c != ',' && c != '\''; });
  if (!plain)
    return refused(what, name, "it has a blank, a '/', a comma, a quote or a control character", hint);
  if (name.starts_with("iqn.")) {
    if (const std::string_view mistake = iqn_mistake(name); !mistake.empty())
      return refused(what, name, mistake, hint);
    return name;
  }
  if (name.starts_with("eui.")) {
    if (name.size() == 20 && is_hex(std::string_view(name).substr(4))) return name;
    return refused(what, name, "16 hexadecimal digits must follow 'eui.'", hint);
  }
  if (std::string naa = naa_name(name, use); !naa.empty()) return naa;
  if (name.starts_with("naa.")) {
    return refused(what, name,
                   "16 hexadecimal digits, the first of them 1, 2, 5 or c to f, must follow 'naa.'", hint);
  }
  return refused(what, name, "it is no iqn, eui or naa name", hint);
}

/// How a fabric's targets are named (features 4.6).
static std::string_view wwn_form(std::string_view fabric) {
  if (fabric == "iscsi") return "iscsi";
  if (fabric == "sbp") return "eui";
  if (fabric == "srpt") return "ib";
  if (fabric == "ibmvscsis") return "free";
  return "naa";
}

static Result<std::string> prefixed_name(std::string_view name, std::string_view form, std::size_t digits) {
  const std::string prefix = fmt::format("{}.", form);
  std::string rest(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
  if (rest.starts_with("0x")) rest.erase(0, 2);
  std::erase_if(rest, [](char c) { return c == ':' || c == '-'; });
  if (rest.size() == digits && is_hex(rest)) return prefix + rest;
  return refused("the name", name, fmt::format("{} hexadecimal digits must follow '{}'", digits, prefix),
                 "use the name of a port of this machine's hardware: TAB completes it");
}

Result<std::string> normalise_wwn(std::string_view text, WwnUse use, std::string_view fabric) {
  const std::string_view form = wwn_form(fabric);
  if (form == "iscsi") return normalise_wwn(text, use);
  const std::string name = to_lower(trim(text));
  if (form == "eui") return prefixed_name(name, form, 16);
  if (form == "ib") return prefixed_name(name, form, 32);
  if (form == "free") {
    TRY_OK(check_disk_name(name));
    return name;
  }
  if (std::string naa = naa_name(name, use); !naa.empty()) return naa;
  return refused("the name", name, "16 hexadecimal digits, the first of them 1, 2, 5 or c to f, are its form",
                 fmt::format("use naa.<16 hex>; {} takes no other names", fabric));
}

Result<std::string> generate_wwn(std::string_view fabric) {
  if (fabric == "iscsi") return generate_iqn();
  if (fabric == "loopback" || fabric == "vhost" || fabric == "xen-pvscsi")
    return fmt::format("naa.5001405{}", random_hex(9));
  return Error{EINVAL, fmt::format("a target of {} is named after a port of the hardware", fabric),
               "give its name: TAB completes those of this machine"};
}

std::string generate_iqn() {
  utsname names{};
  std::string host;
  std::string arch;
  if (uname(&names) == 0) {
    const std::string_view full = names.nodename;
    host = clean_host_part(full.substr(0, full.find('.')));
    arch = clean_host_part(names.machine);
  }
  if (host.empty()) host = "localhost";
  if (arch.empty()) arch = "unknown";
  return fmt::format("iqn.2003-01.org.linux-iscsi.{}.{}:sn.{}", host, arch, random_hex(12));
}

Result<std::string> portal_id(std::string_view ip, std::uint16_t port) {
  std::string address(trim(ip));
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return fmt::format("{}:{}", address, port);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return fmt::format("[{}]:{}", address, port);
  return Error{EINVAL, fmt::format("'{}' is no IPv4 or IPv6 address", ip),
               "use an address of this machine, 0.0.0.0 for all of IPv4, or ::0 for all of IPv4 and IPv6"};
}

std::string portal_key(std::string_view id) {
  const std::size_t colon = id.rfind(':');
  if (colon == std::string_view::npos) return std::string(id);
  std::string address(id.substr(0, colon));
  if (address.size() < 2 || address.front() != '[') return std::string(id);
  address = address.substr(1, address.size() - 2);
  std::array<std::uint8_t, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::string(id);
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return fmt::format("[{}]{}", text.data(), id.substr(colon));
}

std::optional<std::uint16_t> lowest_free(const std::set<std::uint64_t>& used, std::uint16_t first) {
  std::uint32_t number = first;
  while (used.contains(number)) ++number;
  if (number > 0xffff) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::string short_size(std::uint64_t bytes) {
  constexpr std::string_view units = "KMGT";
  std::string unit;
  for (const char next : units) {
    if (bytes == 0 || bytes % 1024 != 0) break;
    bytes /= 1024;
    unit = next;
  }
  return std::to_string(bytes) + unit;
}

}  // namespace lunet::service
