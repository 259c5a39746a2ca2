# SPDX-License-Identifier: Apache-2.0
"""Inside the guest: the measurements of bench/kernel-restore."""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/support"))
from kernel_tree import TARGET, clear  # noqa: E402

LIMIT = float(os.environ.get("LUNET_BENCH_LIMIT", 1200))  # seconds for one command
LUNS_OF_TARGET = 200
TARGET_NAME, HOST = "iqn.2026-11.org.example:bench", "iqn.2026-11.org.example:host"


def text_of(count):
    """The configuration that bench_kernel_bare makes. rtslib has no LUN above 255."""
    lines = [f"storage rd_mcp disk d{i} {{ size 4096; wwn 00000000-0000-4000-8000-{i:012d} }}" for i in range(count)]
    for first in range(0, count, LUNS_OF_TARGET):
        disks = range(first, min(count, first + LUNS_OF_TARGET))
        lines.append(f"fabric iscsi target {TARGET_NAME}{first // LUNS_OF_TARGET} tpgt 1 {{")
        lines += [f"    lun {i - first} backend rd_mcp:d{i}" for i in disks]
        lines.append(f"    acl {HOST} {{")
        lines += [f"        mapped_lun {i - first} target_lun {i - first}" for i in disks]
        lines += ["    }", "}"]
    return "\n".join([*lines, ""])


def seconds(command, limit=LIMIT, script=None):
    start = time.monotonic()
    result = subprocess.run(command, input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit, check=False)
    passed = time.monotonic() - start
    assert result.returncode == 0, f"{command}: {result.stdout}"
    return passed


def count_luns():
    return len(glob.glob(f"{TARGET}/iscsi/{TARGET_NAME}*/tpgt_1/lun/lun_*"))


def measure(build, count, folder):
    lunet = [f"{build}/bin/lunet", "--runtime", "kernel", "--state-dir", os.path.join(folder, f"state{count}"), "--yes"]
    config, saved = os.path.join(folder, f"{count}.lio"), os.path.join(folder, f"{count}.json")
    with open(config, "w") as file:
        file.write(text_of(count))
    row = {}
    row["lunet apply"] = seconds([*lunet, "apply", config])
    assert count_luns() == count
    subprocess.run([*lunet, "saveconfig", saved], check=True, stdout=subprocess.DEVNULL)
    clear()
    row["bare"] = float(subprocess.check_output([f"{build}/bench/bench_kernel_bare", str(count)])) / 1000
    clear()
    row["lunet restore"] = seconds([*lunet, "restore"])
    assert count_luns() == count
    clear()
    row["bare again"] = float(subprocess.check_output([f"{build}/bench/bench_kernel_bare", str(count)])) / 1000
    clear()
    try:
        row["targetctl restore"] = seconds(["targetctl", "restore", saved])
        assert count_luns() == count
    except subprocess.TimeoutExpired:
        row[f"targetctl restore, stopped after {LIMIT}"] = LIMIT
    clear()
    return row, lunet


def create(name):
    return f"/backstores/ramdisk create {name} 4096\n"


def more_in_one(command, name, few, many):
    """What each create after the first `few` takes in one program that reads them from its standard input."""
    scripts = ["".join(create(f"{name}{count}x{i}") for i in range(count)) for count in (few, many)]
    first, second = (seconds(command, script=script) for script in scripts)
    return (second - first) / (many - few)


def one_more_alone(command, name, rounds=3):
    """The median of one more disk by a program of its own."""
    return sorted(seconds([*command, *create(f"{name}{i}").split()]) for i in range(rounds))[rounds // 2]


def one_more(lunet):
    """(lunet, targetcli): one more disk by a program of its own; and by one that runs already."""
    subprocess.run([*lunet, "restore"], check=True, stdout=subprocess.DEVNULL)
    alone = one_more_alone(lunet, "ours"), one_more_alone(["targetcli"], "theirs")
    inside = more_in_one(lunet, "in-ours", 1, 21), more_in_one(["targetcli"], "in-theirs", 1, 4)
    clear()
    return alone, inside


def main(build, *sizes):
    os.makedirs("/run/dbus", exist_ok=True)
    for folder in ("/etc/target", "/etc/rtslib-fb-target"):
        os.makedirs(folder, exist_ok=True)
    subprocess.run(["dbus-daemon", "--system", "--fork"], check=True)
    folder = tempfile.mkdtemp()
    sizes = [int(size) for size in sizes]
    for place, size in enumerate(sizes):
        row, lunet = measure(build, size, folder)
        bare = (row["bare"] + row["bare again"]) / 2
        print(f"N = {size}: " + ", ".join(f"{name} {value:.2f} s" for name, value in row.items()) +
              f"; restore {row['lunet restore'] / bare:.2f} times the bare calls", flush=True)
        if place == min(1, len(sizes) - 1):
            for how, (ours, theirs) in zip(("by a program of its own", "in one that runs"), one_more(lunet)):
                print(f"one more disk at N = {size}, {how}: lunet {ours:.3f} s, targetcli {theirs:.2f} s: {theirs / ours:.0f} times", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
