#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fuzz/seeds.py TARGET FOLDER: first inputs, taken from the repository's own examples and policies."""
import hashlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def fenced(page, *words):
    """The blocks of a document that are marked with one of the words."""
    text = (ROOT / "docs" / page).read_text()
    for block in re.finditer(r"^```(\S*)[^\n]*\n(.*?)^```", text, re.M | re.S):
        if block.group(1) in words:
            yield block.group(2).encode()


def unescaped(literal):
    """The bytes of a string literal of C++; an escape that is none stays."""
    plain = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"0": b"\0"}

    def byte(match):
        code = match.group(1)
        return bytes([int(code[1:], 16)]) if len(code) > 1 else plain.get(code, code)

    return re.sub(rb"\\(x[0-9a-fA-F]{1,2}|.)", byte, literal.encode())


def strings(*names):
    """The texts in the tests' sources."""
    for name in names:
        for path in sorted(ROOT.glob(name)):
            for literal in re.finditer(r'"((?:[^"\\\n]|\\.)+)"', path.read_text()):
                yield unescaped(literal.group(1))


def files(*patterns):
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_bytes()


def patterns():
    for block in fenced("policy.md", "pattern"):
        for line in block.splitlines():
            pattern, _, place = line.partition(b" -> ")
            yield pattern.strip() + b"\n" + place.strip()


SEEDS = {
    "language": lambda: [*fenced("language.md", "lunet", "lio", "config"), *strings("src/language/parser_test.cpp", "src/config/*_test.cpp")],
    "pattern": lambda: [*patterns(), *(text + b"\nvm1size" for text in strings("src/language/pattern*_test.cpp"))],
    "policy": lambda: [*files("share/policy/*.lio"), *fenced("policy.md", "policy"), *strings("src/schema/builder_test.cpp")],
    "saveconfig": lambda: [*fenced("saveconfig.md", "json"), *files("tests/golden/**/*.json")],
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SEEDS:
        sys.exit(__doc__ + "\nTargets: " + " ".join(SEEDS))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS[sys.argv[1]]():
        (folder / ("seed-" + hashlib.sha1(seed).hexdigest()[:16])).write_bytes(seed)


main()
