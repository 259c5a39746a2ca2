// SPDX-License-Identifier: Apache-2.0
// The verbs for what users want to be done, beside those for single objects (service.h) and for whole
// configurations (configurations.h): sharing, resizing, sessions, and the objects that few need.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/access.h"
#include "service/doctor.h"
#include "service/service.h"
#include "service/sessions.h"

namespace lunet::service {

struct PscsiOptions {
  std::string name;
  std::string device;  ///< path, or HOST:CHANNEL:TARGET:LUN
  std::optional<unsigned> hba = {};
};
struct UserOptions {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::string handler;  ///< of tcmu-runner: rbd, qcow, ...
  std::string config;   ///< what the handler takes, without its name
  std::string wwn;
  std::optional<std::uint64_t> max_sectors;
  std::string control;  ///< further settings: max_data_area_mb=..,hw_block_size=..
};
struct DiskRef {
  std::string plugin;
  std::string disk;
};
struct PortalRef {
  TpgRef tpg;
  std::string ip;
  std::uint16_t port = 0;
};
enum class Transport : unsigned char { iser, offload };

struct ResizeOptions {
  /// Nothing: of a block disk, its device's size is read again.
  std::optional<std::uint64_t> size_bytes;
  bool shrink = false;  ///< what is behind the new end may be lost
};

/// Everything between a file and a LUN that a host can use.
struct ShareOptions {
  std::string path;  ///< of a file or block device; or:
  DiskRef disk;
  std::optional<std::uint64_t> size_bytes;  ///< of a file that is not there
  std::vector<std::string> initiators;
  std::string target = {};  ///< "" generates a name, or takes the one that was shared to these before
  std::string ip = {};      ///< of the portal; "" is all addresses
  std::uint16_t port = 3260;
  bool read_only = false;
  std::string userid = {};  ///< CHAP of each initiator; "" for none
  std::string password = {};
  bool model_alias = false;
};

class Tasks {
 public:
  virtual ~Tasks() = default;

  virtual Result<Report> create_pscsi(const PscsiOptions& options) = 0;
  virtual Result<Report> create_user(const UserOptions& options) = 0;
  /// Another medium for a disk in user space: its name, size, handler and configuration. Where the handler
  /// cannot, the disk is made again, with what exports it. EOPNOTSUPP: nobody can be asked for it.
  virtual Result<Report> change_medium(const UserOptions& options) = 0;
  // service/hbas.h
  virtual Result<Report> create_hba(std::string_view plugin) = 0;
  virtual Result<Report> delete_hba(std::string_view plugin, unsigned number) = 0;
  virtual Result<Report> create_port_group(const DiskRef& disk, std::string_view name, std::uint16_t tag) = 0;
  virtual Result<Report> delete_port_group(const DiskRef& disk, std::string_view name) = 0;
  virtual Result<Report> tag_acl(const TpgRef& tpg, std::string_view name, std::string_view tag) = 0;
  virtual Result<Report> untag_acl(const TpgRef& tpg, std::string_view name) = 0;
  virtual Result<Report> set_transport(const PortalRef& portal, Transport transport, bool on) = 0;

  /// ECANCELED: it would shrink, and that was not allowed.
  virtual Result<Report> resize(const DiskRef& disk, const ResizeOptions& options) = 0;
  /// One change from nothing to a LUN of the initiators; what is there is used.
  virtual Result<Report> share(const ShareOptions& options) = 0;
  /// Takes back what share() made: mapped LUNs of these initiators (none: of all), then what nothing uses any
  /// more. Data files stay.
  virtual Result<Report> unshare(const ShareOptions& options) = 0;

  // Take no lock and change nothing.
  virtual Result<std::vector<LoginSession>> sessions() = 0;
  virtual Result<Counters> counters() = 0;
  virtual Result<std::vector<TargetAccess>> access(std::string_view initiator, std::string_view address) = 0;
  virtual Result<std::vector<Finding>> examine() = 0;
  /// Which runtime this is.
  [[nodiscard]] virtual RuntimeKind runtime() const = 0;

  /// Ends the session; its initiator may log in again.
  virtual Result<Report> kick(const LoginSession& session) = 0;
};

std::unique_ptr<Tasks> make_tasks(const Context& context);

}  // namespace lunet::service
