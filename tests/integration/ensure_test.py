#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--ensure, --dry-run and --export-saveconfig as scripts use them: exit status, what is said to have changed, what has."""
import json
import os
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, stable_port  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"


class Ensure(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()

    def creates(self):
        return [["/backstores/fileio", "create", "f", self.lab.path("f.img"), "4M"],
                ["/backstores/ramdisk", "create", "r", "1M"],
                ["/iscsi", "create", TARGET],
                [f"/iscsi/{TARGET}", "create", "2"],
                [TPG + "/portals", "create", "127.0.0.1", str(self.port)],
                [TPG + "/luns", "create", "/backstores/fileio/f", "0"],
                [TPG + "/acls", "create", HOST, "add_mapped_luns=no"],
                [TPG + "/acls/" + HOST, "create", "5", "0"],
                [TPG, "set", "attribute", "generate_node_acls=0"],
                [TPG, "enable"]]

    def deletes(self):
        return [[words[0], "delete", *(words[2:4] if "portals" in words[0] else words[3:4] if "luns" in words[0] else words[2:3])]
                for words in reversed(self.creates()[:8])]

    def changed(self, words, *options):
        return json.loads(self.lab.lunet(*words, options=["--json", "--ensure", "--yes", *options]).stdout)["changed"]

    def generation(self):
        return self.lab.lunet("history", 1).stdout.split()[0]

    def test_each_object_once_and_again(self):
        for words in self.creates():
            before = self.generation()
            # The portal group is made enabled.
            expected = words[1] != "enable"
            self.assertEqual(self.changed(words, "--dry-run"), expected, words)
            self.assertEqual(self.generation(), before, words)
            self.assertEqual(self.changed(words), expected, words)
            after = self.generation()
            self.assertEqual(self.changed(words), False, words)
            self.assertEqual(self.generation(), after, words)
        for words in self.deletes():
            self.assertEqual(self.changed(words), True, words)
            self.assertEqual(self.changed(words), False, words)
        self.assertTrue(os.path.exists(self.lab.path("f.img")))

    def test_what_is_there_and_differs_is_status_3(self):
        for words in self.creates():
            self.lab.lunet(*words)
        before = self.lab.lunet("history").stdout
        for words, what in (([*self.creates()[0][:4], "8M"], "size is 4194304, not 8388608"),
                            ([*self.creates()[0], "buffered=no"], "buffered is yes, not no"),
                            (["/backstores/ramdisk", "create", "r", "2M"], "size is 1048576, not 2097152"),
                            ([TPG + "/luns", "create", "/backstores/fileio/f", "3"], "the disk is LUN 0, not 3"),
                            ([TPG + "/luns", "create", "/backstores/ramdisk/r", "0"], "backend is fileio:f, not rd_mcp:r"),
                            ([TPG + "/acls/" + HOST, "create", "5", "0", "yes"], "write_protect is no, not yes")):
            result = self.lab.lunet(*words, options=["--ensure"], check=False)
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertIn(what, result.stderr)
            result = self.lab.lunet(*words, options=["--ensure", "--json"], check=False)
            self.assertEqual(json.loads(result.stderr)["error"]["code"], "E_DIFFERENT")
            self.assertEqual(self.lab.lunet(*words, check=False).returncode, 1)
        self.assertEqual(self.lab.lunet("history").stdout, before)

    def test_of_many_at_once_one_makes_it(self):
        lunet = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state, "--socket",
                 self.lab.socket, "--json", "--ensure", "/iscsi", "create", TARGET]
        processes = [subprocess.Popen(lunet, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) for _ in range(12)]
        answers = [json.loads(process.communicate(timeout=DEADLINE_S)[0]) for process in processes]
        self.assertEqual(sorted(answer["changed"] for answer in answers), [False] * 11 + [True])

    def test_the_export_follows_each_change(self):
        path = self.lab.path("saveconfig.json")
        export = ["--export-saveconfig", path]
        for words in self.creates():
            self.lab.lunet(*words, options=export)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path) as file:
            (target,) = json.load(file)["targets"]
        (lun,) = target["tpgs"][0]["luns"]
        self.assertEqual((target["fabric"], target["wwn"], lun["index"], lun["storage_object"]),
                         ("iscsi", TARGET, 0, "/backstores/fileio/f"))
        self.lab.lunet("/iscsi", "delete", TARGET, options=export)
        with open(path) as file:
            self.assertEqual(json.load(file)["targets"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
