// SPDX-License-Identifier: Apache-2.0
// From a disk's files in the tree to the storage behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "configfs/model/effects.h"
#include "engine/control/slow_calls.h"

namespace lunet::control {

/// What one of `rd_pages` stands for.
constexpr std::uint64_t rd_page_bytes = 4096;

bool is_ram(std::string_view disk_path);
bool is_block_device(std::string_view disk_path);
bool is_passed_through(std::string_view disk_path);

/// How to open what a disk's files describe; they are read at once, the rest may be done by another thread.
/// `held`: by disks that go in the same batch.
using OpenBackstore = std::function<SlowCalls::Open(
    const std::string& disk_path, const configfs::ModelView& view, std::vector<backstore::Holding> held)>;
SlowCalls::Open open_backstore(const std::string& disk_path, const configfs::ModelView& view,
                               std::vector<backstore::Holding> held);

}  // namespace lunet::control
