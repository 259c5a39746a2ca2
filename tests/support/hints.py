# SPDX-License-Identifier: Apache-2.0
"""What the programs' errors and warnings name as a command to type, found in the sources: `COMMAND` in a text."""
import functools
import glob
import os
import re

SRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMAND = re.compile(r"`([^`]+)`")
# Not Lunet's, or words of the language that a file has.
OTHERS = {"lsscsi", "lsof", "lsblk", "lslocks", "dmesg", "ss", "ip", "rdma", "modprobe", "depmod", "fuser", "truncate", "blockdev",
          "cat", "lunet", "config", "size", "buffered", "portal", ".*"}
# These explain what a code means in general, and write documents.
GENERAL = ("shell/commands/explain.cpp", "schema/document.cpp", "shell/help.cpp")


def pattern(template):
    """What matches a text made from the template of fmt::format."""
    return ".+?".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", template))


def is_command(words):
    first, _, rest = words.partition(" ")
    return bool(rest) if first == "lunet" else first not in OTHERS


@functools.lru_cache(maxsize=None)
def all_hints():
    """(file, text, commands in it), as the sources have them."""
    found = []
    for path in sorted(glob.glob(os.path.join(SRC, "**/*.cpp"), recursive=True)):
        name = os.path.relpath(path, SRC)
        if name.endswith("_test.cpp") or name in GENERAL:
            continue
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"//[^\n]*", "", file.read())
        for literal in LITERAL.findall(re.sub(r'"\s*\n\s*"', "", text)):
            commands = [each for each in COMMAND.findall(literal) if is_command(each)]
            if commands:
                found.append((name, literal, commands))
    return found


def all_commands():
    """(file, command), with {} for what differs."""
    return {(name, command) for name, _, commands in all_hints() for command in commands}


def commands_in(text):
    return [each for each in COMMAND.findall(text) if is_command(each)]


def behind(text, command):
    """Those of all_commands() that the command in the text may be."""
    return {(name, template) for name, literal, templates in all_hints() if re.search(pattern(literal), text)
            for template in templates if re.fullmatch(pattern(template), command)}
