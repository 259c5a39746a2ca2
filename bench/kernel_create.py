# SPDX-License-Identifier: Apache-2.0
"""The measurements of bench/kernel-create: COUNT, or inside the place COUNT STATE-FOLDER."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../tests/support")]
import stand_in  # noqa: E402
from kernel_restore import one_more_alone, seconds, text_of  # noqa: E402
from lab import BIN, Lab  # noqa: E402


def outside(count):
    with Lab(threads=1) as lab:
        command = ["unshare", "--mount", sys.executable, stand_in.PLACE, BIN, lab.state, lab.socket, sys.executable, os.path.abspath(__file__)]
        subprocess.run([*command, count, lab.path("store")], check=True, stdin=subprocess.DEVNULL, env={**os.environ, "HOME": lab.dir})


def inside(count, folder):
    stand_in.pretend_modules()
    lunet = [os.path.join(BIN, "lunet"), "--runtime", "kernel", "--no-start", "--yes", "--state-dir", folder]
    targetcli = [sys.executable, stand_in.PLACE, "--python", "/usr/bin/targetcli"]
    config = f"{folder}.lio"
    with open(config, "w", encoding="ascii") as file:
        file.write(text_of(int(count)))
    seconds([*lunet, "apply", config])
    ours, theirs = one_more_alone(lunet, "ours", 9), one_more_alone(targetcli, "theirs", 5)
    print(f"one more disk at N = {count}: lunet {ours:.3f} s, targetcli {theirs:.2f} s: {theirs / ours:.0f} times", flush=True)


if __name__ == "__main__":
    (inside if len(sys.argv) > 2 else outside)(*sys.argv[1:])
