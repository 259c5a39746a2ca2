// SPDX-License-Identifier: Apache-2.0
#include "programs/targetctl.h"

#include <fmt/core.h>

#include "service/configurations.h"
#include "service/save.h"
#include "shell/commands/files.h"

namespace lunet::programs {

constexpr const char* usage_text =
    "Usage: targetctl save [FILE]      writes the configuration as saveconfig.json\n"
    "       targetctl restore [FILE]   makes the configuration in the file run, in place of what runs\n"
    "       targetctl clear            removes all targets and disks; data files stay\n"
    "\n"
    "FILE is by default /etc/rtslib-fb-target/saveconfig.json, or /etc/target/saveconfig.json where that "
    "folder\n"
    "is not there. The exit status is 0 when all was done, 1 when not: messages on standard error say what.\n"
    "This is lunet under another name; see lunet(8).\n";

static std::string_view last_part(std::string_view program) {
  const auto slash = program.rfind('/');
  return program.substr(slash == std::string_view::npos ? 0 : slash + 1);
}

bool is_targetctl(std::string_view program) {
  return last_part(program) == "targetctl";
}

bool is_targetcli(std::string_view program) {
  return last_part(program) == "targetcli";
}

static void print(const service::Report& report, shell::Console& console) {
  for (const std::string& warning : report.warnings) console.write_error(warning + "\n");
}

static Result<service::Report> save(service::Configurations& configurations, const std::string& file) {
  service::SaveOptions options;
  options.path = file;
  return configurations.save(options);
}

static Result<service::Report> restore(service::Configurations& configurations, const std::string& file) {
  service::Source source;
  source.text = {TRY(shell::text_of_file(file)), file};
  service::ApplyOptions options;
  options.what_can = true;
  return configurations.apply(source, options);
}

static Result<service::Report> clear(service::Configurations& configurations) {
  service::Source source;
  source.text = {"", "the empty configuration"};
  return configurations.apply(source, {});
}

static Result<service::Report> run(const std::string& verb, const std::string& file,
                                   shell::Runtime& runtime) {
  service::Configurations* configurations = TRY(runtime.configurations());
  if (verb == "save") return save(*configurations, file);
  if (verb == "restore") return restore(*configurations, file);
  return clear(*configurations);
}

int run_targetctl(const std::vector<std::string>& arguments, shell::Runtime& runtime,
                  shell::Console& console) {
  if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
    console.write(usage_text);
    return 0;
  }
  const std::string verb = arguments.empty() ? "" : arguments[0];
  if ((verb != "save" && verb != "restore" && verb != "clear") || arguments.size() > 2) {
    console.write_error(usage_text);
    return 2;
  }
  const std::string file = arguments.size() == 2 ? shell::home_expanded(arguments[1])
                                                 : service::saveconfig_folder() + "/saveconfig.json";
  const auto report = run(verb, file, runtime);
  for (const std::string& notice : runtime.notices()) console.write_error(notice + "\n");
  if (!report) {
    console.write_error(fmt::format("targetctl {}: {}\n", verb, report.error().message));
    if (!report.error().hint.empty()) console.write_error(report.error().hint + "\n");
    return 1;
  }
  print(*report, console);
  return report->left_out == 0 ? 0 : 1;
}

}  // namespace lunet::programs
