# SPDX-License-Identifier: Apache-2.0
"""A mounted forgetfs (tests/forgetfs): `with Forgetfs(folder) as disk: disk.command("forget 1")`."""
import os
import subprocess

from lab import BIN, DEADLINE_S

PROGRAM = os.path.join(BIN, "tests", "forgetfs")


def unusable():
    """Why forgetfs cannot run here, or None."""
    if not os.path.exists(PROGRAM):
        return "forgetfs is not built: install libfuse3-dev and configure again"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or os.geteuid() != 0:
        return "FUSE needs /dev/fuse and root"
    return None


class Forgetfs:
    def __init__(self, folder, *options):
        self.folder = folder
        os.mkdir(folder)
        self.process = subprocess.Popen([PROGRAM, *options, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("forgetfs did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, line):
        """The answer as a dictionary of its numbers."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        assert words and words[0] == "ok", f"forgetfs: {line}: {' '.join(words) or 'no answer'}"
        return {name: int(value) for name, value in zip(words[1::2], words[2::2])}

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        subprocess.run(["umount", "-l", self.folder], stderr=subprocess.DEVNULL, check=False)
