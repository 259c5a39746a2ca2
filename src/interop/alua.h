// SPDX-License-Identifier: Apache-2.0
// ALUA target port groups: a list of objects in saveconfig.json, the disk's group `alua` in a configuration:
// one value a file of LIO's, `group_16_alua_access_state 0` for the group with tg_pt_gp_id 16.
#pragma once

#include <string>
#include <vector>

#include "config/tree.h"
#include "interop/json.h"
#include "interop/reader.h"

namespace lunet::interop {

/// `where` is the JSON path of the disk.
void load_alua(Reader& reader, const Json& disk, const std::string& where, const config::Path& path,
               config::Attributes& values);

/// `misfits` gets the names of values that are of no group or of one without a name.
JsonArray save_alua(const config::Attributes& values, std::vector<std::string>& misfits);

}  // namespace lunet::interop
