#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The configure mode by keys, in a real terminal: prompt, completion, questions of one key, pages, history."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from keys import Terminal  # noqa: E402
from lab import BIN, Lab, wait_until  # noqa: E402


class ConfigureKeys(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def mode(self, *words, columns=80, lines=24):
        command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                   "--socket", self.lab.socket, *words]
        terminal = Terminal(command, self.lab.dir, columns, lines, {"TARGETCLI_HOME": self.lab.path("home")})
        self.addCleanup(terminal.close)
        return terminal

    def test_a_session(self):
        t = self.mode("configure")
        t.wait("Editing a candidate of generation 0.")
        t.wait_prompt("config#")
        # The words are completed one by one, from the schema.
        t.type("ed")
        t.press("Tab")
        t.wait("config# edit")
        t.type("sto")
        t.press("Tab")
        t.wait("config# edit storage")
        t.type("rd_")
        t.press("Tab")
        t.wait("config# edit storage rd_mcp")
        t.type("disk scratch-disk-of-mine")
        t.press("Enter")
        t.wait("missing: size")
        # A long level is cut from the left.
        t.wait_prompt(".. disk scratch-disk-of-mine#"[:2] + "storage rd_mcp disk scratch-disk-of-mine"[-22:] + "#")
        t.type("set attribute emulate_tpu ")
        t.press("Tab")
        t.wait("emulate_tpu: yes or no")
        t.press("C-u")
        prompt = ".." + "storage rd_mcp disk scratch-disk-of-mine"[-22:] + "#"
        t.enter("set size 1M", prompt)
        t.enter("top", "config#")
        # Leaving with changes asks; any other key than y or n asks again, n stays.
        t.press("C-d")
        t.wait("Leave and lose them? [y/N]")
        t.type("x")
        t.type("n")
        t.wait("not left, as you said")
        t.wait_prompt("config#")
        t.enter("commit", "config#")
        t.wait("Applied the candidate")
        t.press("Up")
        t.wait("config# commit")
        t.press("C-c")
        t.wait_prompt("config#")
        t.enter("set storage rd_mcp disk other size 1M", "config#")
        t.type("exit")
        t.press("Enter")
        t.wait("Leave and lose them? [y/N]")
        t.type("y")
        t.wait("[ended 0]")
        self.assertNotIn("other", self.lab.lunet("dump").stdout)
        self.assertIn("scratch-disk-of-mine", self.lab.lunet("dump").stdout)

    def test_consent_and_a_statement_of_several_lines(self):
        self.lab.lunet("/backstores/ramdisk", "create", "r", "1M")
        t = self.mode("configure")
        t.wait_prompt("config#")
        t.type("set storage rd_mcp disk more {")
        t.press("Enter")
        t.wait_prompt(">")
        t.type("size 1M")
        t.press("Enter")
        t.type("}")
        t.press("Enter")
        t.wait("+ storage rd_mcp disk more")
        t.wait_prompt("config#")
        # Data would be lost.
        t.enter("delete storage rd_mcp disk r", "config#")
        t.type("commit")
        t.press("Enter")
        t.wait("the data in RAM disk r is lost")
        t.type("n")
        t.press("Enter")
        t.wait_prompt("config#")
        self.assertIn("disk r", self.lab.lunet("dump").stdout)

    def test_long_output_comes_by_pages(self):
        self.lab.lunet("configure", "-c", "; ".join(f"set storage rd_mcp disk d{i} size 1M" for i in range(12)) + "; commit")
        t = self.mode("configure", lines=12)
        t.wait_prompt("config#")
        t.type("show")
        t.press("Enter")
        t.wait("---(more)---")
        t.type("q")
        t.wait_prompt("config#")
        t.enter("show | no-more", "config#")

    def test_the_time_to_confirm_is_in_the_prompt(self):
        t = self.mode("configure")
        t.wait_prompt("config#")
        t.enter("set storage rd_mcp disk r size 1M", "config#")
        t.type("commit confirmed 60")
        t.press("Enter")
        t.wait("[confirm within ")
        t.type("confirm")
        t.press("Enter")
        t.wait("Generation 1 stays.")
        t.wait_prompt("config#")

    def test_modes_have_histories_of_their_own_without_secrets(self):
        t = self.mode("live")
        t.wait_prompt("live>")
        t.enter("show all", "live>")
        t.enter("configure", "config#")
        t.enter("set fabric iscsi discovery_auth password hidden-secret", "config#")
        t.enter("exit now", "live>")
        t.press("Up")
        t.wait("live> configure")
        t.press("C-u")
        t.enter("exit", "[ended 0]")
        wait_until(lambda: os.path.exists(self.lab.path("home/history-live.txt")), "the history")
        names = set(os.listdir(self.lab.path("home")))
        self.assertLessEqual({"history-live.txt", "history-configure.txt"}, names)
        for name in names:
            with open(self.lab.path(f"home/{name}"), encoding="utf-8") as file:
                self.assertNotIn("hidden-secret", file.read(), name)
        with open(self.lab.path("home/history-configure.txt"), encoding="utf-8") as file:
            self.assertIn("discovery_auth password ***", file.read())

    def test_from_the_shell_and_back(self):
        t = self.mode()
        t.wait_prompt("/>")
        t.enter("configure", "config#")
        t.enter("quit", "/>")


if __name__ == "__main__":
    unittest.main()
