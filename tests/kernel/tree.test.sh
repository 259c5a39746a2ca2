# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The guest has a kernel target that can be written: what every other test here stands on.
set -euo pipefail
cd /sys/kernel/config/target
mkdir -p core/rd_mcp_0/disk
echo rd_pages=16 >core/rd_mcp_0/disk/control
echo 1 >core/rd_mcp_0/disk/enable
grep -q ACTIVATED core/rd_mcp_0/disk/info
mkdir -p iscsi
mkdir -p iscsi/iqn.2024-01.org.example:a/tpgt_1/lun/lun_0
ln -s "$PWD/core/rd_mcp_0/disk" iscsi/iqn.2024-01.org.example:a/tpgt_1/lun/lun_0/link
if rmdir core/rd_mcp_0/disk 2>/dev/null; then
  echo "a disk that is exported was removed"
  exit 1
fi
rm iscsi/iqn.2024-01.org.example:a/tpgt_1/lun/lun_0/link
rmdir iscsi/iqn.2024-01.org.example:a/tpgt_1/lun/lun_0
rmdir iscsi/iqn.2024-01.org.example:a/tpgt_1
rmdir iscsi/iqn.2024-01.org.example:a
rmdir core/rd_mcp_0/disk core/rd_mcp_0
