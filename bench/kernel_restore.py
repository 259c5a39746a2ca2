# SPDX-License-Identifier: Apache-2.0
"""Inside the guest: the measurements of bench/kernel-restore."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/support"))
from kernel_tree import TARGET, clear  # noqa: E402

LIMIT = float(os.environ.get("LUNET_BENCH_LIMIT", 1200))  # seconds for one command
TARGET_NAME, HOST = "iqn.2026-11.org.example:bench", "iqn.2026-11.org.example:host"


def text_of(count):
    """The configuration that bench_kernel_bare makes."""
    lines = [f"storage rd_mcp disk d{i} {{ size 4096; wwn 00000000-0000-4000-8000-{i:012d} }}" for i in range(count)]
    lines.append(f"fabric iscsi target {TARGET_NAME} tpgt 1 {{")
    lines += [f"    lun {i} backend rd_mcp:d{i}" for i in range(count)]
    lines.append(f"    acl {HOST} {{")
    lines += [f"        mapped_lun {i} target_lun {i}" for i in range(count)]
    return "\n".join([*lines, "    }", "}", ""])


def seconds(command, limit=LIMIT):
    start = time.monotonic()
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit, check=False)
    passed = time.monotonic() - start
    assert result.returncode == 0, f"{command}: {result.stdout}"
    return passed


def count_luns():
    return len(os.listdir(f"{TARGET}/iscsi/{TARGET_NAME}/tpgt_1/lun"))


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


def one_more(lunet, rounds=3):
    """Medians of one more disk: (lunet, targetcli)."""
    subprocess.run([*lunet, "restore"], check=True, stdout=subprocess.DEVNULL)
    ours = sorted(seconds([*lunet, "/backstores/ramdisk", "create", f"ours{i}", "4096"]) for i in range(rounds))
    theirs = sorted(seconds(["targetcli", "/backstores/ramdisk", "create", f"theirs{i}", "4096"]) for i in range(rounds))
    clear()
    return ours[rounds // 2], theirs[rounds // 2]


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
            ours, theirs = one_more(lunet)
            print(f"one more disk at N = {size}: lunet {ours:.2f} s, targetcli {theirs:.2f} s: {theirs / ours:.0f} times", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
