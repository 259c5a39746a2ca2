// SPDX-License-Identifier: Apache-2.0
#include "programs/places.h"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "store/files.h"

namespace lunet::programs {

constexpr std::string_view root_runtime_dir = "/run/lunet";

static std::string home_of(uid_t user, const std::function<std::string(const char*)>& variable) {
  std::string home = variable("HOME");
  if (!home.empty() && home[0] == '/') return home;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_dir : fmt::format("/tmp/lunet-{}", user);
}

Places places_of(uid_t user, const std::function<std::string(const char*)>& variable) {
  if (user == 0) return {"/var/lib/lunet", fmt::format("{}/lunetd.sock", root_runtime_dir)};
  // Relative values are to be ignored (XDG Base Directory Specification).
  std::string state = variable("XDG_STATE_HOME");
  if (state.empty() || state[0] != '/') state = home_of(user, variable) + "/.local/state";
  const std::string runtime = variable("XDG_RUNTIME_DIR");
  const std::string socket_folder =
      runtime.empty() || runtime[0] != '/' ? fmt::format("/tmp/lunet-{}", user) : runtime + "/lunet";
  return {state + "/lunet", socket_folder + "/lunetd.sock"};
}

Places default_places() {
  return places_of(::geteuid(), [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  });
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
  return error ? path : absolute.string();
}

static std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string socket_for(const std::string& state_dir) {
  const Places places = default_places();
  const std::string folder = without_trailing_slash(absolute_path(state_dir));
  return folder == places.state_dir ? places.socket_path : folder + "/lunetd.sock";
}

static Result<> check_private(const std::string& folder) {
  struct stat status{};
  // lstat: a link in /tmp may have been put there by somebody else.
  if (::lstat(folder.c_str(), &status) != 0) return system_error(errno, fmt::format("folder {}", folder));
  if (!S_ISDIR(status.st_mode)) return Error{ENOTDIR, fmt::format("{} is not a folder", folder), {}};
  if (status.st_uid != ::geteuid()) {
    return Error{EPERM, fmt::format("folder {} belongs to user {}, not to you", folder, status.st_uid),
                 "use another folder: --state-dir, --socket"};
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error{EPERM, fmt::format("others may write to folder {}", folder),
                 fmt::format("chmod go-w {}", folder)};
  }
  return {};
}

/// The store that comes into a folder is as durable as the folder's name.
static Result<> make_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    const auto slash = path.rfind('/');
    return store::sync_folder(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
  }
  if (errno == EEXIST) return {};
  return system_error(errno, fmt::format("making folder {}", path));
}

Result<> make_private_folder(const std::string& folder) {
  const std::string path = without_trailing_slash(folder);
  const mode_t mode = path == root_runtime_dir ? 0755 : 0700;
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    TRY_OK(make_folder(path.substr(0, slash), 0700));
  }
  TRY_OK(make_folder(path, mode));
  return check_private(path);
}

}  // namespace lunet::programs
