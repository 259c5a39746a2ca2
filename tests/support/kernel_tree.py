# SPDX-License-Identifier: Apache-2.0
"""The kernel's target tree, for tests in the guest: emptied without any tool's help."""
import glob
import os

TARGET = "/sys/kernel/config/target"


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def clear(root=TARGET):
    """In the order that the kernel wants. The discovery's secrets too."""
    for tpg in glob.glob(f"{root}/*/*/tpgt_*"):
        clear_tpg(tpg)
        os.rmdir(tpg)
    for target in glob.glob(f"{root}/*/*"):
        fabric = os.path.basename(os.path.dirname(target))
        if fabric != "core" and os.path.isdir(target) and os.path.basename(target) != "discovery_auth":
            os.rmdir(target)
    discovery = f"{root}/iscsi/discovery_auth"
    if os.path.isdir(discovery):
        for name in ("userid", "password", "userid_mutual", "password_mutual"):
            write(f"{discovery}/{name}", "NULL")
        write(f"{discovery}/enforce_discovery_auth", "0")
    for hba in glob.glob(f"{root}/core/*_[0-9]*"):
        for disk in glob.glob(f"{hba}/*/"):
            for group in glob.glob(f"{disk}/alua/*/"):
                if not group.endswith("/default_tg_pt_gp/"):
                    os.rmdir(group)
            os.rmdir(disk)
        os.rmdir(hba)


def clear_tpg(tpg):
    if os.path.exists(f"{tpg}/enable"):
        try:
            write(f"{tpg}/enable", "0")
        except OSError:
            pass  # fabrics that are always enabled
    nexus = f"{tpg}/nexus"
    for acl in glob.glob(f"{tpg}/acls/*/"):
        for mapped in glob.glob(f"{acl}/lun_*"):
            remove_with_links(mapped)
        os.rmdir(acl)
    for lun in glob.glob(f"{tpg}/lun/lun_*"):
        remove_with_links(lun)
    for portal in glob.glob(f"{tpg}/np/*"):
        os.rmdir(portal)
    if os.path.exists(nexus):
        try:
            write(nexus, "NULL")
        except OSError:
            pass  # there was none


def remove_with_links(folder):
    for entry in os.scandir(folder):
        if entry.is_symlink():
            os.unlink(entry.path)
    os.rmdir(folder)
