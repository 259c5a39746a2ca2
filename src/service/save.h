// SPDX-License-Identifier: Apache-2.0
// The configuration as saveconfig.json for the older tools and for those who read that file (features 6.6,
// 6.7). Never read back by Lunet of itself.
#pragma once

#include <string>

#include "base/result.h"
#include "service/configurations.h"

namespace lunet::service {

class Editor;

Result<Report> save(const Editor& editor, const SaveOptions& options);

/// Keeps a compressed copy of the file in `folder` as saveconfig-YYYYMMDD-HH:MM:SS-json.gz, and the newest
/// `max` of them. False: there is no file, or the newest copy is the same.
Result<bool> keep_backup(const std::string& file, const std::string& folder, std::size_t max);

/// Where the older tools have their files: Debian's folder where it is, else the original one (ruling 35).
std::string saveconfig_folder();
/// `max_backup_files` of targetcli.conf in that folder, at least 10.
std::size_t backups_wanted(const std::string& folder);

}  // namespace lunet::service
