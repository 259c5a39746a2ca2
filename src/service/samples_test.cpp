// SPDX-License-Identifier: Apache-2.0
// The samples (config/test_samples.h) through a runtime: they run as they stand, and come back from it.
#include "config/test_samples.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Samples : public ServiceFixture {
 protected:
  Samples() : ServiceFixture(Kind::stepping) {
    for (const char* name : {"web1.img", "web2.img", "f1.img", "f2.img"}) write_file(name, 10ULL << 30U);
  }
  /// With files that are there.
  std::string text_of(const config::Sample& sample) const {
    std::string text(sample.text);
    constexpr std::string_view folder = "/srv/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder, at + 1))
      text.replace(at, folder.size(), folder_.string() + "/");
    return text;
  }
};

TEST_F(Samples, RunAsTheyStandAndComeBackFromTheStore) {
  for (const config::Sample& sample : config::samples) {
    SCOPED_TRACE(sample.name);
    const Source source = text_source(text_of(sample));
    if (!sample.mistake.empty()) {
      EXPECT_EQ(error_of(apply(source)).errnum, EINVAL);
      continue;
    }
    must(apply(source));
    EXPECT_THAT(must(service_->drift()), IsEmpty());
    EXPECT_FALSE(must(whole_->plan(source)).differs()) << "what was made up stays: a serial, an HBA";
    const std::string runs = dump();
    const std::string text = must(whole_->text_of({}, {.show_secrets = true}));
    must(apply(text_source("")));
    must(apply(text_source(text)));
    EXPECT_THAT(must(service_->drift()), IsEmpty());
    EXPECT_EQ(target::first_difference(dump(), runs), "") << "the serial that was made up is in the text";
    must(apply(text_source("")));
  }
}

TEST_F(Samples, ASerialIsMadeUpOnce) {
  must(apply(text_source("storage rd_mcp disk a size 1M")));
  const std::string serial(recorded("storage rd_mcp disk a")->attribute("wwn"));
  EXPECT_EQ(serial.size(), 36U);
  EXPECT_THAT(*memory_->read("core/rd_mcp_0/a/wwn/vpd_unit_serial"), HasSubstr(serial));
}

}  // namespace
}  // namespace lunet::service
