"""Prints what a program registers with the engine: `python -m tests.resources.registrations ResourcePoolProvider`.

A process of its own: Pulumi's mocks leave event loops behind in whichever process they ran.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pulumi

from tests.resources.subjects import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Callable


class Registrations(pulumi.runtime.Mocks):
    """An engine's end that keeps what a program registers."""

    def __init__(self) -> None:
        self.seen: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Keep it, and answer with its own inputs."""
        self.seen.append(args)
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        """Answer nothing: providers offer no functions."""
        del args
        return {}, None


def main() -> None:
    """Declare one resource and print its type token and the names of its inputs."""
    (subject,) = [subject for subject in SUBJECTS if str(subject) == sys.argv[1]]
    registered = Registrations()
    pulumi.runtime.set_mocks(registered)
    run: Callable[[], None] = pulumi.runtime.test(lambda: subject.declare("it").urn)  # type: ignore[no-untyped-call]  # Pulumi's
    run()
    print(json.dumps([[each.typ, sorted(each.inputs)] for each in registered.seen]))  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
