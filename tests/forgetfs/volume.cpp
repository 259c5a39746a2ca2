// SPDX-License-Identifier: Apache-2.0
#include "forgetfs/volume.h"

#include <sys/stat.h>

#include <cerrno>
#include <sstream>

namespace lunet::forgetfs {

Volume::Volume(const Options& options) : options_(options) {
  nodes_.emplace(1, std::make_unique<Node>(1, S_IFDIR | 0755, options_.sector_bytes));
}

Node* Volume::child(NodeId folder, std::string_view name) {
  const Names& names = node(folder).names.shown();
  const auto found = names.find(name);
  return found == names.end() ? nullptr : &node(found->second);
}

int Volume::make(NodeId folder, std::string_view name, mode_t mode, Node*& made) {
  if (child(folder, name) != nullptr) return EEXIST;
  const NodeId id = nodes_.rbegin()->first + 1;
  made = nodes_.emplace(id, std::make_unique<Node>(id, mode, options_.sector_bytes)).first->second.get();
  Names names = node(folder).names.shown();
  names.emplace(name, id);
  node(folder).names.change(std::move(names));
  return 0;
}

int Volume::remove(NodeId folder, std::string_view name, bool is_folder) {
  const Node* gone = child(folder, name);
  if (gone == nullptr) return ENOENT;
  if (S_ISDIR(gone->mode) != is_folder) return is_folder ? ENOTDIR : EISDIR;
  if (is_folder && !gone->names.shown().empty()) return ENOTEMPTY;
  Names names = node(folder).names.shown();
  names.erase(names.find(name));
  node(folder).names.change(std::move(names));
  return 0;
}

int Volume::rename(NodeId folder, std::string_view name, NodeId to_folder, std::string_view to,
                   bool no_replace) {
  if (folder != to_folder) return EXDEV;
  const Node* moved = child(folder, name);
  if (moved == nullptr) return ENOENT;
  if (no_replace && child(folder, to) != nullptr) return EEXIST;
  Names names = node(folder).names.shown();
  names.erase(names.find(name));
  names[std::string(to)] = moved->id;
  node(folder).names.change(std::move(names));
  return 0;
}

int Volume::Fault::next() {
  if (countdown == 0) return 0;
  --countdown;
  return countdown == 0 ? errnum : 0;
}

int Volume::write_fault() {
  ++writes_;
  return write_fault_.next();
}

int Volume::power(bool changes) {
  if (changes && cut_.next() != 0) off_ = true;
  return off_ ? EIO : 0;
}

void Volume::owe_sync(NodeId id, pid_t thread, std::uint64_t offset, std::uint64_t length) {
  ++durable_writes_;
  const auto found = debts_.find(thread);
  // A long write comes in pieces.
  if (found != debts_.end() && found->second.id == id &&
      found->second.offset + found->second.length == offset) {
    found->second.length += length;
    return;
  }
  debts_.insert_or_assign(thread, Debt{id, offset, length});
}

int Volume::sync(NodeId id, pid_t thread) {
  ++syncs_;
  std::optional<Debt> debt;
  if (const auto found = debts_.find(thread); found != debts_.end()) {
    if (found->second.id == id) debt = found->second;
    debts_.erase(found);
  }
  Node& synced = node(id);
  if (const int errnum = sync_fault_.next(); errnum != 0) {
    synced.data.lose();
    return errnum;
  }
  if (options_.ignore_sync) return 0;
  if (debt) {
    synced.data.sync_range(debt->offset, debt->length);
  } else {
    synced.data.sync();
    synced.names.sync();
  }
  return 0;
}

Loss Volume::forget(std::uint64_t seed) {
  Random random(seed);
  // Now and then all of it is lost, or nothing: both are power losses too.
  constexpr double chances[] = {0, 0.1, 0.5, 0.9, 1};
  const double survival = chances[random() % std::size(chances)];
  Loss loss;
  for (auto& [id, forgetting] : nodes_) {
    forgetting->names.forget(random, survival, loss);
    forgetting->data.forget(random, survival, loss);
  }
  debts_.clear();
  cut_ = {};
  off_ = false;
  return loss;
}

std::string Volume::command(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string what;
  words >> verb;
  std::ostringstream answer;
  if (verb == "forget") {
    std::uint64_t seed = 0;
    words >> seed;
    const Loss loss = forget(seed);
    answer << "ok dropped " << loss.dropped << " kept " << loss.kept;
  } else if (verb == "cut") {
    cut_.errnum = EIO;
    words >> cut_.countdown;
    answer << "ok";
  } else if (verb == "fail") {
    Fault fault;
    words >> what >> fault.countdown >> fault.errnum;
    if (what != "sync" && what != "write") return "error: fail sync or fail write";
    (what == "sync" ? sync_fault_ : write_fault_) = fault;
    answer << "ok";
  } else if (verb == "sync") {
    words >> what;
    options_.ignore_sync = what == "off";
    answer << "ok";
  } else if (verb == "count") {
    answer << "ok syncs " << syncs_ << " durable_writes " << durable_writes_ << " writes " << writes_;
  } else {
    answer << "error: no such command";
  }
  return words.fail() ? "error: a number is missing" : answer.str();
}

}  // namespace lunet::forgetfs
