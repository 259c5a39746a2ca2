# SPDX-License-Identifier: Apache-2.0
"""A block device on a file: `with LoopDevice(path, sector=4096) as device: device.path`."""
import os
import subprocess


def unusable():
    """Why there can be none here, or None."""
    if os.geteuid() != 0 or not os.path.exists("/dev/loop-control"):
        return "loop devices need root and the loop driver"
    return None


class LoopDevice:
    def __init__(self, file, sector=512, read_only=False):
        self.file = file
        command = ["losetup", "--find", "--show", "--sector-size", str(sector), *(["-r"] if read_only else []), file]
        for attempt in range(16):  # others take free devices at the same time
            result = subprocess.run(command, text=True, capture_output=True, check=False)
            if result.returncode == 0:
                break
        else:
            raise AssertionError(f"{' '.join(command)}: {result.stderr}")
        self.path = result.stdout.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.detach()

    def detach(self):
        if self.path:
            subprocess.run(["losetup", "-d", self.path], check=False)
            self.path = None

    def content(self, offset, length):
        """What is on the medium."""
        with open(self.file, "rb") as file:
            file.seek(offset)
            return file.read(length)
