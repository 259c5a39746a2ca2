// SPDX-License-Identifier: Apache-2.0
#include "config/sharing.h"

#include <vector>

namespace lunet::config {
namespace {

bool same_comments(const Object& a, const Object& b) {
  if (a.comments == b.comments) return true;
  return a.comments != nullptr && b.comments != nullptr && *a.comments == *b.comments;
}

bool same_words(const Object& a, const Object& b) {
  return a.attributes == b.attributes && a.groups == b.groups && same_comments(a, b);
}

/// With all below them, also in comments.
bool identical(const Object& a, const Object& b) {
  if (&a == &b) return true;
  if (!same_words(a, b)) return false;
  auto i = a.children.begin();
  auto j = b.children.begin();
  for (;;) {
    i.skip_shared(j);
    if (i == a.children.end() || j == b.children.end()) return i == a.children.end() && j == b.children.end();
    if (i->first != j->first || !identical(i->second, j->second)) return false;
    ++i;
    ++j;
  }
}

/// Makes `out`, which is `base` yet, say what `wanted` says.
void become(Object& out, const Object& base, const Object& wanted) {
  if (!same_words(base, wanted)) {
    out.attributes = wanted.attributes;
    out.groups = wanted.groups;
    out.comments = wanted.comments;
  }
  auto i = base.children.begin();
  auto j = wanted.children.begin();
  for (;;) {
    i.skip_shared(j);
    if (i == base.children.end() && j == wanted.children.end()) return;
    if (j == wanted.children.end() || (i != base.children.end() && i->first < j->first)) {
      out.children.erase(i->first);
      ++i;
    } else if (i == base.children.end() || j->first < i->first) {
      out.children[j->first] = j->second;
      ++j;
    } else {
      if (!identical(i->second, j->second)) become(*out.children.edit(j->first), i->second, j->second);
      ++i;
      ++j;
    }
  }
}

}  // namespace

Tree sharing(const Tree& base, const Tree& tree) {
  Tree shared = base;
  become(shared.root, base.root, tree.root);
  return shared;
}

}  // namespace lunet::config
