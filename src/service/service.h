// SPDX-License-Identifier: Apache-2.0
// The verbs every front end uses. Each edit: lock, newest generation, candidate, checks, plan, apply, durable
// generation (ruling 21). Reading takes no lock and changes nothing. Neighbours: shell/ speaks these verbs;
// target/, store/, configfs/ do the work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "store/store.h"

namespace lunet::service {

enum class RuntimeKind : unsigned char { kernel, lunetd };

/// Notes and results for the user, in order. Scripts match on some of the texts (features 3.10).
struct Report {
  std::vector<std::string> lines;  ///< "Created LUN 0."
  std::vector<std::string> warnings;
  std::string created;       ///< shell path of the object that was created, for @last; "" for none
  std::size_t left_out = 0;  ///< objects that are recorded and do not run: pending or degraded
  bool held = false;         ///< one of them because something else has its file, device or port
  bool changed = false;      ///< what is recorded, or what runs
  std::vector<std::string> missing = {};             ///< paths of the files and devices that are waited for
  std::optional<std::int64_t> confirm_until_s = {};  ///< it goes back by itself then
};

/// Why what runs is not what is recorded.
enum class SyncKind : unsigned char {
  drift,    ///< somebody else changed it
  foreign,  ///< it runs, and no generation had it: not Lunet's
  pending,  ///< its file, device or address is missing; also what stands on it
  degraded  ///< the runtime refused it; also what stands on it
};
struct Difference {
  SyncKind kind = SyncKind::drift;
  config::Path object;
  std::string text;  ///< a sentence that starts with the object; no secrets
};
struct Comparison {
  std::uint64_t generation = 0;
  bool nothing_runs = false;  ///< none of the recorded objects
  std::vector<Difference> differences;
};

/// What is compared, restored or adopted.
struct Scope {
  config::Path object;  ///< with all below it; empty: everything
  /// Sentences of the differences that may be overwritten; nothing: all of them.
  std::optional<std::vector<std::string>> agreed;
};

struct FileioOptions {
  std::string name;
  std::string path;
  std::optional<std::uint64_t> size_bytes;
  bool write_back = true;
  bool sparse = true;
  std::string wwn;  ///< unit serial; "" generates one unless generate_wwn is false
  bool generate_wwn = true;
  bool model_alias = false;          ///< its name is what initiators see as product name
  std::optional<unsigned> hba = {};  ///< number of the HBA it goes on; nothing: one of its own
};
struct BlockOptions {
  std::string name;
  std::string device;             ///< path of a block device
  std::optional<bool> read_only;  ///< absent: as the device says
  bool exclusive = true;          ///< false: others may have it open too (the kernel's target, Linux 6.17)
  std::string wwn;                ///< unit serial; "" generates one
  bool model_alias = false;       ///< its name is what initiators see as product name
  std::optional<unsigned> hba = {};
};
struct RamdiskOptions {
  std::string name;
  std::uint64_t size_bytes = 0;
  bool nullio = false;
  std::string wwn;
  bool generate_wwn = true;
  bool model_alias = false;  ///< its name is what initiators see as product name
  std::optional<unsigned> hba = {};
};
/// What becomes of an HBA with its last disk.
enum class EmptyHba : unsigned char { goes, stays };
/// How a new TPG begins.
struct TpgOptions {
  bool enable = true;
  bool default_portal = true;  ///< ruling 28; of iSCSI
  std::string fabric = "iscsi";
};
/// Addresses one TPG.
struct TpgRef {
  std::string target;
  std::uint16_t tag = 1;  ///< of a fabric with TPGs
  std::string fabric = "iscsi";
};
struct LunOptions {
  std::string plugin;  ///< fileio, rd_mcp (or ramdisk), iblock (or block), pscsi
  std::string disk;
  std::optional<std::uint16_t> lun;  ///< lowest free when absent
  bool add_mapped_luns = true;
  std::string path = {};  ///< instead of a disk: a file or block device; its disk is made when there is none
};
struct MappedLunOptions {
  std::uint16_t mapped_lun = 0;
  std::uint16_t lun = 0;
  bool write_protect = false;
  /// Instead of `lun`: the LUN of this disk, which is made when the TPG has none.
  std::optional<LunOptions> disk = {};
};

/// Which group of which object: object is a config path, group one of attribute, parameter, auth,
/// discovery_auth, alua (of a LUN, or of a disk's target port group).
struct GroupRef {
  config::Path object;
  std::string group;
  std::string port_group = {};  ///< with `alua` of a disk: its name
};
struct GroupValue {
  std::string name;
  std::string value;
  bool writable = true;
};

/// How far long work is; `done` reaches `total` at its end. A `total` of 0 is not known.
struct Progress {
  std::string_view what;  ///< "allocating /srv/d.img"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  bool bytes = false;
};
using TellProgress = std::function<void(const Progress&)>;

class UserHandlers;

struct Context {
  configfs::Tree* live = nullptr;  ///< the runtime; outlives the service
  store::Store* store = nullptr;
  RuntimeKind runtime = RuntimeKind::lunetd;
  std::string command;  ///< as typed, without secrets: history's "why"
  /// Told at once: who holds the lock that is waited for, what became of an interrupted change.
  std::function<void(const std::string&)> notice;
  std::function<bool()> interrupted = {};  ///< true: who waits for the lock stops waiting
  /// Creates are done when the object is there as it would be made; ENOTUNIQ: it is there and differs.
  bool ensure = false;
  bool dry_run = false;  ///< edits are checked and planned, and then not made
  /// Files that get the configuration as saveconfig.json after each change, for programs that read it. Never
  /// read back.
  std::vector<std::string> exports = {};
  TellProgress progress = {};
  UserHandlers* handlers = nullptr;  ///< of disks in user space; null: nobody can be asked
  std::string index_lock = {};       ///< file that other tools lock while they make a disk; "" for none
};

/// One edit each; nothing is left behind on failure. ENOTRECOVERABLE: it failed and could not be undone
/// completely; the message has both reasons and the state.
class Service {
 public:
  virtual ~Service() = default;

  virtual Result<Report> create_fileio(const FileioOptions& options) = 0;
  virtual Result<Report> create_block(const BlockOptions& options) = 0;
  virtual Result<Report> create_ramdisk(const RamdiskOptions& options) = 0;
  /// Also the LUNs and mapped LUNs that hang on it.
  virtual Result<Report> delete_disk(std::string_view plugin, std::string_view name, EmptyHba hba) = 0;
  Result<Report> delete_disk(std::string_view plugin, std::string_view name) {
    return delete_disk(plugin, name, EmptyHba::goes);
  }

  /// `wwn` "" generates one. Also TPG 1.
  virtual Result<Report> create_target(std::string_view wwn, const TpgOptions& options) = 0;
  Result<Report> create_target(std::string_view wwn) { return create_target(wwn, TpgOptions{}); }
  virtual Result<Report> delete_target(std::string_view wwn, std::string_view fabric) = 0;
  Result<Report> delete_target(std::string_view wwn) { return delete_target(wwn, "iscsi"); }
  virtual Result<Report> create_tpg(std::string_view target, std::optional<std::uint16_t> tag,
                                    const TpgOptions& options) = 0;
  Result<Report> create_tpg(std::string_view target, std::optional<std::uint16_t> tag) {
    return create_tpg(target, tag, TpgOptions{});
  }
  virtual Result<Report> delete_tpg(const TpgRef& tpg) = 0;
  virtual Result<Report> enable_tpg(const TpgRef& tpg, bool enable) = 0;

  virtual Result<Report> create_lun(const TpgRef& tpg, const LunOptions& options) = 0;
  virtual Result<Report> delete_lun(const TpgRef& tpg, std::uint16_t lun) = 0;
  virtual Result<Report> create_acl(const TpgRef& tpg, std::string_view wwn, bool add_mapped_luns) = 0;
  virtual Result<Report> delete_acl(const TpgRef& tpg, std::string_view wwn) = 0;
  virtual Result<Report> create_mapped_lun(const TpgRef& tpg, std::string_view acl,
                                           const MappedLunOptions& options) = 0;
  virtual Result<Report> delete_mapped_lun(const TpgRef& tpg, std::string_view acl,
                                           std::uint16_t mapped_lun) = 0;
  virtual Result<Report> create_portal(const TpgRef& tpg, std::string_view ip, std::uint16_t port) = 0;
  virtual Result<Report> delete_portal(const TpgRef& tpg, std::string_view ip, std::uint16_t port) = 0;

  /// All values of the group as the runtime reads them; secrets as the runtime lets this user read them.
  virtual Result<std::vector<GroupValue>> get_group(const GroupRef& group) = 0;
  /// One edit for all pairs. The report has "Parameter NAME is now 'VALUE'." as re-read from the runtime.
  virtual Result<Report> set_group(const GroupRef& group,
                                   const std::vector<std::pair<std::string, std::string>>& values) = 0;

  /// Makes the runtime what the newest generation says (used by lunetd at start, and by `lunet restore`).
  /// What cannot be made is left out with what stands on it, the rest is served; what no generation had
  /// stays. ESTALE: there is a difference that was not agreed to.
  virtual Result<Report> restore(const Scope& scope) = 0;
  Result<Report> restore() { return restore(Scope{}); }
  /// Makes what runs the newest generation, where it differs; pending and degraded objects stay recorded.
  virtual Result<Report> adopt(const Scope& scope) = 0;
  /// Takes no lock.
  virtual Result<Comparison> compare(const Scope& scope) = 0;
  /// All differences, one sentence each; empty: in sync.
  Result<std::vector<std::string>> drift();
  virtual Result<std::vector<store::Generation>> history(std::size_t limit) = 0;
};

std::unique_ptr<Service> make_service(const Context& context);

}  // namespace lunet::service
