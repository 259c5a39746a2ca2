// SPDX-License-Identifier: Apache-2.0
// The form in which two iSCSI names are compared (RFC 7143 4.2.7.1, RFC 3722).
#pragma once

#include <string>
#include <string_view>

namespace lunet {

/// `name` folded to lower case and, where it has characters beyond ASCII, normalised as the iSCSI profile of
/// stringprep says. "" for a text that the profile forbids or that is no UTF-8. ASCII is only folded: the
/// profile forbids '_' and others that names in use have.
std::string fold_iscsi_name(std::string_view name);

/// A lower-case "iqn.", "eui." or "naa." name of sane length and characters (RFC 7143 4.2.7): what a folded
/// name has to be before it is an initiator's or a target's. It fits a line, a list with commas and a path.
bool valid_iscsi_name(std::string_view name);

}  // namespace lunet
