// SPDX-License-Identifier: Apache-2.0
// Files and devices of disks: there, of the right kind, long enough, and of one disk only.
#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "base/text.h"
#include "config/validate/checks.h"

namespace lunet::config {
namespace {

using Kind = FileLook::Kind;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::regular: return "a file";
    case Kind::block_device: return "a block device";
    case Kind::character_device: return "a character device";
    case Kind::folder: return "a folder";
    default: return "neither a file nor a device";
  }
}

/// Why a disk of the plugin cannot have it; "" when it can.
std::string_view unfit(std::string_view plugin, Kind kind) {
  const bool block = kind == Kind::block_device;
  if (plugin == "iblock") return block ? "" : "an iblock disk needs a block device";
  if (plugin == "fileio") return block || kind == Kind::regular ? "" : "a fileio disk needs a file";
  if (plugin == "pscsi")
    return block || kind == Kind::character_device ? "" : "a pscsi disk needs a SCSI device";
  return "";
}

class FileCheck {
 public:
  FileCheck(const Question& question, Findings& findings) : question_(question), findings_(findings) {}

  void disk(const Visited& at) {
    const bool here = at.path.size() == 2 && at.path.back().object_class == ObjectClass::disk;
    const auto path = here ? value_of(question_, at, "", "path") : std::nullopt;
    if (!path || !path->starts_with('/')) return;
    // Other disks count when they are users of the same file, whether or not they have changed.
    const FileLook look =
        question_.machine == nullptr ? FileLook{.errnum = ENOENT} : question_.machine->look_at(*path);
    const auto [first, is_first] = users_.try_emplace(look.identity.empty() ? *path : look.identity, at.path);
    if (!is_first) {
      add(at, Severity::error, fmt::format("{} has {} already", path_text(first->second), *path),
          "two disks on one file destroy each other's data");
      return;
    }
    if (at.is_new && question_.machine != nullptr) fits(at, *path, look);
  }

 private:
  void fits(const Visited& at, const std::string& path, const FileLook& look) {
    const std::string_view plugin =
        at.kind == nullptr || at.path.front().id.empty()
            ? std::string_view(at.path.front().id)
            : std::string_view(kind_of(question_.schema, {at.path.front()})->names.front());
    if (look.kind == Kind::missing) return missing(at, path, look.errnum);
    if (const std::string_view why = unfit(plugin, look.kind); !why.empty())
      return add(at, Severity::error, fmt::format("{} is {}; {}", path, kind_name(look.kind), why), "");
    if (plugin != "fileio" || look.kind != Kind::regular) return;
    const auto size = value_of(question_, at, "", "size");
    const auto bytes = size ? parse_unsigned(*size) : std::nullopt;
    if (bytes && *bytes > look.size)
      add(at, Severity::error,
          fmt::format("{} has {} bytes, fewer than the disk's {}", path, look.size, *bytes),
          fmt::format("give 'size {}', or make the file longer: truncate -s {} {}", look.size, *bytes, path));
  }

  /// Only what is not there may come later (ruling 15).
  void missing(const Visited& at, const std::string& path, int errnum) {
    const bool later = errnum == ENOENT || errnum == ENODEV || errnum == ENXIO;
    add(at, later ? Severity::pending : Severity::error,
        fmt::format("{}: {}", path, std::strerror(errnum)),  // NOLINT(concurrency-mt-unsafe)
        later ? "the disk waits for it, with what stands on it" : "");
  }

  void add(const Visited& at, Severity severity, std::string sentence, std::string hint) {
    findings_.push_back(
        {severity, {at.path, "", set_name(at, "", "path")}, std::move(sentence), std::move(hint)});
  }

  const Question& question_;
  Findings& findings_;
  std::map<std::string, Path, std::less<>> users_;
};

}  // namespace

void check_files(const Question& question, Findings& findings) {
  FileCheck check(question, findings);
  for_each_object(question, true, [&](const Visited& at) { check.disk(at); });
}

}  // namespace lunet::config
