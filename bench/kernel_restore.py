# SPDX-License-Identifier: Apache-2.0
"""Inside the guest: the measurements of bench/kernel-restore."""
import glob
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/support"))
from kernel_tree import TARGET, clear  # noqa: E402

LIMIT = float(os.environ.get("LUNET_BENCH_LIMIT", 1200))  # seconds for one command
LUNS_OF_TARGET = 200
ROUNDS_UP_TO = 200  # so many disks are restored three times; the median counts
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


def keep_addresses():
    """The guest's processor is emulated: it translates a program's code before it runs it, anew for each place in memory. With
    places that are random every start of every program pays for that, which no real processor does; with fixed ones the first."""
    with open("/proc/sys/kernel/randomize_va_space", "w", encoding="ascii") as file:
        file.write("0")


def count_luns():
    return len(glob.glob(f"{TARGET}/iscsi/{TARGET_NAME}*/tpgt_1/lun/lun_*"))


def bare(build, count):
    milliseconds = float(subprocess.check_output([f"{build}/bench/bench_kernel_bare", str(count)]))
    clear()
    return milliseconds / 1000


def one_round(build, count, lunet):
    before = bare(build, count)
    restore = seconds([*lunet, "restore"])
    assert count_luns() == count
    clear()
    return before, restore, bare(build, count)


def measure(build, count, folder):
    """Seconds by what took them; how many times the bare calls a restore took; lunet's command."""
    lunet = [f"{build}/bin/lunet", "--runtime", "kernel", "--state-dir", os.path.join(folder, f"state{count}"), "--yes"]
    config, saved = os.path.join(folder, f"{count}.lio"), os.path.join(folder, f"{count}.json")
    with open(config, "w") as file:
        file.write(text_of(count))
    row = {}
    row["lunet apply"] = seconds([*lunet, "apply", config])
    assert count_luns() == count
    subprocess.run([*lunet, "saveconfig", saved], check=True, stdout=subprocess.DEVNULL)
    clear()
    rounds = [one_round(build, count, lunet) for _ in range(3 if count <= ROUNDS_UP_TO else 1)]
    row["bare"], row["lunet restore"], row["bare again"] = (statistics.median(times) for times in zip(*rounds))
    ratio = statistics.median(2 * restore / (before + after) for before, restore, after in rounds)
    try:
        row["targetctl restore"] = seconds(["targetctl", "restore", saved])
        assert count_luns() == count
    except subprocess.TimeoutExpired:
        row[f"targetctl restore, stopped after {LIMIT}"] = LIMIT
    clear()
    return row, ratio, lunet


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
    """How -> (lunet, targetcli): one more disk."""
    seconds([*lunet, "restore"])
    alone = one_more_alone(lunet, "ours", 9), one_more_alone(["targetcli"], "theirs")
    inside = more_in_one(lunet, "in-ours", 1, 21), more_in_one(["targetcli"], "in-theirs", 1, 21)
    clear()
    return {"by a program of its own": alone, "in one that runs": inside}


def main(build, *sizes):
    os.makedirs("/run/dbus", exist_ok=True)
    for folder in ("/etc/target", "/etc/rtslib-fb-target"):
        os.makedirs(folder, exist_ok=True)
    subprocess.run(["dbus-daemon", "--system", "--fork"], check=True)
    if "LUNET_BENCH_RANDOM_ADDRESSES" not in os.environ:
        keep_addresses()
    folder = tempfile.mkdtemp()
    sizes = [int(size) for size in sizes]
    for place, size in enumerate(sizes):
        row, ratio, lunet = measure(build, size, folder)
        print(f"N = {size}: " + ", ".join(f"{name} {value:.2f} s" for name, value in row.items()) +
              f"; restore {ratio:.2f} times the bare calls", flush=True)
        if place == min(1, len(sizes) - 1):
            for how, (ours, theirs) in one_more(lunet).items():
                print(f"one more disk at N = {size}, {how}: lunet {ours:.3f} s, targetcli {theirs:.2f} s: {theirs / ours:.0f} times", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
