#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A store from one runtime to the other and back, with an initiator that reads what it wrote. The kernel's place is taken
by a second lunetd's tree, in a mount namespace, so both claim the same files and ports for real; with the kernel's own
target it is tests/kernel/migrate.test.sh."""
import os
import re
import select
import signal
import sys
import unittest

SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support")
sys.path.insert(0, SUPPORT)
import stand_in  # noqa: E402
from initiator import Initiator  # noqa: E402
from lab import BIN, HOST, TARGET, Lab, run, stable_port  # noqa: E402

SITE = """storage fileio disk f0 {{
    path {file}
    size 8M
    buffered yes
}}
storage ramdisk disk r0 size 1M
fabric iscsi target {target} tpgt 1 {{
    enable yes
    lun 0 backend fileio:f0
    lun 1 backend ramdisk:r0
    acl {host} {{
        mapped_lun 0 target_lun 0
        mapped_lun 1 target_lun 1
        auth {{
            userid someone
            password a-secret-of-16ch
        }}
        attribute authentication 0
        attribute nopin_timeout 0
    }}
    portal 127.0.0.1:{port}
}}
"""


class Migrate(unittest.TestCase):
    def setUp(self):
        self.kernel = Lab(threads=1)
        self.addCleanup(self.kernel.__exit__)
        self.kernel.start()
        self.lab = Lab(threads=1)  # the store, and the lunetd of that
        self.addCleanup(self.lab.__exit__)
        self.port = stable_port()

    def lunet(self, *words, status=0, socket=None):
        """With the stand-in for the kernel's target."""
        result = stand_in.lunet(self.kernel, self.lab, *words, socket=socket)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout + "".join(line for line in result.stderr.splitlines(True) if not line.startswith("dbus-daemon["))

    def alone(self, *words, status=0):
        """Without any kernel target."""
        result = run([os.path.join(BIN, "lunet"), "--no-start", "--state-dir", self.lab.state, "--socket", self.lab.socket,
                      *words], check=False)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout + result.stderr

    def make_on_kernel(self):
        with open(self.lab.path("f0.img"), "wb") as file:
            file.truncate(8 << 20)
        site = self.lab.path("site.lio")
        with open(site, "w", encoding="utf-8") as file:
            file.write(SITE.format(file=self.lab.path("f0.img"), target=TARGET, host=HOST, port=self.port))
        self.lunet("--runtime", "kernel", "apply", site)
        self.assertIn(TARGET, self.kernel.ls())

    def session(self):
        return Initiator("127.0.0.1", self.port, TARGET, HOST)

    def write(self, data):
        with self.session() as initiator:
            initiator.clear_unit_attentions(0)
            initiator.write(0, 16, data)

    def read(self, size):
        with self.session() as initiator:
            initiator.clear_unit_attentions(0)
            return initiator.read(0, 16, size // 512)

    def file_state(self):
        status = os.stat(self.lab.path("f0.img"))
        return status.st_ino, status.st_size

    def test_there_and_back(self):
        self.make_on_kernel()
        data = os.urandom(65536)
        self.write(data)
        before = self.file_state()
        shown = self.lunet("show", "--show-secrets")
        self.assertIn("a-secret-of-16ch", shown)
        # It finds that the store is the kernel's, and serves nothing of it.
        self.lab.start()
        with self.session():
            refused = self.lunet("migrate", status=1)
            self.assertIn(f"{HOST} is logged in to {TARGET} and would be cut off", refused)
            self.assertIn("the data in RAM disk r0 is lost", refused)
            plan = self.lunet("--yes", "migrate", "lunetd", "--dry-run", status=3)
            self.assertIn("from the kernel's target to lunetd, 3 disks and targets", plan)
            self.assertEqual(self.lunet("--dry-run", "--yes", "migrate", status=3), plan)
            self.assertIn("Nothing to do", self.lunet("migrate", "kernel"))
            self.lunet("verify")
            moved = self.lunet("--yes", "migrate", "lunetd")
        self.assertIn("The store is of lunetd now; it was of the kernel's target.", moved)
        self.assertEqual(self.read(len(data)), data)
        self.assertNotIn(TARGET, self.kernel.ls())
        self.assertIn(TARGET, self.lab.ls())
        self.alone("verify")
        self.assertEqual(self.lunet("show", "--show-secrets"), shown)
        # The choice is the store's.
        self.lab.stop()
        self.lab.start()
        data = os.urandom(65536)
        self.write(data)
        self.assertIn("lunetd runs on without it", self.lunet("--yes", "migrate"))
        self.assertEqual(self.read(len(data)), data)
        self.assertNotIn(TARGET, self.lab_tree())
        self.lunet("verify")
        self.assertEqual(self.lunet("show", "--show-secrets"), shown)
        self.assertEqual(self.file_state(), before)

    def lab_tree(self):
        """What the store's lunetd has, though the store is not its own any more."""
        return run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.path("other"),
                    "--socket", self.lab.socket, "ls"]).stdout

    def test_a_kernel_that_is_gone_is_left_to_lunetd(self):
        self.make_on_kernel()
        data = os.urandom(4096)
        self.write(data)
        self.kernel.stop()
        refused = self.alone("--yes", "migrate", status=1)
        self.assertIn("no lunetd answers", refused)
        self.lab.start()
        said = self.alone("migrate", "lunetd")
        self.assertIn("The kernel's target is not loaded", said)
        self.assertEqual(self.read(len(data)), data)
        self.alone("verify")
        # And no way back to what is not there.
        refused = self.alone("--yes", "migrate", "kernel", status=1)
        self.assertIn("kernel target", refused)
        self.assertEqual(self.read(len(data)), data)

    def test_a_lunetd_of_another_store_is_not_taken_for_the_own(self):
        self.make_on_kernel()
        self.lab.start()
        self.lunet("--yes", "migrate", "lunetd")
        with Lab(threads=1) as other:
            refused = self.lunet("--yes", "migrate", "kernel", status=1, socket=other.socket)
            self.assertIn(f"serves the store in {self.lab.state}, and another program", refused)
            self.lunet("--yes", "migrate", "kernel")
            # Nor is it filled.
            refused = self.lunet("--yes", "migrate", "lunetd", status=1, socket=other.socket)
            self.assertIn("another program", refused)
            self.assertNotIn(TARGET, other.ls())
        self.lunet("verify")

    def test_that_lunetd_was_started_is_said(self):
        self.make_on_kernel()
        self.kernel.stop()
        said = run([os.path.join(BIN, "lunet"), "--state-dir", self.lab.state, "--socket", self.lab.socket, "migrate",
                    "lunetd"], check=False)
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        found = re.search(r"lunetd started \(pid (\d+)", said.stdout + said.stderr)
        self.assertTrue(found, said.stdout + said.stderr)
        self.alone("verify")
        ended = os.pidfd_open(int(found[1]))
        signal.pidfd_send_signal(ended, signal.SIGTERM)
        select.select([ended], [], [], 30)
        os.close(ended)

    def test_what_the_other_one_cannot_have_is_named(self):
        self.lab.start()
        (self.port,) = self.lab.target()
        self.lab.acl()
        self.lab.lun(self.lab.fileio("f0", "4M"))
        with self.session() as initiator:
            refused = self.lunet("--yes", "migrate", "kernel", status=1)
            self.assertIn("the kernel's target cannot have what is recorded", refused)
            self.assertIn("portal 127.0.0.1:0: port 0, a free one each, exists on lunetd only", refused)
            initiator.clear_unit_attentions(0)  # the session is as it was
        self.alone("verify")

    def test_killed_on_the_way_a_restore_repairs(self):
        self.make_on_kernel()
        self.lab.start()
        data = os.urandom(4096)
        self.write(data)
        os.environ["LUNET_TEST_EXIT_AT"] = "9"
        self.addCleanup(os.environ.pop, "LUNET_TEST_EXIT_AT", None)
        self.lunet("--yes", "migrate", "lunetd", status=137)
        del os.environ["LUNET_TEST_EXIT_AT"]
        self.assertNotIn(TARGET, self.lab_tree())
        self.lunet("--yes", "restore")
        self.assertEqual(self.read(len(data)), data)
        # One lunet that was connected to the old one goes on with the new one.
        said = self.lunet("--yes", "-c", "ls; migrate lunetd; verify; status")
        self.assertIn("What runs is generation 1.", said)
        self.assertEqual(self.read(len(data)), data)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("migrate: needs root for a mount namespace of its own")
        sys.exit(77)
    unittest.main()
