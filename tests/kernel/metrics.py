# SPDX-License-Identifier: Apache-2.0
"""metrics.py FILE TARGET HOST LUN MAPPED USER PASSWORD -- COMMAND ...: COMMAND writes FILE; what LIO counts of a LUN grows by what HOST
does through its mapped LUN, and its session is told."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import exposition  # noqa: E402
from initiator import Chap, Initiator  # noqa: E402

FILE, TARGET, HOST, LUN, MAPPED, USER, PASSWORD = sys.argv[1:8]
COMMAND = sys.argv[9:]
MIB = 1 << 20


def values(name, **labels):
    subprocess.run(COMMAND, check=True)
    with open(FILE, "rb") as file:
        samples = exposition.parse(file.read())[1]
    labels["target"] = TARGET
    return [int(value) for (each, has), value in samples.items() if each == name and labels.items() <= dict(has).items()]


def counts():
    return [values(f"lunet_lun_{name}_total", lun=LUN)[0] for name in ("commands", "read_bytes", "written_bytes")]


KEYS = {"DefaultTime2Wait": "2", "DefaultTime2Retain": "20"}
with Initiator("127.0.0.1", 3260, TARGET, HOST, chap=Chap(USER, PASSWORD), keys=KEYS) as session:
    session.clear_unit_attentions(int(MAPPED))
    before = counts()
    session.write(int(MAPPED), 0, os.urandom(MIB))
    for _ in range(3):
        session.read(int(MAPPED), 0, MIB // 512)
    grown = [now - then for now, then in zip(counts(), before)]
    assert grown == [4, 3 * MIB, MIB], grown
    assert values("lunet_session_info", initiator=HOST, address="127.0.0.1") == [1]
    assert values("lunet_target_sessions") == [1]
    with Initiator("127.0.0.1", 3260, TARGET, HOST, chap=Chap(USER, PASSWORD), keys=KEYS):
        assert values("lunet_target_sessions") == [2]
    assert values("lunet_session_commands_total") == [], "LIO does not count by session"
