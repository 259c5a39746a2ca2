// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lunet::programs {

/// Takes the numbers of the standard streams that whoever started the process has closed, so that no file or
/// socket gets one of them and with it what is meant for a person. Reading from one, and writing to one,
/// fails as before.
void fill_standard_streams();

}  // namespace lunet::programs
