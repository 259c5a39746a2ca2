// SPDX-License-Identifier: Apache-2.0
// Credentials that make no sense together.
#include <fmt/core.h>

#include "config/validate/checks.h"

namespace lunet::config {
namespace {

class ChapCheck {
 public:
  ChapCheck(const Question& question, const Visited& at, std::string_view group, Findings& findings)
      : question_(question), at_(at), group_(group), findings_(findings) {}

  void run() {
    const bool discovery = group_ == "discovery_auth";
    const std::string_view user_mutual = discovery ? "mutual_userid" : "userid_mutual";
    const std::string_view password_mutual = discovery ? "mutual_password" : "password_mutual";
    pair("userid", "password");
    pair(user_mutual, password_mutual);
    if (has(user_mutual) && !has("userid"))
      add(Severity::error, user_mutual, "the target is to prove itself, and the initiator is not",
          "mutual CHAP needs 'userid' and 'password' too");
    if (has("password") && value("password") == value(password_mutual))
      add(Severity::error, password_mutual, "both directions have the same secret",
          "RFC 7143 forbids it, because one side could answer with the other's proof; use two");
    if (discovery && effective(question_, at_, group_, "enable") == "yes" && !has("userid"))
      add(Severity::warning, "enable",
          "discovery needs CHAP, and there are no credentials: nobody can discover",
          "give 'userid' and 'password', or 'enable no'");
    if (!discovery && has("userid")) opened();
  }

 private:
  /// Ruling 10: an explicit 0 opens, whatever is set.
  void opened() {
    const bool acl = at_.path.back().object_class == ObjectClass::acl;
    const auto authentication = value_of(question_, at_, "attribute", "authentication");
    if (!authentication || (*authentication != "0" && *authentication != "no")) return;
    findings_.push_back(
        {Severity::warning,
         {at_.path, "attribute", set_name(at_, "attribute", "authentication")},
         fmt::format("the {} has credentials, and none are asked for", acl ? "initiator" : "portal group"),
         acl ? "remove 'authentication' to ask for them" : "set 'authentication yes' to ask for them"});
  }

  void pair(std::string_view user, std::string_view password) {
    if (has(user) && !has(password))
      add(Severity::error, user, fmt::format("'{}' has no '{}'", user, password), "give both or neither");
    if (!has(user) && has(password))
      add(Severity::error, password, fmt::format("'{}' has no '{}'", password, user), "give both or neither");
  }

  [[nodiscard]] std::string value(std::string_view name) const {
    return value_of(question_, at_, group_, name).value_or("");
  }
  [[nodiscard]] bool has(std::string_view name) const { return !value(name).empty(); }

  void add(Severity severity, std::string_view name, std::string sentence, std::string hint) {
    findings_.push_back({severity,
                         {at_.path, std::string(group_), set_name(at_, group_, name)},
                         std::move(sentence),
                         std::move(hint)});
  }

  const Question& question_;
  const Visited& at_;
  std::string_view group_;
  Findings& findings_;
};

}  // namespace

void check_chap(const Question& question, Findings& findings) {
  for_each_object(question, false, [&](const Visited& at) {
    for (const auto& [group, attributes] : at.object.groups)
      if (group == "auth" || group == "discovery_auth") ChapCheck(question, at, group, findings).run();
  });
}

}  // namespace lunet::config
