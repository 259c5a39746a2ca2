// SPDX-License-Identifier: Apache-2.0
// bench_kernel_bare N: the system calls that make N RAM disks, LUNs and mapped LUNs on the kernel's target,
// and nothing else: what bench/kernel-restore measures against. The targets, of 200 LUNs each, and their ACLs
// are made too. Prints milliseconds.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

static const std::string root = "/sys/kernel/config/target/";
constexpr int luns_of_target = 200;

static void check(int result, const std::string& what) {
  if (result >= 0 || errno == EEXIST) return;
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  std::exit(1);                                                          // NOLINT(concurrency-mt-unsafe)
}

static void make(const std::string& path) {
  check(::mkdir(path.c_str(), 0755), path);
}

static void put(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  check(fd, path);
  check(static_cast<int>(::write(fd, text.data(), text.size())), path);
  ::close(fd);
}

static void link_to(const std::string& target, const std::string& path) {
  check(::symlink(target.c_str(), path.c_str()), path);
}

/// With the LUNs of disks `first` to `end` - 1.
static void make_target(int first, int end) {
  const std::string target =
      root + "iscsi/iqn.2026-11.org.example:bench" + std::to_string(first / luns_of_target);
  const std::string tpg = target + "/tpgt_1";
  const std::string acl = tpg + "/acls/iqn.2026-11.org.example:host";
  make(target);
  make(tpg);
  for (int i = first; i < end; ++i) {
    const std::string number = std::to_string(i);
    const std::string lun = tpg + "/lun/lun_" + std::to_string(i - first);
    make(lun);
    link_to(root + "core/rd_mcp_" + number + "/d" + number, lun + "/link");
  }
  make(acl);
  for (int i = 0; i < end - first; ++i) {
    const std::string mapped = acl + "/lun_" + std::to_string(i);
    make(mapped);
    link_to(tpg + "/lun/lun_" + std::to_string(i), mapped + "/link");
    put(mapped + "/write_protect", "0");
  }
}

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 50;  // NOLINT(cert-err34-c): a benchmark's own argument
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string hba = root + "core/rd_mcp_" + number;
    const std::string disk = hba + "/d" + number;
    make(hba);
    make(disk);
    put(disk + "/control", "rd_pages=1");
    put(disk + "/enable", "1\n");
    char serial[40];
    std::snprintf(serial, sizeof serial, "00000000-0000-4000-8000-%012d\n", i);
    put(disk + "/wwn/vpd_unit_serial", serial);
  }
  make(root + "iscsi");
  for (int first = 0; first < count; first += luns_of_target)
    make_target(first, std::min(count, first + luns_of_target));
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
  std::printf("%.0f\n", passed.count());
  return 0;
}
