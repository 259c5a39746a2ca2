# SPDX-License-Identifier: Apache-2.0
"""What `lunet --json` answered, against the shipped schema and its own exit status."""
import json
import os

import jsonschema

with open(os.path.join(os.path.dirname(__file__), "../../share/schema/lunet-1.json"), encoding="utf-8") as file:
    SCHEMA = json.load(file)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
VERBS = SCHEMA["definitions"]["verbs"]["definitions"]

FAILURES = {1, 2, 5}


def objects_in(text):
    """The JSON objects of a text that has nothing else."""
    decoder, found, at = json.JSONDecoder(object_pairs_hook=lambda pairs: dict(pairs)), [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def check(what, result):
    """Raises AssertionError unless everything agrees; returns the objects."""
    try:
        answers, errors = objects_in(result.stdout), objects_in(result.stderr)
    except json.JSONDecodeError as error:
        raise AssertionError(f"{what}: something else than JSON: {error}\n{result.stdout}{result.stderr}") from error
    for each in answers + errors:
        assert next(iter(each)) == "format", f"{what}: the first key is {next(iter(each))}"
        problems = [f"{list(p.path)}: {p.message}" for p in VALIDATOR.iter_errors(each)]
        assert not problems, f"{what}: {problems[:3]}\n{json.dumps(each)[:2000]}"
    assert all("error" not in each for each in answers), f"{what}: an error on standard output"
    assert all("error" in each for each in errors), f"{what}: a result on standard error"
    failed = [each for each in answers + errors if not each["ok"]]
    assert not failed or result.returncode != 0, f"{what}: exit 0, but {failed}"
    assert failed or result.returncode not in FAILURES, f"{what}: exit {result.returncode}, and all is well"
    for each in answers:
        assert each["ok"] == (each["status"] not in FAILURES), f"{what}: {each['ok']} with {each['status']}"
    for each in errors:
        assert not each["ok"] and each["status"] != 0, f"{what}: an error with {each['status']}"
    statuses = [each["status"] for each in answers + errors]
    assert result.returncode in statuses, f"{what}: exit {result.returncode}, the answers say {statuses}"
    return answers + errors


def check_verb(page, answer):
    """A result has what the schema says of its verb."""
    problems = [f"{list(p.path)}: {p.message}" for p in jsonschema.Draft7Validator(VERBS[page]).iter_errors(answer)]
    assert not problems, f"{page}: {problems[:3]}\n{json.dumps(answer)[:2000]}"
