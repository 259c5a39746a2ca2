#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes through the whole stack, several initiators at once, and crashes."""
import hashlib
import os
import random
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import Initiator  # noqa: E402
from lab import HOST, TARGET, Lab, run, stable_port  # noqa: E402


def qemu_image(port, lun, host="127.0.0.1"):
    return (f"driver=raw,file.driver=iscsi,file.transport=tcp,file.portal={host}:{port},file.target={TARGET},"
            f"file.lun={lun},file.initiator-name={HOST}")


class Io(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def test_qemu_img_writes_and_reads_back_a_random_image(self):
        (port,) = self.lab.target()
        self.lab.acl()
        source, back = self.lab.path("source"), self.lab.path("back")
        with open(source, "wb") as out:
            out.write(random.Random(1).randbytes(48 << 20))
        for disk in (self.lab.ramdisk("r", "48M"), self.lab.fileio("f", "48M"),
                     self.lab.fileio("t", "48M", write_back="false")):
            with self.subTest(disk=disk):
                lun = self.lab.lun(disk)
                run(["qemu-img", "convert", "-n", "-f", "raw", "--target-image-opts", source, qemu_image(port, lun)])
                run(["qemu-img", "convert", "--image-opts", "-O", "raw", qemu_image(port, lun), back])
                run(["cmp", source, back])
        with open(self.lab.path("f.img"), "rb") as image, open(source, "rb") as wanted:
            self.assertEqual(hashlib.sha256(image.read()).digest(), hashlib.sha256(wanted.read()).digest())

    def test_four_initiators_write_and_verify_at_once(self):
        ports = self.lab.target(portals=("127.0.0.1", "[::1]"))
        self.lab.acl()
        luns = [self.lab.lun(self.lab.ramdisk("r0", "8M")), self.lab.lun(self.lab.fileio("f1", "8M")),
                self.lab.lun(self.lab.ramdisk("r2", "8M")),
                self.lab.lun(self.lab.fileio("f3", "8M", write_back="false"))]
        errors = []

        def work(index):
            # The last one comes over IPv6 and with header and data digests.
            over_ipv6 = index == 3
            host, port = ("::1", ports[1]) if over_ipv6 else ("127.0.0.1", ports[0])
            rng = random.Random(index)
            rounds = 25 if over_ipv6 else 150  # the digests of the test initiator are slow
            try:
                with Initiator(host, port, TARGET, HOST, digests=over_ipv6) as session:
                    session.clear_unit_attentions(luns[index])
                    self.assertEqual(session.answer.get("HeaderDigest"), "CRC32C" if over_ipv6 else "None")
                    self.assertEqual(session.answer.get("DataDigest"), "CRC32C" if over_ipv6 else "None")
                    model = bytearray(8 << 20)
                    for _ in range(rounds):
                        blocks = rng.randrange(1, 200)
                        lba = rng.randrange(0, (8 << 11) - blocks)
                        data = rng.randbytes(blocks * 512)
                        session.write(luns[index], lba, data)
                        model[lba * 512:lba * 512 + len(data)] = data
                        check = rng.randrange(0, (8 << 11) - 64)
                        if session.read(luns[index], check, 64) != model[check * 512:(check + 64) * 512]:
                            raise AssertionError(f"initiator {index}: wrong data at {check}")
            except BaseException as error:  # noqa: BLE001: reported by the main thread
                errors.append(f"initiator {index}: {error!r}")

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])

    def test_a_crash_loses_nothing_and_sessions_come_back(self):
        self.lab.target()
        self.lab.acl()
        lun = self.lab.lun(self.lab.fileio("f", "8M"))
        # The port must be the same after the crash.
        port = stable_port()
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "create", "127.0.0.2", port)
        data = random.Random(7).randbytes(1 << 20)
        session = Initiator("127.0.0.2", port, TARGET, HOST)
        self.assertEqual(session.clear_unit_attentions(lun), [(0x29, 0x00)])
        session.write(lun, 3, data)
        before = self.lab.ls()
        self.lab.kill()
        with self.assertRaises((ConnectionError, OSError)):
            session.test_unit_ready(lun)
        session.sock.close()
        self.lab.start()
        self.assertEqual(strip_ports(self.lab.ls()), strip_ports(before))
        with Initiator("127.0.0.2", port, TARGET, HOST, isid=session.isid) as again:
            self.assertEqual(again.clear_unit_attentions(lun), [(0x29, 0x00)], "power on")
            self.assertEqual(again.read(lun, 3, 2048), data)

    def test_a_running_initiator_reconnects_by_itself(self):
        self.lab.target()
        self.lab.acl()
        port = stable_port()
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "create", "127.0.0.2", port)
        lun = self.lab.lun(self.lab.fileio("f", "16M"))
        source, back = self.lab.path("source"), self.lab.path("back")
        with open(source, "wb") as out:
            out.write(random.Random(3).randbytes(16 << 20))
        command = ["qemu-img", "convert", "-n", "-r", "20M", "-f", "raw", "--target-image-opts", source,
                   qemu_image(port, lun, "127.0.0.2")]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as writer:
            with open(self.lab.path("f.img"), "rb") as image:
                while not any(image.read(1 << 20)) and writer.poll() is None:
                    image.seek(0)
            self.lab.kill()
            self.lab.start()
            self.assertEqual(writer.wait(timeout=120), 0)
        run(["qemu-img", "convert", "--image-opts", "-O", "raw", qemu_image(port, lun, "127.0.0.2"), back])
        run(["cmp", source, back])

    def test_a_second_login_reinstates_the_session(self):
        (port,) = self.lab.target()
        self.lab.acl()
        lun = self.lab.lun(self.lab.ramdisk("r", "1M"))
        first = Initiator("127.0.0.1", port, TARGET, HOST)
        first.clear_unit_attentions(lun)
        with Initiator("127.0.0.1", port, TARGET, HOST, isid=first.isid) as second:
            self.assertEqual(second.clear_unit_attentions(lun), [(0x29, 0x07)], "I_T nexus loss")
            with self.assertRaises((ConnectionError, OSError)):
                first.test_unit_ready(lun)
        first.sock.close()


def strip_ports(listing):
    """Portals on port 0 get another free port after a restart."""
    return [line for line in listing.splitlines() if "127.0.0.1:0" not in line]


if __name__ == "__main__":
    unittest.main(verbosity=2)
