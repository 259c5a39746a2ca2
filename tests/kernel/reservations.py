# SPDX-License-Identifier: Apache-2.0
"""reservations.py reserve|check TARGET HOST OTHER: HOST takes LUN 0 for those who are registered, to last over a restart; later
it has it still, and OTHER may not write."""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from initiator import BadStatus, Initiator  # noqa: E402

WHAT, TARGET, HOST, OTHER = sys.argv[1:]
KEY = 0x1234_5678_9ABC
REGISTER_AND_IGNORE, RESERVE = 6, 1
WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5
RESERVATION_CONFLICT = 0x18


def login(name, last):
    # A registration is of the initiator's port, which the ISID names.
    session = Initiator("127.0.0.1", 3260, TARGET, name, isid=b"\x80\x00\x00\x00\x00" + bytes([last]),
                        keys={"DefaultTime2Wait": "2", "DefaultTime2Retain": "20"})
    session.clear_unit_attentions(0)
    return session


def persistent_out(session, action, kind, key, new_key, flags):
    parameters = struct.pack(">QQIBxxx", key, new_key, 0, flags)
    session.command(0, struct.pack(">BBBxxIx", 0x5F, action, kind, len(parameters)), data_out=parameters)


with login(HOST, 1) as host, login(OTHER, 2) as other:
    if WHAT == "reserve":
        persistent_out(host, REGISTER_AND_IGNORE, 0, 0, KEY, 1)  # APTPL
        persistent_out(host, RESERVE, WRITE_EXCLUSIVE_REGISTRANTS_ONLY, KEY, 0, 0)
    other.clear_unit_attentions(0)
    host.clear_unit_attentions(0)
    host.write(0, 8, b"\x5a" * 512)
    assert other.read(0, 8, 1) == b"\x5a" * 512
    try:
        other.write(0, 8, bytes(512))
    except BadStatus as refused:
        assert refused.status == RESERVATION_CONFLICT, refused
    else:
        sys.exit("who is not registered could write")
    keys = host.command(0, struct.pack(">BBxxxxxHx", 0x5E, 0, 64), data_in=64)
    assert struct.unpack(">Q", keys[8:16])[0] == KEY, keys
