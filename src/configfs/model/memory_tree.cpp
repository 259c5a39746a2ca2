// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/memory_tree.h"

#include <sys/stat.h>

#include <map>
#include <utility>

#include "configfs/model/portal_address.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

Result<> check_directory_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string dir = slash == std::string::npos || slash == 0 ? "/" : file.substr(0, slash);
  struct stat status{};
  if (::stat(dir.c_str(), &status) != 0) return system_error(errno, "directory " + dir);
  if (!S_ISDIR(status.st_mode)) return system_error(ENOTDIR, dir);
  return {};
}

/// Which addresses would be bound, so that a bind that must fail does.
class BoundPorts {
 public:
  [[nodiscard]] bool can_bind(const PortalAddress& wanted) const {
    const auto found = bound_.find(wanted.port);
    if (wanted.port == 0 || found == bound_.end()) return true;
    for (const auto& [address, count] : found->second)
      if (conflict(key(wanted), address)) return false;
    return true;
  }
  void add(const PortalAddress& portal) { ++bound_[portal.port][key(portal)]; }
  void remove(const PortalAddress& portal) {
    auto& addresses = bound_[portal.port];
    if (--addresses[key(portal)] == 0) addresses.erase(key(portal));
    if (addresses.empty()) bound_.erase(portal.port);
  }

 private:
  using Key = std::pair<bool, std::array<std::uint8_t, 16>>;  // is IPv6, address
  static Key key(const PortalAddress& portal) { return {portal.ipv6, portal.bytes}; }
  /// [::] takes IPv4 as well.
  static bool covers(const Key& wildcard, const Key& other) {
    return wildcard.second == Key().second && (wildcard.first || !other.first);
  }
  static bool conflict(const Key& a, const Key& b) { return a != b && (covers(a, b) || covers(b, a)); }

  std::map<std::uint16_t, std::map<Key, int>> bound_;
};

class NoEffects : public Effects {
 public:
  explicit NoEffects(Machine machine) : machine_(machine) {}

  Result<> apply(const Change& change, const ModelView& view) override {
    if (change.object_kind == ObjectKind::disk && change.kind == ChangeKind::written &&
        change.file == "enable") {
      const std::string file = view.control_setting(change.object, "fd_dev_name");
      return file.empty() ? Result<>() : check_directory_of(file);
    }
    return apply_portal(change);
  }
  void undo(const Change& change, const ModelView&) override {
    if (change.object_kind != ObjectKind::portal) return;
    const PortalAddress portal = parse_portal(base_name(change.object)).value_or(PortalAddress{});
    if (change.kind == ChangeKind::made) ports_.remove(portal);
    if (change.kind == ChangeKind::removed) ports_.add(portal);
  }
  void publish(std::span<const Change>, const ModelView&) override {}
  std::optional<std::string> read(ObjectKind, std::string_view, std::string_view, const ModelView&) override {
    return std::nullopt;
  }

 private:
  Result<> apply_portal(const Change& change) {
    if (change.object_kind != ObjectKind::portal) return {};
    if (change.kind == ChangeKind::written && change.value == "1" && !machine_.transports)
      return Error{EINVAL, "this machine has no such transport", {}};
    const PortalAddress portal = parse_portal(base_name(change.object)).value_or(PortalAddress{});
    if (change.kind == ChangeKind::removed) ports_.remove(portal);
    if (change.kind != ChangeKind::made) return {};
    if (!ports_.can_bind(portal)) return Error{EINVAL, "a portal with another address holds the port", {}};
    ports_.add(portal);
    return {};
  }

  Machine machine_;
  BoundPorts ports_;
};

class MemoryTree : public Tree {
 public:
  MemoryTree(Flavour flavour, Machine machine)
      : effects_(machine), tree_(make_model_tree(flavour, effects_)) {}

  BatchResult batch(std::span<const Operation> operations) override { return tree_->batch(operations); }
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override {
    return tree_->read_tree(path, filter);
  }
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override { return tree_->watch(path); }
  [[nodiscard]] bool transactional() const override { return true; }

 private:
  NoEffects effects_;
  std::unique_ptr<Tree> tree_;
};

}  // namespace

std::unique_ptr<Tree> make_memory_tree(Flavour flavour, Machine machine) {
  return std::make_unique<MemoryTree>(flavour, machine);
}

}  // namespace lunet::configfs
