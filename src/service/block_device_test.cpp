// SPDX-License-Identifier: Apache-2.0
#include "service/block_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::service {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// What works needs a device: tests/integration/iblock_test.py.
Error block_refusal(const std::string& path) {
  FileRequest request;
  request.plugin = "block";
  request.disk = "b";
  request.path = path;
  const auto device = prepare_block_device(request, std::nullopt);
  EXPECT_FALSE(device);
  return device ? Error{} : device.error();
}

}  // namespace

TEST(BlockDevice, RefusesWhatIsNone) {
  const Error missing = block_refusal("/dev/lunet-has-no-such-device");
  EXPECT_EQ(missing.errnum, ENOENT);
  EXPECT_THAT(missing.message,
              AllOf(HasSubstr("creating block 'b'"), HasSubstr("/dev/lunet-has-no-such-device")));
  EXPECT_THAT(block_refusal("/dev/null").message, HasSubstr("a character device"));
  EXPECT_THAT(block_refusal("/etc/passwd").hint, HasSubstr("fileio"));
  EXPECT_EQ(block_refusal("/dev/a,b").errnum, EINVAL);
}

}  // namespace lunet::service
