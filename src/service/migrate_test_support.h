// SPDX-License-Identifier: Apache-2.0
// For tests of a migration: both runtimes in memory.
#pragma once

#include <memory>
#include <string>

#include "service/migrate.h"
#include "service/service_test_support.h"

namespace lunet::service {

/// From the parameter's runtime to the other one.
class Migrate : public BothRuntimes {
 protected:
  Migrate() { renew_other(); }

  void renew_other() {
    other_ = configfs::make_memory_tree(is_kernel() ? configfs::Flavour::lunetd : configfs::Flavour::kernel);
    stepping_other_ = std::make_unique<target::SteppingTree>(*other_);
    other_fault_ = std::make_unique<configfs::FaultTree>(
        is_kernel() ? *other_ : static_cast<configfs::Tree&>(*stepping_other_));
  }
  static bool is_kernel() { return GetParam() == Kind::stepping; }
  static RuntimeKind old_kind() { return is_kernel() ? RuntimeKind::kernel : RuntimeKind::lunetd; }
  static RuntimeKind new_kind() { return is_kernel() ? RuntimeKind::lunetd : RuntimeKind::kernel; }
  static std::string old_name() { return is_kernel() ? "kernel" : "lunetd"; }
  static std::string new_name() { return is_kernel() ? "lunetd" : "kernel"; }

  void make_some() {
    make_exported();
    must(service_->create_fileio(fileio("f0")));
    must(service_->create_lun(tpg(), lun_of("fileio", "f0")));
    must(service_->create_mapped_lun(tpg(), initiator, {9, 0, true}));
    must(service_->set_group({path_of(acl_), "auth"}, {{"userid", "user"}, {"password", "secret-of-12ch"}}));
    must(service_->set_group({path_of(tpg_), "parameter"}, {{"InitialR2T", "No"}}));
    must(service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", "d"}}));
  }
  MigrationSides sides() {
    MigrationSides both;
    both.from = context_;
    both.to = new_kind();
    both.reach = [this]() -> Result<configfs::Tree*> {
      ++reached_;
      return other_fault_.get();
    };
    return both;
  }
  std::string runtime() { return store_->head()->runtime; }
  std::string other_dump() { return target::dump(*other_); }
  /// What the new one is to look like.
  std::unique_ptr<Service> on_other() {
    Context context = context_;
    context.live = other_fault_.get();
    context.runtime = new_kind();
    return make_service(context);
  }

  /// `lunet restore`, which an error may have told to do, brings all of it about.
  void expect_restored(Service& service) {
    EXPECT_EQ(must(service.restore()).left_out, 0U);
    EXPECT_THAT(must(service.drift()), testing::IsEmpty());
  }

  std::unique_ptr<configfs::Tree> other_;
  std::unique_ptr<target::SteppingTree> stepping_other_;
  std::unique_ptr<configfs::FaultTree> other_fault_;
  int reached_ = 0;
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
};

}  // namespace lunet::service
