// SPDX-License-Identifier: Apache-2.0
#include "service/save.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "interop/saveconfig.h"
#include "schema/schema.h"
#include "service/convert.h"
#include "service/editor.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

/// Of a store without a generation: what runs, for that is what the first change would record.
Result<config::Tree> tree_to_save(const Editor& editor, Report& report) {
  const store::Store::Head head = TRY(editor.store().head());
  if (head.generation.number == 0) return target::read_live(editor.live());
  const Comparison comparison = TRY(compare(editor, Scope{}));
  for (const Difference& each : comparison.differences) {
    if (each.kind == SyncKind::foreign || each.kind == SyncKind::drift)
      report.warnings.push_back(each.text + ": the file has what is recorded");
  }
  return head.tree;
}

/// All targets with a LUN of the disk.
std::set<Path> exporters(const config::Tree& tree, const Path& disk) {
  std::set<Path> found;
  for (const Path& lun : target::luns_of(tree, disk)) found.insert({lun[0], lun[1]});
  return found;
}

/// The file's configuration with the disk, and what exports it, as they are now.
Result<config::Tree> merged_into_file(const config::Tree& tree, const Path& disk, const std::string& file,
                                      const schema::Schema& schema, Report& report) {
  config::Tree merged;
  if (::access(file.c_str(), F_OK) == 0) {
    const std::string text = TRY(read_text(file));
    auto loaded = TRY(interop::load_saveconfig(text, file, schema));
    merged = std::move(loaded.tree);
    for (std::string& note : loaded.notes) report.warnings.push_back(std::move(note));
  }
  for (const Path& path : exporters(merged, disk)) {
    if (const Object* target = tree.find(path)) {
      merged.ensure(path) = *target;
    } else {
      TRY_OK(merged.remove(path));
    }
  }
  if (const Object* object = tree.find(disk)) {
    merged.ensure(disk) = *object;
  } else if (std::as_const(merged).find(disk) != nullptr) {
    TRY_OK(merged.remove(disk));
  }
  for (const Path& path : exporters(tree, disk)) merged.ensure(path) = *tree.find(path);
  return merged;
}

Result<> make_folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  if (slash == std::string::npos || slash == 0) return {};
  const std::string folder = file.substr(0, slash);
  for (std::size_t at = folder.find('/', 1);; at = folder.find('/', at + 1)) {
    const std::string part = folder.substr(0, at);
    // Root's folder for files with secrets in them; one that is there stays as it is.
    if (::mkdir(part.c_str(), at == std::string::npos ? 0700 : 0755) != 0 && errno != EEXIST)
      return system_error(errno, "making the folder " + part);
    if (at == std::string::npos) return {};
  }
}

}  // namespace

Result<Report> save(const Editor& editor, const SaveOptions& options) {
  Report report;
  const schema::Schema schema = TRY(schema::shipped_schema());
  config::Tree tree = TRY(tree_to_save(editor, report));
  if (options.disk) tree = TRY(merged_into_file(tree, *options.disk, options.path, schema, report));
  interop::Saved saved = interop::save_saveconfig(tree, schema);
  for (std::string& loss : saved.losses) report.warnings.push_back(std::move(loss));
  TRY_OK(make_folder_of(options.path));
  if (!options.backup_folder.empty()) {
    // A copy that cannot be made is no reason to save nothing.
    if (auto kept = keep_backup(options.path, options.backup_folder, options.backups_max); !kept) {
      const Error& error = kept.error();
      report.warnings.push_back(error.hint.empty() ? error.message
                                                   : fmt::format("{}; {}", error.message, error.hint));
    } else if (*kept) {
      report.lines.push_back(
          fmt::format("Last {} configs saved in {}.", options.backups_max, options.backup_folder));
    }
  }
  TRY_OK(replace_text(options.path, saved.text));
  report.lines.push_back(fmt::format("Configuration saved to {}", options.path));
  return report;
}

}  // namespace lunet::service
