#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Ansible module (packaging/ansible) with Debian's ansible-core: what is changed is said exactly, in check mode too."""
import json
import os
import shutil
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
from initiator import Chap, Initiator  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, stable_port  # noqa: E402

SECRET = "a-secret-of-ansible"


class Ansible(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()

    def play(self, *tasks, check=False):
        """What each task did: changed, ok, or its failure."""
        common = {"executable": os.path.abspath(os.path.join(BIN, "lunet")), "state_dir": self.lab.state,
                  "socket": self.lab.socket, "runtime": "lunetd"}
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False,
                 "module_defaults": {"lunet": common}, "tasks": [{"lunet": task, "ignore_errors": True} for task in tasks]}]
        path = self.lab.path("play.json")
        with open(path, "w") as file:
            json.dump(play, file)
        result = subprocess.run(
            ["ansible-playbook", "-i", "localhost,", *["--check"] * check, "--diff", path], text=True, capture_output=True,
            timeout=3 * DEADLINE_S, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "ANSIBLE_LIBRARY": os.path.join(HERE, "../../packaging/ansible"), "ANSIBLE_STDOUT_CALLBACK": "outcomes", "ANSIBLE_PIPELINING": "1",
                 "ANSIBLE_CALLBACK_PLUGINS": os.path.join(HERE, "../support/ansible"),
                 "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3", "ANSIBLE_LOCAL_TEMP": self.lab.path("ansible"),
                 "ANSIBLE_REMOTE_TEMP": self.lab.path("ansible"), "HOME": self.lab.dir, "LC_ALL": "C.UTF-8"})
        self.assertNotIn(SECRET, result.stdout + result.stderr)
        try:
            outcomes = json.loads(result.stdout.splitlines()[-1])
        except (ValueError, IndexError):
            self.fail(result.stdout + result.stderr)
        return [o["msg"] if o.get("failed") else "changed" if o["changed"] else "ok" for o in outcomes]

    def tasks(self):
        return [
            {"kind": "disk", "name": "vm1", "path": self.lab.path("vm1.img"), "size": "4M", "attributes": {"emulate_tpu": True}},
            {"kind": "disk", "plugin": "ramdisk", "name": "r", "size": "1M"},
            {"kind": "target", "target": TARGET, "attributes": {"generate_node_acls": 0}},
            {"kind": "tpg", "target": TARGET, "tpg": 2},
            {"kind": "portal", "target": TARGET, "ip": "127.0.0.1", "port": self.port},
            {"kind": "lun", "target": TARGET, "disk": "fileio/vm1", "lun": 0},
            {"kind": "lun", "target": TARGET, "disk": "ramdisk/r"},
            {"kind": "acl", "target": TARGET, "initiator": HOST, "auth": {"userid": "u", "password": SECRET}},
            {"kind": "mapped_lun", "target": TARGET, "initiator": HOST, "mapped_lun": 7, "lun": 1, "write_protect": True},
        ]

    def test_the_second_run_changes_nothing(self):
        tasks = self.tasks()
        self.assertEqual(self.play(*tasks, check=True), ["changed"] * len(tasks))
        self.assertEqual(self.lab.lunet("history").stdout.count("\n"), 1, "a check changed something")
        self.assertFalse(os.path.exists(self.lab.path("vm1.img")))
        self.assertEqual(self.play(*tasks), ["changed"] * len(tasks))
        with Initiator("127.0.0.1", self.port, TARGET, HOST, chap=Chap("u", SECRET)) as session:
            session.clear_unit_attentions(0)
            session.read(0, 0, 1)
        self.assertEqual(self.play(*tasks), ["ok"] * len(tasks))
        self.assertEqual(self.play(*tasks, check=True), ["ok"] * len(tasks))

        tasks[0]["attributes"]["emulate_tpu"] = False
        tasks[7]["auth"]["password"] = SECRET + "2"
        expected = ["changed"] + ["ok"] * 6 + ["changed", "ok"]
        self.assertEqual(self.play(*tasks, check=True), expected)
        self.assertEqual(self.play(*tasks), expected)
        tasks[0]["size"] = "8M"
        tasks[8]["write_protect"] = False
        done = self.play(*tasks)
        self.assertIn("size is 4194304, not 8388608", done[0])
        self.assertIn("write_protect is yes, not no", done[8])

        absent = [{**task, "state": "absent", "force": True} for task in reversed(tasks) if task != tasks[6]]
        absent[1]["auth"] = {}
        self.assertEqual(self.play(*absent, check=True), ["changed"] * len(absent))
        self.assertEqual(self.play(*absent), ["changed"] * len(absent))
        self.assertEqual(self.play(*absent), ["ok"] * len(absent))
        self.assertTrue(os.path.exists(self.lab.path("vm1.img")))

    def test_a_whole_configuration(self):
        self.play(*self.tasks()[1:3])
        site = self.lab.path("site.lio")
        with open(site, "w") as file:
            file.write(f"storage rd_mcp disk r {{ size 1M }}\nfabric iscsi target {TARGET} tpgt 1 {{\n  enable yes\n"
                       "  lun 0 backend rd_mcp:r\n}\n")
        task = {"kind": "configuration", "path": site, "force": True}
        self.assertEqual(self.play(task, check=True), ["changed"])
        self.assertEqual(self.play(task), ["changed"])
        self.assertEqual(self.play(task), ["ok"])
        self.assertIn("lun0", self.lab.ls())


if __name__ == "__main__":
    if not shutil.which("ansible-playbook"):
        print("skipped: ansible-playbook is missing; tools/setup packaging installs it")
        sys.exit(77)
    unittest.main(verbosity=2)
