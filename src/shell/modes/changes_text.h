// SPDX-License-Identifier: Apache-2.0
// Differences of two configurations as people read them, relative to an edit level, without secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/candidate.h"
#include "config/classify.h"
#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::shell::modes {

/// Two configurations and where one stands.
struct Versions {
  const config::Tree& from;
  const config::Tree& to;
  const schema::Schema& schema;
  config::Path level = {};
};

/// "+ disk vm1", "~ disk vm1 size: '1M' becomes '2M'", "- lun 0": a line for each node of changed_nodes().
std::vector<std::string> node_lines(const Versions& versions, const std::vector<config::Node>& nodes);
/// As a patch: "[edit storage fileio disk a]", "-  size 1M", "+  size 2M".
std::vector<std::string> patch_lines(const Versions& versions);
/// By what the changes take: removed, created, made again, changed in place. Empty: nothing differs.
std::vector<std::string> class_lines(const Versions& versions, schema::Runtime runtime);
/// Without plugins and fabrics in which nothing stands any more: they make no difference.
config::Tree without_empty(config::Tree tree);

/// A printed configuration as it stands at the level: without the objects above.
std::string relative_text(std::string_view text, const config::Path& level);
/// The node without what it shares with the level; "." for the level itself.
std::string relative_name(const config::Node& node, const config::Path& level);
/// A pattern whose leading objects are meant literally when they are all there.
std::string literal_pattern(const config::Tree& tree, const config::Path& level, std::string_view text);

}  // namespace lunet::shell::modes
