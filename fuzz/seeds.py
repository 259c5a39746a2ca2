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


def scsi_order(cdb, data=b"", choice=0xA0, expected=0x4000):
    """A command as scsi.cpp reads it: its choices, the CDB, lengths, and the pattern of its data."""
    cdb = bytes(cdb).ljust(16, b"\0")
    repeat = data if len(data) > 1 else data * 512
    return bytes([choice, 0, 0]) + cdb + expected.to_bytes(2, "big") + len(repeat).to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


def registering(action, key, kind=0, flags=0, names=b"", choice=0xA0):
    body = bytes(8) + key.to_bytes(8, "big") + bytes(4) + bytes([flags]) + bytes(3) + names
    return scsi_order([0x5F, action, kind, 0, 0, 0, 0, 0, len(body)], body, choice)


def transport_id(name):
    name = name + b"\0" * (4 - len(name) % 4)
    return bytes([0x45 if b",i,0x" in name else 5, 0]) + len(name).to_bytes(2, "big") + name


def scsi():
    start = bytes([0x02, 0x0E, 0])
    block = bytes(range(256)) * 2
    lba, count = [0, 0, 0, 4], [0, 0, 1]
    long = [0, 0, 0, 0, *lba]
    read = scsi_order([0x28, 0, *lba, 0, 0, 4])
    for write in ([0x0A, 0, 0, 4, 1], [0x2A, 0, *lba, 0, 0, 1], [0x2E, 2, *lba, 0, 0, 1], [0x8A, 0, *long, 0, 0, 0, 1], [0xAA, 0, *lba, 0, *count],
                  [0x8B, 0, *long, 0, 0, 0, 1], [0x41, 0, *lba, 0, 0, 1], [0x93, 8, *long, 0, 0, 0, 1], [0x89, 0, *long, 0, 0, 0, 1], [0x2F, 2, *lba, 0, 0, 1]):
        yield start + scsi_order(write, block) + read
        yield start + scsi_order(write, block, 0x20) + read
    unmap = bytes([0, 22, 0, 16, 0, 0, 0, 0, *long, 0, 0, 0, 2, 0, 0, 0, 0])
    yield start + scsi_order([0x42, 0, 0, 0, 0, 0, 0, 0, 24], unmap) + read
    target = bytes([0xE4, 0, 0, 0, 1, 3, 0, 16]) + bytes(24)
    for place in (b"\0", b"\1"):
        copy = bytes([0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0]) + target[:-1] + place + target
        yield start + scsi_order([0x83], copy + bytes([2, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 3]) + bytes(7) + b"\2" + bytes(7) + b"\4") + read
    told = b"".join(scsi_order([0x5E, action, 0, 0, 0, 0, 0, 0x10, 0]) for action in range(4))
    for kind in (1, 3, 5, 6, 7, 8):
        yield start + registering(0, 7, flags=1) + registering(1, 0, kind) + told + scsi_order([0x2A, 0, *lba, 0, 0, 1], block, 0x21) + registering(4, 7, kind) + registering(2, 0, kind) + registering(3, 0)
    for kind in (1, 5, 8):
        by_two = b"".join(registering(0, 7 + who % 3, flags=1, choice=0xA0 + who) for who in (0, 1, 4))
        yield start + by_two + registering(1, 0, kind) + registering(0, 0, flags=1) + told + registering(4, 7, kind, choice=0xA1) + registering(3, 0, choice=0xA1)
    for size in (0, 12, 14):
        yield start + scsi_order([0x15], bytes(size)) + scsi_order([0x55], bytes(size))
    names = [b"iqn.2026-11.com.example:x", b"iqn.2026-11.com.example:b,i,0x000000000011"]
    yield start + registering(0, 7, flags=13, names=bytes(4) + b"".join(map(transport_id, names))) + told
    move = bytes(8) + (9).to_bytes(8, "big") + bytes([0, 3, 0, 2, 0, 0, 0, 0]) + transport_id(names[1])
    yield start + registering(6, 7) + registering(1, 0, 1) + scsi_order([0x5F, 7, 0, 0, 0, 0, 0, 0, len(move)], move) + told
    inquiries = b"".join(scsi_order([0x12, 1, page, 1, 0]) for page in (0, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2))
    others = [[0x00], [0x03, 1, 0, 0, 252], [0x1A, 0, 0x3F, 0, 255], [0x5A, 0, 0x3F, 0, 0, 0, 0, 1, 0], [0x25], [0x9E, 0x10, *([0] * 11), 32], [0x9E, 0x12, *([0] * 10), 1, 0],
              [0xA0, 0, 0, 0, 0, 0, 0, 0, 1, 0], [0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 1, 0], [0xA3, 0x0C, 0x80, 0, 0, 0, 0, 0, 64, 0], [0x4D, 0, 0x40, 0, 0, 0, 0, 1, 0], [0x84, 3, *([0] * 10), 1, 0],
              [0x35], [0x16], [0x17], [0x1B], [0x1D, 4], [0x34], [0x37, 0, 0, 0, 0, 0, 0, 0, 8]]
    yield start + inquiries + b"".join(map(scsi_order, others))
    yield start + scsi_order([0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8], bytes([0, 0, 0, 0, 2, 0, 0, 1])) + read


SEEDS = {
    "language": lambda: [*fenced("language.md", "lunet", "lio", "config"), *strings("src/language/parser_test.cpp", "src/config/*_test.cpp")],
    "pattern": lambda: [*patterns(), *(text + b"\nvm1size" for text in strings("src/language/pattern*_test.cpp"))],
    "policy": lambda: [*files("share/policy/*.lio"), *fenced("policy.md", "policy"), *strings("src/schema/builder_test.cpp")],
    "protocol": protocol,
    "saveconfig": lambda: [*fenced("saveconfig.md", "json"), *files("tests/golden/**/*.json")],
    "scsi": scsi,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SEEDS:
        sys.exit(__doc__ + "\nTargets: " + " ".join(SEEDS))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS[sys.argv[1]]():
        (folder / ("seed-" + hashlib.sha1(seed).hexdigest()[:16])).write_bytes(seed)


main()
