# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A change that fails at any step on the kernel is taken back: the tree is what it was.
here=$(cd "$(dirname "$0")" && pwd)
exec /usr/bin/python3 "$here/rollback.py" "$LUNET_BIN"
