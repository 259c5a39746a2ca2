#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Block disks on lunetd: loop devices with sectors of 512 and 4096 bytes, claimed, described, read, written, unmapped."""
import os
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import loop_device  # noqa: E402
from initiator import CheckCondition, Initiator  # noqa: E402
from lab import HOST, TARGET, Failed, Lab, find_node, run  # noqa: E402

SIZE = 8 << 20


@unittest.skipIf(loop_device.unusable(), loop_device.unusable())
class Block(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def device(self, name="medium", size=SIZE, **options):
        with open(self.lab.path(name), "wb") as file:
            file.truncate(size)
        device = loop_device.LoopDevice(self.lab.path(name), **options)
        self.addCleanup(device.detach)
        return device

    def create(self, device, *words, name="b"):
        return self.lab.lunet("/backstores/block", "create", name, device.path, *words).stdout

    def attribute(self, name, disk="b"):
        out = self.lab.lunet(f"/backstores/block/{disk}", "get", "attribute", name).stdout
        return out.split(f"{name}=")[1].split()[0]

    def summary(self, disk="b"):
        return find_node(self.lab.tree(), ["backstores", "block", disk])["summary"]

    def session(self):
        self.lab.target()
        self.lab.acl()
        self.lab.lun("/backstores/block/b")
        (portal,) = self.lab.portals()
        session = Initiator("127.0.0.1", self.lab.port(TARGET, portal["name"]), TARGET, HOST)
        self.addCleanup(session.close)
        session.clear_unit_attentions(0)
        return session

    def refusal(self, call, *arguments):
        with self.assertRaises(Failed) as failed:
            call(*arguments)
        return failed.exception.stderr

    def test_a_device_is_described_as_its_queue_says(self):
        for sector in (512, 4096):
            with self.subTest(sector=sector):
                device = self.device(f"medium{sector}", sector=sector)
                out = self.create(device, name=f"b{sector}")
                self.assertIn(f"Created block storage object b{sector} using {device.path}.", out)
                self.assertEqual(self.summary(f"b{sector}"), f"{device.path} (8.0MiB) write-back deactivated")
                for name in ("block_size", "hw_block_size"):
                    self.assertEqual(self.attribute(name, f"b{sector}"), str(sector))
                with open(f"/sys/block/{os.path.basename(device.path)}/queue/max_hw_sectors_kb") as file:
                    limit = int(file.read()) * 1024 // sector
                self.assertEqual(self.attribute("optimal_sectors", f"b{sector}"), str(limit))
                self.assertEqual(self.attribute("unmap_zeroes_data", f"b{sector}"), "1")
        self.lab.lunet("status")

    def test_blocks_are_written_read_zeroed_and_unmapped(self):
        for sector in (512, 4096):
            with self.subTest(sector=sector):
                device = self.device(sector=sector)
                self.create(device)
                self.lab.lunet("/backstores/block/b", "set", "attribute", "emulate_tpu=1", "emulate_tpws=1")
                session = self.session()
                self.check_blocks(session, device, sector)
                session.close()
                self.lab.lunet("/iscsi", "delete", TARGET, options=["--yes"])
                self.lab.lunet("/backstores/block", "delete", "b")
                device.detach()

    def check_blocks(self, session, device, sector):
        self.assertEqual(session.capacity(0), (SIZE // sector, sector))
        data = os.urandom(8 * sector)
        session.write(0, 3, data, sector)
        self.assertEqual(session.read(0, 3, 8, sector), data)
        session.command(0, struct.pack(">BBQIBB", 0x91, 0, 0, 0, 0, 0))
        self.assertEqual(device.content(3 * sector, 8 * sector), data, "flushed is on the medium")
        long = os.urandom(100 * sector)
        session.write(0, 200, long, sector)
        session.command(0, struct.pack(">BBQIBB", 0x93, 0, 210, 10, 0, 0), data_out=bytes(sector))
        pattern = os.urandom(sector)
        session.command(0, struct.pack(">BBQIBB", 0x93, 0, 220, 10, 0, 0), data_out=pattern)
        ranges = struct.pack(">HHIQII", 22, 16, 0, 240, 30, 0)
        session.command(0, bytes([0x42, 0, 0, 0, 0, 0, 0, 0, len(ranges), 0]), data_out=ranges)
        expected = bytearray(long)
        expected[10 * sector:20 * sector] = bytes(10 * sector)
        expected[20 * sector:30 * sector] = pattern * 10
        expected[40 * sector:70 * sector] = bytes(30 * sector)
        self.assertEqual(session.read(0, 200, 100, sector), bytes(expected))
        with self.assertRaises(CheckCondition) as outside:
            session.write(0, SIZE // sector - 1, bytes(2 * sector), sector)
        self.assertEqual(outside.exception.code, (5, 0x21, 0))

    def test_a_device_is_claimed_and_its_holder_named(self):
        device = self.device()
        holder = os.open(device.path, os.O_RDWR | os.O_EXCL)
        try:
            self.assertIn(f"(process {os.getpid()})", self.refusal(self.create, device))
        finally:
            os.close(holder)
        self.create(device)
        with self.assertRaises(OSError):
            os.close(os.open(device.path, os.O_RDWR | os.O_EXCL))
        self.assertIn("disk 'b'", self.refusal(lambda: self.create(device, name="b2")))
        self.lab.lunet("/backstores/block", "delete", "b")
        self.assertIn("claims its devices for itself alone", self.refusal(self.create, device, "exclusive=false"))
        self.create(device, "exclusive=true")

    def test_a_mounted_device_is_refused_with_its_mount_point(self):
        device = self.device()
        run(["mkfs.ext4", "-q", device.path])
        point = self.lab.path("mounted")
        os.mkdir(point)
        run(["mount", device.path, point])
        try:
            self.assertIn(f"a mount on {point}", self.refusal(self.create, device))
        finally:
            run(["umount", point])
        self.create(device)

    def test_a_device_used_for_swap_is_refused(self):
        device = self.device()
        run(["mkswap", device.path])
        if subprocess.run(["swapon", device.path], capture_output=True, check=False).returncode != 0:
            self.skipTest("no swap can be added here")
        try:
            self.assertIn("swap", self.refusal(self.create, device))
        finally:
            run(["swapoff", device.path])

    def test_a_read_only_device_makes_a_read_only_disk(self):
        device = self.device(read_only=True)
        self.assertIn("is read-only", self.refusal(self.create, device, "readonly=false"))
        self.create(device)
        self.assertIn(" ro ", self.summary())
        session = self.session()
        self.assertEqual(session.read(0, 0, 1), bytes(512))
        with self.assertRaises(CheckCondition) as refused:
            session.write(0, 0, bytes(512))
        self.assertEqual(refused.exception.code, (7, 0x27, 0))

    def test_a_writable_device_can_be_exported_read_only(self):
        self.create(self.device(), "readonly=true")
        session = self.session()
        mode = session.command(0, bytes([0x1A, 8, 8, 0, 192, 0]), data_in=192)
        self.assertEqual(mode[2] & 0x80, 0x80, "WP bit")

    def test_a_device_that_grew_is_seen_with_the_next_change(self):
        device = self.device()
        self.create(device)
        session = self.session()
        os.truncate(device.file, 2 * SIZE)
        run(["losetup", "-c", device.path])
        self.lab.lunet("/backstores/block/b", "set", "attribute", "emulate_tpu=1")
        self.assertEqual(session.clear_unit_attentions(0), [(0x2A, 0x09)], "CAPACITY DATA HAS CHANGED")
        self.assertEqual(session.capacity(0), (2 * SIZE // 512, 512))
        session.write(0, 2 * SIZE // 512 - 1, bytes(512))

    def test_what_the_device_decides_cannot_be_set(self):
        device = self.device(sector=4096)
        self.create(device)
        self.assertIn("write cache", self.refusal(
            self.lab.lunet, "/backstores/block/b", "set", "attribute", "emulate_write_cache=0"))
        self.assertIn("4096", self.refusal(self.lab.lunet, "/backstores/block/b", "set", "attribute", "block_size=512"))

    def test_files_and_other_devices_are_refused(self):
        with open(self.lab.path("file"), "wb") as file:
            file.truncate(SIZE)
        for path, reason in ((self.lab.path("file"), "a regular file"), ("/dev/null", "a character device"),
                             (self.lab.path("missing"), "No such file")):
            refusal = self.refusal(self.lab.lunet, "/backstores/block", "create", "b", path)
            self.assertIn("creating block 'b'", refusal)
            self.assertIn(reason, refusal)

    def test_a_missing_device_is_pending_at_restore(self):
        device = self.device()
        self.create(device)
        self.lab.target()
        self.lab.acl()
        self.lab.lun("/backstores/block/b")
        self.lab.lun(self.lab.ramdisk("r", "1M"))
        path = device.path
        self.lab.stop()
        device.detach()
        # Without its medium the device has no size: it is there and missing (ENXIO).
        self.lab.start()
        self.assertIn("pending", self.lab.daemon_log())
        self.assertIn(path, self.lab.daemon_log())
        luns = find_node(self.lab.tree(), ["iscsi", TARGET, "tpg1", "luns"])["children"]
        self.assertEqual([lun["name"] for lun in luns], ["lun1"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
