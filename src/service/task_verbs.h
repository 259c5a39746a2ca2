// SPDX-License-Identifier: Apache-2.0
// The edits behind tasks.h. Only for service/.
#pragma once

#include "service/editor.h"
#include "service/tasks.h"
#include "service/verbs.h"

namespace lunet::service {

Result<Report> create_pscsi(Editor& editor, const PscsiOptions& options);
Result<Report> create_user(Editor& editor, const UserOptions& options);
Result<Report> change_medium(Editor& editor, const UserOptions& options);
Result<Report> set_transport(Editor& editor, const PortalRef& portal, Transport transport, bool on);
Result<Report> resize(Editor& editor, const DiskRef& disk, const ResizeOptions& options);
Result<Report> share(Editor& editor, const ShareOptions& options);
Result<Report> unshare(Editor& editor, const ShareOptions& options);
Result<Report> kick(Editor& editor, const LoginSession& session);

}  // namespace lunet::service
