#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that an error or a warning names is run as it stands, and then the fault is gone; one that shows something
shows it (those that name no object also without the fault). Which there are is read from the sources (support/hints.py): the last test fails for one that nothing here tries."""
import json
import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import hints  # noqa: E402
from control import Control  # noqa: E402
from initiator import Initiator, LoginRefused  # noqa: E402
import stand_in  # noqa: E402
from lab import HOST, TARGET, Lab, run, stable_port  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"
TPG_DIRECTORY = f"iscsi/{TARGET}/tpgt_1"
OTHER = "iqn.2026-11.org.example:other"
TRIED = set()  # of hints.all_commands()

# Places that only another runtime or a fault in the middle reaches, and where the command is run after it.
ELSEWHERE = {
    # src/service/migrate_test.cpp, each after its error: WhatTheOldOneGaveUpInPartARestoreRepairs, WhenTheOldOneCannotBeRecorded-
    # AgainARestoreFillsTheNewOne, WhenItCannotBeRestoredOnTheOldOneARestoreDoesItLater, WhatDoesNotRunAgainIsSaid
    ("service/migrate.cpp", "lunet restore"), ("service/migrate.cpp", "lunet status"),
    # tests/integration/handlers_test.py: test_handlers_are_found_asked_and_explained
    ("service/special_disks.cpp", "/backstores/user:{} info"), ("service/special_disks.cpp", "ls /backstores/user:{}"),
}
# These show the same whatever the fault was.
SHOW = {"ls", "ls /backstores", "ls /iscsi", "show", "version", "lunet status", "lunet history", "lunet diff"}


class Fault(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def lunet(self, *words, check=True, **more):
        return self.lab.lunet(*words, check=check, **more)

    def run_words(self, *words, check=True, **more):
        return self.lunet("--yes", *words, check=check, **more)

    def refused(self, *words, yes=True, **more):
        """The error of a command that fails."""
        result = self.lunet("--json", *(["--yes"] if yes else []), *words, check=False, **more)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        return json.loads(result.stderr)["error"]

    def warned(self, *words):
        """What is said beside the result, as one text."""
        result = self.run_words(*words, check=False)
        return result.stdout + result.stderr

    def type_command(self, text, command):
        """A command in a text of the programs."""
        behind = hints.behind(text, command)
        self.assertTrue(behind, f"{command} of {text} is not in the sources")
        TRIED.update(behind)
        words = shlex.split(command)
        return self.run_words(*(words[1:] if words[0] == "lunet" else words), check=False)

    def cure(self, error, command=None):
        """Runs the command of the error, or this one of those that its correction names."""
        command = command or error["command"]
        self.assertTrue(command, f"no command: {error}")
        self.assertIn(command, hints.commands_in(error["correction"]))
        result = self.type_command(error["correction"], command)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def cured(self, *words, command=None, **more):
        """Refused; after the correction the same command does it."""
        error = self.refused(*words, **more)
        self.cure(error, command)
        self.run_words(*words)
        return error

    def shown(self, error):
        """Every command of the error is one that shows something."""
        for command in hints.commands_in(error["correction"]):
            result = self.type_command(error["correction"], command)
            self.assertIn(result.returncode, (0, 3), f"{command}: {result.stdout}{result.stderr}")  # 3: it shows a difference

    def foreign(self, *operations):
        with Control(self.lab.socket) as control:
            control.batch(list(operations))

    def foreign_disk(self, name, hba=9):
        folder = f"core/rd_mcp_{hba}"
        self.foreign(("make_dir", folder), ("make_dir", f"{folder}/{name}"), ("write", f"{folder}/{name}/control", "rd_pages=4"),
                     ("write", f"{folder}/{name}/enable", "1"))

    def only_session(self):
        (number,) = self.lunet("sessions", "-H", "-o", "sid").stdout.split()
        return number

    def nothing_differs(self):
        self.assertEqual(self.lab.lunet("diff").stdout, "")


class Served(Fault):
    """A RAM disk that HOST sees."""

    def setUp(self):
        super().setUp()
        self.disk = self.lab.ramdisk("r", "1M")
        (self.port,) = self.lab.target()
        self.lab.lun(self.disk)
        self.lab.acl()

    # ------------------------------------------------------------ ways in
    def test_a_target_without_portal_group(self):
        self.run_words(f"/iscsi/{TARGET}", "delete", "1")
        self.cured("connect", TARGET, "--for", "linux")

    def test_a_target_without_portal(self):
        for portal in self.lab.portals():
            self.run_words(f"{TPG}/portals", "delete", *portal["name"].rsplit(":", 1))
        self.cured("connect", TARGET, "--for", "linux")

    def test_a_portal_group_that_is_disabled(self):
        self.run_words(TPG, "disable")
        said = self.warned("share", self.disk, "--to", OTHER)
        (command,) = [each for each in hints.commands_in(said) if each.endswith(" enable")]
        self.assertEqual(self.type_command(said, command).returncode, 0)
        Initiator("127.0.0.1", self.port, TARGET, OTHER).close()

    def test_what_would_let_an_initiator_in(self):
        self.run_words(f"{TPG}/acls", "delete", HOST)
        self.run_words(TPG, "disable")
        for portal in self.lab.portals():
            self.run_words(f"{TPG}/portals", "delete", *portal["name"].rsplit(":", 1))
        self.run_words(TPG, "set", "parameter", "MaxConnections=1")
        for _ in range(4):
            said = self.lab.lunet("access", "explain", HOST, check=False).stdout
            commands = hints.commands_in(said)
            if not commands:
                break
            TRIED.add(("shell/commands/access.cpp", "{}"))
            self.run_words(*shlex.split(commands[0]))
        self.assertIn("LUN 0 is ramdisk/r", said)
        Initiator("127.0.0.1", 3260, TARGET, HOST).close()

    def test_one_that_was_sent_away_and_may_come_back(self):
        with Initiator("127.0.0.1", self.port, TARGET, HOST):
            said = self.warned("sessions", "kick", self.only_session())
        (command,) = hints.commands_in(said)
        self.assertEqual(self.type_command(said, command).returncode, 0)
        with self.assertRaises(LoginRefused):
            Initiator("127.0.0.1", self.port, TARGET, HOST)

    # ------------------------------------------------------------ sharing
    def test_an_initiator_that_sees_the_disk_otherwise(self):
        self.cured("share", self.disk, "--to", HOST, "--read-only")

    def test_a_file_that_is_a_disk_of_another_size(self):
        self.lab.fileio("f", "1M")
        self.cured("share", self.lab.path("f.img"), "--to", HOST, "--size", "2M")

    def test_a_disk_that_would_shrink(self):
        self.cure(self.refused("resize", self.disk, "512K", yes=False))
        self.assertEqual(self.lab.lunet("list", "disks", "-H", "-p", "-o", "size").stdout, "524288\n")

    def test_a_file_is_no_block_device(self):
        with open(self.lab.path("plain"), "wb") as file:
            file.truncate(1 << 20)
        self.cure(self.refused("/backstores/block", "create", "plain", file.name))
        self.assertIn("o- plain ", self.lab.ls())

    def test_hbas_are_shown_on_demand(self):
        self.cure(self.refused("/backstores", "create", "rd_mcp"), "set global legacy_hba_view=true")
        self.run_words("/backstores", "create", "rd_mcp")

    def test_a_tag_is_no_name(self):
        for host in (HOST, OTHER):
            if host != HOST:
                self.lab.acl(host)
            self.lab.lunet(f"{TPG}/acls", "tag", host, "group")
        self.cure(self.refused(f"{TPG}/acls", "delete", "group"))
        self.run_words(f"{TPG}/acls", "delete", HOST)
        self.assertNotIn("group", self.lab.ls())

    def test_a_bookmark_that_is_there(self):
        self.run_words("/backstores", "bookmarks", "add", "b")
        self.cured("/iscsi", "bookmarks", "add", "b")

    # ------------------------------------------------------------ what others did
    def test_what_another_program_made(self):
        self.foreign_disk("theirs")
        error = self.refused("/backstores/ramdisk", "create", "theirs", "1M")
        self.assertIn("drift", error["cause"])
        self.cure(error)
        self.run_words("/backstores/ramdisk", "delete", "theirs")
        self.nothing_differs()

    def test_what_another_program_made_in_what_is_to_go(self):
        self.foreign(("make_dir", f"{TPG_DIRECTORY}/acls/{OTHER}"))
        with open(self.lab.path("other.lio"), "w", encoding="utf-8") as file:
            file.write(f"fabric iscsi target {OTHER} tpgt 1\n")
        self.cured("apply", file.name)
        self.assertNotIn(TARGET, self.lab.ls())

    def test_what_another_program_put_on_an_hba(self):
        self.run_words("set", "global", "legacy_hba_view=true")
        self.foreign(("make_dir", "core/rd_mcp_0/theirs"), ("write", "core/rd_mcp_0/theirs/control", "rd_pages=4"),
                     ("write", "core/rd_mcp_0/theirs/enable", "1"))
        self.cured("/backstores", "delete", "rd_mcp0")
        self.assertNotIn("theirs", self.lab.ls())

    def test_what_another_program_put_on_what_it_made(self):
        self.foreign_disk("theirs")
        self.foreign(("make_dir", f"{TPG_DIRECTORY}/lun/lun_5"),
                     ("link", f"{TPG_DIRECTORY}/lun/lun_5/their_link", "core/rd_mcp_9/theirs"))
        self.cure(self.refused("adopt", f"{TPG}/luns/lun5"))
        self.nothing_differs()

    def test_what_another_program_changed(self):
        self.run_words(TPG, "set", "attribute", "login_timeout=20")
        for value in ("22", "20"):
            self.foreign(("write", TPG_DIRECTORY + "/attrib/login_timeout", "25"))
            error = self.refused(TPG, "set", "attribute", f"login_timeout={value}")
            self.assertIn("drift", error["cause"])
            for command in hints.commands_in(error["correction"]):
                with self.subTest(value=value, command=command):
                    self.foreign(("write", TPG_DIRECTORY + "/attrib/login_timeout", "26"))
                    result = self.type_command(error["correction"], command)
                    if " diff" in command:
                        self.assertIn("login_timeout", result.stdout)
                    else:
                        self.nothing_differs()
            self.run_words("restore")
            self.run_words(TPG, "set", "attribute", "login_timeout=22")
            self.run_words(TPG, "set", "attribute", "login_timeout=20")

    # ------------------------------------------------------------ the store
    def waiting(self):
        with open(self.lab.path("more.lio"), "w", encoding="utf-8") as file:
            file.write("storage rd_mcp disk more size 1M\n")
        apply = ("apply", file.name, "--merge", "--confirmed", "10")
        said = self.warned(*apply)
        return said, self.refused(*apply)

    def test_a_change_that_waits_to_be_confirmed(self):
        for which, there in ((0, True), (1, False)):
            _, error = self.waiting()
            self.cure(error, hints.commands_in(error["correction"])[which])
            self.assertEqual("o- more " in self.lab.ls(), there)
            self.assertEqual(self.refused("confirm")["cause"], "nothing waits to be confirmed")
            if there:
                self.run_words("/backstores/ramdisk", "delete", "more")

    def test_where_a_waiting_change_is_named(self):
        for words in (None, ("status",)):
            said, _ = self.waiting()
            if words:
                said = self.lab.lunet(*words, check=False).stdout
            (command,) = hints.commands_in(said)
            self.assertEqual(self.type_command(said, command).returncode, 0)
            self.assertEqual(self.refused("confirm")["cause"], "nothing waits to be confirmed")
            self.run_words("/backstores/ramdisk", "delete", "more")

    def test_secrets_that_an_interrupted_change_needs(self):
        env = dict(os.environ, LUNET_TEST_EXIT_AT="3")
        self.assertEqual(self.run_words("/backstores/ramdisk", "create", "half", "1M", check=False, env=env).returncode, 137)
        self.cured("history", "--forget-secrets")

    def test_a_change_whose_runtime_ended_in_the_middle(self):
        self.lab.stop()
        os.environ["LUNET_TEST_EXIT_AT"] = "2"
        try:
            self.lab.start()
        finally:
            del os.environ["LUNET_TEST_EXIT_AT"]
        error = self.refused("share", self.lab.path("half.img"), "--size", "1M", "--to", OTHER)
        self.lab.daemon.wait()
        self.lab.kill()
        self.lab.start()
        for command in hints.commands_in(error["correction"]):
            self.type_command(error["correction"], command)
        self.nothing_differs()

    def test_nothing_is_tried_that_would_change_something(self):
        for verb in ("adopt", "restore"):
            self.shown(self.refused(verb, options=["--dry-run"]))

    def test_a_file_that_went(self):
        self.lab.fileio("f", "1M")
        self.lab.stop()
        os.rename(self.lab.path("f.img"), self.lab.path("away"))
        self.lab.start()
        said = self.warned("/backstores/ramdisk", "create", "other", "1M")
        (command,) = hints.commands_in(said)
        self.assertIn("f.img", self.type_command(said, command).stdout)

    # ------------------------------------------------------------ what there is
    def test_what_is_to_be_looked_at_can_be(self):
        nobody = "iqn.2026-11.org.example:nobody"
        for words in ((f"{TPG}/luns", "create", "/backstores/ramdisk/nothing"), ("confirm",), ("sessions", "kick", "7"),
                      ("sessions", "kick", "x"), ("sessions", "kick"),
                      (f"{TPG}/portals", "delete", "127.0.0.1", "1"), ("/backstores/fileio", "delete", "f"),
                      (f"{TPG}/acls", "delete", nobody), (f"{TPG}/luns", "delete", "77"), (f"{TPG}/acls/{HOST}", "delete", "77"),
                      (f"{TPG}/acls", "untag", "nobody"), (f"/iscsi", "delete", nobody), (f"/iscsi/{TARGET}", "delete", "7"),
                      (f"{TPG}/acls/{HOST}", "create", "9", "/backstores/ramdisk/nothing"),
                      ("unshare", self.lab.path("nothing")), ("unshare", self.disk, "--target", nobody), ("edit", "/backstores/ramdisk/nothing"),
                      ("/backstores/user:nobody", "info"),
                      ("restore", "/backstores/ramdisk/nothing"), ("show", "999"), ("rollback", "999"),
                      ("bookmarks", "del", "nothing"), ("bookmarks", "go", "nothing"), ("@nothing", "ls"),
                      ("resize", "/backstores/ramdisk/nothing", "1M"), ("/backstores/ramdisk/nothing", "info"),
                      (f"{TPG}/luns/lun7", "get", "alua"), (f"{self.disk}", "set", "alua", "x=1"), (f"{TPG}/luns/lun0", "set", "alua", "x=1"),
                      (f"{self.disk}/alua/default_tg_pt_gp", "set", "alua", "x=1"), (f"{self.disk}/alua", "delete", "nothing"),
                      (f"{TPG}/portals/127.0.0.1:1", "enable_iser", "true"), (f"{TPG}/portals", "enable_iser", "127.0.0.1", "1")):
            with self.subTest(words=words):
                self.shown(self.refused(*words))

    def test_an_hba_that_is_not_there(self):
        self.run_words("set", "global", "legacy_hba_view=true")
        for words in (("/backstores", "delete", "rd_mcp77"), ("/backstores/rd_mcp0", "delete", "nothing")):
            with self.subTest(words=words):
                self.shown(self.refused(*words))


class Fresh(Fault):
    def test_nothing_to_undo_or_to_go_back_to(self):
        for words in (("undo",), ("rollback",)):
            self.shown(self.refused(*words))

    def test_what_ran_before(self):
        self.foreign_disk("theirs")
        self.run_words("/backstores/ramdisk", "create", "mine", "1M")
        self.run_words("undo")
        self.cure(self.refused("undo"))
        self.assertNotIn("theirs", self.lab.ls())


class Kernel(Fault):
    """The store of a kernel's target, for which a lunetd stands in; its own lunetd runs beside it."""

    def setUp(self):
        super().setUp()
        self.kernel = Lab(threads=1)
        self.addCleanup(self.kernel.__exit__)
        self.kernel.start()
        with open(self.lab.path("site.lio"), "w", encoding="utf-8") as file:
            file.write(f"""storage fileio disk f0 {{ path {self.lab.path("f0.img")}; size 1M; buffered yes; }}
fabric iscsi target {TARGET} tpgt 1 {{
    enable yes
    attribute {{
        authentication no
        generate_node_acls yes
        login_timeout 20
    }}
    lun 0 backend fileio:f0
    portal 127.0.0.1:{stable_port()}
}}
""")
        with open(self.lab.path("f0.img"), "wb") as data:
            data.truncate(1 << 20)
        self.lunet("--runtime", "kernel", "apply", file.name)

    def lunet(self, *words, check=True, **_):
        result = stand_in.lunet(self.kernel, self.lab, *words)
        result.stderr = "".join(line for line in result.stderr.splitlines(True) if not line.startswith("dbus-daemon["))
        if check:
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result

    def test_a_store_of_the_other_runtime(self):
        error = self.refused("--runtime", "lunetd", "/backstores/ramdisk", "create", "r", "1M")
        self.cure(error)
        self.run_words("/backstores/ramdisk", "create", "r", "1M")
        self.assertIn("o- r ", self.lab.ls())

    def test_a_session_that_the_kernel_cannot_end_alone(self):
        port = int(json.loads(self.lunet("--json", "/iscsi", "ls").stdout)["tree"]["children"][0]["children"][0]["children"][2]
                   ["children"][0]["name"].rsplit(":", 1)[1])
        with Initiator("127.0.0.1", port, TARGET, OTHER):
            error = self.refused("sessions", "kick", self.only_session())
            self.cure(error)
            self.assertEqual(self.lunet("sessions", "-H").stdout, "")

    def test_what_is_in_the_way_of_a_migration(self):
        self.drift()
        error = self.refused("migrate", "lunetd")
        for command in hints.commands_in(error["correction"]):
            self.drift()
            result = self.type_command(error["correction"], command)
            self.assertIn("login_timeout" if " diff" in command else "", result.stdout)
        self.assertEqual(self.lunet("diff").stdout, "")
        with open(self.lab.path("more.lio"), "w", encoding="utf-8") as file:
            file.write("storage rd_mcp disk more size 1M\n")
        for _ in range(2):
            self.run_words("apply", file.name, "--merge", "--confirmed", "10")
            error = self.refused("migrate", "lunetd")
            self.cure(error, hints.commands_in(error["correction"])[1])
        self.run_words("apply", file.name, "--merge", "--confirmed", "10")
        self.cure(self.refused("migrate", "lunetd"))
        self.assertEqual(self.with_test("EXIT_AT", 3, self.run_words, "/backstores/ramdisk", "create", "half", "1M").returncode, 137)
        self.cured("migrate", "lunetd")
        self.assertIn("o- more ", self.lab.ls())

    @staticmethod
    def with_test(name, value, work, *words):
        os.environ[f"LUNET_TEST_{name}"] = str(value)
        try:
            return work(*words, check=False)
        finally:
            del os.environ[f"LUNET_TEST_{name}"]

    def test_an_interrupted_change_that_cannot_be_undone_at_once(self):
        other = ("/backstores/ramdisk", "create", "other", "1M")
        for moment in range(1, 9):
            self.with_test("EXIT_AT", moment, self.run_words, "/backstores/ramdisk", "create", "half", "1M")
            result = self.with_test("FAIL_AT", 1, self.run_words, "--json", *other)
            if result.returncode != 0 and "undoing the interrupted change" in result.stderr:
                error = json.loads(result.stderr)["error"]
                for command in hints.commands_in(error["correction"]):
                    self.cure(error, command)
                self.assertNotIn("half", self.run_words("ls").stdout)
                self.run_words(*other)
                return
            for name in ("half", "other"):
                self.run_words("/backstores/ramdisk", "delete", name, check=False)
        self.fail("at no moment the undo was in the way of a fault")

    def drift(self):
        with Control(self.kernel.socket) as control:
            control.batch([("write", TPG_DIRECTORY + "/attrib/login_timeout", "25")])


class TheLast(Fault):
    def test_what_shows_the_same_whatever_the_fault_was(self):
        for command in SHOW:
            self.lunet(*command.removeprefix("lunet ").split())
            TRIED.update(each for each in hints.all_commands() if each[1] == command)

    def test_what_is_checked_before_it_gets_there(self):
        # The error itself: src/service/port_groups_test.cpp, TakeValuesAsNumbersOrWords.
        disk = self.lab.ramdisk("r", "1M")
        self.lunet(f"{disk}/alua/default_tg_pt_gp", "get", "alua")
        TRIED.add(("service/port_groups.cpp", "{}/alua/{} get alua"))


class All(unittest.TestCase):
    def test_there_is_no_command_that_nothing_here_tries(self):
        self.assertEqual(hints.all_commands() - TRIED - ELSEWHERE, set())
        self.assertEqual(ELSEWHERE - hints.all_commands(), set())


def load_tests(loader, *_):
    """In this order."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(each) for each in (Served, Fresh, Kernel, TheLast, All))


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("corrections: needs root for a network of its own: the default portal has a fixed port")
        sys.exit(77)
    if "LUNET_TEST_NETNS" not in os.environ:
        os.environ["LUNET_TEST_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    run(["ip", "link", "set", "lo", "up"])
    unittest.main(verbosity=2)
