# SPDX-License-Identifier: Apache-2.0
"""lunet with a stand-in for the kernel's target: a lunetd's tree at its place, in a mount namespace (kernel_place.py), so that
what is served is served for real. Needs root."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import BIN, run  # noqa: E402

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernel_place.py")
MODULES = ("configfs", "target_core_mod", "target_core_file", "iscsi_target_mod")


def lunet(kernel, lab, *words, socket=None):
    """`kernel` is the Lab whose lunetd stands in, `lab` has the store and perhaps a lunetd of its own."""
    return run(["unshare", "-m", sys.executable, PLACE, BIN, kernel.state, kernel.socket, sys.executable, os.path.abspath(__file__),
                os.path.join(BIN, "lunet"), "--no-start", "--state-dir", lab.state, "--socket", socket or lab.socket, *words],
               check=False)


def pretend_modules():
    """In the place: the kernel's modules count as loaded."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/sys/module"], check=True)
    for module in MODULES:
        os.mkdir(f"/sys/module/{module}")
        with open(f"/sys/module/{module}/initstate", "w", encoding="ascii") as file:
            file.write("live\n")


def inside(*command):
    pretend_modules()
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(inside(*sys.argv[1:]))
