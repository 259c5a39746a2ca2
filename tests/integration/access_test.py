#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who gets in, and to what: real lunet, real lunetd, initiators of libiscsi and our own."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import CheckCondition, Initiator, LoginRefused  # noqa: E402
from lab import HOST, TARGET, Lab, run  # noqa: E402

PATTERN = bytes(range(256)) * 2


class Access(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        (self.port,) = self.lab.target()
        for name in ("a", "b", "c"):
            self.lab.lun(self.lab.ramdisk(name, "1M"))

    def login(self, name=HOST, **more):
        return Initiator("127.0.0.1", self.port, TARGET, name, **more)

    def acl_path(self, host):
        return f"/iscsi/{TARGET}/tpg1/acls/{host}"

    def refusal(self, name=HOST, target=TARGET):
        with self.assertRaises(LoginRefused) as refused:
            Initiator("127.0.0.1", self.port, target, name)
        return refused.exception.status_class, refused.exception.detail

    def test_a_stranger_is_refused_by_every_initiator(self):
        self.lab.acl()
        self.assertEqual(self.refusal("iqn.2026-11.org.example:stranger"), (2, 2))
        result = run(["iscsi-inq", "-i", "iqn.2026-11.org.example:stranger", self.lab.url(self.port, 0)], check=False)
        self.assertNotEqual(result.returncode, 0)
        run(["iscsi-inq", "-i", HOST, self.lab.url(self.port, 0)])

    def test_an_unknown_target_is_not_found(self):
        self.assertEqual(self.refusal(target=TARGET + "x"), (2, 3))

    def test_a_disabled_portal_group_is_unavailable_and_cuts_sessions(self):
        self.lab.acl()
        with self.login() as session:
            self.lab.lunet(f"/iscsi/{TARGET}/tpg1", "disable", options=["--yes"])
            with self.assertRaises((ConnectionError, OSError)):
                for _ in range(100):
                    session.clear_unit_attentions(0)
        self.assertEqual(self.refusal(), (3, 1))
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1", "enable")
        self.login().close()

    def test_a_secret_closes_the_door(self):
        self.lab.acl()
        self.login().close()
        self.lab.lunet(self.acl_path(HOST), "set", "auth", "userid=u", "password=0123456789ab")
        self.assertEqual(self.refusal(), (2, 1))

    def test_two_mapped_luns_of_other_numbers(self):
        self.lab.acl(add_mapped_luns="false")
        self.lab.lunet(self.acl_path(HOST), "create", "5", "0")
        self.lab.lunet(self.acl_path(HOST), "create", "300", "2")
        with self.login() as session:
            self.assertEqual(session.report_luns(), [5, 300])
            session.clear_unit_attentions(5)
            session.clear_unit_attentions(300)
            session.write(5, 0, PATTERN)
            session.write(300, 0, PATTERN[::-1])
            self.assertEqual(session.read(5, 0, 1), PATTERN)
            self.assertEqual(session.read(300, 0, 1), PATTERN[::-1])
            for unmapped in (0, 1, 2):
                with self.assertRaises(CheckCondition) as sense:
                    session.read(unmapped, 0, 1)
                self.assertEqual(sense.exception.code, (5, 0x25, 0))

    def test_a_read_only_mapping_reads_and_refuses_writes(self):
        self.lab.acl(add_mapped_luns="false")
        self.lab.lunet(self.acl_path(HOST), "create", "0", "0", "write_protect=true")
        with self.login() as session:
            session.clear_unit_attentions(0)
            self.assertEqual(session.read(0, 0, 1), bytes(512))
            with self.assertRaises(CheckCondition) as sense:
                session.write(0, 0, PATTERN)
            self.assertEqual(sense.exception.code, (7, 0x27, 0))
            self.assertEqual(session.read(0, 0, 1), bytes(512))
            mode = session.command(0, bytes([0x1A, 8, 8, 0, 192, 0]), data_in=192)
            self.assertEqual(mode[2] & 0x80, 0x80, "WP bit")

    def test_demo_mode_follows_the_portal_groups_attributes(self):
        tpg = f"/iscsi/{TARGET}/tpg1"
        self.assertEqual(self.refusal("iqn.2026-11.org.example:anybody"), (2, 2))
        self.lab.lunet(tpg, "set", "attribute", "generate_node_acls=1")
        with self.login("iqn.2026-11.org.example:anybody") as session:
            self.assertEqual(session.report_luns(), [0, 1, 2])
            session.clear_unit_attentions(1)
            with self.assertRaises(CheckCondition) as sense:
                session.write(1, 0, PATTERN)
            self.assertEqual(sense.exception.code, (7, 0x27, 0))
            self.lab.lunet(tpg, "set", "attribute", "demo_mode_write_protect=0")
            session.write(1, 0, PATTERN)
            self.assertEqual(session.read(1, 0, 1), PATTERN)

    def test_discovery_shows_portals_and_hides_what_it_should(self):
        self.lab.acl()
        listing = run(["iscsi-ls", "-i", HOST, f"iscsi://127.0.0.1:{self.port}"]).stdout
        self.assertIn(TARGET, listing)
        self.assertIn(f"127.0.0.1:{self.port}", listing)
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1", "set", "attribute", "demo_mode_discovery=0")
        stranger = "iqn.2026-11.org.example:stranger"
        self.assertNotIn(TARGET, run(["iscsi-ls", "-i", stranger, f"iscsi://127.0.0.1:{self.port}"], check=False).stdout)
        self.assertIn(TARGET, run(["iscsi-ls", "-i", HOST, f"iscsi://127.0.0.1:{self.port}"]).stdout)

    def test_mapping_changes_reach_a_live_session(self):
        self.lab.acl(add_mapped_luns="false")
        self.lab.lunet(self.acl_path(HOST), "create", "0", "0")
        with self.login() as session:
            session.clear_unit_attentions(0)
            self.lab.lunet(self.acl_path(HOST), "create", "1", "1")
            self.assertEqual(session.clear_unit_attentions(0), [(0x3F, 0x0E)])
            self.assertEqual(session.report_luns(), [0, 1])
            self.lab.lunet(self.acl_path(HOST), "delete", "0", options=["--yes"])
            with self.assertRaises(CheckCondition) as sense:
                session.read(0, 0, 1)
            self.assertEqual(sense.exception.code, (5, 0x25, 0), "an unmapped LUN 0 never answers with zeros")


if __name__ == "__main__":
    unittest.main(verbosity=2)
