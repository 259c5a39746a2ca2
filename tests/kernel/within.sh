# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For tests in the guest, which source it.
within() { # SECONDS COMMAND...: until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || { echo "not within its time: $*"; return 1; }
    sleep 0.2
  done
}
