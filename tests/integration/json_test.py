#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--json of every command: a walk over the command table, each command done, wrongly typed and without a runtime.

A new command fails here until PAGES says how it is done."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import answers  # noqa: E402
from lab import BIN, HOST, TARGET, Lab, run  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"
# Page -> the command line that does it, in an order in which each finds what it needs; {dir} is the test's folder.
PAGES = {
    "create-fileio": "/backstores/fileio create d1 {dir}/d1.img 1M",
    "create-ramdisk": "/backstores/ramdisk create r1 1M",
    "create-block": "/backstores/block create b1 {dir}/no-such-device",
    "create-target": f"/iscsi create {TARGET}",
    "create-tpg": f"/iscsi/{TARGET} create 2",
    "create-lun": f"{TPG}/luns create /backstores/fileio/d1",
    "create-acl": f"{TPG}/acls create {HOST}",
    "create-mapped-lun": f"{TPG}/acls/{HOST} create 7 lun0",
    "create-portal": f"{TPG}/portals create 127.0.0.1 0",
    "resize": "resize /backstores/fileio/d1 2M", "resize-disk": "/backstores/fileio/d1 resize 3M",
    "create-alua-group": "/backstores/fileio/d1/alua create slow 16", "delete-alua-group": "/backstores/fileio/d1/alua delete slow",
    "create-user": "/backstores/user:qcow create u1 1M x.qcow2",
    "create-pscsi": "/backstores/pscsi create p1 {dir}/no-such-device",
    "create-hba": "/backstores create fileio", "delete-hba": "/backstores delete fileio0",
    "changemedium": "/backstores/user:qcow changemedium u1 1M x.qcow2", "info-handler": "/backstores/user:qcow info",
    "tag": f"{TPG}/acls tag {HOST} cluster", "untag": f"{TPG}/acls untag cluster",
    "enable_iser": f"{TPG}/portals/127.0.0.1:0 enable_iser true", "enable_offload": f"{TPG}/portals/127.0.0.1:0 enable_offload true",
    "iser_enable": f"{TPG}/portals/127.0.0.1:0 iser_enable", "iser_disable": f"{TPG}/portals/127.0.0.1:0 iser_disable",
    "sessions": "sessions", "watch": "watch --count 1 --interval 0.02", "metrics": "metrics", "list": "list disks", "doctor": "doctor",
    "share": "share {dir}/shared.img --size 1M --to iqn.2026-11.org.example:h9 --portal 127.0.0.1:0", "unshare": "unshare {dir}/shared.img",
    "connect": f"connect {TARGET}", "access": f"access explain {HOST}", "wait": "wait /backstores/fileio/d1",
    "explain": "explain login_timeout", "fmt": "fmt {dir}/site.lio", "edit": "edit /",
    "ls": "ls", "pwd": "pwd", "cd": "cd /iscsi", "refresh": "refresh", "exit": "exit", "help": "help",
    "bookmarks": "bookmarks show", "source": "source {dir}/script", "completion": "completion bash",
    "get": f"{TPG} get attribute", "set": f"{TPG} set attribute login_timeout=10",
    "info": "/backstores/fileio/d1 info", "status": "status", "version": "version", "version-object": "/iscsi version",
    "history": "history", "diff": "diff", "adopt": "adopt", "restore": "restore",
    "verify": "verify", "dump": "dump", "validate": "validate {dir}/site.lio",
    "plan": "plan", "confirm": "confirm", "show": "show",
    "saveconfig": "saveconfig {dir}/saved.json", "saveconfig-object": "/backstores/fileio/d1 saveconfig {dir}/one.json",
    "support": "support {dir}/report.txt", "undo": "undo", "rollback": "rollback", "clear": "clear", "clearconfig": "clearconfig",
    "restoreconfig": "restoreconfig {dir}/no-such.json",
    "convert": "convert {dir}/site.lio {dir}/site.json", "apply": "apply {dir}/empty/none.lio",
    "migrate": "migrate lunetd",
    "mount": "mount {dir}/no/such/folder",
    "configure": "configure show", "live": "live show",
    "disable": f"{TPG} disable", "enable": f"{TPG} enable",
    "delete-mapped-lun": f"{TPG}/acls/{HOST} delete 7",
    "delete-portal": f"{TPG}/portals delete 127.0.0.1 0",
    "delete-acl": f"{TPG}/acls delete {HOST}",
    "delete-lun": f"{TPG}/luns delete 0",
    "delete-tpg": f"/iscsi/{TARGET} delete 2",
    "delete-target": f"/iscsi delete {TARGET}",
    "delete-disk": "/backstores/fileio delete d1",
}
# What cannot succeed here: its answer is an error of the right form.
# HBAs are made where they are shown (tests/golden/sessions/legacy.session); handlers are the kernel's.
FAILING = {"create-hba", "delete-hba", "changemedium", "info-handler", "create-pscsi", "create-user", "enable_iser", "enable_offload", "iser_enable", "create-block", "mount", "apply", "confirm", "rollback", "clear", "clearconfig", "restoreconfig"}
# What depends on what was done before: 3 is a difference.
EITHER = {"doctor", "undo", "plan", "saveconfig", "saveconfig-object"}


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rows = run([os.path.join(BIN, "lunet"), "__commands"]).stdout.splitlines()
        cls.rows = [dict(zip(("name", "page", "kinds", "plugin", "runtime", "syntax"), row.split("\t"))) for row in rows]

    def lab(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        lab.start()
        os.environ["VISUAL"] = "true"  # the editor of `edit`
        with open(lab.path("script"), "w", encoding="utf-8") as file:
            file.write("pwd\nfly\n")
        with open(lab.path("site.lio"), "w", encoding="utf-8") as file:
            file.write("storage rd_mcp disk x {\n    size 1M\n}\n")
        return lab

    def test_every_page_has_a_command_here(self):
        pages = {row["page"] for row in self.rows}
        self.assertEqual(pages - set(PAGES), set(), "add how it is done to PAGES")
        self.assertEqual(pages ^ set(answers.VERBS), set(), "the schema has a definition for each verb, and no other")

    def test_what_is_done_and_what_fails_has_the_same_form(self):
        lab = self.lab()
        for page, line in PAGES.items():
            with self.subTest(page=page):
                result = lab.lunet("-c", line.replace("{dir}", lab.dir), options=["--json"], check=False)
                for answer in answers.check(line, result):
                    if answer["ok"]:
                        answers.check_verb(page, answer)
                if page in EITHER:
                    self.assertIn(result.returncode, (0, 1, 3))
                elif page in FAILING or page == "source":
                    self.assertIn(result.returncode, (1, 2))
                else:
                    self.assertEqual(result.returncode, 0, result.stderr)

    def test_wrong_words(self):
        lab = self.lab()
        places = {"": "/", "plugin": "/backstores/fileio", "fabric": "/iscsi", "target": "/iscsi/x", "tpg": "/iscsi/x/tpg1",
                  "luns": "/iscsi/x/tpg1/luns", "acls": "/iscsi/x/tpg1/acls", "acl": "/iscsi/x/tpg1/acls/y",
                  "portals": "/iscsi/x/tpg1/portals", "root": "/", "disk": "/backstores/fileio/x"}
        for row in self.rows:
            place = places.get(row["kinds"].split(",")[0])
            if place is None:
                continue
            if row["plugin"]:
                place = f"/backstores/{row['plugin']}"
            words = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] + ["no_such_parameter=1"]
            with self.subTest(place=place, name=row["name"]):
                if row["name"] in ("get", "set"):
                    words = ["no_such_group"]
                result = lab.lunet(place, row["name"], *words, options=["--json"], check=False)
                self.assertEqual(result.returncode, 2)
                error = answers.check(row["name"], result)[0]["error"]
                self.assertEqual((error["code"], error["operation"]), ("E_USAGE", row["name"]))

    def test_without_a_runtime(self):
        lab = self.lab()
        lab.stop()
        for page, line in PAGES.items():
            row = next(row for row in self.rows if row["page"] == page)
            if not row["runtime"] or page in ("history", "version", "mount", "apply", "show", "support", "restoreconfig", "clearconfig", "saveconfig", "saveconfig-object"):
                continue
            with self.subTest(page=page):
                result = lab.lunet("-c", line.replace("{dir}", lab.dir), options=["--json"], check=False)
                self.assertEqual(result.returncode, 1)
                self.assertIn(answers.check(line, result)[0]["error"]["code"], ("E_NOT_RUNNING", "E_NOT_FOUND"))


if __name__ == "__main__":
    unittest.main()
