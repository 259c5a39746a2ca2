// SPDX-License-Identifier: Apache-2.0
#include "service/redact.h"

#include <algorithm>

#include "target/names.h"

namespace lunet::service {

static constexpr std::string_view hidden = "***";

static void collect(const config::Object& object, config::Path& path, std::vector<std::string>& secrets,
                    std::vector<config::Path>& holders) {
  for (const auto& [group, values] : object.groups) {
    for (const auto& [name, value] : values) {
      if (!target::is_secret(group, name) || value.empty()) continue;
      secrets.push_back(value);
      if (holders.empty() || holders.back() != path) holders.push_back(path);
    }
  }
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    collect(child, path, secrets, holders);
    path.pop_back();
  }
}

std::vector<std::string> take_secrets(config::Tree& tree) {
  std::vector<std::string> secrets;
  std::vector<config::Path> holders;
  config::Path path;
  collect(std::as_const(tree).root, path, secrets, holders);
  for (const config::Path& holder : holders) {
    for (auto& [group, values] : tree.find(holder)->groups) {
      for (auto& [name, value] : values) {
        if (target::is_secret(group, name) && !value.empty()) value = hidden;
      }
    }
  }
  // One may be a part of another.
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), hidden);
      at += hidden.size();
    }
  }
  return text;
}

}  // namespace lunet::service
