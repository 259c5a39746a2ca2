#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reservations and access states as initiators see them through the real lunetd: across sessions, and across its death."""
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from control import Control  # noqa: E402
from initiator import BadStatus, CheckCondition, Initiator  # noqa: E402
from lab import HOST, TARGET, Lab, stable_port  # noqa: E402

OTHER = HOST + "2"
ISID = b"\x80\x00\x00\x00\x00\x01"
CONFLICT = 0x18
APTPL = 1
EXCLUSIVE = 3


class Nexus:
    """One initiator at LUN 0."""

    def __init__(self, address, name):
        self.session = Initiator(*address, TARGET, name, isid=ISID)
        self.session.clear_unit_attentions(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()

    def out(self, action, key=0, new_key=0, flags=0, kind=0):
        data = struct.pack(">QQIBxxx", key, new_key, 0, flags)
        self.session.command(0, struct.pack(">BBBxxIx", 0x5F, action, kind, len(data)), data_out=data)

    def keys(self):
        data = self.session.command(0, bytes([0x5E, 0, 0, 0, 0, 0, 0, 4, 0, 0]), data_in=1024)
        count = struct.unpack(">I", data[4:8])[0] // 8
        return list(struct.unpack(f">{count}Q", data[8:8 + 8 * count]))

    def may_read(self):
        try:
            self.session.read(0, 0, 1)
            return True
        except BadStatus as refused:
            assert refused.status == CONFLICT, refused
            return False


class ReservationsTest(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.start()
        self.addCleanup(self.lab.__exit__)
        disk = self.lab.fileio("d", "8M")
        self.disk = disk
        # One port for all lives: who comes back finds it.
        self.lab.lunet("/iscsi", "create", TARGET)
        for default in [p["name"] for p in self.lab.portals()]:
            self.lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "delete", *default.rsplit(":", 1))
        self.port = stable_port()
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/portals", "create", "127.0.0.1", str(self.port))
        self.lab.acl()
        self.lab.acl(OTHER)
        self.lab.lun(disk)

    def nexus(self, name=HOST):
        return Nexus(("127.0.0.1", self.port), name)

    def test_what_was_to_survive_survives_kill_9(self):
        with self.nexus() as holder:
            holder.out(0, new_key=0xABC, flags=APTPL)
            holder.out(1, key=0xABC, kind=EXCLUSIVE)
        self.lab.kill()
        self.lab.start()
        with self.nexus(OTHER) as other, self.nexus() as holder:
            self.assertEqual(other.keys(), [0xABC])
            self.assertFalse(other.may_read())
            self.assertTrue(holder.may_read())
            holder.out(3, key=0xABC)
        self.lab.kill()
        self.lab.start()
        with self.nexus(OTHER) as other:
            self.assertEqual(other.keys(), [])
            self.assertTrue(other.may_read())

    def test_what_was_not_to_survive_does_not(self):
        with self.nexus() as holder:
            holder.out(0, new_key=0xABC)
            holder.out(1, key=0xABC, kind=EXCLUSIVE)
            with self.nexus(OTHER) as other:
                self.assertFalse(other.may_read())
        self.lab.kill()
        self.lab.start()
        with self.nexus(OTHER) as other:
            self.assertEqual(other.keys(), [])
            self.assertTrue(other.may_read())

    def test_a_damaged_file_keeps_the_disk_away(self):
        with self.nexus() as holder:
            holder.out(0, new_key=0xABC, flags=APTPL)
        self.lab.stop()
        folder = os.path.join(self.lab.state, "pr")
        (name,) = os.listdir(folder)
        with open(os.path.join(folder, name), "r+b") as file:
            file.truncate(40)
        self.lab.start()
        self.assertIn("are damaged", self.lab.daemon_log())
        with self.nexus() as holder:
            self.assertFalse(holder.may_read())
            with self.assertRaises(BadStatus):
                holder.out(0, key=0xABC, new_key=1)

    def test_a_file_that_cannot_be_written_fails_the_command_and_changes_nothing(self):
        with self.nexus() as holder:
            holder.out(0, new_key=1, flags=APTPL)
            folder = os.path.join(self.lab.state, "pr")
            (name,) = os.listdir(folder)
            os.mkdir(os.path.join(folder, name + ".new"))
            with self.assertRaises(CheckCondition):
                holder.out(0, key=1, new_key=2, flags=APTPL)
            self.assertEqual(holder.keys(), [1])

    def test_the_tree_shows_who_holds_it(self):
        with self.nexus() as holder:
            holder.out(0, new_key=0xABC)
            holder.out(1, key=0xABC, kind=EXCLUSIVE)
            path = f"core/{self.tree_path()}/pr/"
            with Control(self.lab.socket) as tree:
                self.assertIn(f"Initiator: {HOST},i,0x800000000001", tree.read(path + "res_holder"))
                self.assertEqual(tree.read(path + "res_pr_type").strip(), "SPC-3 Reservation Type: Exclusive Access")

    def tree_path(self):
        with Control(self.lab.socket) as tree:
            (names,) = tree.batch([("list", "core")])
        return next(name for name in names if name.startswith("fileio_")) + "/d"

    def test_a_state_that_is_written_reaches_the_initiators(self):
        group = f"core/{self.tree_path()}/alua/default_tg_pt_gp/"
        with self.nexus() as one, Control(self.lab.socket) as tree:
            tree.batch([("write", group + "alua_access_state", "2")])
            with self.assertRaises(CheckCondition) as attention:
                one.session.test_unit_ready(0)
            self.assertEqual(attention.exception.code, (6, 0x2A, 0x06))
            with self.assertRaises(CheckCondition) as standby:
                one.session.test_unit_ready(0)
            self.assertEqual(standby.exception.code, (2, 0x04, 0x0B))
            data = one.session.command(0, bytes([0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0]), data_in=255)
            self.assertEqual((data[4] & 0xF, data[9], data[11]), (2, 2, 1))
            # Explicit: SET TARGET PORT GROUPS back to active/optimized.
            one.session.command(0, bytes([0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0]), data_out=bytes(8))
            one.session.test_unit_ready(0)
            self.assertEqual(tree.read(group + "alua_access_state").strip(), "0")
            self.assertEqual(tree.read(group + "alua_access_status").strip(), "Altered by Explicit STPG")


if __name__ == "__main__":
    unittest.main()
