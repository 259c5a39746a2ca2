// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "shell/commands/commands.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

// "~/x" is in the user's home; "~name" stays as it is. A relative path is one of the current folder.
static Result<std::string> absolute_file(const std::string& typed) {
  if (typed.rfind("~/", 0) == 0) {
    const char* home = std::getenv("HOME");
    if (home != nullptr) return std::string(home) + typed.substr(1);
  }
  if (typed.rfind('/', 0) == 0) return typed;
  char* folder = ::realpath(".", nullptr);
  if (folder == nullptr) return system_error(errno, "finding the current folder");
  std::string path = std::string(folder) + "/" + typed;
  std::free(folder);
  return path;
}

static Result<Outcome> create_fileio(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::FileioOptions options;
  options.name = arguments.text("name");
  options.path = TRY(absolute_file(arguments.text("file_or_dev")));
  if (arguments.has("size")) options.size_bytes = arguments.size("size");
  options.write_back = arguments.flag("buffered");
  options.sparse = arguments.flag("sparse");
  options.wwn = arguments.text("wwn");
  options.generate_wwn = arguments.flag("generate_wwn");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_fileio(options)));
}

static Result<Outcome> create_block(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::BlockOptions options;
  options.name = arguments.text("name");
  options.device = TRY(absolute_file(arguments.text("dev")));
  if (arguments.has("readonly")) options.read_only = arguments.flag("readonly");
  options.wwn = arguments.text("wwn");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_block(options)));
}

static Result<Outcome> create_ramdisk(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::RamdiskOptions options;
  options.name = arguments.text("name");
  options.size_bytes = arguments.size("size");
  options.nullio = arguments.flag("nullio");
  options.wwn = arguments.text("wwn");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_ramdisk(options)));
}

static Result<Outcome> delete_disk(const Invocation& call) {
  const Place disk = TRY(child_of(call.place, call.arguments.text("name")));
  TRY_OK(require_consent_to(call.session, "delete", disk));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_disk(disk.plugin, disk.disk)));
}

std::vector<Command> backstore_commands() {
  return {
      {.name = "create",
       .kinds = {NodeKind::plugin},
       .plugin = "fileio",
       .parameters = {{"name"},
                      {"file_or_dev"},
                      {"size", ParameterType::size, false},
                      {"buffered", ParameterType::boolean, false, "true", "write_back"},
                      {"sparse", ParameterType::boolean, false, "true"},
                      {"wwn", ParameterType::text, false},
                      {"generate_wwn", ParameterType::boolean, false, "true"}},
       .summary = "Creates a disk whose data is a file or a block device.",
       .description = "A regular file that exists keeps its size. One that does not exist needs a size and "
                      "is made, with holes or, "
                      "with sparse=false, fully allocated. buffered (also: write_back) uses the page cache "
                      "and tells initiators "
                      "of a write cache; without it each write is on stable storage before it is answered. "
                      "wwn is the unit serial.",
       .examples = {"/backstores/fileio create d1 /srv/d1.img 10G",
                    "/backstores/fileio create name=d2 file_or_dev=/srv/d2.img size=1.5T sparse=false "
                    "buffered=false"},
       .run = create_fileio},
      {.name = "create",
       .kinds = {NodeKind::plugin},
       .plugin = "iblock",
       .parameters = {{"name"},
                      {"dev"},
                      {"readonly", ParameterType::boolean, false},
                      {"wwn", ParameterType::text, false}},
       .summary = "Creates a disk that is a block device.",
       .description =
           "The device is claimed: nothing else may use it meanwhile. Block size, limits, discard and "
           "write cache are the device's own. Without readonly the device says whether it can be "
           "written. wwn is the unit serial.",
       .examples = {"/backstores/block create b1 /dev/vg0/lun1",
                    "/backstores/block create name=b2 dev=/dev/sdb readonly=true"},
       .run = create_block},
      {.name = "create",
       .kinds = {NodeKind::plugin},
       .plugin = "rd_mcp",
       .parameters = {{"name"},
                      {"size", ParameterType::size},
                      {"nullio", ParameterType::boolean, false, "false"},
                      {"wwn", ParameterType::text, false}},
       .summary = "Creates a disk in memory; its data is gone when the target stops.",
       .description = "With nullio=true nothing is stored at all: for measuring. wwn is the unit serial.",
       .examples = {"/backstores/ramdisk create rd0 1G",
                    "/backstores/ramdisk create null0 size=1G nullio=true"},
       .run = create_ramdisk},
      {.name = "delete",
       .kinds = {NodeKind::plugin},
       .parameters = {{"name"}},
       .summary = "Deletes a disk, the LUNs that export it and their mapped LUNs.",
       .description = "Files and devices keep their data. A RAM disk's data is lost, which takes --yes.",
       .examples = {"/backstores/fileio delete d1", "--yes /backstores/ramdisk delete rd0"},
       .run = delete_disk},
  };
}

}  // namespace lunet::shell
