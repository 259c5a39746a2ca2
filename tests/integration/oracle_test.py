# SPDX-License-Identifier: Apache-2.0
"""The oracle's scripts on lunetd: what targetcli-fb left on Linux's target (tests/golden/oracle/*.record), path by path.

oracle_test.py [--differences] [SCRIPT...]"""
import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import oracle  # noqa: E402
from control import Control, VERBS  # noqa: E402
from lab import Lab, run  # noqa: E402
from loop_device import LoopDevice, unusable  # noqa: E402

KINDS = ("directory", "file", "link")


class Reader(Control):
    """The control socket, with all that it says about entries."""

    @staticmethod
    def _entry(reply):
        name, kind, mode = reply.text(), reply.number(), reply.number()
        return name, KINDS[kind], mode, reply.text() if kind == 2 else ""

    def files(self, path=""):
        """As oracle.read_files()."""
        for name, kind, mode, link in self.batch([("list", path)])[0] or []:
            below = f"{path}/{name}" if path else name
            if kind == "link":
                yield below, kind, mode, link
            elif kind == "directory":
                if name not in oracle.COUNTERS:
                    yield below, kind, mode, ""
                    yield from self.files(below)
            elif name not in oracle.OF_THE_MOMENT:
                yield below, kind, mode, self.read(below).rstrip("\n") if mode & 0o400 else ""


def run_script(script):
    with Lab() as lab, contextlib.ExitStack() as devices:
        places = {"@DIR@": lab.path("files"), "@SCSI0@": "/dev/no-scsi-device"}
        for place in ("@DEV0@", "@DEV1@"):
            if script.needs(place):
                medium = lab.path(place.strip("@"))
                with open(medium, "wb") as file:
                    file.truncate(8 << 20)
                places[place] = devices.enter_context(LoopDevice(medium)).path
        names = oracle.Names(places)
        oracle.prepare(places["@DIR@"])

        def lunet(line):
            return lab.lunet(line, check=False, options=["--yes"]).returncode
        refused = oracle.run_commands(script, names, lunet)
        with Reader(lab.socket) as reader:
            return oracle.Record(refused, oracle.tree_lines(reader.files(), names))


def main(arguments):
    if os.geteuid() != 0:
        print("oracle: needs root for a network of its own and loop devices")
        return 77
    if "LUNET_ORACLE_NETNS" not in os.environ:
        # The default portal has a fixed port: in a network of its own it meets nobody.
        os.environ["LUNET_ORACLE_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    run(["ip", "link", "set", "lo", "up"])
    show = "--differences" in arguments
    wanted = [each for each in arguments if not each.startswith("-")] or oracle.script_names()
    known = oracle.Known("lunetd")
    failed = 0
    for name in wanted:
        script = oracle.Script(name)
        if unusable() and script.needs("@DEV0@"):
            print(f"skipped {name}: {unusable()}")
            continue
        ours = run_script(script)
        theirs = oracle.Record.read(os.path.join(oracle.SCRIPTS, name + ".record"))
        found = oracle.differences(theirs, ours)
        if show:
            for place, a, b in found:
                print(f"{name} | {place} | lunetd | {a} -> {b}")
            continue
        left = known.unexplained(name, found)
        failed += bool(left)
        print("not ok" if left else "ok", name)
        for message in left:
            print("   ", message)
    if not show and len(wanted) == len(oracle.script_names()):
        for message in known.never_occurred():
            failed += 1
            print(message)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
