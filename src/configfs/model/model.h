// SPDX-License-Identifier: Apache-2.0
// LIO's rules of the target tree with the values in memory: which directories and files exist, their modes,
// defaults and accepted values, order rules and the errno of each refusal. One table (rules*.cpp), any
// Effects. Neighbours: effects.h (what changes cause), memory_tree.h (the model as a Tree).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

#include "configfs/model/effects.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Which runtime's defaults and extra files the model shows (docs/runtimes.md).
enum class Flavour : std::uint8_t {
  kernel,  ///< Linux 6.1's LIO: what the goldens captured
  lunetd,  ///< the same with lunetd's recommended defaults and its own files (np/X/port, ...)
};

/// A transactional Tree over the rules. Thread-safe: batches that change something run one after the other; a
/// reader waits for none that only waits for I/O in flight (Effects::settle()).
/// `effects` outlives the model.
std::unique_ptr<Tree> make_model_tree(Flavour flavour, Effects& effects);

}  // namespace lunet::configfs
