// SPDX-License-Identifier: Apache-2.0
// A fast initiator, and the least a server can do over TCP, to compare targets by what an I/O costs them.
//   bench_iscsi_load floor SECONDS DEPTH BYTES
//   bench_iscsi_load target HOST PORT NAME INITIATOR LUN PID SECONDS DEPTH BYTES DISK_BYTES [digests]
// Prints: I/Os a second, microseconds of the server's CPU time per I/O, MB/s, median latency in microseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fd.h"

namespace {

using lunet::Fd;
using Clock = std::chrono::steady_clock;
using Header = std::array<std::uint8_t, 48>;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::uint32_t crc32c(const std::uint8_t* data, std::size_t size) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0x82F63B78 & (0U - (crc & 1)));
  }
  return ~crc;
}

void send_all(int socket, const void* data, std::size_t size) {
  const auto* at = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    const ssize_t sent = ::send(socket, at, size, MSG_NOSIGNAL);
    if (sent <= 0) die("send");
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

void receive_all(int socket, void* data, std::size_t size) {
  if (size != 0 && ::recv(socket, data, size, MSG_WAITALL) != static_cast<ssize_t>(size)) die("recv");
}

/// CPU time of all threads of a process, in microseconds.
double cpu_us(int pid) {
  double sum = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    double ns = 0;
    std::ifstream(task.path() / "schedstat") >> ns;
    sum += ns / 1000;
  }
  return sum;
}

struct Load {
  double seconds = 3;
  unsigned depth = 32;
  std::uint32_t bytes = 4096;
  std::uint64_t disk_bytes = 64 << 20;
  std::uint8_t lun = 0;
  bool digests = false;
  int pid = 0;
};

/// Keeps `depth` reads under way on a session that is logged in.
class Reader {
 public:
  Reader(int socket, const Load& load)
      : socket_(socket), load_(load), buffer_(4U << 20), started_(load.depth) {}

  void run() {
    for (unsigned tag = 0; tag < load_.depth; ++tag) add_command(tag);
    flush();
    const auto begin = Clock::now();
    const auto warm = begin + std::chrono::milliseconds(300);
    while (Clock::now() < warm) turn();
    done_ = 0;
    latencies_.clear();
    const double cpu_before = cpu_us(load_.pid);
    const auto from = Clock::now();
    const auto until = from + std::chrono::duration<double>(load_.seconds);
    while (Clock::now() < until) turn();
    const double seconds = std::chrono::duration<double>(Clock::now() - from).count();
    const double cpu = cpu_us(load_.pid) - cpu_before;
    std::nth_element(latencies_.begin(),
                     latencies_.begin() + static_cast<std::ptrdiff_t>(latencies_.size() / 2),
                     latencies_.end());
    std::printf("%.0f %.3f %.1f %.2f\n", static_cast<double>(done_) / seconds,
                cpu / static_cast<double>(done_), static_cast<double>(done_) * load_.bytes / seconds / 1e6,
                latencies_[latencies_.size() / 2]);
  }

 private:
  void add_command(std::uint32_t tag) {
    Header header{};
    const std::uint64_t blocks = load_.disk_bytes / 512;
    const std::uint32_t count = load_.bytes / 512;
    const auto lba = static_cast<std::uint32_t>(random_() % (blocks / count) * count);
    header[0] = 0x01;
    header[1] = 0x80 | 0x40 | 0x01;
    header[9] = load_.lun;
    lunet::store_be32(&header[16], tag);
    lunet::store_be32(&header[20], load_.bytes);
    lunet::store_be32(&header[24], command_sn_++);
    lunet::store_be32(&header[28], status_sn_ + 1);
    header[32] = 0x28;
    lunet::store_be32(&header[34], lba);
    lunet::store_be16(&header[39], static_cast<std::uint16_t>(count));
    commands_.insert(commands_.end(), header.begin(), header.end());
    if (load_.digests) {
      const std::uint32_t crc = crc32c(header.data(), header.size());
      for (int shift = 0; shift < 32; shift += 8)
        commands_.push_back(static_cast<std::uint8_t>(crc >> shift));
    }
    started_[tag] = Clock::now();
  }

  void flush() {
    if (!commands_.empty()) send_all(socket_, commands_.data(), commands_.size());
    commands_.clear();
  }

  void turn() {
    const ssize_t got = ::recv(socket_, buffer_.data() + filled_, buffer_.size() - filled_, 0);
    if (got <= 0) die("recv");
    filled_ += static_cast<std::size_t>(got);
    std::size_t at = 0;
    while (const std::size_t size = whole_pdu(at)) {
      handle(&buffer_[at]);
      at += size;
    }
    std::memmove(buffer_.data(), buffer_.data() + at, filled_ - at);
    filled_ -= at;
    flush();
  }

  [[nodiscard]] std::size_t whole_pdu(std::size_t at) const {
    if (filled_ - at < sizeof(Header)) return 0;
    const std::size_t data = (std::size_t{lunet::load_be24(&buffer_[at + 5])} + 3) / 4 * 4;
    std::size_t size = sizeof(Header) + data;
    if (load_.digests) size += data == 0 ? 4 : 8;
    return filled_ - at < size ? 0 : size;
  }

  void handle(const std::uint8_t* pdu) {
    const std::uint8_t opcode = pdu[0] & 0x3F;
    if (opcode == 0x20) return;  // NOP-In
    const bool ends = opcode == 0x21 || (opcode == 0x25 && (pdu[1] & 0x01) != 0);
    if (opcode != 0x21 && opcode != 0x25) die("unexpected PDU");
    if (!ends) return;
    if (pdu[3] != 0) {
      std::fprintf(stderr, "status %02x\n", pdu[3]);
      std::exit(1);
    }
    status_sn_ = lunet::load_be32(pdu + 24);
    const std::uint32_t tag = lunet::load_be32(pdu + 16);
    latencies_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - started_[tag]).count());
    ++done_;
    add_command(tag);
  }

  const int socket_;
  const Load load_;
  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
  std::vector<std::uint8_t> commands_;
  std::vector<Clock::time_point> started_;
  std::vector<double> latencies_;
  std::mt19937_64 random_{7};
  std::uint64_t done_ = 0;

 public:
  std::uint32_t command_sn_ = 1;
  std::uint32_t status_sn_ = 0;
};

Fd connect_to(const std::string& host, std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("connect");
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// A login in one step; answers the StatSN.
std::uint32_t log_in(int socket, const std::string& target, const std::string& initiator, bool digests) {
  const std::string zero(1, '\0');
  std::string keys =
      "InitiatorName=" + initiator + zero + "TargetName=" + target + zero + "SessionType=Normal" + zero;
  keys += "MaxRecvDataSegmentLength=262144" + zero + "MaxBurstLength=1048576" + zero;
  const std::string digest = digests ? "CRC32C" : "None";
  keys += "HeaderDigest=" + digest + zero + "DataDigest=" + digest + zero;
  Header header{};
  header[0] = 0x43;
  header[1] = 0x87;
  header[8] = 0x80;
  header[13] = 0x77;
  lunet::store_be24(&header[5], static_cast<std::uint32_t>(keys.size()));
  lunet::store_be32(&header[24], 1);
  keys.resize((keys.size() + 3) / 4 * 4);
  send_all(socket, header.data(), header.size());
  send_all(socket, keys.data(), keys.size());
  receive_all(socket, header.data(), header.size());
  std::vector<std::uint8_t> answer((lunet::load_be24(&header[5]) + 3) / 4 * 4);
  receive_all(socket, answer.data(), answer.size());
  if (header[36] != 0 || (header[1] & 0x80) == 0) {
    std::fprintf(stderr, "login: status %02x%02x\n", header[36], header[37]);
    std::exit(1);
  }
  return lunet::load_be32(&header[24]);
}

/// Unit attentions are taken before the measurement.
void be_ready(int socket, Reader& reader, const Load& load) {
  for (int round = 0; round < 8; ++round) {
    Header header{};
    header[0] = 0x41;  // immediate
    header[1] = 0x81;
    header[9] = load.lun;
    lunet::store_be32(&header[16], 0x7777);
    lunet::store_be32(&header[24], reader.command_sn_);
    std::vector<std::uint8_t> pdu(header.begin(), header.end());
    if (load.digests) {
      const std::uint32_t crc = crc32c(pdu.data(), pdu.size());
      for (int shift = 0; shift < 32; shift += 8) pdu.push_back(static_cast<std::uint8_t>(crc >> shift));
    }
    send_all(socket, pdu.data(), pdu.size());
    receive_all(socket, header.data(), header.size());
    const std::size_t data = (std::size_t{lunet::load_be24(&header[5])} + 3) / 4 * 4;
    std::vector<std::uint8_t> rest(data + (load.digests ? (data == 0 ? 4 : 8) : 0));
    receive_all(socket, rest.data(), rest.size());
    reader.status_sn_ = lunet::load_be32(&header[24]);
    if (header[3] == 0) return;
  }
}

/// The least a server does: takes all requests that are there, answers them in one system call.
[[noreturn]] void serve_floor(int socket, std::uint32_t bytes) {
  std::vector<std::uint8_t> in(1U << 16);
  std::vector<std::uint8_t> data(bytes, 0x5A);
  std::vector<Header> headers(1024);
  std::vector<iovec> parts(2048);
  std::size_t filled = 0;
  for (;;) {
    const ssize_t got = ::recv(socket, in.data() + filled, in.size() - filled, 0);
    if (got <= 0) std::_Exit(0);
    filled += static_cast<std::size_t>(got);
    const std::size_t requests = filled / sizeof(Header);
    std::size_t total = 0;
    for (std::size_t i = 0; i < requests; ++i) {
      Header& header = headers[i];
      header = {};
      header[0] = 0x25;
      header[1] = 0x81;
      lunet::store_be24(&header[5], bytes);
      std::memcpy(&header[16], &in[i * sizeof(Header) + 16], 4);
      parts[2 * i] = {header.data(), header.size()};
      parts[2 * i + 1] = {data.data(), data.size()};
      total += header.size() + data.size();
    }
    std::memmove(in.data(), in.data() + requests * sizeof(Header), filled - requests * sizeof(Header));
    filled -= requests * sizeof(Header);
    std::size_t first = 0;
    while (total > 0) {
      msghdr message{};
      message.msg_iov = &parts[first];
      message.msg_iovlen = std::min<std::size_t>(2 * requests - first, 1024);
      ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
      if (sent <= 0) std::_Exit(0);
      total -= static_cast<std::size_t>(sent);
      while (sent > 0) {
        const auto part = std::min(parts[first].iov_len, static_cast<std::size_t>(sent));
        parts[first].iov_base = static_cast<std::uint8_t*>(parts[first].iov_base) + part;
        parts[first].iov_len -= part;
        sent -= static_cast<ssize_t>(part);
        if (parts[first].iov_len == 0) ++first;
      }
    }
  }
}

int run_floor(Load load) {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 1) != 0 ||
      ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    die("listen");
  }
  load.pid = ::fork();
  if (load.pid == 0) {
    const Fd socket(::accept(listener.get(), nullptr, nullptr));
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    serve_floor(socket.get(), load.bytes);
  }
  const Fd socket = connect_to("127.0.0.1", ntohs(address.sin_port));
  Reader(socket.get(), load).run();
  ::kill(load.pid, SIGTERM);
  ::waitpid(load.pid, nullptr, 0);
  return 0;
}

int run_target(char** words, Load load) {
  const Fd socket = connect_to(words[0], static_cast<std::uint16_t>(std::atoi(words[1])));
  const std::uint32_t status_sn = log_in(socket.get(), words[2], words[3], load.digests);
  Reader reader(socket.get(), load);
  reader.status_sn_ = status_sn;
  be_ready(socket.get(), reader, load);
  reader.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Load load;
  if (argc == 5 && std::string(argv[1]) == "floor") {
    load.seconds = std::atof(argv[2]);
    load.depth = static_cast<unsigned>(std::atoi(argv[3]));
    load.bytes = static_cast<std::uint32_t>(std::atoi(argv[4]));
    return run_floor(load);
  }
  if (argc < 12 || std::string(argv[1]) != "target") {
    std::fputs("usage: see the head of bench/iscsi_load.cpp\n", stderr);
    return 2;
  }
  load.lun = static_cast<std::uint8_t>(std::atoi(argv[6]));
  load.pid = std::atoi(argv[7]);
  load.seconds = std::atof(argv[8]);
  load.depth = static_cast<unsigned>(std::atoi(argv[9]));
  load.bytes = static_cast<std::uint32_t>(std::atoi(argv[10]));
  load.disk_bytes = std::strtoull(argv[11], nullptr, 10);
  load.digests = argc > 12;
  return run_target(&argv[2], load);
}
