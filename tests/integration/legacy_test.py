#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The legacy hierarchy of backstores on a real lunetd: several disks on one HBA serve initiators, an HBA without disks
outlives a restart, both hierarchies name the same disks."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from initiator import Initiator  # noqa: E402
from lab import HOST, TARGET, Lab  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"


class Legacy(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.lunet("set", "global", "legacy_hba_view=true")

    def lunet(self, *words, **more):
        return self.lab.lunet(*words, **more).stdout

    def backstores(self):
        tree = json.loads(self.lunet("/backstores", "ls", options=["--json"]))["tree"]
        self.assertEqual(tree["kind"], "backstores")
        return {hba["name"]: [disk["name"] for disk in hba["children"]] for hba in tree["children"]}

    def test_disks_on_one_hba_serve_an_initiator(self):
        self.assertEqual(self.lunet("/backstores", "create", "rd_mcp"), "Created backstore rd_mcp0.\n")
        (port,) = self.lab.target()
        for number, name in enumerate(("a", "b")):
            self.lunet("/backstores/rd_mcp0", "create", name, "1M")
            self.lunet(f"{TPG}/luns", "create", f"/backstores/rd_mcp0/{name}", number)
        self.lab.acl()
        with Initiator("127.0.0.1", port, TARGET, HOST) as session:
            for number in (0, 1):
                session.clear_unit_attentions(number)
                session.write(number, 0, bytes([number + 1]) * 4096)
            self.assertEqual([session.read(number, 0, 8)[0] for number in (0, 1)], [1, 2])
        tree = self.lab.tree("/backstores")
        self.assertEqual(self.backstores(), {"rd_mcp0": ["a", "b"]})
        self.assertIn("1 Backstore (legacy mode)", json.dumps(tree))

    def test_an_hba_without_disks_outlives_a_restart(self):
        for plugin in ("fileio", "rd_mcp", "fileio"):
            self.lunet("/backstores", "create", plugin)
        self.lunet("/backstores/fileio1", "create", "f", self.lab.path("f.img"), "1M")
        before = self.backstores()
        self.assertEqual(before, {"fileio0": [], "fileio1": ["f"], "rd_mcp0": []})
        self.lab.kill()
        self.lab.start()
        self.assertEqual(self.backstores(), before)
        self.assertEqual(self.lunet("diff"), "")
        self.lunet("/backstores/fileio1", "delete", "f")
        self.assertEqual(self.backstores()["fileio1"], [])
        self.lunet("/backstores", "delete", "fileio1")
        self.lunet("rollback", "4", options=["--yes"])
        self.assertEqual(self.backstores(), {"fileio1": ["f"], "fileio0": [], "rd_mcp0": []})

    def test_two_disks_of_one_name(self):
        for number in (0, 1):
            self.lunet("/backstores", "create", "rd_mcp")
            self.lunet(f"/backstores/rd_mcp{number}", "create", "r", f"{number + 1}M")
        (port,) = self.lab.target()
        self.lunet(f"{TPG}/luns", "create", "/backstores/rd_mcp1/r")
        self.lab.acl()
        with Initiator("127.0.0.1", port, TARGET, HOST) as session:
            session.clear_unit_attentions(0)
            self.assertEqual(session.capacity(0)[0], (2 << 20) // 512)
        self.lunet("/backstores/rd_mcp0", "delete", "r", options=["--yes"])
        self.assertEqual(self.backstores(), {"rd_mcp0": [], "rd_mcp1": ["r"]})
        self.assertEqual(self.lunet("diff"), "")

    def test_a_script_of_the_normal_hierarchy_works(self):
        script = (f"/backstores/fileio create f {self.lab.path('f.img')} 1M\n/backstores/ramdisk create r 1M\n"
                  "/backstores/fileio/f info\n/backstores/fileio ls\ncd /backstores/ramdisk\nls\n")
        path = self.lab.path("script")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        said = self.lunet("source", path)
        self.assertIn("Storage Objects: 1", said)
        self.assertEqual(self.backstores(), {"fileio0": ["f"], "rd_mcp1": ["r"]})
        self.lunet("/backstores/fileio", "delete", "f")
        self.assertEqual(self.backstores(), {"rd_mcp1": ["r"]})


if __name__ == "__main__":
    unittest.main()
