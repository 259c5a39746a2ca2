// SPDX-License-Identifier: Apache-2.0
// Steps of bench/run scale that need the inside of a program: one edit that makes many objects, edits inside
// one running process, reading of text. Prints "name value" lines; times in milliseconds.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory.h"
#include "config/tree.h"
#include "configfs/remote_tree.h"
#include "service/editor.h"
#include "service/service.h"
#include "service/view.h"
#include "store/store.h"
#include "target/target.h"

namespace lunet::bench {
namespace {

using config::ObjectClass;
using config::Path;
using Clock = std::chrono::steady_clock;

double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class T>
T need(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "{}\n{}\n", result.error().message, result.error().hint);
  std::exit(1);
}

void need(const Result<>& result) {
  if (result) return;
  fmt::print(stderr, "{}\n{}\n", result.error().message, result.error().hint);
  std::exit(1);
}

std::string name_of(std::size_t disk) {
  return fmt::format("disk{:05}", disk);
}

void add_export(config::Tree& tree, std::size_t disk, std::size_t target, std::size_t lun) {
  const std::string iqn = fmt::format("iqn.2026-11.org.example:t{:03}", target);
  const Path tpg = {{ObjectClass::fabric, "iscsi"}, {ObjectClass::target, iqn}, {ObjectClass::tpgt, "1"}};
  if (lun == 0) tree.ensure(tpg).attributes["enable"] = "yes";
  Path at = tpg;
  at.push_back({ObjectClass::lun, std::to_string(lun)});
  config::Object& exported = tree.ensure(at);
  exported.attributes["backend"] = "rd_mcp:" + name_of(disk);
  exported.attributes["alias"] = fmt::format("{:010x}", disk);
  at.back() = {ObjectClass::acl, "iqn.2026-11.org.example:host"};
  at.push_back({ObjectClass::mapped_lun, std::to_string(lun)});
  config::Object& mapped = tree.ensure(at);
  mapped.attributes["target_lun"] = std::to_string(lun);
  mapped.attributes["write_protect"] = "no";
  mapped.attributes["alias"] = fmt::format("{:010x}", disk);
}

/// `disks` RAM disks of one page, each a LUN and a mapped LUN, in targets of `luns` LUNs.
void add_objects(config::Tree& tree, std::size_t disks, std::size_t luns) {
  for (std::size_t i = 0; i < disks; ++i) {
    config::Object& disk = tree.ensure({{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, name_of(i)}});
    disk.attributes["hba"] = std::to_string(i);
    disk.attributes["size"] = "4096";
    disk.attributes["wwn"] = fmt::format("00000000-0000-4000-8000-{:012}", i);
    if (luns != 0) add_export(tree, i, i / luns, i % luns);
  }
}

struct Programs {
  std::unique_ptr<configfs::Tree> live;
  std::unique_ptr<store::Store> store;
  service::Context context;
  Programs(const std::string& socket, const std::string& state)
      : live(need(configfs::connect_remote(socket, 60'000))), store(need(store::open(state))) {
    context.live = live.get();
    context.store = store.get();
    context.command = "bench";
  }
};

/// fill SOCKET STATE DISKS LUNS_PER_TARGET: all in one edit.
int fill(const std::vector<std::string>& words) {
  Programs programs(words[0], words[1]);
  service::Editor editor(programs.context);
  config::Tree goal;
  add_objects(goal, std::stoul(words[2]), std::stoul(words[3]));
  const double took = milliseconds([&] {
    need(editor.run([&](service::Draft& draft) -> Result<> {
      draft.tree = goal;
      return {};
    }));
  });
  fmt::print("fill {:.2f}\n", took);
  return 0;
}

/// phases SOCKET STATE DISKS LUNS_PER_TARGET: the parts of that edit, into a runtime that is empty.
int phases(const std::vector<std::string>& words) {
  Programs programs(words[0], words[1]);
  config::Tree goal;
  const auto show = [](std::string_view name, double took) { fmt::print("{} {:.2f}\n", name, took); };
  show("candidate", milliseconds([&] { add_objects(goal, std::stoul(words[2]), std::stoul(words[3])); }));
  target::Plan plan;
  show("plan", milliseconds([&] { plan = need(target::make_plan({}, goal, *programs.live)); }));
  show("apply_batch", milliseconds([&] { need(target::apply(*programs.live, plan)); }));
  const auto lock = need(programs.store->lock("bench", 1000));
  const auto head = need(programs.store->head());
  show("commit", milliseconds([&] { need(programs.store->commit(head, goal, "bench")); }));
  config::Tree again;
  show("read_live", milliseconds([&] { again = need(target::read_live(*programs.live)); }));
  show("view", milliseconds([&] { need(service::read_view(*programs.live)); }));
  store::Store::Head read;
  show("head", milliseconds([&] { read = need(need(store::open(words[1]))->head()); }));
  std::string text;
  show("print", milliseconds([&] { text = config::print(goal); }));
  const double parsing = milliseconds([&] { need(config::parse(text, "bench")); });
  show("parse", parsing);
  show("parse_mb_per_s", static_cast<double>(text.size()) / 1e3 / parsing);
  show("text_kb", static_cast<double>(text.size()) / 1e3);
  return 0;
}

/// text DISKS LUNS_PER_TARGET: the same as a file for `lunet apply`.
int text(const std::vector<std::string>& words) {
  config::Tree goal;
  add_objects(goal, std::stoul(words[0]), std::stoul(words[1]));
  fmt::print("{}", config::print(goal));
  return 0;
}

/// A disk, and a target that shows it to an initiator, made and taken away again inside this process: what
/// each kind of edit takes.
class Kinds {
 public:
  explicit Kinds(service::Service& service) : service_(service) {
    need(service_.create_target(tpg_.target, {true, false}));
  }
  ~Kinds() { need(service_.delete_target(tpg_.target)); }
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;

  void once(std::size_t i) {
    const std::string disk = fmt::format("more{}", i);
    const Path path = {{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, disk}};
    take("create_disk", service_.create_ramdisk({disk, 4096, false, "", true}));
    take("set_attribute", service_.set_group({path, "attribute"}, {{"emulate_tas", "0"}}));
    take("create_acl", service_.create_acl(tpg_, host_, true));
    take("create_lun", service_.create_lun(tpg_, {"rd_mcp", disk, {}}));
    take("delete_lun", service_.delete_lun(tpg_, 0));
    take("delete_acl", service_.delete_acl(tpg_, host_));
    take("delete_disk", service_.delete_disk("rd_mcp", disk));
  }

  void show() const {
    for (const auto& [kind, took] : took_) fmt::print("{} {:.3f}\n", kind, median(took));
  }

 private:
  void take(const std::string& kind, const Result<service::Report>& done) {
    if (!done) need(Result<>(done.error()));
    const auto now = Clock::now();
    took_[kind].push_back(std::chrono::duration<double, std::milli>(now - began_).count());
    began_ = now;
  }

  service::Service& service_;
  const service::TpgRef tpg_{"iqn.2026-11.org.example:more"};
  const std::string host_ = "iqn.2026-11.org.example:host";
  std::map<std::string, std::vector<double>> took_;
  Clock::time_point began_ = Clock::now();
};

/// more SOCKET STATE COUNT: each kind of edit, so often.
int more(const std::vector<std::string>& words) {
  Programs programs(words[0], words[1]);
  const auto service = service::make_service(programs.context);
  Kinds kinds(*service);
  for (std::size_t i = 0; i < std::stoul(words[2]); ++i) kinds.once(i);
  kinds.show();
  return 0;
}

}  // namespace
}  // namespace lunet::bench

int main(int argc, char** argv) {
  using namespace lunet::bench;
  lunet::keep_freed_memory();  // as lunet does
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto rest = [&] { return std::vector<std::string>(words.begin() + 1, words.end()); };
  if (words.size() == 5 && words[0] == "fill") return fill(rest());
  if (words.size() == 5 && words[0] == "phases") return phases(rest());
  if (words.size() == 4 && words[0] == "more") return more(rest());
  if (words.size() == 3 && words[0] == "text") return text(rest());
  fmt::print(
      stderr,
      "usage: scale fill|phases SOCKET STATE DISKS LUNS_PER_TARGET | more SOCKET STATE COUNT | text DISKS "
      "LUNS_PER_TARGET\n");
  return 2;
}
