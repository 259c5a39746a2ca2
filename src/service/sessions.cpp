// SPDX-License-Identifier: Apache-2.0
#include "service/sessions.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "service/view_parts.h"

namespace lunet::service {
namespace {

using configfs::EntryKind;
using configfs::Node;

std::optional<std::uint16_t> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = parse_unsigned(name.substr(prefix.size()));
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

/// "fileio/d1" of the disk's path in the target tree.
std::string storage_object_of(std::string_view disk) {
  const std::string_view plugin = plugin_of_path(disk);
  if (plugin.empty()) return {};
  return fmt::format("{}/{}", shell_plugin_name(plugin), disk.substr(disk.rfind('/') + 1));
}

/// The word after `key` in a line, up to a blank; "" when the key is not there.
std::string word_after(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = trim(line.substr(at + key.size()));
  return std::string(rest.substr(0, rest.find_first_of(" \t")));
}

/// The rest of the line after `key`.
std::string rest_after(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  return at == std::string_view::npos ? std::string() : std::string(trim(line.substr(at + key.size())));
}

std::string state_after(std::string_view line, std::string_view prefix) {
  const auto at = line.find(prefix);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = line.substr(at + prefix.size());
  return std::string(rest.substr(0, rest.find_first_of(" \t\n")));
}

/// The text of acls/WWN/info, one session or several.
std::vector<LoginSession> parse_info(std::string_view text) {
  std::vector<LoginSession> sessions;
  if (text.empty() || text.starts_with("No active") || text.starts_with("No Active")) return sessions;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("InitiatorName:")) {
      sessions.emplace_back();
      sessions.back().initiator = rest_after(line, "InitiatorName:");
    }
    if (sessions.empty()) continue;
    LoginSession& session = sessions.back();
    if (line.starts_with("InitiatorAlias:")) session.alias = rest_after(line, "InitiatorAlias:");
    if (line.find("LIO Session ID:") != std::string_view::npos) {
      session.sid = word_after(line, "LIO Session ID:");
      session.type = word_after(line, "SessionType:");
    }
    if (const std::string state = state_after(line, "TARG_SESS_STATE_"); !state.empty())
      session.state = state;
    if (const std::string state = state_after(line, "TARG_CONN_STATE_"); !state.empty()) {
      session.connection_state = state;
      session.cid = word_after(line, "CID:");
    }
    if (const auto at = line.find("Address "); at != std::string_view::npos) {
      const auto words = split(trim(line.substr(at)), ' ');
      if (words.size() > 1) session.address = words[1];
      if (words.size() > 2) session.transport = words[2];
    }
  }
  return sessions;
}

bool may_have_credentials(const Node& node) {
  const Node* password = node.at("auth/password");
  if (password != nullptr && password->errnum != 0) return true;  // hidden from us
  const auto given = [&](std::string_view file) {
    const std::string_view value = line_of(node, file);
    return !value.empty() && value != "NULL";
  };
  return given("auth/userid") && given("auth/password");
}

bool must_authenticate(const Node& tpg, const Node* acl) {
  const std::string_view own = acl == nullptr ? "" : line_of(*acl, "attrib/authentication");
  if (own == "1") return true;
  if (own == "0") return false;
  if (acl != nullptr && own == "-1" && may_have_credentials(*acl)) return true;
  return line_of(tpg, "attrib/authentication") == "1";
}

std::vector<SessionLunView> luns_of(const Node& acl, const Node& root) {
  std::vector<SessionLunView> luns;
  for (const Node& child : acl.nodes) {
    const auto number = number_after(child.entry.name, "lun_");
    const Node* link = number ? link_in(child) : nullptr;
    if (link == nullptr) continue;
    const Node* lun = root.at(link->entry.link_target);
    const Node* disk = lun == nullptr ? nullptr : link_in(*lun);
    luns.push_back({*number, disk == nullptr ? "" : storage_object_of(disk->entry.link_target),
                    line_of(child, "write_protect") == "1"});
  }
  std::sort(luns.begin(), luns.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
  return luns;
}

using Words = std::map<std::string, std::string, std::less<>>;

/// "a=1 b=2 c=the rest": the last value may have blanks.
Words words_of(std::string_view line) {
  Words words;
  while (!line.empty()) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) break;
    const std::string key(trim(line.substr(0, equals)));
    line.remove_prefix(equals + 1);
    const auto end = key == "alias" ? std::string_view::npos : line.find(' ');
    words[key] = std::string(line.substr(0, end));
    line = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
  }
  return words;
}

std::uint64_t number_in(const Words& words, std::string_view key) {
  const auto found = words.find(key);
  return found == words.end() ? 0 : parse_unsigned(found->second).value_or(0);
}

std::string text_in(const Words& words, std::string_view key) {
  const auto found = words.find(key);
  return found == words.end() ? "" : found->second;
}

LunTraffic traffic_in(const Words& words) {
  return {number_in(words, "reads"),      number_in(words, "writes"),      number_in(words, "others"),
          number_in(words, "read_bytes"), number_in(words, "write_bytes"), number_in(words, "timed"),
          number_in(words, "timed_us")};
}

LoginSession parse_session_line(std::string_view line, const Node& tpg) {
  const Words words = words_of(line);
  LoginSession session;
  session.sid = text_in(words, "sid");
  session.cid = text_in(words, "cid");
  session.alias = text_in(words, "alias");
  session.initiator = text_in(words, "initiator");
  session.has_acl = text_in(words, "acl") == "1";
  session.state = session.connection_state = "LOGGED_IN";
  const std::string address = text_in(words, "address");
  session.address = address.substr(0, address.rfind(':'));
  session.transport = "TCP";
  const Node* acl = tpg.at("acls/" + to_lower(session.initiator));
  session.authenticated = must_authenticate(tpg, session.has_acl ? acl : nullptr);
  return session;
}

/// tpgt_N/sessions of lunetd (engine/control/session_text.h).
std::vector<LoginSession> parse_sessions(std::string_view text, const Node& tpg) {
  std::vector<LoginSession> sessions;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("session ")) sessions.push_back(parse_session_line(line.substr(8), tpg));
    if (!line.starts_with("lun ") || sessions.empty()) continue;
    const std::string_view rest = line.substr(4);
    const auto end = rest.find(' ');
    const Words words = words_of(end == std::string_view::npos ? "" : rest.substr(end + 1));
    SessionLunView lun;
    lun.lun = static_cast<std::uint16_t>(parse_unsigned(rest.substr(0, end)).value_or(0));
    lun.disk = text_in(words, "disk");
    lun.storage_object = storage_object_of(lun.disk);
    lun.write_protected = text_in(words, "ro") == "1";
    lun.traffic = traffic_in(words);
    sessions.back().luns.push_back(std::move(lun));
  }
  return sessions;
}

std::vector<LoginSession> sessions_of(const Node& tpg, const Node& root) {
  if (const Node* all = tpg.find("sessions")) return parse_sessions(all->text, tpg);
  std::vector<LoginSession> sessions;
  const Node* acls = tpg.find("acls");
  if (acls == nullptr) return sessions;
  for (const Node& acl : acls->nodes) {
    for (LoginSession& session : parse_info(acl.value("info"))) {
      session.initiator = acl.entry.name;
      session.authenticated = must_authenticate(tpg, &acl);
      session.luns = luns_of(acl, root);
      sessions.push_back(std::move(session));
    }
  }
  return sessions;
}

std::vector<std::string> session_files() {
  return {"authentication", "info", "password", "sessions", "userid", "write_protect"};
}

template <class Visit>
void each_tpg(const Node& root, Visit visit) {
  const Node* iscsi = root.find("iscsi");
  if (iscsi == nullptr) return;
  for (const Node& target : iscsi->nodes) {
    for (const Node& tpg : target.nodes) {
      if (const auto tag = number_after(tpg.entry.name, "tpgt_")) visit(target.entry.name, *tag, tpg);
    }
  }
}

std::vector<LoginSession> all_sessions(const Node& root) {
  std::vector<LoginSession> all;
  each_tpg(root, [&](const std::string& target, std::uint16_t tag, const Node& tpg) {
    for (LoginSession& session : sessions_of(tpg, root)) {
      session.target = target;
      session.tag = tag;
      all.push_back(std::move(session));
    }
  });
  std::stable_sort(all.begin(), all.end(), [](const LoginSession& a, const LoginSession& b) {
    if (a.target != b.target) return a.target < b.target;
    if (a.tag != b.tag) return a.tag < b.tag;
    return natural_less(a.sid, b.sid);
  });
  return all;
}

/// tpgt_N/lun_counters of lunetd (engine/control/session_text.h), by LUN; what is not in it was never used.
std::map<std::uint16_t, LunTraffic> parse_lun_counters(std::string_view text) {
  std::map<std::uint16_t, LunTraffic> luns;
  for (const std::string_view line : split(text, '\n')) {
    const auto number = parse_unsigned(word_after(line, "lun "));
    if (!line.starts_with("lun ") || !number) continue;
    luns[static_cast<std::uint16_t>(*number)] = traffic_in(words_of(line.substr(line.find(' ', 4) + 1)));
  }
  return luns;
}

void count_as_lio(const Node& lun, LunCounters& counters) {
  const auto count = [&](std::string_view file) {
    return parse_unsigned(line_of(lun, fmt::format("statistics/scsi_tgt_port/{}", file))).value_or(0);
  };
  constexpr unsigned mib_shift = 20;
  counters.commands = count("in_cmds");
  counters.read_bytes = count("read_mbytes") << mib_shift;
  counters.write_bytes = count("write_mbytes") << mib_shift;
}

void count_as_lunetd(const LunTraffic& traffic, LunCounters& counters) {
  counters.commands = traffic.reads + traffic.writes + traffic.others;
  counters.read_bytes = traffic.read_bytes;
  counters.write_bytes = traffic.write_bytes;
  counters.traffic = traffic;
}

void add_lun_counters(const std::string& target, std::uint16_t tag, const Node& tpg,
                      std::vector<LunCounters>& all) {
  const Node* luns = tpg.find("lun");
  if (luns == nullptr) return;
  const Node* own = tpg.find("lun_counters");
  const auto used = parse_lun_counters(own == nullptr ? "" : own->text);
  const auto first = static_cast<std::ptrdiff_t>(all.size());
  for (const Node& lun : luns->nodes) {
    const auto number = number_after(lun.entry.name, "lun_");
    if (!number) continue;
    const Node* link = link_in(lun);
    LunCounters counters{target, tag, *number,
                         link == nullptr ? "" : storage_object_of(link->entry.link_target)};
    if (link != nullptr) counters.disk = link->entry.link_target;
    if (own == nullptr) {
      count_as_lio(lun, counters);
    } else {
      const auto found = used.find(*number);
      count_as_lunetd(found == used.end() ? LunTraffic{} : found->second, counters);
    }
    all.push_back(std::move(counters));
  }
  std::sort(all.begin() + first, all.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
}

/// Initiators that are logged in without an ACL; LIO says no more of them.
std::size_t dynamic_sessions_of(const Node& tpg) {
  std::string names(tpg.value("dynamic_sessions"));
  std::replace(names.begin(), names.end(), '\0', '\n');
  const auto lines = split(names, '\n');
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](std::string_view line) { return !trim(line).empty(); }));
}

/// LIO's own count, which is the target's; it names but one session of an ACL. Nothing on lunetd.
std::optional<std::size_t> sessions_of_target(const Node& root, const std::string& target) {
  const Node* node = root.at("iscsi/" + target);
  const Node* count = node == nullptr ? nullptr : node->at("fabric_statistics/iscsi_instance/sessions");
  const auto is_tpg = [](const Node& child) { return number_after(child.entry.name, "tpgt_").has_value(); };
  if (count == nullptr || std::count_if(node->nodes.begin(), node->nodes.end(), is_tpg) != 1)
    return std::nullopt;
  return parse_unsigned(trim(count->text));
}

}  // namespace

Result<std::vector<LoginSession>> read_sessions(configfs::Tree& live) {
  configfs::ReadFilter filter;
  filter.state = true;
  filter.files = session_files();
  return all_sessions(TRY(live.read_tree("", filter)));
}

Result<Counters> read_counters(configfs::Tree& live, RuntimeKind runtime) {
  configfs::ReadFilter filter;
  filter.state = true;
  filter.files = session_files();
  if (runtime == RuntimeKind::lunetd) {
    filter.files.emplace_back("lun_counters");
  } else {
    filter.counters = true;
    filter.files.insert(filter.files.end(), {"dynamic_sessions", "in_cmds", "read_mbytes", "write_mbytes"});
  }
  const Node root = TRY(live.read_tree("", filter));
  Counters all{all_sessions(root), {}, {}};
  std::map<std::pair<std::string, std::uint16_t>, std::size_t> seen;
  for (const LoginSession& session : all.sessions) ++seen[{session.target, session.tag}];
  each_tpg(root, [&](const std::string& target, std::uint16_t tag, const Node& tpg) {
    add_lun_counters(target, tag, tpg, all.luns);
    const std::size_t named = seen[{target, tag}] + dynamic_sessions_of(tpg);
    all.tpgs.push_back({target, tag, sessions_of_target(root, target).value_or(named)});
  });
  return all;
}

}  // namespace lunet::service
