// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <utility>

#include "base/check.h"
#include "service/editor.h"
#include "service/verbs.h"

namespace lunet::service {
namespace {

class StoreService : public Service {
 public:
  explicit StoreService(const Context& context) : editor_(context) {
    CHECK(context.live != nullptr && context.store != nullptr);
  }

  Result<Report> create_fileio(const FileioOptions& options) override {
    return service::create_fileio(editor_, options);
  }
  Result<Report> create_block(const BlockOptions& options) override {
    return service::create_block(editor_, options);
  }
  Result<Report> create_ramdisk(const RamdiskOptions& options) override {
    return service::create_ramdisk(editor_, options);
  }
  using Service::delete_disk;
  Result<Report> delete_disk(std::string_view plugin, std::string_view name, EmptyHba hba) override {
    return service::delete_disk(editor_, plugin, name, hba);
  }
  Result<Report> create_target(std::string_view wwn, const TpgOptions& options) override {
    return service::create_target(editor_, wwn, options);
  }
  Result<Report> delete_target(std::string_view wwn, std::string_view fabric) override {
    return service::delete_target(editor_, wwn, fabric);
  }
  Result<Report> create_tpg(std::string_view target, std::optional<std::uint16_t> tag,
                            const TpgOptions& options) override {
    return service::create_tpg(editor_, target, tag, options);
  }
  Result<Report> delete_tpg(const TpgRef& tpg) override { return service::delete_tpg(editor_, tpg); }
  Result<Report> enable_tpg(const TpgRef& tpg, bool enable) override {
    return service::enable_tpg(editor_, tpg, enable);
  }
  Result<Report> create_lun(const TpgRef& tpg, const LunOptions& options) override {
    return service::create_lun(editor_, tpg, options);
  }
  Result<Report> delete_lun(const TpgRef& tpg, std::uint16_t lun) override {
    return service::delete_lun(editor_, tpg, lun);
  }
  Result<Report> create_acl(const TpgRef& tpg, std::string_view wwn, bool add_mapped_luns) override {
    return service::create_acl(editor_, tpg, wwn, add_mapped_luns);
  }
  Result<Report> delete_acl(const TpgRef& tpg, std::string_view wwn) override {
    return service::delete_acl(editor_, tpg, wwn);
  }
  Result<Report> create_mapped_lun(const TpgRef& tpg, std::string_view acl,
                                   const MappedLunOptions& options) override {
    return service::create_mapped_lun(editor_, tpg, acl, options);
  }
  Result<Report> delete_mapped_lun(const TpgRef& tpg, std::string_view acl,
                                   std::uint16_t mapped_lun) override {
    return service::delete_mapped_lun(editor_, tpg, acl, mapped_lun);
  }
  Result<Report> create_portal(const TpgRef& tpg, std::string_view ip, std::uint16_t port) override {
    return service::create_portal(editor_, tpg, ip, port);
  }
  Result<Report> delete_portal(const TpgRef& tpg, std::string_view ip, std::uint16_t port) override {
    return service::delete_portal(editor_, tpg, ip, port);
  }
  Result<std::vector<GroupValue>> get_group(const GroupRef& group) override {
    return service::get_group(editor_, group);
  }
  Result<Report> set_group(const GroupRef& group,
                           const std::vector<std::pair<std::string, std::string>>& values) override {
    return service::set_group(editor_, group, values);
  }
  Result<Report> restore(const Scope& scope) override { return editor_.restore(scope); }
  Result<Report> adopt(const Scope& scope) override { return editor_.adopt(scope); }
  Result<Comparison> compare(const Scope& scope) override { return service::compare(editor_, scope); }
  Result<std::vector<store::Generation>> history(std::size_t limit) override {
    return editor_.store().history(limit);
  }

 private:
  Editor editor_;
};

}  // namespace

Result<std::vector<std::string>> Service::drift() {
  const Comparison comparison = TRY(compare(Scope{}));
  std::vector<std::string> sentences;
  for (const Difference& difference : comparison.differences) sentences.push_back(difference.text);
  return sentences;
}

std::unique_ptr<Service> make_service(const Context& context) {
  return std::make_unique<StoreService>(context);
}

}  // namespace lunet::service
