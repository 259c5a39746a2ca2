#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Under a service manager: the units themselves, socket activation, readiness and states, and a restore that waits for
files, devices and addresses that are late (packaging/systemd)."""
import fcntl
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
import loop_device  # noqa: E402
from initiator import Initiator  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, run, stable_port  # noqa: E402

UNITS = os.path.join(HERE, "../../packaging/systemd")
EXPOSURE_MAX = {"lunetd.service": 30, "lunet-restore.service": 65}  # in tenths, of 100
LOOP_SET_FD, LOOP_CLR_FD, LOOP_MAJOR = 0x4C00, 0x4C01, 7


class Supervisor:
    """What a service manager hears from the program it started."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(DEADLINE_S)

    def next(self):
        return dict(line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines())

    def environment(self):
        return {**os.environ, "NOTIFY_SOCKET": self.path}

    def close(self):
        self.socket.close()


class Units(unittest.TestCase):
    def unit_files(self):
        return [os.path.join(UNITS, name) for name in sorted(os.listdir(UNITS)) if name.endswith((".service", ".socket"))]

    def test_they_are_in_order(self):
        folder = tempfile.mkdtemp(prefix="lunet-test-")
        self.addCleanup(shutil.rmtree, folder)
        copies = []
        for path in self.unit_files():
            with open(path) as unit:
                text = unit.read().replace("/usr/bin/", os.path.abspath(BIN) + "/")
            # The pages are not installed where the tests run.
            text = "".join(line for line in text.splitlines(True) if not line.startswith("Documentation=man:"))
            copies.append(os.path.join(folder, os.path.basename(path)))
            with open(copies[-1], "w") as copy:
                copy.write(text)
        result = run(["systemd-analyze", "verify", *copies], check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_they_give_away_what_they_do_not_need(self):
        for name, limit in EXPOSURE_MAX.items():
            run(["systemd-analyze", "security", "--offline=true", f"--threshold={limit}", os.path.join(UNITS, name)])


class SocketActivation(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.__exit__)

    def start(self, listener, path):
        """lunetd with the listener as the manager passes it; ends when the test does."""
        ready, theirs = os.pipe()
        script = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec 3<&"$1"; shift; exec "$@"'
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", str(listener.fileno()), os.path.join(BIN, "lunetd"), "--socket", path, "--threads",
             "1", "--ready-fd", str(theirs)], pass_fds=[listener.fileno(), theirs], stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        os.close(theirs)
        answer = os.read(ready, 1)
        os.close(ready)
        return process, answer

    def test_the_socket_is_taken_over_and_outlives_it(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.lab.socket)
            listener.listen()
            for _ in range(2):
                process, answer = self.start(listener, self.lab.socket)
                try:
                    self.assertEqual(answer, b"R")
                    self.lab.lunet("ls")
                finally:
                    process.terminate()
                    self.assertEqual(process.wait(timeout=DEADLINE_S), 0)
                self.assertTrue(stat.S_ISSOCK(os.stat(self.lab.socket).st_mode))

    def test_another_socket_is_refused(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.lab.path("other"))
            listener.listen()
            process, _ = self.start(listener, self.lab.socket)
            self.assertEqual(process.wait(timeout=DEADLINE_S), 1)
            self.assertIn("must be the same path", process.stderr.read())


class LateStorage(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()
        self.supervisor = Supervisor(self.lab.path("notify"))
        self.addCleanup(self.supervisor.close)

    def export(self, *disks):
        self.lab.target()
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "create", "127.0.0.1", self.port)
        for disk in disks:
            self.lab.lun(disk)
        self.lab.acl()

    def restore(self, seconds=DEADLINE_S):
        """As lunet-restore.service does."""
        process = subprocess.Popen(
            [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state, "--socket",
             self.lab.socket, "--yes", "restore", f"wait={seconds}"], env=self.supervisor.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()

    def assert_served(self, *luns):
        with Initiator("127.0.0.1", self.port, TARGET, HOST) as session:
            for lun in luns:
                session.clear_unit_attentions(lun)
                session.read(lun, 0, 1)

    def test_a_file_and_a_device_come_up_when_they_come(self):
        if loop_device.unusable():
            self.skipTest(loop_device.unusable())
        # A loop device of our own, which nobody else can get in between.
        node, image = self.lab.path("device"), self.lab.path("image")
        os.mknod(node, stat.S_IFBLK | 0o600, os.makedev(LOOP_MAJOR, random.randrange(1 << 12, 1 << 20)))
        with open(image, "wb") as file:
            file.truncate(8 << 20)
        self.attach(node, image)
        file_disk = self.lab.fileio("f", "4M")
        self.lab.lunet("/backstores/block", "create", "b", node)
        self.export(file_disk, "/backstores/block/b")
        self.lab.stop()
        self.detach(node)
        os.rename(self.lab.path("f.img"), self.lab.path("away"))
        self.lab.start()

        process = self.restore()
        state = self.supervisor.next()
        self.assertEqual(state["READY"], "1")
        self.assertIn("degraded: 2 objects", state["STATUS"])
        self.attach(node, image)
        state = self.supervisor.next()
        self.assertIn("degraded: 1 object is", state["STATUS"])
        self.assertIn("f.img", state["STATUS"])
        self.assert_served(1)
        os.rename(self.lab.path("away"), self.lab.path("f.img"))
        self.assertIn("ok:", self.supervisor.next()["STATUS"])
        self.assertEqual(process.wait(timeout=DEADLINE_S), 0, process.stdout.read())
        self.assert_served(0, 1)
        self.assertIn("in sync", self.lab.lunet("status").stdout)

    def attach(self, node, image):
        with open(image, "r+b") as file, open(node, "r+b") as device:
            fcntl.ioctl(device, LOOP_SET_FD, file.fileno())
        self.addCleanup(self.detach, node)

    @staticmethod
    def detach(node):
        if not os.path.exists(node):
            return
        with open(node, "rb") as device:
            try:
                fcntl.ioctl(device, LOOP_CLR_FD)
            except OSError:
                pass  # it is already

    def test_when_the_time_is_up_the_unit_fails_and_the_rest_is_served(self):
        self.export(self.lab.fileio("f", "4M"), self.lab.ramdisk("r", "1M"))
        self.lab.stop()
        os.unlink(self.lab.path("f.img"))
        self.lab.start()
        process = self.restore(seconds=0)
        self.assertIn("degraded", self.supervisor.next()["STATUS"])
        self.assertEqual(process.wait(timeout=DEADLINE_S), 4, process.stdout.read())
        self.assert_served(1)

    def test_an_address_that_comes_late_is_served_at_once(self):
        if os.geteuid() != 0:
            self.skipTest("a network of its own needs root")
        # Nothing has to be restored for it: the portal listens before its address is there.
        result = run(["unshare", "--net", sys.executable, os.path.abspath(__file__), "--late-address"], check=False)
        self.assertEqual(result.returncode, 0, result.stderr)


def late_address():
    """In an empty network."""
    address, port = "192.0.2.7", 3260
    with Lab(threads=1) as lab:
        lab.target(portals=())
        lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "create", address, port)
        lab.lun(lab.ramdisk("r", "1M"))
        lab.acl()
        lab.stop()
        lab.start()
        run(["ip", "link", "set", "lo", "up"])
        run(["ip", "address", "add", f"{address}/32", "dev", "lo"])
        with Initiator(address, port, TARGET, HOST) as session:
            session.clear_unit_attentions(0)
            session.read(0, 0, 1)


if __name__ == "__main__":
    late_address() if "--late-address" in sys.argv else unittest.main(verbosity=2)
