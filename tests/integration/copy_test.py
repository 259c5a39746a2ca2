#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""EXTENDED COPY between LUNs: of one's own session only, and nothing that the initiator itself may not do."""
import os
import struct
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import CheckCondition, Initiator  # noqa: E402
from lab import HOST, TARGET, Lab  # noqa: E402

STRANGER = HOST + "-2"
BLOCKS = 128


def naa(session, lun):
    """The NAA designator in the page of identifiers."""
    page = session.command(lun, bytes([0x12, 1, 0x83, 4, 0, 0]), data_in=1024)
    at = 4
    while at < len(page):
        length = page[at + 3]
        if page[at + 1] & 0x3F == 0x03:
            return page[at + 4:at + 4 + length]
        at += 4 + length
    raise AssertionError("no NAA designator")


def copy(session, lun, source, destination, blocks, start, to):
    """Sends the command to `lun`."""
    targets = b"".join(bytes([0xE4, 0, 0, 0, 1, 3, 0, 16]) + name + bytes([0, 0, 2, 0]) + bytes(4) for name in (source, destination))
    segment = bytes([0x02, 0, 0, 0x18]) + struct.pack(">HHHHQQ", 0, 1, 0, blocks, start, to)
    parameters = struct.pack(">BBHIII", 0, 0, len(targets), 0, len(segment), 0) + targets + segment
    session.command(lun, bytes([0x83, 0]) + bytes(8) + struct.pack(">I", len(parameters)) + bytes(2), data_out=parameters)


class Copy(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        (self.port,) = self.lab.target()
        self.lab.lun(self.lab.ramdisk("a", "1M"))
        self.lab.lun(self.lab.fileio("b", "1M"))
        self.lab.lun(self.lab.ramdisk("c", "1M"))
        self.lab.acl(HOST, add_mapped_luns="false")
        self.lab.acl(STRANGER)
        self.map(0)
        self.map(1)

    def acl(self):
        return f"/iscsi/{TARGET}/tpg1/acls/{HOST}"

    def map(self, lun, **more):
        self.lab.lunet(self.acl(), "create", str(lun), str(lun), *(f"{key}={value}" for key, value in more.items()))

    def login(self, name=HOST):
        session = Initiator("127.0.0.1", self.port, TARGET, name)
        for lun in session.report_luns():
            session.clear_unit_attentions(lun)
        return session

    def refused(self, *arguments):
        with self.assertRaises(CheckCondition) as refused:
            copy(*arguments)
        return refused.exception.code

    def test_blocks_get_to_another_lun_of_the_session(self):
        data = os.urandom(BLOCKS * 512)
        with self.login() as session:
            session.write(0, 7, data)
            copy(session, 0, naa(session, 0), naa(session, 1), BLOCKS, 7, 300)
            self.assertEqual(session.read(1, 300, BLOCKS), data)
            copy(session, 1, naa(session, 1), naa(session, 0), BLOCKS, 300, 1000)
            self.assertEqual(session.read(0, 1000, BLOCKS), data)
            with open(self.lab.path("b.img"), "rb") as file:
                file.seek(300 * 512)
                self.assertEqual(file.read(BLOCKS * 512), data, "there is no write cache: it is in the file")

    def test_another_initiators_disk_is_out_of_reach(self):
        with self.login(STRANGER) as other:
            other.write(2, 0, b"secret!!" * 64)
            hidden = naa(other, 2)
        with self.login() as session:
            own = naa(session, 0)
            before = session.read(0, 0, 1)
            self.assertEqual(self.refused(session, 0, hidden, own, 1, 0, 0), (0xA, 0x0D, 0x02))
            self.assertEqual(self.refused(session, 0, own, hidden, 1, 0, 0), (0xA, 0x0D, 0x02))
            self.assertEqual(session.read(0, 0, 1), before)
        with self.login(STRANGER) as other:
            self.assertEqual(other.read(2, 0, 1), b"secret!!" * 64)

    def test_a_read_only_mapping_is_read_from_only(self):
        self.map(2, write_protect="true")
        with self.login() as session:
            source, protected = naa(session, 0), naa(session, 2)
            self.assertEqual(self.refused(session, 0, source, protected, 1, 0, 0), (7, 0x27, 0))
            copy(session, 0, protected, source, 1, 0, 0)

    def test_a_lun_that_is_taken_away_is_not_copied_to_any_more(self):
        with self.login() as session, self.login(STRANGER) as other:
            names = naa(session, 0), naa(session, 1)
            session.write(0, 0, b"\xee" * 512 * 1024)
            ended = threading.Event()
            codes = []

            def copies():
                while not ended.is_set():
                    try:
                        copy(session, 0, *names, 1024, 0, 0)
                    except CheckCondition as refused:
                        codes.append(refused.code)
                        if refused.code[0] != 6:
                            return

            worker = threading.Thread(target=copies)
            worker.start()
            try:
                self.lab.lunet(self.acl(), "delete", "1", options=["--yes"])
                # From here on nothing of it is written.
                other.write(1, 0, bytes(512 * 1024))
                worker.join(60)
                self.assertFalse(worker.is_alive())
            finally:
                ended.set()
                worker.join(60)
            self.assertEqual(codes[-1], (0xA, 0x0D, 0x02))
            self.assertEqual(other.read(1, 0, 1024), bytes(512 * 1024))

    def test_what_has_storage_is_told(self):
        self.lab.lunet("/backstores/fileio/b", "set", "attribute", "emulate_tpu=1")
        with self.login() as session:
            session.write(1, 256, b"\x11" * 65536)
            data = session.command(1, bytes([0x9E, 0x12]) + bytes(8) + struct.pack(">I", 256) + bytes(2), data_in=256)
            runs = [struct.unpack(">QIB", data[at:at + 13]) for at in range(8, struct.unpack(">I", data[:4])[0] + 4, 16)]
            self.assertEqual(runs, [(0, 256, 1), (256, 128, 0), (384, 2048 - 384, 1)])


if __name__ == "__main__":
    unittest.main()
