# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Every script of tests/golden/oracle on the kernel's target: the tree and targetctl's saveconfig.json are what targetcli-fb left.
here=$(cd "$(dirname "$0")" && pwd)
exec /usr/bin/python3 "$here/oracle/compare" "$LUNET_BIN"
