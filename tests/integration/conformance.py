#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs libiscsi's iscsi-test-cu against lunetd, one test a process, and fails on any test that fails or hangs.

usage: conformance.py rd_mcp|fileio|fileio-writethrough|read-only|iblock|iblock-4096 [PATTERN]   (PATTERN: part of a test's name)

A test counts as skipped when the tool says so (a command this version does not have). The tool exits 0 for a
misspelt test name: a run that executed nothing is a failure here."""
import collections
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import loop_device  # noqa: E402
from lab import HOST, TARGET, Lab  # noqa: E402

HOST_2 = HOST + "2"
TEST_TIMEOUT_S = 150
SKIPPED = 77  # the exit status that ctest takes for it
# Tests whose assertion is about the tool itself, with what is wrong there.
WAIVED = {
    "iSCSI.iSCSITMF.LUNResetSimpleAsync": "asserts a flag right after queueing that only the response's callback sets",
}


def test_names():
    listing = subprocess.run(["iscsi-test-cu", "-l"], text=True, capture_output=True, check=True).stdout
    names = [n for n in listing.split() if n.count(".") == 2 and n.split(".")[0] in ("SCSI", "iSCSI")]
    assert len(names) > 200, f"iscsi-test-cu lists only {len(names)} tests"
    return names


def classify(name, result):
    """PASS, SKIP or FAIL of one run, by the summary of the tool."""
    found = re.search(r"^\s*tests\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", result.stdout, re.M)
    if result.returncode != 0 or not found or int(found.group(2)) != 1 or int(found.group(4)) != 0:
        return "FAIL"
    skipped = [line for line in result.stdout.splitlines() if "[SKIPPED]" in line]
    if not name.split(".")[1].startswith(("Prin", "Prout")):
        # Set-up and tear-down of every test look for reservations, and say so when there are none to look for.
        skipped = [line for line in skipped if "PERSISTENT RESERVE IN" not in line]
    if ".ReadOnly." in name:
        # One test of all commands that write; those this version does not have are skipped inside of it.
        skipped = [line for line in skipped if not re.search("COMPAREANDWRITE|ORWRITE|WRITEVERIFY", line)]
    return "SKIP" if skipped else "PASS"


def run_one(name, url, second_url):
    urls = [url, second_url] if "MultipathIO" in name else [url]
    command = ["iscsi-test-cu", "-i", HOST, "-I", HOST_2, "-d", "-n", "-t", name, *urls]
    try:
        result = subprocess.run(command, text=True, capture_output=True, timeout=TEST_TIMEOUT_S,
                                stdin=subprocess.DEVNULL, errors="replace")
    except subprocess.TimeoutExpired as hung:
        return "FAIL", f"hung for {TEST_TIMEOUT_S} s\n{(hung.stdout or b'').decode(errors='replace')[-3000:]}"
    return classify(name, result), (result.stdout + result.stderr)[-6000:]


def make_disk(lab, kind, device):
    if device:
        lab.lunet("/backstores/block", "create", "d", device.path)
        return "/backstores/block/d"
    if kind == "rd_mcp":
        return lab.ramdisk("d", "128M")
    return lab.fileio("d", "128M", write_back="false" if kind == "fileio-writethrough" else "true")


def attach_device(lab, kind):
    if not kind.startswith("iblock"):
        return None
    with open(lab.path("medium"), "wb") as file:
        file.truncate(128 << 20)
    return loop_device.LoopDevice(lab.path("medium"), sector=4096 if kind.endswith("4096") else 512)


def make_lun(lab, kind, device):
    disk = make_disk(lab, kind, device)
    if kind != "rd_mcp":
        lab.lunet(disk, "set", "attribute", "emulate_tpu=1", "emulate_tpws=1")
    ports = lab.target(portals=("127.0.0.1", "[::1]"))
    lab.acl()
    lab.acl(HOST_2)
    lun = lab.lun(disk)
    if kind == "read-only":
        for host in (HOST, HOST_2):
            acl = f"/iscsi/{TARGET}/tpg1/acls/{host}"
            lab.lunet(acl, "delete", lun)
            lab.lunet(acl, "create", lun, lun, "write_protect=true")
    return lab.url(ports[0], lun), lab.url(ports[1], lun, host="[::1]")


def main():
    kind = sys.argv[1]
    pattern = sys.argv[2] if len(sys.argv) > 2 else ""
    if kind == "read-only":
        pattern = pattern or ".ReadOnly."
    counts = collections.defaultdict(collections.Counter)
    failures = []
    if kind.startswith("iblock") and loop_device.unusable():
        print(f"skipped: {loop_device.unusable()}")
        return SKIPPED
    with Lab() as lab:
        device = attach_device(lab, kind)
        url, second_url = make_lun(lab, kind, device)
        for name in [n for n in test_names() if pattern in n]:
            outcome, output = run_one(name, url, second_url)
            if outcome == "FAIL" and name in WAIVED:
                outcome = "WAIVED"
            counts[name.split(".")[1]][outcome] += 1
            print(f"{outcome} {name}", flush=True)
            if outcome == "FAIL":
                failures.append(name)
                print(output)
        total = sum((c for c in counts.values()), collections.Counter())
        if lab.daemon.poll() is not None:
            failures.append("lunetd ended")
            print(lab.daemon_log()[-3000:])
    if device:
        device.detach()
    print(f"\n{'suite':28} pass skip fail")
    for suite, c in sorted(counts.items()):
        print(f"{suite:28} {c['PASS']:4} {c['SKIP']:4} {c['FAIL']:4}")
    print(f"{'all, ' + kind:28} {total['PASS']:4} {total['SKIP']:4} {total['FAIL']:4}")
    if not total:
        failures.append("no test ran")
    print(f"\n{total['PASS'] + total['SKIP'] + total['WAIVED']} ran well; failures: {' '.join(failures) or 'none'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
