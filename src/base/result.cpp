// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <system_error>

namespace lunet {

Error Error::during(std::string_view activity) && {
  message = std::string(activity) + ": " + message;
  return std::move(*this);
}

Error Error::advise(std::string_view text) && {
  if (hint.empty()) hint = text;
  return std::move(*this);
}

Error system_error(int errnum, std::string_view what) {
  return {errnum, std::string(what) + ": " + std::generic_category().message(errnum), {}};
}

}  // namespace lunet
