# SPDX-License-Identifier: Apache-2.0
"""Runs programs written for the kernel's target, unmodified, with lunetd's tree at the kernel's place.

kernel_place.py LUNET_BIN STATE_DIR SOCKET COMMAND [ARGUMENT...], as root in a mount namespace of its own (unshare -m).
What such programs expect of the machine is put there for as long as the command runs, seen by it alone: the tree at
/sys/kernel/config/target (lunet mount), a message bus that nobody is on, an /etc/rtslib-fb-target, and the list of the
loaded modules, which only a kernel could change.
"""
import os
import subprocess
import sys

PLACE = "/sys/kernel/config/target"
MODULES = ("configfs", "target_core_mod", "target_core_file", "target_core_iblock", "target_core_pscsi",
           "target_core_user", "iscsi_target_mod", "tcm_loop", "vhost_scsi")


def mount_empty(folder):
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)


def bus():
    """rtslib looks for handlers of user-space backstores on the system's message bus."""
    mount_empty("/run")
    os.makedirs("/run/dbus")
    return subprocess.Popen(["dbus-daemon", "--session", "--address=unix:path=/run/dbus/system_bus_socket", "--nofork",
                             "--nopidfile", "--print-address"], stdout=subprocess.PIPE, text=True)


def main(binaries, state, socket, *command):
    if not os.path.isdir("/sys/kernel/config"):
        mount_empty("/sys/kernel")
        os.mkdir("/sys/kernel/config")
    mount_empty("/sys/kernel/config")
    os.mkdir(PLACE)
    # The state folder's file system may be one that cannot be written to from above; a fresh one can.
    mount_empty("/mnt")
    os.mkdir("/mnt/upper")
    os.mkdir("/mnt/work")
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work",
                    "/etc"], check=True)
    # lunetd's socket may be below /run: connect before it is covered.
    mount = subprocess.Popen([f"{binaries}/lunet", "--runtime", "lunetd", "--no-start", "--state-dir", state, "--socket",
                              socket, "mount", PLACE], stdout=subprocess.PIPE, text=True)
    assert mount.stdout.readline().startswith("Mounted"), "lunet mount failed"
    daemon = bus()
    daemon.stdout.readline()
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        daemon.kill()
        daemon.wait()
        subprocess.run(["umount", PLACE], check=True)
        mount.wait()


def run_as_is(program, *arguments):
    """A Python program of others, with this machine's module list stood in for."""
    import runpy
    import rtslib_fb.utils
    rtslib_fb.utils.list_loaded_kernel_modules = lambda: list(MODULES)
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "--python":
        run_as_is(*sys.argv[2:])
    else:
        sys.exit(main(*sys.argv[1:]))
