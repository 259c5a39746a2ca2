# SPDX-License-Identifier: Apache-2.0
"""pscsi.py TARGET HOST READER RUNTIME: what initiators do with a disk (LUN 0) and a tape (LUN 1) that are passed through. READER may
only read the disk."""
import os
import struct
import sys

from initiator import BadStatus, CheckCondition, Initiator

TARGET, HOST, READER, RUNTIME = sys.argv[1:]


def login(name):
    # What Linux proposes itself, where nobody else has, has to be answered.
    session = Initiator("127.0.0.1", 3260, TARGET, name, keys={"DefaultTime2Wait": "2", "DefaultTime2Retain": "20"})
    for lun in session.report_luns():
        session.clear_unit_attentions(lun)
    return session


def refused(call, *arguments, **more):
    try:
        call(*arguments, **more)
    except CheckCondition as condition:
        return condition.code
    except BadStatus as status:
        return status.status
    return "done"


def expect(what, expected):
    assert what == expected, f"{what}, not {expected}"


def case_ok(name):
    print(f"case ok {RUNTIME}.{name}", flush=True)


with login(HOST) as host:
    expect(sorted(host.report_luns()), [0, 1])
    data = os.urandom(64 * 512)
    host.write(0, 100, data)
    expect(host.read(0, 100, 64), data)
    blocks, size = host.capacity(0)
    expect(refused(host.read, 0, blocks, 1), (5, 0x21, 0))
    expect(refused(host.command, 0, bytes([0xE7]) + bytes(15))[0], 5)
    case_ok("data-and-sense")

    # Room for more than is asked for: only what was asked for comes.
    answer = host.command(0, bytes([0x12, 0, 0, 0, 36, 0]), data_in=255)
    expect((len(answer), answer[8:16]), (36, b"Linux   "))
    expect(host.command(1, bytes([0x12, 0, 0, 0, 36, 0]), data_in=36)[0], 1)
    case_ok("residual")

    host.test_unit_ready(1)
    case_ok("tape")

    with login(READER) as reader:
        expect(reader.report_luns(), [0])
        expect(reader.read(0, 100, 64), data)
        expect(refused(reader.write, 0, 100, bytes(512)), (7, 0x27, 0))
        if RUNTIME == "lunetd":
            expect(refused(reader.command, 0, bytes([0x04, 0, 0, 0, 0, 0])), (7, 0x27, 0))
        header = reader.command(0, bytes([0x1A, 0, 0x3F, 0, 64, 0]), data_in=64)
        expect(header[2] & 0x80, 0x80)
        expect(refused(reader.test_unit_ready, 1), (5, 0x25, 0))
    expect(host.read(0, 100, 64), data)
    case_ok("read-only")

    if RUNTIME == "lunetd":
        copy = struct.pack(">BBHIII", 0, 0, 0, 0, 0, 0)
        expect(refused(host.command, 0, bytes([0x83]) + bytes(9) + struct.pack(">I", 16) + bytes(2), data_out=copy), (5, 0x20, 0))
        case_ok("no-copy-around-the-map")
