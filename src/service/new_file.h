// SPDX-License-Identifier: Apache-2.0
// A data file that one transaction makes (ruling 5): whole before it has a name, so that its mark can be
// durable first, and removed again when the transaction fails. Neighbours: backing_file.h decides that one is
// needed, store/intent.h keeps the mark.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"
#include "store/store.h"

namespace lunet::service {

struct NewFileRequest {
  std::string path;  ///< absolute; nothing is there
  std::uint64_t size_bytes = 0;
  bool sparse = true;
  /// Told how many bytes are there, while they are allocated.
  std::function<void(std::uint64_t)> allocated = {};
};

/// Removed again unless kept.
class NewFile {
 public:
  NewFile() = default;
  NewFile(NewFile&& other) noexcept { *this = std::move(other); }
  NewFile& operator=(NewFile&& other) noexcept;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() { remove(); }

  /// The file without its name; on a file system that cannot do that, nothing yet.
  static Result<NewFile> prepare(const NewFileRequest& request);
  /// False for the default one.
  [[nodiscard]] bool is_wanted() const { return !request_.path.empty(); }
  [[nodiscard]] bool is_made() const { return named_; }
  /// What tells it from any other file, also after a crash.
  [[nodiscard]] const store::MadeFile& mark() const { return mark_; }
  /// Gives it its name. EEXIST when there is something by now. Durable when it returns.
  Result<> make();
  /// It stays.
  void keep() { *this = NewFile(); }
  void remove();

 private:
  Result<> make_by_name();

  NewFileRequest request_;
  store::MadeFile mark_;
  Fd file_;
  bool named_ = false;
};

/// Removes the file that an interrupted transaction made. False when there is another one at its path, or
/// none, or one that cannot be told from others.
bool remove_made_file(const store::MadeFile& file);

}  // namespace lunet::service
