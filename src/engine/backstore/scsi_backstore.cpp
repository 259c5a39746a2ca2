// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/fd.h"
#include "engine/backstore/block_queue.h"
#include "engine/backstore/blocking_calls.h"
#include "engine/backstore/holder.h"
#include "engine/backstore/pass_through.h"

namespace lunet::backstore {

namespace {

constexpr std::uint8_t disk_type = 0x00;
/// Commands that a device has at once.
constexpr unsigned threads = 8;
constexpr unsigned disk_patience_ms = 60'000;
/// A tape winds, a medium is erased or formatted.
constexpr unsigned long_patience_ms = 4 * 3600 * 1000;

unsigned patience_ms(std::uint8_t type, std::uint8_t opcode) {
  constexpr std::uint8_t format_unit = 0x04;
  constexpr std::uint8_t sanitize = 0x48;
  const bool is_long = type != disk_type || opcode == format_unit || opcode == sanitize;
  return is_long ? long_patience_ms : disk_patience_ms;
}

int direction_of(ScsiRequest::Direction direction) {
  switch (direction) {
    case ScsiRequest::Direction::none: return SG_DXFER_NONE;
    case ScsiRequest::Direction::in: return SG_DXFER_FROM_DEV;
    case ScsiRequest::Direction::out: return SG_DXFER_TO_DEV;
  }
  return SG_DXFER_NONE;
}

/// 0: the device answered.
int pass_to(int file, std::uint8_t type, ScsiRequest& request) {
  sg_io_hdr header{};
  header.interface_id = 'S';
  header.dxfer_direction = direction_of(request.direction);
  header.cmd_len = request.cdb_bytes;
  header.cmdp = request.cdb.data();
  header.mx_sb_len = static_cast<unsigned char>(request.sense.size());
  header.sbp = request.sense.data();
  header.dxfer_len = static_cast<unsigned>(request.data.size());
  header.dxferp = request.data.data();
  header.timeout = patience_ms(type, request.cdb[0]);
  if (::ioctl(file, SG_IO, &header) != 0) return -errno;
  // The adapter did not reach it, or gave up waiting; a status is the device's own word.
  if (header.host_status != 0 && header.status == 0) return -EIO;
  request.status = header.status;
  request.sense_bytes = header.sb_len_wr;
  request.residual = header.resid > 0 ? static_cast<std::uint32_t>(header.resid) : 0;
  return 0;
}

class ScsiBackstore final : public Backstore, public PassThrough {
 public:
  ScsiBackstore(ScsiDevice device, Fd claim, Fd generic, Properties properties)
      : device_(std::move(device)),
        claim_(std::move(claim)),
        generic_(std::move(generic)),
        properties_(std::move(properties)) {}

  void submit(reactor::Reactor& /*reactor*/, Request& request) override { request.done(-EINVAL); }
  [[nodiscard]] Properties properties() const override { return properties_; }
  PassThrough* pass_through() override { return this; }
  void pass(reactor::Reactor& reactor, ScsiRequest& request) override {
    const int file = generic_ ? generic_.get() : claim_.get();
    calls_.run(
        reactor, [this, file, &request] { return pass_to(file, device_.type, request); },
        [&request](int result) { request.passed(result); });
  }

 private:
  const ScsiDevice device_;
  const Fd claim_;    ///< keeps others away; none where the device has no node of its own kind
  const Fd generic_;  ///< none without the kernel's module sg
  const Properties properties_;
  BlockingCalls calls_{threads};
};

std::string named(const ScsiAddress& address, const std::string& node) {
  return fmt::format("opening SCSI device {} ({})", address.text(), node);
}

Error open_error(int errnum, const ScsiAddress& address, const std::string& node) {
  auto error = system_error(errnum, named(address, node));
  if (errnum == EBUSY) {
    struct stat file{};
    const std::string holder = ::stat(node.c_str(), &file) == 0 ? holder_of(file) : std::string();
    return {
        EBUSY,
        fmt::format("{}: in use by {}", named(address, node), holder.empty() ? "another program" : holder),
        "a device serves one disk at a time: end its other use, or choose another one"};
  }
  if (errnum == EACCES || errnum == EPERM)
    return std::move(error).advise("SCSI commands to a device are root's: lunetd has to run as root");
  return error;
}

/// Keeps others away from the device while it is open.
Result<Fd> claim(const ScsiAddress& address, const ScsiDevice& device) {
  const std::string& node = device.block.empty() ? device.tape : device.block;
  if (node.empty()) return Fd();
  constexpr int flags = O_CLOEXEC | O_NONBLOCK;
  const int exclusive = device.block.empty() ? 0 : O_EXCL;
  Fd file(::open(node.c_str(), O_RDWR | exclusive | flags));
  // A CD-ROM, or a medium that is write-protected.
  const bool may_read = errno == EROFS || errno == EACCES || errno == ENOMEDIUM;
  if (!file && may_read) file = Fd(::open(node.c_str(), O_RDONLY | exclusive | flags));
  if (!file) return open_error(errno, address, node);
  return file;
}

Result<Fd> open_generic(const ScsiAddress& address, const ScsiDevice& device) {
  if (device.generic.empty()) return Fd();
  // What has no other node is claimed by this one.
  const bool claims = device.block.empty() && device.tape.empty();
  Fd file(::open(device.generic.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | (claims ? O_EXCL : 0)));
  if (!file) return open_error(errno, address, device.generic);
  return file;
}

Properties properties_of(const Fd& claim, const ScsiDevice& device) {
  Properties properties;
  struct stat now{};
  if (!device.block.empty() && ::fstat(claim.get(), &now) == 0) {
    const BlockQueue queue = read_block_queue(now.st_rdev);
    properties.block_bytes = queue.logical_block_bytes;
    properties.rotational = queue.rotational;
    properties.write_cache = queue.write_back;
    properties.limits = queue.limits;
    (void)::ioctl(claim.get(), BLKGETSIZE64, &properties.size_bytes);
  }
  properties.limits.queue_depth = device.queue_depth;
  properties.limits.vendor = device.vendor;
  properties.limits.model = device.model;
  properties.limits.revision = device.revision;
  return properties;
}

}  // namespace

Result<std::unique_ptr<Backstore>> open_scsi(const ScsiAddress& address) {
  ScsiDevice device = TRY(find_scsi_device(address));
  Fd claimed = TRY(claim(address, device));
  Fd generic = TRY(open_generic(address, device));
  if (!claimed && !generic) {
    return Error{ENXIO, fmt::format("SCSI device {} has no node in /dev", address.text()),
                 "load the kernel's module sg: modprobe sg"};
  }
  Properties properties = properties_of(claimed, device);
  return std::unique_ptr<Backstore>(std::make_unique<ScsiBackstore>(
      std::move(device), std::move(claimed), std::move(generic), std::move(properties)));
}

}  // namespace lunet::backstore
