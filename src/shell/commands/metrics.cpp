// SPDX-License-Identifier: Apache-2.0
// What monitoring asks for, once: for node_exporter's textfile collector, and for whoever reads JSON.
#include "shell/metrics.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/commands/files.h"
#include "shell/completers.h"
#include "shell/nodes.h"

namespace lunet::shell {

using service::LunCounters;
using service::LunTraffic;
using service::NodeKind;

static std::string name_of(service::RuntimeKind runtime) {
  return runtime == service::RuntimeKind::kernel ? "kernel" : "lunetd";
}

static std::uint64_t commands_of(const LunTraffic& traffic) {
  return traffic.reads + traffic.writes + traffic.others;
}

static Result<std::vector<Metric>> metrics_of_store(const Invocation& call, const service::Tasks& tasks) {
  const auto generations = TRY(call.session.runtime.history(1));
  const std::uint64_t newest = generations.empty() ? 0 : generations.front().number;
  std::vector<Metric> metrics = {
      {"lunet_build_info",
       "gauge",
       "1, with the version of lunet.",
       {"version"},
       {{{LUNET_VERSION}, std::uint64_t{1}}}},
      {"lunet_runtime_info",
       "gauge",
       "1, with the runtime: kernel or lunetd.",
       {"runtime"},
       {{{name_of(tasks.runtime())}, std::uint64_t{1}}}},
      {"lunet_store_generation", "gauge", "Number of the newest generation.", {}, {{{}, newest}}},
  };
  if (!call.arguments.flag("sync")) return metrics;
  service::Service* service = TRY(call.session.runtime.service());
  const service::Comparison comparison = TRY(service->compare(service::Scope{}));
  metrics.push_back({"lunet_store_in_sync",
                     "gauge",
                     "1: what runs is what the newest generation says; 0: it differs.",
                     {},
                     {{{}, std::uint64_t{comparison.differences.empty()}}}});
  return metrics;
}

namespace {

/// What a disk is called, by its directory: the same in all metrics, and its own where several have one name.
using DiskNames = std::map<std::string, std::string, std::less<>>;

}  // namespace

static std::string called(const DiskNames& names, const std::string& directory,
                          const std::string& otherwise) {
  const auto found = names.find(directory);
  return found == names.end() ? otherwise : found->second;
}

static void add_disks(const service::ViewNode& node, DiskNames& names, Metric& sizes) {
  if (node.kind == NodeKind::disk) {
    const std::string disk = std::string(detail_of(node, "plugin")) + "/" + node.name;
    if (!node.configfs_path.empty()) names.emplace(node.configfs_path, disk);
    if (const auto bytes = parse_unsigned(detail_of(node, "size"))) sizes.samples.push_back({{disk}, *bytes});
    return;
  }
  for (const service::ViewNode& child : node.children) add_disks(child, names, sizes);
}

/// Fills `names`.
static Metric sizes_of_disks(const service::ViewNode& root, DiskNames& names) {
  Metric sizes{"lunet_disk_size_bytes", "gauge", "Size of the disk.", {"disk"}};
  if (const service::ViewNode* backstores = find_node(root, "/backstores"))
    add_disks(*backstores, names, sizes);
  return sizes;
}

namespace {

/// A count of LUNs; nothing where the runtime does not tell it.
struct LunMetric {
  std::string_view name;
  std::string_view help;
  std::optional<std::uint64_t> (*count)(const LunCounters& lun);
};

using Count = std::optional<std::uint64_t>;

constexpr LunMetric lun_metrics[] = {
    {"lunet_lun_commands_total", "SCSI commands through the LUN, of all sessions.",
     [](const LunCounters& lun) { return Count(lun.commands); }},
    {"lunet_lun_read_bytes_total",
     "Bytes read through the LUN, of all sessions; the kernel's target counts whole MiB.",
     [](const LunCounters& lun) { return Count(lun.read_bytes); }},
    {"lunet_lun_written_bytes_total",
     "Bytes written through the LUN, of all sessions; the kernel's target counts whole MiB.",
     [](const LunCounters& lun) { return Count(lun.write_bytes); }},
    {"lunet_lun_reads_total", "Commands that read blocks of the LUN, of all sessions.",
     [](const LunCounters& lun) { return lun.traffic ? Count(lun.traffic->reads) : Count(); }},
    {"lunet_lun_writes_total", "Commands that wrote blocks of the LUN, of all sessions.",
     [](const LunCounters& lun) { return lun.traffic ? Count(lun.traffic->writes) : Count(); }},
};

}  // namespace

static std::vector<std::string> labels_of(const LunCounters& lun, const DiskNames& names) {
  return {lun.target, std::to_string(lun.tag), std::to_string(lun.lun),
          called(names, lun.disk, lun.storage_object)};
}

static void add_luns(const std::vector<LunCounters>& luns, const DiskNames& names,
                     std::vector<Metric>& metrics) {
  const std::vector<std::string_view> labels = {"target", "tpg", "lun", "disk"};
  for (const LunMetric& wanted : lun_metrics) {
    Metric metric{wanted.name, "counter", wanted.help, labels};
    for (const LunCounters& lun : luns) {
      if (const Count count = wanted.count(lun)) metric.samples.push_back({labels_of(lun, names), *count});
    }
    metrics.push_back(std::move(metric));
  }
  Metric times{"lunet_lun_command_duration_seconds", "summary",
               "Time that commands to the LUN took, of one command in sixteen.", labels};
  for (const LunCounters& lun : luns) {
    if (!lun.traffic) continue;
    constexpr double us_per_s = 1'000'000;
    times.samples.push_back(
        {labels_of(lun, names), static_cast<double>(lun.traffic->timed_us) / us_per_s, "_sum"});
    times.samples.push_back({labels_of(lun, names), lun.traffic->timed, "_count"});
  }
  metrics.push_back(std::move(times));
}

static void add_sessions(const service::Counters& counters, const DiskNames& names,
                         std::vector<Metric>& metrics) {
  Metric open{
      "lunet_target_sessions",
      "gauge",
      "Sessions of the portal group that are open; where the kernel's target has several, one for each "
      "initiator.",
      {"target", "tpg"}};
  for (const service::TpgSessions& tpg : counters.tpgs)
    open.samples.push_back({{tpg.target, std::to_string(tpg.tag)}, std::uint64_t{tpg.sessions}});
  Metric info{"lunet_session_info",
              "gauge",
              "1 for each session that is open; the kernel's target tells one of each ACL.",
              {"target", "tpg", "initiator", "sid", "address"}};
  const std::vector<std::string_view> labels = {"target", "tpg", "initiator", "sid", "lun", "disk"};
  Metric commands{"lunet_session_commands_total", "counter", "SCSI commands of the session to the LUN.",
                  labels};
  Metric read{"lunet_session_read_bytes_total", "counter", "Bytes that the session read of the LUN.", labels};
  Metric written{"lunet_session_written_bytes_total", "counter", "Bytes that the session wrote to the LUN.",
                 labels};
  for (const service::LoginSession& session : counters.sessions) {
    std::vector<std::string> who = {session.target, std::to_string(session.tag), session.initiator,
                                    session.sid};
    for (const service::SessionLunView& lun : session.luns) {
      if (!lun.traffic) continue;
      std::vector<std::string> what = who;
      what.insert(what.end(), {std::to_string(lun.lun), called(names, lun.disk, lun.storage_object)});
      commands.samples.push_back({what, commands_of(*lun.traffic)});
      read.samples.push_back({what, lun.traffic->read_bytes});
      written.samples.push_back({std::move(what), lun.traffic->write_bytes});
    }
    who.push_back(session.address);
    info.samples.push_back({std::move(who), std::uint64_t{1}});
  }
  for (Metric* metric : {&open, &info, &commands, &read, &written}) metrics.push_back(std::move(*metric));
}

static Result<Outcome> metrics(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  std::vector<Metric> all = TRY(metrics_of_store(call, *tasks));
  DiskNames names;
  all.push_back(sizes_of_disks(TRY(call.session.runtime.view()), names));
  const service::Counters counters = TRY(tasks->counters());
  add_luns(counters.luns, names, all);
  add_sessions(counters, names, all);
  Outcome outcome;
  const std::string output = call.arguments.text("output");
  const std::string file = output == "-" ? "" : output;
  constexpr mode_t for_the_collector = 0644;
  if (!file.empty()) TRY_OK(replace_file(home_expanded(file), exposition_of(all), for_the_collector));
  if (file.empty() && !call.session.json) outcome.text = exposition_of(all);
  outcome.metrics = std::move(all);
  return outcome;
}

std::vector<Command> metrics_commands() {
  return {{.name = "metrics",
           .kinds = {NodeKind::root},
           .parameters = {{.name = "output", .required = false, .complete = complete_file, .option = true},
                          {.name = "sync",
                           .type = ParameterType::boolean,
                           .required = false,
                           .default_value = "no",
                           .option = true}},
           .takes_options = true,
           .run = metrics}};
}

}  // namespace lunet::shell
