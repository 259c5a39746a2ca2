# SPDX-License-Identifier: Apache-2.0
"""The oracle's scripts (tests/golden/oracle/*.script): commands that are run on Linux's target with targetcli-fb once, and
with lunet ever after, and what both left, compared path by path.

A record (NAME.record) is what one run gave: for each command whether it was refused, then every directory, file and link of
the tree with mode and value. What is of the moment is written as a word: link names (LINK), unit serials that nobody chose
(SERIAL), the folder of the run (@DIR@). Counters are left out."""
import json
import os
import re
import stat

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, "tests/golden/oracle")
# Folders that hold only counters, and files that count or name the machine.
COUNTERS = {"statistics", "fabric_statistics"}
OF_THE_MOMENT = {"hba_info", "version", "lio_version", "cpus_allowed_list", "dbroot"}
CHOSEN_SERIAL = re.compile(r"00000000-0000-4000-8000-")
SERIAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLACES = ("@DEV0@", "@DEV1@", "@SCSI0@")
FABRICS = ("core", "iscsi", "loopback", "vhost")


class Script:
    def __init__(self, name):
        self.name = name
        with open(os.path.join(SCRIPTS, name + ".script")) as file:
            lines = file.read().splitlines()
        assert lines[0].startswith("# "), f"{name}: the first line says what it is about"
        self.commands = [line for line in lines[1:] if line]

    def needs(self, place):
        return any(place in command for command in self.commands)


def script_names():
    return sorted(name[:-len(".script")] for name in os.listdir(SCRIPTS) if name.endswith(".script"))


def prepare(folder):
    """The files that the scripts expect in their folder."""
    os.makedirs(folder)
    for name in ("existing-4M", "existing-4M2"):
        with open(os.path.join(folder, name), "wb") as file:
            file.truncate(4 << 20)


class Names:
    """The places of this run, in both directions."""

    def __init__(self, places):
        self.places = places  # {"@DIR@": "/tmp/x", ...}

    def into(self, text):
        for word, place in self.places.items():
            text = text.replace(word, place)
        return text

    def out_of(self, text):
        for word, place in sorted(self.places.items(), key=lambda each: -len(each[1])):
            text = text.replace(place, word)
        return SERIAL.sub(lambda found: found[0] if CHOSEN_SERIAL.match(found[0]) else "SERIAL", text)


# ------------------------------------------------------------ a tree as lines
def read_files(root, path=""):
    """(path, kind, mode, value) of everything below a folder that is the kernel's tree or looks like it."""
    folder = os.path.join(root, path)
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return
    for name in names:
        below = f"{path}/{name}" if path else name
        status = os.lstat(os.path.join(root, below))
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            to = os.path.realpath(os.path.join(root, below))
            yield below, "link", mode, os.path.relpath(to, os.path.realpath(root))
        elif stat.S_ISDIR(status.st_mode):
            if name not in COUNTERS:
                yield below, "directory", mode, ""
                yield from read_files(root, below)
        elif name not in OF_THE_MOMENT:
            yield below, "file", mode, read_value(os.path.join(root, below)) if mode & 0o400 else ""


def read_value(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode(errors="replace").rstrip("\n")
    except OSError as error:
        return f"<{os.strerror(error.errno)}>"


def tree_lines(entries, names):
    """One line each: path, mode in octal, value or link target."""
    entries = [entry for entry in entries if entry[0].split("/")[0] in FABRICS]
    lines = {}
    for path, kind, mode, value in entries:
        if value == "NULL" and ("/auth/" in path or "/discovery_auth/" in path):
            value = ""  # "no secret" has two spellings
        # A LUN's link has a name that nobody chose: it stands for what it leads to.
        if kind == "link":
            path, value = os.path.join(os.path.dirname(path), "LINK"), "-> " + value
        if kind == "directory" and path.count("/") == 0:
            continue
        lines[names.out_of(path)] = f"{mode:o} {names.out_of(value)}".rstrip().replace("\\", "\\\\").replace("\n", "\\n")
    return lines


# ------------------------------------------------------------ records
class Record:
    """What one run gave."""

    def __init__(self, refused, tree):
        self.refused = refused  # a bool for each command
        self.tree = tree        # {path: "MODE VALUE"}

    def write(self, path):
        with open(path, "w") as file:
            file.write("".join("refused\n" if each else "done\n" for each in self.refused))
            file.write("--\n")
            folder = None
            for name in sorted(self.tree):
                above, last = os.path.split(name)
                if above != folder:
                    file.write(f"{above}/\n")
                    folder = above
                file.write(f"  {last} {self.tree[name]}\n")

    @staticmethod
    def read(path):
        with open(path) as file:
            head, _, body = file.read().partition("--\n")
        tree, folder = {}, ""
        for line in body.splitlines():
            if line.startswith("  "):
                last, _, rest = line[2:].partition(" ")
                tree[f"{folder}/{last}"] = rest
            else:
                folder = line[:-1]
        return Record([line == "refused" for line in head.splitlines()], tree)


def is_made_up(path, *values):
    """The initiator of a nexus that the command did not name."""
    return path.endswith("/nexus") and all(re.fullmatch(r"644 naa\.5001405[0-9a-f]{9}", each) for each in values)


def differences(theirs, ours):
    """[(place, theirs, ours)]: place is "command N" or a path of the tree."""
    found = []
    for number, (a, b) in enumerate(zip(theirs.refused, ours.refused), 1):
        if a != b:
            found.append((f"command {number}", *("refused" if each else "done" for each in (a, b))))
    missing = None
    for path in sorted(theirs.tree.keys() | ours.tree.keys(), key=lambda each: each.split("/")):
        a, b = theirs.tree.get(path, "absent"), ours.tree.get(path, "absent")
        if missing is not None and path.startswith(missing):
            continue  # below an object that only one has
        if a != b and not is_made_up(path, a, b):
            found.append((path, a, b))
            missing = path + "/" if "absent" in (a, b) else missing
    return found


class Known:
    """The list of accepted differences: tests/golden/oracle/differences.txt. Lines:
         # comment
         reason WORD: sentence
         reason WORD sometimes: sentence      a row that does not occur (any more) is no mistake
         SCRIPT | PLACE | WHERE | WORD
       A difference of an object that only one side has stands for all that is in it. WHERE is kernel (lunet on the kernel), lunetd, or both. PLACE is "command N" or one path, written whole. SCRIPT may be
       "any" for a path that differs in whatever script has it."""

    def __init__(self, where):
        self.reasons, self.rows, self.anywhere, self.occurred = {}, {}, {}, set()
        self.sometimes = set()
        with open(os.path.join(SCRIPTS, "differences.txt")) as file:
            for line in file.read().splitlines():
                if not line or line.startswith("#"):
                    continue
                if line.startswith("reason "):
                    word, _, sentence = line[len("reason "):].partition(": ")
                    word, _, often = word.partition(" ")
                    self.reasons[word] = sentence
                    if often:
                        self.sometimes.add(word)
                    continue
                script, place, runtime, word = (part.strip() for part in line.split(" | "))
                assert word in self.reasons, f"differences.txt: no reason {word}"
                if runtime not in (where, "both"):
                    continue
                (self.anywhere if script == "any" else self.rows.setdefault(script, {}))[place] = word

    def unexplained(self, script, found):
        """Messages: differences that no row explains, rows of the script that no longer occur."""
        rows = dict(self.rows.get(script, {}))
        left = []
        for place, theirs, ours in found:
            if rows.pop(place, None) is not None:
                continue
            if place in self.anywhere:
                self.occurred.add(place)
            else:
                left.append(f"{place}: targetcli-fb {theirs!r}, lunet {ours!r}")
        return left + [f"{place}: is listed as a difference ({word}) and is none" for place, word in rows.items()
                       if word not in self.sometimes]

    def never_occurred(self):
        """To be asked after all scripts."""
        return [f"any: {place}: is listed as a difference and is none" for place in self.anywhere.keys() - self.occurred
                if self.anywhere[place] not in self.sometimes]


# ------------------------------------------------------------ running
def run_commands(script, names, lunet):
    """Whether each command was refused; `lunet` runs one line and gives its exit status."""
    refused = []
    for command in script.commands:
        status = lunet(names.into(command))
        assert status in (0, 1, 2), f"{command}: exit status {status}"
        refused.append(status != 0)
    return refused


def flat(value, place="save"):
    """A saveconfig.json as {path: value}; objects of lists are told by what names them."""
    if isinstance(value, dict):
        return {path: leaf for key, below in value.items() for path, leaf in flat(below, f"{place}/{key}").items()}
    if isinstance(value, list):
        pairs = {}
        for number, below in enumerate(value):
            name = number
            if isinstance(below, dict):
                keys = ("plugin", "name", "wwn", "fabric", "tag", "index", "node_wwn", "ip_address", "port")
                name = ",".join(str(below[key]) for key in keys if key in below and key not in ("plugin",)) or number
            pairs.update(flat(below, f"{place}/{name}"))
        return pairs
    return {place: repr(value)}


def saved_differences(theirs, ours):
    """Of two texts of saveconfig.json. The names of LUN links are of the moment. What only one has stands for all that is in it."""
    a, b = (flat(json.loads(text)) for text in (theirs, ours))
    found = {}
    for path in sorted(a.keys() | b.keys()):
        one, other = a.get(path, "absent"), b.get(path, "absent")
        if one == other or path.endswith("/alias"):
            continue
        if "absent" in (one, other):
            without = b if other == "absent" else a
            whole = next(each for each in prefixes(path) if not any(p == each or p.startswith(each + "/") for p in without))
            found[whole] = ("there", other) if other == "absent" else (one, "there")
        else:
            found[path] = (one, other)
    return [(path, *values) for path, values in found.items()]


def prefixes(path):
    """save/a, save/a/b, ... path itself. A WWN has no slash in it."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(2, len(parts) + 1)]
