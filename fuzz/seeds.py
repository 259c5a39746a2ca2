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


def u16(value):
    return value.to_bytes(2, "big")


def iscsi_command(kind, tag, expected, how=0, answer=0, sent=0, choice=0, read=0):
    """A SCSI command as iscsi.cpp reads it; kinds: 0 read, 1 write, 2 both."""
    out = bytes([kind, choice, tag, 0]) + u16(expected) + bytes([0x28, how]) + u16(answer) + bytes(2)
    return out + (u16(read) if kind == 2 else b"") + (u16(sent) if kind else b"")


def iscsi_pdu(opcode, flags, data, rest=b""):
    header = bytes([opcode, flags, 0, 0, 0]) + len(data).to_bytes(3, "big") + rest
    return header.ljust(48, b"\0") + data + bytes(-len(data) % 4)


def iscsi():
    read = iscsi_command(0, 1, 2000, 0, 2000)
    late = iscsi_command(0, 2, 2000, 1, 1000) + iscsi_command(0, 3, 100, 9, 0) + bytes([12, 1, 12, 0])
    more = bytes([6, 0, 0]) + u16(1500)
    write = iscsi_command(1, 4, 6000, 0, 0, 1000) + 4 * more
    unasked = iscsi_command(1, 5, 4000, 0, 0, 500, 0x80) + bytes([7, 0x80, 5, 0]) + u16(500) + u16(500) + bytes([7, 0, 5, 1]) + u16(1000) + u16(24) + 3 * more
    straight = iscsi_command(1, 4, 60000, 0, 0, 0) + bytes([6, 0x20, 0]) + u16(59999) + iscsi_command(1, 5, 50000) + bytes([6, 0x62, 0]) + u16(40000) + bytes(9) + read
    # An extended CDB that fits, and one that does not.
    extended = b"".join(bytes([0, 0, 3, 0]) + u16(100) + bytes([0xE0, 0, 0, 0, 0, 0, 4 + size, 0, 1 + size, 1, 0]) + bytes(size) for size in (16, 20))
    both = iscsi_command(2, 6, 3000, 0, 700, 100, 0, 600) + 2 * more
    nop = bytes([3, 0, 7]) + u16(100) + bytes([3, 0x10, 8]) + u16(2000)
    targets = b"SendTargets=All\0X-a=1\0"
    asks = bytes([4, 0, 9]) + u16(len(targets)) + targets + bytes([4, 0x80, 9]) + u16(5) + targets[:5]
    waits = iscsi_command(1, 4, 6000, 0, 0, 100)
    aborts = waits + bytes([5, 0x10, 1, 0, 1, 4, 0]) + waits + bytes([5, 0, 2, 0, 5, 0, 0, 14, 1])
    ahead = iscsi_command(1, 10, 3000, 0, 0, 1000, 8)[:-2] + u16(1000) + bytes([4]) + read
    ticks = bytes([13, 60]) * 3
    logout = bytes([8, 0, 11, 0])
    for choice in (0x00, 0x03, 0x04, 0x14, 0x08, 0x57):
        for way in (2, 3):
            yield bytes([way, choice]) + read + late + write + unasked + both + nop + asks + aborts + ahead + ticks + logout
            for part in (read, late, write, unasked, straight, extended, both, nop, asks, aborts, ahead, ticks):
                yield bytes([way, choice]) + part + read + logout
    yield bytes([2, 0x20]) + asks + nop + logout
    names = b"InitiatorName=iqn.2026-11.org.example:host|TargetName=iqn.2026-11.org.example:disk|"
    keys = b"HeaderDigest=CRC32C,None|DataDigest=None|MaxBurstLength=8192|InitialR2T=No|X-a=b|"

    def login(flags, words, choice=0):
        return bytes([10, choice, flags]) + u16(len(words)) + words

    yield bytes([0]) + login(0x87, names + keys) + read + logout
    yield bytes([0]) + login(0x44, names) + login(0x87, keys) + read + logout
    chap = bytes([1]) + login(0, names + b"AuthMethod=CHAP,None|") + login(0, b"CHAP_A=5,7|")
    yield chap + login(0x81, b"CHAP_I=9|CHAP_C=0x0102030405060708|", 0x20) + login(0x87, keys) + read
    yield chap + login(0x81, b"CHAP_N=user|CHAP_R=0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff|")
    stream = iscsi_pdu(0x43, 0x87, (names + keys.replace(b"HeaderDigest=CRC32C,None|", b"")).replace(b"|", b"\0"), bytes([0x80, 1, 2, 3, 4, 5]) + bytes(10) + (1000).to_bytes(4, "big"))
    cdb = bytes([0x28, 0, 1, 0])
    stream += iscsi_pdu(0x01, 0xC1, b"", bytes(11) + b"\1" + (256).to_bytes(4, "big") + (1000).to_bytes(4, "big") + bytes(4) + cdb)
    stream += iscsi_pdu(0x40, 0x80, b"ping", bytes(11) + b"\2" + b"\xff" * 4 + (1001).to_bytes(4, "big"))
    for chunk in (0, 5, 255):
        yield bytes([4, chunk]) + stream


SEEDS = {
    "iscsi": iscsi,
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
