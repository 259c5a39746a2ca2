#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Storage that does not answer (docs/lifetimes.md): the file system of a disk's file stands still."""
import errno
import os
import random
import signal
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import forgetfs  # noqa: E402
from control import Control, TreeError  # noqa: E402
from lab import TARGET, Lab, wait_until  # noqa: E402
from objects import BLOCK, BYTES, TASK_ABORTED, TPG, Session, acl, file_disk, host, lun, mapped, portal, ram_disk, undone  # noqa: E402

WRITE = bytes([0x8A]) + bytes(12) + bytes([8]) + bytes(2)  # WRITE(16), 8 blocks at 0


@unittest.skipIf(forgetfs.unusable(), forgetfs.unusable())
class HungStorage(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.storage = forgetfs.Forgetfs(self.lab.path("storage"))
        self.addCleanup(self.storage.close)
        with open(self.storage.path("d.img"), "wb") as file:
            file.write(bytes(BYTES))
        self.addCleanup(self.lab.stop)
        self.lab.start()
        self.addCleanup(self.storage.process.send_signal, signal.SIGCONT)
        self.control = Control(self.lab.socket)
        self.addCleanup(self.control.__exit__)

    def session(self, name):
        port = int(self.control.read(f"{TPG}/np/127.0.0.1:0/port"))
        session = Session("127.0.0.1", port, TARGET, host(name))
        self.addCleanup(session.sock.close)
        session.clear_unit_attentions(0)
        return session

    def refused(self, operations):
        with self.assertRaises(TreeError) as caught:
            self.control.batch(operations)
        return caught.exception

    def test_a_removal_is_taken_back_and_everything_else_goes_on(self):
        slow, fast = "core/fileio_0/slow", "core/rd_mcp_0/fast"
        way_to_slow = [*lun(0, slow), ("make_dir", acl("a")), *mapped("a", 0, 0)]
        self.control.batch([
            ("make_dir", "core/rd_mcp_0"), ("make_dir", "core/fileio_0"), ("make_dir", "iscsi"),
            ("make_dir", f"iscsi/{TARGET}"), ("make_dir", TPG), ("write", f"{TPG}/attrib/authentication", "0"),
            *file_disk("slow", self.storage.path("d.img"), False), *ram_disk("fast"), *way_to_slow,
            *lun(1, fast), ("make_dir", acl("b")), *mapped("b", 0, 1), *portal("127.0.0.1"),
            ("write", f"{TPG}/enable", "1")])
        a, b = self.session("a"), self.session("b")
        self.storage.process.send_signal(signal.SIGSTOP)
        a.send_write(0, WRITE, random.Random(1).randbytes(8 * BLOCK))
        self.assertEqual(len(a.command(0, bytes([0x12, 0, 0, 0, 36, 0]), data_in=36)), 36, "the write is on its way")

        unlink = [("unlink", f"{acl('a')}/lun_0/it")]
        errors = []
        removal = threading.Thread(target=lambda: errors.append(self.refused(unlink)))
        removal.start()
        # Meanwhile: readers of the tree, and initiators.
        with Control(self.lab.socket) as other:
            rng = random.Random(2)
            for _ in range(20):
                self.assertIn("TSIH", other.read(f"{acl('b')}/info"))
                data = rng.randbytes(64 * BLOCK)
                b.write(0, 8, data)
                self.assertEqual(b.read(0, 8, 64), data)
            self.assertTrue(removal.is_alive(), "it waits")
            # Somebody else's change has its turn.
            guest = [*lun(2, fast), ("make_dir", acl("c")), *mapped("c", 0, 2)]
            other.batch(guest)
            removal.join()
            other.batch(undone(guest))
        self.assertEqual(errors[0].errnum, errno.ETIMEDOUT)
        self.assertIn(f"{slow}: 1 command of {host('a')}", errors[0].message)
        self.assertEqual(self.refused(unlink).errnum, errno.EBUSY)
        self.assertEqual(self.control.batch([("list", f"{acl('a')}/lun_0")])[0].count("it"), 1, "nothing was changed")

        self.storage.process.send_signal(signal.SIGCONT)
        self.assertEqual(a.receive_status()[0], TASK_ABORTED)
        self.assertEqual(a.clear_unit_attentions(0), [(0x3F, 0x0E)])
        self.control.batch(undone(way_to_slow))
        self.control.batch([("remove_dir", slow)])

    def test_a_disk_that_cannot_be_opened_stops_nobody_else(self):
        slow = file_disk("slow", self.storage.path("d.img"), False)
        self.control.batch([("make_dir", "core/rd_mcp_0"), ("make_dir", "core/fileio_0"), *ram_disk("fast")])
        self.storage.process.send_signal(signal.SIGSTOP)
        errors = []
        opening = threading.Thread(target=lambda: errors.append(self.refused(slow)))
        opening.start()
        with Control(self.lab.socket) as other:
            reads = 0
            while opening.is_alive():
                self.assertEqual(other.read("core/rd_mcp_0/fast/enable").strip(), "1")
                self.assertNotIn("slow", other.batch([("list", "core/fileio_0")])[0])
                reads += 1
            self.assertGreater(reads, 100, "readers are not held up")
        self.assertEqual(errors[0].errnum, errno.ETIMEDOUT)
        self.assertIn("core/fileio_0/slow: opening its storage waits", errors[0].message)
        self.assertEqual(self.refused(slow).errnum, errno.EBUSY, "at once, as long as it stays so")
        self.control.batch([*ram_disk("another")])

        self.storage.process.send_signal(signal.SIGCONT)

        def opened():
            try:
                self.control.batch(slow)
            except TreeError as error:
                self.assertEqual(error.errnum, errno.EBUSY)
                return False
            return True
        wait_until(opened, "the disk is opened when its storage answers")


if __name__ == "__main__":
    unittest.main(verbosity=2)
