// SPDX-License-Identifier: Apache-2.0
#include "target/value_steps.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "target/alua.h"
#include "target/changes.h"
#include "target/disk_steps.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/steps.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ValueState;
using configfs::Operation;
using configfs::Verb;

struct FileChange {
  std::string file;
  std::string text;         ///< "": nothing is written, but the file is put back
  std::string before = {};  ///< what takes it back, of a file that cannot be read
  /// The recorded value means the same: what reads so already is not written, for the runtime may refuse it.
  bool if_different = false;
};

/// The runtime writes the follower when the leader is written (iSCSI).
struct Coupling {
  std::string_view leader;
  std::string_view follower;
  std::string_view group;
  std::string_view name;
};
constexpr std::array couplings{
    Coupling{"attrib/generate_node_acls", "attrib/cache_dynamic_acls", "attribute", "cache_dynamic_acls"},
    Coupling{"attrib/authentication", "param/AuthMethod", "parameter", "AuthMethod"}};

/// Values without default that can be taken away all the same.
bool can_be_cleared(const config::ValueChange& change) {
  constexpr std::array names{std::string_view("tag"), std::string_view("directory_id"),
                             std::string_view("alua_tg_pt_gp_name"), std::string_view("cpus_allowed_list")};
  if (change.group == "auth" || change.group == "discovery_auth") return true;
  if (change.group == "parameter") return change.name == "alias";
  return change.group.empty() && std::find(names.begin(), names.end(), change.name) != names.end();
}

class Writes {
 public:
  explicit Writes(const InPlace& object) : object_(object) {}

  std::vector<std::vector<FileChange>> run() {
    for (const std::string_view group : {"auth", "discovery_auth", "attribute", "parameter", ""}) {
      for (const config::ValueChange& change : object_.values) {
        if (change.group == group) add(change);
      }
    }
    couple();
    return std::move(clusters_);
  }

 private:
  [[nodiscard]] bool is_config(const config::ValueChange& change) const {
    const schema::Kind* kind = kind_of(object_.path);
    const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(change.group, change.name);
    return known == nullptr || (!known->obsolete && known->attribute_class == schema::AttributeClass::config);
  }

  /// The size of an open disk is set by a control string (LIO's fileio, lunetd's RAM disk too).
  void resize(const config::ValueChange& change) {
    const auto text = [&](const config::Value& value) {
      const auto bytes = parse_unsigned(value.text).value_or(0);
      return object_.path[0].id == "rd_mcp" ? fmt::format("rd_pages={}", bytes / ram_page_bytes)
                                            : fmt::format("fd_dev_size={}", bytes);
    };
    if (change.to.state != ValueState::set || change.from.state != ValueState::set) return;
    clusters_.push_back({{"control", text(change.to), text(change.from)}});
  }

  void add(const config::ValueChange& change) {
    if (change.group.empty() && change.name == "size" &&
        object_.path.back().object_class == ObjectClass::disk)
      return resize(change);
    const std::string file = value_file(object_.path, change.group, change.name);
    const bool other_way = change.group.empty() && (change.name == "enable" || change.name == "wwn");
    if (file.empty() || other_way || !is_config(change)) return;
    if (change.to.state == ValueState::set) {
      if (change.from.state == ValueState::set && !change.is_visible()) return;
      return write(file, change, change.to.text);
    }
    if (change.to.state == ValueState::by_default) {
      if (change.is_visible()) write(file, change, default_text(change));
    } else if (can_be_cleared(change)) {
      write(file, change, "");
    }
  }

  void write(const std::string& file, const config::ValueChange& change, const std::string& value) {
    const schema::Kind* kind = kind_of(object_.path);
    const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(change.group, change.name);
    const bool may_be_refused = known != nullptr && (known->kernel_change == schema::Change::unexported ||
                                                     known->lunetd_change == schema::Change::unexported);
    clusters_.push_back({{file,
                          value_text(object_.path, change.group, change.name, value),
                          {},
                          may_be_refused && !change.is_visible()}});
  }

  /// A TPG that asks for CHAP offers no None, whoever asked for it.
  [[nodiscard]] std::string default_text(const config::ValueChange& change) const {
    if (change.name != "AuthMethod") return change.to.text;
    const std::string_view asks = value_in(object_.after, "attribute", "authentication");
    const bool open = !asks.empty() && !parse_bool(asks).value_or(true);
    const bool enabled = parse_bool(object_.after.attribute("enable")).value_or(false);
    return open || (asks.empty() && !enabled) ? change.to.text : "CHAP";
  }

  void couple() {
    if (object_.path[0].id != "iscsi" || object_.path.back().object_class != ObjectClass::tpgt) return;
    for (const Coupling& row : couplings) {
      const auto leader = find(row.leader);
      if (leader == clusters_.end()) continue;
      FileChange follower{std::string(row.follower), ""};
      if (const auto other = find(row.follower); other != clusters_.end()) {
        follower = other->front();
        clusters_.erase(other);
      } else if (const auto set = value_in(object_.after, row.group, row.name); !set.empty()) {
        follower.text = value_text(object_.path, row.group, row.name, set);
      } else if (row.name == "cache_dynamic_acls" && find(row.leader)->front().text == "0") {
        follower.text = "0";
      }
      find(row.leader)->push_back(std::move(follower));
    }
  }

  std::vector<std::vector<FileChange>>::iterator find(std::string_view file) {
    return std::find_if(clusters_.begin(), clusters_.end(),
                        [&](const auto& cluster) { return cluster.front().file == file; });
  }

  const InPlace& object_;
  std::vector<std::vector<FileChange>> clusters_;
};

/// One part a cluster; what the files read now is asked for in one batch.
Result<> add_clusters(Step& step, std::vector<Rewrite>& rewrites, configfs::Tree& live,
                      const std::string& directory, std::vector<std::vector<FileChange>> clusters) {
  std::vector<Operation> reads;
  for (const auto& cluster : clusters) {
    for (const FileChange& change : cluster) {
      if (change.before.empty())
        reads.push_back({Verb::read, fmt::format("{}/{}", directory, change.file), ""});
    }
  }
  configfs::BatchResult answers;
  if (!reads.empty()) answers = live.batch(reads);
  if (!answers) return answers.failure->error;
  std::size_t at = 0;
  for (auto& cluster : clusters) {
    std::vector<Operation> operations;
    std::vector<Operation> undo;
    for (FileChange& change : cluster) {
      if (!change.before.empty()) {
        const std::string path = fmt::format("{}/{}", directory, change.file);
        undo.push_back({Verb::write, path, std::move(change.before)});
        operations.push_back({Verb::write, path, std::move(change.text)});
        continue;
      }
      const std::string& path = reads[at].path;
      std::string before = written_text(path, answers.answers[at++].text);
      // Parameters end with a line end.
      if (change.file.starts_with("param/") || change.file.find("/param/") != std::string::npos)
        before += '\n';
      undo.push_back({Verb::write, path, before});
      if (change.text.empty() || (cluster.size() == 1 && change.if_different && change.text == before))
        continue;
      rewrites.push_back({path, before, change.text, change.text});
      operations.push_back({Verb::write, path, std::move(change.text)});
    }
    if (!operations.empty()) add_part(step, std::move(operations), std::move(undo));
  }
  return {};
}

}  // namespace

Result<> add_value_changes(Step& step, std::vector<Rewrite>& rewrites, configfs::Tree& live,
                           const InPlace& object) {
  return add_clusters(step, rewrites, live, object.directory, Writes(object).run());
}

Result<> add_port_group_changes(Step& step, std::vector<Rewrite>& rewrites, configfs::Tree& live,
                                const InPlace& object) {
  const std::vector<PortGroup> before = port_groups_of(object.before);
  const std::vector<PortGroup> after = port_groups_of(object.after);
  std::vector<std::vector<FileChange>> clusters;
  std::vector<std::vector<FileChange>> states;
  for (const config::ValueChange& change : object.values) {
    const auto [id, file] = parse_group_value(change.name);
    const bool state_of_it = file == "alua_access_state" && change.to.state != ValueState::set;
    if (change.group != "alua" || file.empty() || file == "name" || file == "alua_access_status" ||
        state_of_it)
      continue;
    const auto named = [number = id](const std::vector<PortGroup>& groups) {
      const auto found = std::find_if(groups.begin(), groups.end(),
                                      [number](const PortGroup& group) { return group.id == number; });
      return found == groups.end() ? std::string() : found->name;
    };
    const std::string name = id == 0 ? std::string(default_port_group) : named(after);
    // One that is made or goes has its values with that.
    if (name.empty() || (id != 0 && named(before) != name)) continue;
    if (change.to.state == ValueState::unset) continue;
    std::vector<FileChange> cluster{
        {fmt::format("alua/{}/{}", name, file), port_group_text(file, change.to.text)}};
    if (file == "alua_access_state") {
      states.push_back(std::move(cluster));
    } else {
      clusters.push_back(std::move(cluster));
    }
  }
  clusters.insert(clusters.end(), states.begin(), states.end());
  return add_clusters(step, rewrites, live, object.directory, std::move(clusters));
}

}  // namespace lunet::target
