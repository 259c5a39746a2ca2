# SPDX-License-Identifier: Apache-2.0
"""Prometheus' text exposition format 0.0.4, read strictly: what node_exporter's textfile collector may refuse is an error."""
import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
TYPES = {"counter", "gauge", "summary", "histogram", "untyped"}
ESCAPES = {"\\": "\\", '"': '"', "n": "\n"}


def parse(data):
    """Type of each name, and {(name, ((label, value), ...)): number}. Of bytes."""
    text = data.decode("utf-8")
    assert not text or text.endswith("\n"), "the last line has no end"
    types, helps, samples, current = {}, set(), {}, None
    for line in text.split("\n")[:-1]:
        assert line, "an empty line"
        if line.startswith("# "):
            _, keyword, name, rest = line.split(" ", 3)
            assert NAME.fullmatch(name), line
            if keyword == "HELP":
                assert name not in helps and name not in types, f"{name}: its lines are not together"
                assert re.fullmatch(r"(?:[^\\]|\\\\|\\n)*", rest), line
                helps.add(name)
            else:
                assert keyword == "TYPE" and rest in TYPES, line
                assert name in helps and name not in types, f"{name}: TYPE must follow HELP, once"
                types[name] = rest
            current = name
            continue
        name, labels, value = _sample(line)
        assert family(name, types) == current, f"{name} stands below {current}"
        key = (name, tuple(sorted(labels.items())))
        assert key not in samples, f"twice: {line}"
        assert types[current] != "counter" or name.endswith("_total"), f"{name} is a counter"
        assert math.isfinite(value) and value >= 0, line
        samples[key] = value
    assert {family(name, types) for name, _ in samples} == set(types) == helps, "a name without samples"
    return types, samples


def family(name, types):
    for suffix in ("_sum", "_count"):
        if name.endswith(suffix) and types.get(name[:-len(suffix)]) == "summary":
            return name[:-len(suffix)]
    return name


def _sample(line):
    name = NAME.match(line)
    assert name, line
    at, labels = name.end(), {}
    if line[at] == "{":
        at += 1
        while line[at] != "}":
            label = LABEL.match(line, at)
            assert label and line[label.end():label.end() + 2] == '="', line
            assert label[0] not in labels, line
            labels[label[0]], at = _value(line, label.end() + 2)
            assert line[at] in ",}", line
            at += line[at] == ","
        at += 1
    # A blank and the number, no time.
    number = re.fullmatch(r" ([0-9.e+-]+)", line[at:])
    assert number, line
    return name[0], labels, float(number[1])


def _value(line, at):
    value = ""
    while line[at] != '"':
        if line[at] == "\\":
            at += 1
            value += ESCAPES[line[at]]
        else:
            value += line[at]
        at += 1
    return value, at + 1
