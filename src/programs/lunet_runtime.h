// SPDX-License-Identifier: Apache-2.0
// The runtime that lunet talks to: chosen, connected to and, for lunetd, started when it is first needed.
#pragma once

#include <unistd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "configfs/tree.h"
#include "service/mortal.h"
#include "service/service.h"
#include "shell/command.h"
#include "store/store.h"

namespace lunet::programs {

struct RuntimeOptions {
  std::optional<service::RuntimeKind>
      kind;  ///< nothing: the recorded one, else what the machine has (ruling 6)
  std::string state_dir;
  std::string socket_path;
  bool may_start = true;
  std::string command;                                  ///< for the history
  std::function<void(const std::string&)> notice = {};  ///< what the user should know at once
};

class LunetRuntime : public shell::Runtime {
 public:
  explicit LunetRuntime(RuntimeOptions options) : options_(std::move(options)) {}

  Result<service::Service*> service() override;
  Result<service::ViewNode> view() override;
  Result<std::vector<store::Generation>> history(std::size_t limit) override;
  Result<> mount(const std::string& directory, const std::function<void()>& mounted) override;
  [[nodiscard]] std::vector<std::string> notices() const override { return notices_; }

 private:
  Result<store::Store*> store();
  Result<configfs::Tree*> tree();
  Result<service::RuntimeKind> kind();
  Result<std::unique_ptr<configfs::Tree>> connect_lunetd();
  Result<std::unique_ptr<configfs::Tree>> start_and_connect();

  RuntimeOptions options_;
  std::vector<std::string> notices_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<configfs::Tree> tree_;
  service::Life life_{[] { ::_exit(137); }};  ///< ends only in tests
  std::unique_ptr<service::MortalTree> mortal_tree_;
  std::unique_ptr<service::MortalStore> mortal_store_;
  std::unique_ptr<service::Service> service_;
};

}  // namespace lunet::programs
