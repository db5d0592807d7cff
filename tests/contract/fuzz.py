"""Drives a running onedoor by its OpenAPI document; tests/it/matrix/fuzzed.rs starts it with a world to ask about.

First every operation is asked what is right, and must answer with a 2xx. Then schemathesis makes examples of each
operation for each role, right ones and wrong ones by the document, with ids that exist. It fails on a 5xx, and on every answer
whose status, type, headers or body the document does not declare.
"""

import argparse
import collections
import json
import sys
import time
from urllib.parse import parse_qsl

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from hypothesis import seed as seeded
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# Logs the role itself out; asked once, with what is right, of somebody else.
NOT_TRIED = {"POST /api/v1/auth/logout"}


class Run:
    """What is asked, and what came back."""

    def __init__(self, world, arguments):
        self.world = world
        self.arguments = arguments
        self.schema = schemathesis.openapi.from_url(world["base"] + "/api/openapi.json")
        self.operations = {}
        for result in self.schema.get_all_operations():
            operation = result.ok()
            self.operations[f"{operation.method.upper()} {operation.path}"] = operation
        self.failures = collections.OrderedDict()
        self.answers = collections.Counter()
        self.succeeded = set()

    def ask(self, name, case, role, token):
        """Sends a case as whoever has the token, and holds the answer to the document."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(base_url=self.world["base"], headers=headers)
        self.answers[(role, answer.status_code)] += 1
        if 200 <= answer.status_code < 300:
            self.succeeded.add(name)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                body = answer.content[:600].decode(errors="replace")
                told = f"{name} as {role}: {failure.title}: {failure.message}\n{case.as_curl_command()}\n{body}"
                self.failures.setdefault((name, answer.status_code, failure.title), told)
        return answer

    def look_at_the_document(self):
        """The document itself must be as OpenAPI 3.1 says."""
        try:
            validate(self.schema.raw_schema)
        except OpenAPIValidationError as error:
            self.failures["document"] = f"the document: {error}"

    def ask_what_is_right(self):
        """Every right question of the world, in its order."""
        for question in self.world["right"]:
            name = question["operation"]
            operation = self.operations[name]
            values = {
                "path_parameters": {key: question["id"] for key in ("id", "name") if "{%s}" % key in operation.path},
                "query": dict(parse_qsl(question["query"])),
                "headers": {"If-Match": "*"},
            }
            if question["body"] is not None:
                values.update(body=question["body"], media_type="application/json")
            if question["file"]:
                values.update(body={"file": [bytes.fromhex(question["file"])]}, media_type="multipart/form-data")
            self.ask(name, operation.Case(**values), question["by"], question["token"])

    def try_all(self):
        """Examples of every operation for every role."""
        # The administrator comes last: it may shut others out.
        for role, token in sorted(self.world["tokens"].items(), key=lambda one: one[0] == "admin"):
            began = time.monotonic()
            for name, operation in self.operations.items():
                if name in NOT_TRIED:
                    continue
                self.check_in(role, token)
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self.examples(name, operation, role, token, mode)
            print(f"{role}: {time.monotonic() - began:.0f} s", flush=True)

    def check_in(self, role, token):
        """The role must still be who it is: what is tried as somebody shut out tries nothing."""
        if token:
            me = requests.get(self.world["base"] + "/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=60)
            if me.status_code != 200:
                sys.exit(f"{role} was shut out: {me.text}")

    def examples(self, name, operation, role, token, mode):
        ids = self.world["ids"].get(name) or self.world["pool"]
        key = next((key for key in ("id", "name") if "{%s}" % key in operation.path), None)

        @seeded(self.arguments.seed)
        @settings(
            max_examples=self.arguments.examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), known=strategies.sampled_from(ids))
        def each(case, known):
            if key and mode is GenerationMode.POSITIVE:
                case.path_parameters[key] = known
            if case.headers and "If-Match" in case.headers and mode is GenerationMode.POSITIVE:
                case.headers["If-Match"] = "*"
            self.ask(name, case, role, token)

        try:
            each()
        except Exception as error:  # noqa: BLE001: nothing to try wrongly is no failure of the application
            if type(error).__name__ not in {"Unsatisfiable", "Skipped", "SkipTest"}:
                raise

    def tell(self):
        for (role, status), count in sorted(self.answers.items()):
            print(f"  {role:<12}{status} {count:>6}")
        for told in self.failures.values():
            print(f"\nFAILED {told}")
        never = sorted(set(self.operations) - self.succeeded)
        for name in never:
            print(f"\nFAILED {name} never answered with a 2xx")
        print(f"{sum(self.answers.values())} answers of {len(self.operations)} operations, {len(self.failures) + len(never)} failures")
        return not self.failures and not never


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("world")
    arguments.add_argument("--examples", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments = arguments.parse_args()
    with open(arguments.world, encoding="utf-8") as file:
        world = json.load(file)
    # Every id in a body or a query is one that exists, of whatever kind.
    schemathesis.openapi.format("uuid", strategies.sampled_from(world["pool"]))
    run = Run(world, arguments)
    run.look_at_the_document()
    run.ask_what_is_right()
    run.try_all()
    sys.exit(0 if run.tell() else 1)


main()
