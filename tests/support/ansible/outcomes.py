# SPDX-License-Identifier: Apache-2.0
"""Ansible's output as one list in JSON: what each task answered. ansible-core has no such plug-in of its own."""
import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: outcomes
type: stdout
short_description: what each task answered, in JSON
description: One list.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "outcomes"

    def __init__(self):
        super().__init__()
        self.outcomes = []

    def v2_runner_on_ok(self, result):
        self.outcomes.append(result._result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.outcomes.append({**result._result, "failed": True})

    def v2_playbook_on_stats(self, stats):
        print(json.dumps(self.outcomes))
