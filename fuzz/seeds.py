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


def number(value):
    """A number of the socket protocol."""
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def text(value):
    return number(len(value)) + value


def protocol():
    hello = text(b"LUNETCFS") + number(1) + number(0)
    batch = bytes([2]) + number(3) + number(3) + text(b"core/rd_mcp_0") + text(b"") + number(2) + text(b"core/a/b/enable") + text(b"1\n")
    batch += number(0) + text(b"core") + text(b"")
    tree = bytes([3]) + text(b"core") + number(7) + number(4) + number(2) + text(b"info") + text(b"enable") + text(b"d")
    all_of_it = bytes([3]) + text(b"") + number(7) + number(0) + number(0) + text(b"")
    watch = bytes([4]) + text(b"core")
    error = bytes([130]) + number(16) + text(b"busy") + text(b"wait")
    entry = text(b"l") + number(2) + number(0o777) + text(b"core/a")
    replies = [bytes([131]) + number(1) + text(b"x") + number(1) + entry + number(1) + number(2) + error[1:],
               bytes([132]) + text(b"") + number(0) + number(0o755) + number(0) + text(b"") + number(2)
               + text(b"f") + number(1) + number(0o644) + number(0) + text(b"1") + text(b"l") + number(2) + number(0o777) + text(b"core/a") + number(5) + text(b""),
               bytes([134]) + number(2) + text(b"core/a")]
    requests = [batch, tree, all_of_it, watch]
    # Directories that each claim to have more in them than the frame could hold.
    replies.append(bytes([132]) + 20 * (bytes(5) + number(300)) + text(1500 * b"\1"))
    for frame in [bytes([1]) + hello, bytes([129]) + hello, error, *requests, *replies]:
        yield b"\0" + frame
    yield b"\2" + b"".join(len(frame).to_bytes(2, "big") + frame for frame in requests)
    yield b"\3" + b"".join(len(frame).to_bytes(4, "big") + frame for frame in [bytes([1]) + hello, *requests])


SEEDS = {
    "language": lambda: [*fenced("language.md", "lunet", "lio", "config"), *strings("src/language/parser_test.cpp", "src/config/*_test.cpp")],
    "pattern": lambda: [*patterns(), *(text + b"\nvm1size" for text in strings("src/language/pattern*_test.cpp"))],
    "policy": lambda: [*files("share/policy/*.lio"), *fenced("policy.md", "policy"), *strings("src/schema/builder_test.cpp")],
    "protocol": protocol,
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
