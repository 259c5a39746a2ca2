# SPDX-License-Identifier: Apache-2.0
"""alua.py TARGET HOST GROUP STATE: HOST sets the state of the target port group with that number (SET TARGET PORT GROUPS, LUN 0)."""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from initiator import CheckCondition, Initiator  # noqa: E402

TARGET, HOST, GROUP, STATE = sys.argv[1:]
UNIT_ATTENTION = 6
with Initiator("127.0.0.1", 3260, TARGET, HOST, keys={"DefaultTime2Wait": "2", "DefaultTime2Retain": "20"}) as host:
    parameters = struct.pack(">xxxxBxH", int(STATE), int(GROUP))
    while True:
        try:
            host.command(0, struct.pack(">BBxxxxIxx", 0xA4, 0x0A, len(parameters)), data_out=parameters)
            break
        except CheckCondition as condition:  # others are refused in some states
            if condition.code[0] != UNIT_ATTENTION:
                raise
