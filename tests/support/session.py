# SPDX-License-Identifier: Apache-2.0
"""tests/golden/sessions/*.session: what a user types and what comes back.

    # a comment
    > /backstores/ramdisk create r0 1M      a line for `lunet -c`; {dir} is the test's own folder
    Created ramdisk r0 with size 1M.        standard output; {name} stands for what differs each time
    ! warning: look out                     standard error
    = 0                                     exit status
"""
import re

MASKS = [
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "{uuid}"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b"), "{time}"),
    (re.compile(r"\biqn\.2003-01\.org\.lunet\.[\w.-]+:sn\.[0-9a-f]+"), "{iqn}"),
    (re.compile(r"\.+ \[port \d+\]"), "... [port {port}]"),
    (re.compile(r"\b127\.0\.0\.1:[1-9]\d{3,4}\b"), "127.0.0.1:{port}"),
    (re.compile(r"\bwwn-0x[0-9a-f]+\b"), "wwn-{wwn}"),
    (re.compile(r"\(pid \d+|pid \d+"), "pid {pid}"),
    (re.compile(r"\balias: [0-9a-f]{10}\b"), "alias: {alias}"),
]


def masked(text, folder):
    # Dots that make up for the folder's length go, so that lines do not depend on it.
    lines = []
    for line in text.splitlines():
        if folder in line:
            line = re.sub(r" \.+ \[", " ... [", line).replace(folder, "{dir}")
        for pattern, name in MASKS:
            line = pattern.sub(name, line)
        lines.append(line)
    return lines


def read(path):
    """[(line, expected lines)]; comments belong to the command that follows."""
    steps, comments = [], []
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("> "):
                steps.append((line[2:], [], comments))
                comments = []
            elif line.startswith("#") or (not line and (not steps or steps[-1][1][-1:] and steps[-1][1][-1].startswith("= "))):
                comments.append(line)
            else:
                steps[-1][1].append(line)
    return steps


def answer(result, folder):
    return (masked(result.stdout, folder) + [f"! {line}" for line in masked(result.stderr, folder)] +
            [f"= {result.returncode}"])


def write(path, steps, answers):
    with open(path, "w", encoding="utf-8") as file:
        for (line, _, comments), lines in zip(steps, answers):
            file.write("".join(f"{each}\n" for each in comments) + f"> {line}\n" + "".join(f"{each}\n" for each in lines))
