// SPDX-License-Identifier: Apache-2.0
#include "lio_replay.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/test_files.h"
#include "base/text.h"
#include "configfs/path.h"

namespace lunet::test {
namespace {

using configfs::Entry;
using configfs::EntryKind;
using configfs::Operation;
using configfs::Tree;
using configfs::Verb;

constexpr std::string_view kernel_root = "/sys/kernel/config/target/";
constexpr std::string_view target = "iscsi/iqn.2026-11.com.example:t";
constexpr std::string_view initiator = "iqn.2026-11.com.example:ini";

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string to_machine(std::string text, const LioOptions& options) {
  for (const auto& [golden, machine] : options.substitutions)
    text = replace_all(std::move(text), golden, machine);
  return text;
}

std::string to_golden(std::string text, const LioOptions& options) {
  for (const auto& [golden, machine] : options.substitutions)
    text = replace_all(std::move(text), machine, golden);
  return text;
}

int errno_of(std::string_view text) {
  for (int errnum = 1; errnum < 134; ++errnum)
    if (text == std::strerror(errnum)) return errnum;  // NOLINT(concurrency-mt-unsafe): one thread
  return 0;
}

std::string name_of_errno(int errnum) {
  return errnum == 0 ? "done"
                     : std::string(std::strerror(errnum));  // NOLINT(concurrency-mt-unsafe): one thread
}

/// NUL as ~, so that a difference can be printed.
std::string printable(std::string text) {
  std::replace(text.begin(), text.end(), '\0', '~');
  return text;
}

bool is_left_out(std::string_view text, const LioOptions& options) {
  if (options.kernel_only_parts) return false;
  for (const std::string_view part : {"iblock", "loopback", "vhost", "srpt", "fc"})
    if (configfs::is_at_or_below(text, part) || text.starts_with("core/iblock_")) return true;
  const std::string_view lun = "iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_2";
  const std::string_view mapped_lun =
      "iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini/lun_2";
  return configfs::is_at_or_below(text, lun) || configfs::is_at_or_below(text, mapped_lun);
}

// ---- set-up

class Setup {
 public:
  explicit Setup(const LioOptions& options) : options_(options) {}

  void make(std::string path) { add({Verb::make_dir, std::move(path), {}}); }
  void write(std::string path, std::string text) { add({Verb::write, std::move(path), std::move(text)}); }
  void link(std::string path, std::string to) { add({Verb::link, std::move(path), std::move(to)}); }

  /// As targetcli makes a disk; the serial numbers are those of the capture.
  void disk(const std::string& hba, const std::string& name, const std::vector<std::string>& controls,
            const std::string& serial) {
    const std::string path = "core/" + hba + "/" + name;
    make("core/" + hba);
    make(path);
    for (const std::string& control : controls) {
      if (control.find("fd_buffered_io") != std::string::npos)
        write(path + "/attrib/emulate_write_cache", "1");
      write(path + "/control", control);
      const std::size_t equals = control.find("=/");
      if (equals != std::string::npos)
        write(path + "/udev_path", control.substr(equals + 1, control.find(',') - equals - 1));
    }
    write(path + "/enable", "1\n");
    write(path + "/wwn/vpd_unit_serial", serial + "\n");
    write(path + "/attrib/emulate_model_alias", "1");
  }
  std::vector<Operation> take() { return std::move(operations_); }

 private:
  void add(Operation operation) {
    if (is_left_out(operation.path, options_)) return;
    operation.path = to_machine(std::move(operation.path), options_);
    operation.text = to_machine(std::move(operation.text), options_);
    operations_.push_back(std::move(operation));
  }

  const LioOptions& options_;
  std::vector<Operation> operations_;
};

void add_disks(Setup& setup) {
  setup.disk("rd_mcp_0", "rd0", {"rd_pages=16384"}, "9dcec364-6653-463d-91e0-fe9ef38abd3e");
  setup.disk("rd_mcp_1", "null0", {"rd_pages=16384", "rd_nullio=1"}, "71c5813d-af98-4ef7-9a53-a43b3b63bd07");
  setup.disk("fileio_2", "f0", {"fd_dev_name=/tmp/f0.img,fd_dev_size=67108864", "fd_buffered_io=1"},
             "4ea41d6b-4e27-4f1b-a234-132c6348dbeb");
  setup.disk("fileio_3", "f1", {"fd_dev_name=/tmp/f1.img,fd_dev_size=67108864"},
             "6e937c19-4a26-4a0e-a6a6-b6de4be2575c");
  setup.disk("iblock_4", "b0", {"udev_path=/dev/sda", "readonly=0"}, "2064d9d6-199d-44e0-889e-6acd833a3431");
}

void add_iscsi(Setup& setup, bool secrets) {
  const std::string tpg = std::string(target) + "/tpgt_1";
  const std::string acl = tpg + "/acls/" + std::string(initiator);
  setup.make("iscsi");
  setup.make(std::string(target));
  setup.make(tpg);
  setup.write(tpg + "/enable", "1\n");
  setup.make(tpg + "/np/0.0.0.0:3260");
  const std::pair<const char*, const char*> luns[] = {{"8ac1fc128f", "core/rd_mcp_0/rd0"},
                                                      {"f6152b9cb0", "core/fileio_2/f0"},
                                                      {"1c1405da33", "core/iblock_4/b0"}};
  for (std::size_t i = 0; i < std::size(luns); ++i) {
    const std::string lun = tpg + "/lun/lun_" + std::to_string(i);
    setup.make(lun);
    setup.link(lun + "/" + luns[i].first, luns[i].second);
  }
  setup.make(acl);
  const char* aliases[] = {"b30c06d5fa", "10fc6787bd", "3a54d93325"};
  for (std::size_t i = std::size(aliases); i-- > 0;) {
    const std::string mapped = acl + "/lun_" + std::to_string(i);
    setup.make(mapped);
    setup.link(mapped + "/" + aliases[i], tpg + "/lun/lun_" + std::to_string(i));
    setup.write(mapped + "/write_protect", "0");
  }
  if (secrets) {
    setup.write(acl + "/auth/userid", "user");
    setup.write(acl + "/auth/password", "secret-of-12ch");
  }
  setup.write(tpg + "/attrib/authentication", "1");
}

void add_other_fabrics(Setup& setup) {
  const std::string loopback = "loopback/naa.5001405000000001/tpgt_1";
  setup.make("loopback");
  setup.make("loopback/naa.5001405000000001");
  setup.make(loopback);
  setup.write(loopback + "/nexus", "naa.5001405b7f5cf3ca");
  setup.make(loopback + "/lun/lun_0");
  setup.link(loopback + "/lun/lun_0/b556d83e89", "core/fileio_3/f1");
  const std::string vhost = "vhost/naa.5001405000000002/tpgt_1";
  setup.make("vhost");
  setup.make("vhost/naa.5001405000000002");
  setup.make(vhost);
  setup.write(vhost + "/nexus", "naa.50014050ca7977a1");
  setup.make(vhost + "/lun/lun_0");
  setup.link(vhost + "/lun/lun_0/131bc02b3e", "core/rd_mcp_1/null0");
  setup.make("fc");
  setup.make("srpt");
}

// ---- comparison

/// One entry of a tree, comparable.
struct Seen {
  std::string form;     ///< "d 0755", "f 0644", "l 0777 core/rd_mcp_0/rd0"
  std::string content;  ///< of readable files; "error: ..." where reading fails
  bool has_content = false;
};
using SeenTree = std::map<std::string, Seen>;

std::string mode_text(std::uint16_t mode) {
  std::string text = "0000";
  for (std::size_t i = 0; i < 3; ++i) text[3 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7));
  return text;
}

void walk(Tree& tree, const std::string& path, SeenTree& seen, const LioOptions& options) {
  auto entries = tree.list(path);
  if (!entries) {
    seen[path].form = "error: " + entries.error().message;
    return;
  }
  for (const Entry& entry : *entries) {
    const std::string child = configfs::join_path(path, entry.name);
    Seen& found = seen[to_golden(child, options)];
    switch (entry.kind) {
      case EntryKind::directory:
        found.form = "d " + mode_text(entry.mode);
        walk(tree, child, seen, options);
        break;
      case EntryKind::link:
        found.form = "l " + mode_text(entry.mode) + " " + to_golden(entry.link_target, options);
        break;
      case EntryKind::file: {
        found.form = "f " + mode_text(entry.mode);
        if ((entry.mode & 0444) == 0) break;
        auto text = tree.read(child);
        found.has_content = true;
        found.content =
            text ? printable(to_golden(*text, options)) : "error: " + name_of_errno(text.error().errnum);
      }
    }
  }
}

SeenTree parse_golden(std::string_view tree_text, std::string_view values_text) {
  SeenTree golden;
  for (const std::string_view row : split(tree_text, '\n')) {
    const auto parts = split(row, ' ');
    if (parts.size() < 3 || parts[2] == ".") continue;
    Seen& seen = golden[std::string(parts[2].substr(2))];
    seen.form = std::string(parts[0]) + " " + std::string(parts[1]);
    if (parts[0] == "l") {
      const std::size_t root = parts[3].find("../target/");
      seen.form += " " + std::string(parts[3].substr(root + std::strlen("../target/")));
    }
  }
  constexpr std::string_view marker = "== ./";
  for (std::size_t at = values_text.find(marker); at != std::string_view::npos;) {
    const std::size_t line_end = values_text.find('\n', at);
    const std::size_t next = values_text.find(marker, line_end);
    const std::string path(values_text.substr(at + marker.size(), line_end - at - marker.size()));
    std::string content(values_text.substr(line_end + 1, std::min(next, values_text.size()) - line_end - 1));
    if (content.ends_with('\n')) content.pop_back();  // the capture adds one after each file
    if (content.starts_with("cat: ")) {
      content.pop_back();
      content = "error: " + content.substr(content.rfind(": ") + 2);
    }
    golden[path].content = content;
    golden[path].has_content = true;
    at = next;
  }
  return golden;
}

// ---- lio-errors.txt

struct Step {
  std::size_t line = 0;
  std::string command;
  int errnum = 0;
  std::string output;
};

std::vector<Step> parse_errors(std::string_view text) {
  std::vector<Step> steps;
  for (std::size_t at = text.starts_with("$ ") ? 0 : text.find("\n$ ") + 1; at != std::string_view::npos;) {
    const std::size_t next = text.find("\n$ ", at);
    std::string_view block = text.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
    Step step;
    step.line =
        1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
    step.command = block.substr(0, block.find('\n'));
    block.remove_prefix(step.command.size() + 1);
    const std::size_t status = block.rfind("-> ");
    step.output = block.substr(0, status);
    if (block.substr(status + 3, 1) == "1") {
      const std::string_view message = trim(step.output);
      step.errnum = errno_of(message.substr(message.rfind(": ") + 2));
      step.output.clear();
    }
    steps.push_back(std::move(step));
    at = next == std::string_view::npos ? next : next + 1;
  }
  return steps;
}

/// The operation that a shell command of the capture was; nothing for one that is not about the tree.
std::optional<Operation> operation_of(std::string_view command) {
  const auto words = split(command, ' ');
  const std::string path(words.size() > 1 ? words[1] : "");
  if (words[0] == "mkdir") return Operation{Verb::make_dir, path, {}};
  if (words[0] == "rmdir") return Operation{Verb::remove_dir, path, {}};
  if (words[0] == "unlink") return Operation{Verb::unlink, path, {}};
  if (words[0] == "cat") return Operation{Verb::read, path, {}};
  if (words[0] == "find") return Operation{Verb::list, path, {}};
  if (words[0] == "write") {
    const std::string_view text = command.substr(command.find(" <- ") + 4);
    return Operation{Verb::write, path, std::string(text) + "\n"};
  }
  if (words[0] == "ln")
    return Operation{Verb::link, std::string(words[3]), std::string(words[2].substr(kernel_root.size()))};
  return std::nullopt;
}

/// Output of `find DIR -maxdepth 1`: the directory and its entries, in any order.
std::string sorted_lines(std::string_view text) {
  std::set<std::string_view> lines;
  for (const std::string_view row : split(trim(text), '\n')) lines.insert(row);
  std::string sorted;
  for (const std::string_view row : lines) sorted.append(row).append("\n");
  return sorted;
}

std::string answer_text(const Operation& operation, const configfs::Answer& answer,
                        const LioOptions& options) {
  if (operation.verb == Verb::read) return printable(to_golden(answer.text, options));
  if (operation.verb != Verb::list) return {};
  std::string text = operation.path + "\n";
  for (const Entry& entry : answer.entries) text += operation.path + "/" + entry.name + "\n";
  return sorted_lines(to_golden(text, options));
}

std::string expected_text(const Operation& operation, const Step& step) {
  if (operation.verb == Verb::list) return sorted_lines(step.output);
  return operation.verb == Verb::read ? printable(step.output) : std::string();
}

}  // namespace

std::vector<Operation> lio_setup(const LioOptions& options) {
  Setup setup(options);
  setup.write("dbroot", "/etc/rtslib-fb-target\n");
  add_disks(setup);
  add_iscsi(setup, options.secrets);
  add_other_fabrics(setup);
  return setup.take();
}

std::vector<Difference> compare_with_lio(Tree& tree, std::string_view tree_text, std::string_view values_text,
                                         const LioOptions& options) {
  const SeenTree golden = parse_golden(tree_text, values_text);
  SeenTree seen;
  walk(tree, "", seen, options);
  std::vector<Difference> differences;
  for (const auto& [path, expected] : golden) {
    if (is_left_out(path, options)) continue;
    const auto found = seen.find(path);
    if (found == seen.end()) {
      differences.push_back({path, expected.form, "missing"});
      continue;
    }
    const Seen& got = found->second;
    if (got.form != expected.form) differences.push_back({path, expected.form, got.form});
    if (got.has_content != expected.has_content || got.content != expected.content)
      differences.push_back({path, expected.content, got.content});
  }
  for (const auto& [path, got] : seen)
    if (!golden.contains(path)) differences.push_back({path, "missing", got.form});
  return differences;
}

std::vector<Difference> replay_lio_errors(Tree& tree, std::string_view errors_text,
                                          const LioOptions& options) {
  std::vector<Difference> differences;
  for (const Step& step : parse_errors(errors_text)) {
    const std::string what = "line " + std::to_string(step.line) + ": " + step.command;
    auto operation = operation_of(step.command);
    if (!operation) {
      differences.push_back({what, "a command", "not an operation on the tree"});
      continue;
    }
    operation->path = to_machine(std::move(operation->path), options);
    operation->text = to_machine(std::move(operation->text), options);
    const configfs::BatchResult result = tree.batch(std::span(&*operation, 1));
    const int errnum = result ? 0 : result.failure->error.errnum;
    if (errnum != step.errnum) {
      differences.push_back({what, name_of_errno(step.errnum), name_of_errno(errnum)});
      continue;
    }
    if (!result) continue;
    const std::string expected = expected_text(*operation, step);
    const std::string got = answer_text(*operation, result.answers.front(), options);
    if (expected != got) differences.push_back({what, expected, got});
  }
  return differences;
}

std::string describe(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& difference : differences)
    text +=
        difference.what + "\n  expected: " + difference.expected + "\n  got:      " + difference.got + "\n";
  return text;
}

std::string golden_text(std::string_view name) {
  std::ifstream file(source_file("tests/golden/" + std::string(name)), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace lunet::test
