// SPDX-License-Identifier: Apache-2.0
#include "target/causes.h"

#include <array>
#include <cerrno>
#include <string>

#include "base/text.h"

namespace lunet::target {
namespace {

using configfs::Verb;
using Parts = std::vector<std::string_view>;

struct Row {
  Verb verb;
  FileKind kind;  ///< any: every kind, after the rows that name one
  int errnum;
  Cause cause;
};

constexpr std::array rows{
    Row{Verb::write,
        FileKind::disk_enable,
        ENOENT,
        {"the backing file or its folder does not exist", "create it first"}},
    Row{Verb::write,
        FileKind::disk_enable,
        EACCES,
        {"the target may not open the backing file", "check its owner and mode"}},
    Row{Verb::write,
        FileKind::disk_enable,
        EPERM,
        {"the target may not open the backing file", "check its owner and mode"}},
    Row{Verb::write, FileKind::disk_enable, EROFS, {"the backing file is on a read-only file system", ""}},
    Row{Verb::write,
        FileKind::disk_enable,
        EISDIR,
        {"the path is a folder", "name a file or a block device"}},
    Row{Verb::write,
        FileKind::disk_enable,
        EBUSY,
        {"something else uses the file or device", "see `lsof PATH` and `lsblk`"}},
    Row{Verb::write, FileKind::disk_enable, EAGAIN, {"another process has the file locked", "see `lslocks`"}},
    Row{Verb::write, FileKind::disk_enable, EEXIST, {"it is active already", ""}},
    Row{Verb::write,
        FileKind::disk_enable,
        ENOMEM,
        {"not enough memory", "use a smaller size or free some memory"}},
    Row{Verb::write,
        FileKind::disk_enable,
        EINVAL,
        {"a setting is missing or refused: path, size or pages", ""}},
    Row{Verb::write, FileKind::disk_control, EINVAL, {"a control setting is refused", "check path and size"}},
    Row{Verb::write,
        FileKind::disk_serial,
        EINVAL,
        {"the serial is too long, or a LUN exports the disk", ""}},
    Row{Verb::write,
        FileKind::disk_registrations,
        EINVAL,
        {"its persistent reservations, saved as pr/aptpl_SERIAL in the folder that dbroot names, are "
         "damaged: "
         "nobody gets at its data",
         "make sure that one initiator at most uses the disk, then move that file away"}},
    Row{Verb::write,
        FileKind::disk_attribute,
        EINVAL,
        {"the value is out of range, or the attribute is fixed while a LUN exports the disk",
         "delete the disk's LUNs first, or use another value"}},
    Row{Verb::write, FileKind::disk_attribute, ENOSYS, {"this backstore cannot do it", ""}},
    Row{Verb::make_dir, FileKind::hba, EEXIST, {"another program made it just now", "try again"}},
    Row{Verb::make_dir, FileKind::hba, EINVAL, {"the runtime has no such backstore", "see `version`"}},
    Row{Verb::make_dir, FileKind::disk, EEXIST, {"another program made it just now", "try again"}},
    Row{Verb::remove_dir, FileKind::hba, ENOTEMPTY, {"another disk is on the same HBA", ""}},
    Row{Verb::remove_dir, FileKind::disk, EBUSY, {"a LUN still exports it", "delete the LUN first"}},
    Row{Verb::make_dir,
        FileKind::fabric,
        EINVAL,
        {"the runtime has no such fabric", "load its kernel module"}},
    Row{Verb::make_dir, FileKind::target, EINVAL, {"the name is refused", "use an iqn, eui or naa name"}},
    Row{Verb::make_dir, FileKind::tpg, EEXIST, {"another program made it just now", "try again"}},
    Row{Verb::remove_dir, FileKind::target, ENOTEMPTY, {"it still has TPGs", "delete them first"}},
    Row{Verb::remove_dir,
        FileKind::tpg,
        ENOTEMPTY,
        {"it still has LUNs, ACLs or portals", "delete them first"}},
    Row{Verb::write, FileKind::tpg_enable, EINVAL, {"it has no portal, or is already so", ""}},
    Row{Verb::write, FileKind::tpg_attribute, EINVAL, {"the value is out of range", ""}},
    Row{Verb::write, FileKind::acl_attribute, EINVAL, {"the value is out of range", ""}},
    Row{Verb::write,
        FileKind::parameter,
        EINVAL,
        {"the value does not fit the key (RFC 7143 chapter 13)", ""}},
    Row{Verb::write,
        FileKind::credential,
        EPERM,
        {"only the owner of the runtime and root may touch credentials", "run as that user"}},
    Row{Verb::read,
        FileKind::credential,
        EPERM,
        {"only the owner of the runtime and root may touch credentials", "run as that user"}},
    Row{Verb::make_dir, FileKind::lun, EEXIST, {"the LUN exists", "use another number"}},
    Row{Verb::make_dir, FileKind::lun, EINVAL, {"the number is refused", "use 0 to 65535"}},
    Row{Verb::link, FileKind::lun_link, ENOENT, {"the disk is gone", ""}},
    Row{Verb::link, FileKind::lun_link, EEXIST, {"the LUN already exports a disk", ""}},
    Row{Verb::link, FileKind::lun_link, EINVAL, {"the disk is not active", ""}},
    Row{Verb::remove_dir,
        FileKind::lun,
        EBUSY,
        {"a mapped LUN still uses it", "delete the mapped LUN first"}},
    Row{Verb::remove_dir, FileKind::acl, ENOTEMPTY, {"it still has mapped LUNs", "delete them first"}},
    Row{Verb::link, FileKind::mapped_lun_link, ENOENT, {"the LUN is gone", ""}},
    Row{Verb::link,
        FileKind::mapped_lun_link,
        EINVAL,
        {"the LUN exports nothing, or is mapped under this number", ""}},
    Row{Verb::make_dir,
        FileKind::portal,
        EINVAL,
        {"the port is in use there, or the address cannot be used",
         "see `ss -ltnp`; choose another port or address"}},
    Row{Verb::make_dir,
        FileKind::portal,
        EADDRINUSE,
        {"another program listens there", "see `ss -ltnp`; choose another port or address"}},
    Row{Verb::make_dir,
        FileKind::portal,
        EADDRNOTAVAIL,
        {"this machine has no such address", "see `ip address`"}},
    Row{Verb::make_dir,
        FileKind::portal,
        EACCES,
        {"ports below 1024 need more rights", "use a port above 1023"}},
    Row{Verb::make_dir, FileKind::portal, EEXIST, {"a TPG of this target has the portal", ""}},
    Row{Verb::write,
        FileKind::portal,
        EADDRNOTAVAIL,
        {"no hardware has that address", "iser needs RDMA there: see `rdma link` and `ip address`"}},
    Row{Verb::write,
        FileKind::portal,
        EINVAL,
        {"no driver or adapter for it serves that address",
         "iser needs the module ib_isert, offload the module cxgbit and a Chelsio adapter with that "
         "address"}},
    Row{Verb::write, FileKind::any, EPERM, {"not enough rights", "run as root or as the owner of lunetd"}},
    Row{Verb::write, FileKind::any, EACCES, {"not enough rights", "run as root or as the owner of lunetd"}},
    Row{Verb::make_dir,
        FileKind::any,
        EACCES,
        {"not enough rights", "run as root or as the owner of lunetd"}},
    Row{Verb::make_dir, FileKind::any, EPERM, {"not enough rights", "run as root or as the owner of lunetd"}},
    Row{Verb::remove_dir,
        FileKind::any,
        EACCES,
        {"not enough rights", "run as root or as the owner of lunetd"}},
    Row{Verb::write, FileKind::any, ENOENT, {"this runtime has no such file", ""}},
    Row{Verb::remove_dir, FileKind::any, ENOENT, {"another program removed it", "see `lunet status`"}},
    Row{Verb::unlink, FileKind::any, ENOENT, {"another program removed it", "see `lunet status`"}},
};

FileKind core_kind(const Parts& parts) {
  if (parts.size() == 2) return FileKind::hba;
  if (parts.size() == 3) return FileKind::disk;
  if (parts.size() == 4 && parts[3] == "control") return FileKind::disk_control;
  if (parts.size() == 4 && parts[3] == "enable")
    return parts[1].starts_with("user_") ? FileKind::user_enable : FileKind::disk_enable;
  if (parts.size() == 5 && parts[3] == "attrib") return FileKind::disk_attribute;
  if (parts.size() == 5 && parts[4] == "vpd_unit_serial") return FileKind::disk_serial;
  if (parts.size() == 5 && parts[4] == "res_aptpl_metadata") return FileKind::disk_registrations;
  return FileKind::any;
}

/// Below acls/WWN: `rest` starts after the WWN.
FileKind acl_kind(const Parts& parts) {
  if (parts.size() == 5) return FileKind::acl;
  if (parts[5] == "auth") return FileKind::credential;
  if (parts[5] == "attrib" || parts[5] == "cmdsn_depth") return FileKind::acl_attribute;
  if (parts[5].starts_with("lun_"))
    return parts.size() == 6 ? FileKind::mapped_lun : FileKind::mapped_lun_link;
  return FileKind::any;
}

FileKind tpg_kind(const Parts& parts) {
  if (parts.size() == 3) return FileKind::tpg;
  const std::string_view group = parts[3];
  if (group == "enable") return FileKind::tpg_enable;
  if (parts.size() < 5) return FileKind::any;
  if (group == "attrib") return FileKind::tpg_attribute;
  if (group == "param") return FileKind::parameter;
  if (group == "auth") return FileKind::credential;
  if (group == "lun") return parts.size() == 5 ? FileKind::lun : FileKind::lun_link;
  if (group == "acls") return acl_kind(parts);
  if (group == "np") return FileKind::portal;
  return FileKind::any;
}

}  // namespace

FileKind kind_of(std::string_view path) {
  const Parts parts = split(path, '/');
  if (parts[0] == "core") return core_kind(parts);
  if (parts.size() == 1) return parts[0].empty() ? FileKind::any : FileKind::fabric;
  if (parts[1] == "discovery_auth") return FileKind::credential;
  if (parts.size() == 2) return FileKind::target;
  return parts[2].starts_with("tpgt_") ? tpg_kind(parts) : FileKind::any;
}

std::optional<Cause> likely_cause(Verb verb, std::string_view path, int errnum) {
  const FileKind kind = kind_of(path);
  // The number is the handler's, and most handlers know only one.
  if (verb == Verb::write && kind == FileKind::user_enable)
    return Cause{"its handler in user space refused it",
                 "tcmu-runner's log says why: /var/log/tcmu-runner.log"};
  for (const Row& row : rows) {
    if (row.verb == verb && row.errnum == errnum && (row.kind == kind || row.kind == FileKind::any))
      return row.cause;
  }
  return std::nullopt;
}

}  // namespace lunet::target
