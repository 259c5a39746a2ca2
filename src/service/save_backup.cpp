// SPDX-License-Identifier: Apache-2.0
// Earlier versions of saveconfig.json (features 6.7).
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/late_library.h"
#include "base/text.h"
#include "service/convert.h"
#include "service/save.h"
#include "store/files.h"

namespace lunet::service {
namespace {

namespace fs = std::filesystem;

/// Loaded by the first file that is kept.
struct Zlib {
  LateLibrary library{"libz.so.1"};
  LUNET_LATE(deflate);
  decltype(&::deflateBound) deflate_bound = library.function<decltype(::deflateBound)>("deflateBound");
  decltype(&::deflateEnd) deflate_end = library.function<decltype(::deflateEnd)>("deflateEnd");
  decltype(&::deflateInit2_) deflate_init = library.function<decltype(::deflateInit2_)>("deflateInit2_");
  LUNET_LATE(gzclose);
  LUNET_LATE(gzopen);
  LUNET_LATE(gzread);
};

const Zlib& zlib() {
  static const Zlib loaded;
  return loaded;
}

/// Both kinds: a file that is not compressed is read as it is.
std::optional<std::string> unpacked(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(zlib().gzopen(path.c_str(), "rbe"), zlib().gzclose);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    const int got = zlib().gzread(file.get(), part.data(), part.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

Result<std::string> packed(std::string_view text) {
  z_stream stream{};
  constexpr int with_gzip_header = 15 + 16;
  if (zlib().deflate_init(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY,
                          ZLIB_VERSION, sizeof stream) != Z_OK)
    return Error{ENOMEM, "compressing the file before", ""};
  std::string out(zlib().deflate_bound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = zlib().deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  zlib().deflate_end(&stream);
  if (status != Z_STREAM_END) return Error{EIO, "compressing the file before failed", ""};
  return out;
}

/// Of this kind in the folder, the oldest first: the name is the time.
std::vector<std::string> backups_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::string name = entry.path().filename();
    if (name.starts_with("saveconfig-") && name.find("json") != std::string::npos)
      names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string local_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&now, &parts) != nullptr) std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S", &parts);
  return text;
}

}  // namespace

Result<bool> keep_backup(const std::string& file, const std::string& folder, std::size_t max) {
  if (::access(file.c_str(), F_OK) != 0) return false;
  const std::string text = TRY(store::read_file(file));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return system_error(errno, "making the folder " + folder);
  TRY_OK(zlib().library.need("the file before is not kept", "zlib1g"));
  std::vector<std::string> names = backups_in(folder);
  if (!names.empty() && unpacked(folder + "/" + names.back()) == text) return false;
  const std::string name = fmt::format("saveconfig-{}-json.gz", local_stamp());
  const std::string small = TRY(packed(text));
  TRY_OK(replace_text(folder + "/" + name, small));
  if (names.empty() || names.back() != name) names.push_back(name);
  for (std::size_t i = 0; i + max < names.size(); ++i) ::unlink((folder + "/" + names[i]).c_str());
  return true;
}

std::string saveconfig_folder() {
  constexpr const char* debian = "/etc/rtslib-fb-target";
  return ::access(debian, F_OK) == 0 ? debian : "/etc/target";
}

std::size_t backups_wanted(const std::string& folder) {
  constexpr std::size_t least = 10;
  std::ifstream file(folder + "/targetcli.conf");
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || trim(line.substr(0, equals)) != "max_backup_files") continue;
    if (const auto number = parse_unsigned(trim(line.substr(equals + 1))))
      return std::max<std::size_t>(least, *number);
  }
  return least;
}

}  // namespace lunet::service
