// SPDX-License-Identifier: Apache-2.0
#include "target/registrations.h"

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "target/dbroot.h"

namespace lunet::target {

namespace {

constexpr std::string_view heading_of_lunetd = "lunet-reservations ";
constexpr std::string_view nothing = "No Registrations or Reservations";
constexpr std::string_view block_start = "PR_REG_START:";
constexpr std::string_view block_end = "PR_REG_END:";

const std::vector<std::string>& damaged() {
  static const std::vector<std::string> refused{"damaged"};
  return refused;
}

/// Whole lines, without the kernel's NUL at the end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('\0')));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

/// It writes the type in hexadecimal and reads it with C's rules, for which 08 is no number.
std::string as_the_kernel_reads(std::string_view line) {
  constexpr std::string_view type = "res_type=";
  if (!line.starts_with(type)) return std::string(line);
  line.remove_prefix(type.size());
  while (line.size() > 1 && line.front() == '0') line.remove_prefix(1);
  return std::string(type) + std::string(line);
}

}  // namespace

std::vector<std::string> registrations_in(std::string_view text) {
  std::vector<std::string_view> lines = lines_of(text);
  if (!lines.empty() && lines.front().starts_with(heading_of_lunetd)) lines.erase(lines.begin());
  if (lines.size() == 1 && lines.front() == nothing) return {};
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string_view line : lines) {
    if (line.starts_with(block_start) != !inside) return damaged();
    if (!inside) {
      found.emplace_back();
      inside = true;
    } else if (line.starts_with(block_end)) {
      inside = false;
    } else {
      if (!found.back().empty()) found.back() += ',';
      found.back() += as_the_kernel_reads(line);
    }
  }
  return inside || found.empty() ? damaged() : found;
}

const std::filesystem::path& Registrations::folder() {
  if (!folder_) folder_ = dbroot_folder(live_, "pr");
  return *folder_;
}

std::vector<std::string> Registrations::of(const std::string& serial) {
  if (serial.empty() || folder().empty()) return {};
  const std::filesystem::path path = folder() / ("aptpl_" + serial);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  // A name that is too long for a file never had one.
  if (status.type() == std::filesystem::file_type::not_found || error == std::errc::filename_too_long)
    return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) return damaged();
  return registrations_in(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace lunet::target
