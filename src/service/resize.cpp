// SPDX-License-Identifier: Apache-2.0
// A disk of another size, while initiators use it.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/byte_size.h"
#include "base/fd.h"
#include "base/text.h"
#include "service/backing_file.h"
#include "service/task_verbs.h"
#include "target/disk_steps.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::Path;

/// A file that was made longer; its end goes again unless it is kept.
class Extension {
 public:
  Extension() = default;
  Extension(const Extension&) = delete;
  Extension& operator=(const Extension&) = delete;
  ~Extension() {
    if (file_ && ::ftruncate(file_.get(), before_) != 0) return;  // longer than it must be: nothing is lost
  }

  /// Durable when it returns. A file without holes gets none.
  Result<> extend(const std::string& path, std::uint64_t size_bytes) {
    Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!file) return failed(path);
    struct stat now{};
    if (::fstat(file.get(), &now) != 0) return failed(path);
    if (!S_ISREG(now.st_mode)) {
      return Error{EINVAL, fmt::format("{} is no regular file: its size is its own", path),
                   "resize the device; its disk follows"};
    }
    if (static_cast<std::uint64_t>(now.st_size) >= size_bytes) return {};
    before_ = now.st_size;
    file_ = std::move(file);
    const auto wanted = static_cast<off_t>(size_bytes);
    constexpr off_t stat_block = 512;
    const bool full = now.st_blocks * stat_block >= now.st_size;
    const int errnum = full ? ::posix_fallocate(file_.get(), now.st_size, wanted - now.st_size) : 0;
    if (errnum != 0)
      return system_error(errnum, fmt::format("allocating {}", path))
          .advise("free some space, or choose a smaller size");
    if (::ftruncate(file_.get(), wanted) != 0 || ::fsync(file_.get()) != 0) return failed(path);
    return {};
  }
  void keep() { file_ = Fd(); }

 private:
  static Error failed(const std::string& path) {
    return system_error(errno, fmt::format("extending {}", path))
        .advise("the file must be writable for you, and its file system have room");
  }

  Fd file_;
  off_t before_ = 0;
};

std::uint64_t rounded(const Path& path, std::uint64_t bytes) {
  constexpr std::uint64_t page_bytes = target::ram_page_bytes;
  return path[0].id == "rd_mcp"
             ? std::max<std::uint64_t>(1, (bytes + page_bytes - 1) / page_bytes) * page_bytes
             : bytes / block_size * block_size;
}

/// What resizes the disk when its size is not ours to choose.
Result<> check_resizable(const Editor& editor, const Path& path) {
  const std::string& plugin = path[0].id;
  if (plugin == "rd_mcp" && editor.runtime() == RuntimeKind::kernel) {
    return Error{EOPNOTSUPP,
                 fmt::format("{}: the kernel's RAM disk cannot take another size", shell_path(path)),
                 "make another RAM disk of that size"};
  }
  if (plugin == "fileio" || plugin == "rd_mcp") return {};
  return Error{EOPNOTSUPP, fmt::format("{}: its size is not the target's to choose", shell_path(path)),
               "resize what is behind it"};
}

/// The device has its new size already: the runtime looks at it again.
Result<Report> read_again(Editor& editor, const Path& path) {
  const std::string directory = TRY(target::find_disk(editor.live(), path[0].id, path[1].id));
  if (directory.empty()) return no_such_disk(path);
  Report report;
  // Writing what is there makes lunetd look; the kernel looks at each command.
  if (editor.runtime() == RuntimeKind::lunetd && !editor.dry_run()) {
    const std::string file = directory + "/attrib/emulate_3pc";
    const std::string value = TRY(editor.live().read(file));
    TRY_OK(editor.live().write(file, trim(value)));
  }
  report.lines.push_back(fmt::format("{} has the size of its device.", shell_path(path)));
  return report;
}

}  // namespace

Result<Report> resize(Editor& editor, const DiskRef& disk, const ResizeOptions& options) {
  const Path path = disk_path_of(disk.plugin, disk.disk);
  if (path[0].id == "iblock" && !options.size_bytes) return read_again(editor, path);
  TRY_OK(check_resizable(editor, path));
  Extension extension;
  auto report = editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = draft.tree.find(path);
    if (object == nullptr) return no_such_disk(path);
    const auto before = parse_byte_size(object->attribute("size"));
    if (!before) {
      return Error{EINVAL, fmt::format("{} is a block device: its size is its own", shell_path(path)),
                   "resize the device, then make the disk again"};
    }
    if (!options.size_bytes || *options.size_bytes == 0)
      return Error{EINVAL, fmt::format("{}: what size?", shell_path(path)), "give one, such as 20G"};
    const std::uint64_t size = rounded(path, *options.size_bytes);
    if (size == 0) return Error{EINVAL, "a disk has at least one block of 512 bytes", "give a larger size"};
    if (size == *before) {
      draft.report.lines.push_back(
          fmt::format("{} has {} already.", shell_path(path), format_byte_size(size)));
      return {};
    }
    if (size < *before && !options.shrink) {
      return Error{
          ECANCELED,
          fmt::format("{} would shrink from {} to {} bytes: what is behind the new end is lost to its "
                      "initiators",
                      shell_path(path), *before, size),
          fmt::format("shrink the file system there first, then: `resize {} {} --force`", shell_path(path),
                      size)};
    }
    if (path[0].id == "fileio" && !editor.dry_run())
      TRY_OK(extension.extend(std::string(object->attribute("path")), size));
    object->attributes["size"] = std::to_string(size);
    draft.report.lines.push_back(fmt::format("{} has {} now; it had {}.", shell_path(path),
                                             format_byte_size(size), format_byte_size(*before)));
    if (editor.runtime() == RuntimeKind::kernel)
      draft.report.warnings.emplace_back("the kernel does not tell initiators: rescan the disk there");
    if (size < *before && path[0].id == "fileio")
      draft.report.warnings.emplace_back("the file keeps its length: what was cut off is still in it");
    return {};
  });
  // Half done: the runtime may have the new size.
  if (report || report.error().errnum == ENOTRECOVERABLE) extension.keep();
  return report;
}

}  // namespace lunet::service
