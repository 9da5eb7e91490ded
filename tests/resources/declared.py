"""Prints what each resource of a program registers: `python -m tests.resources.declared "<program>"`.

A process of its own, with Pulumi's mocks, and any SDK: nothing beside the package and Pulumi is loaded.
"""

import json
import sys
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor

import pulumi_modelarts as modelarts


class Engine(pulumi.runtime.Mocks):
    """Answers with what it is told."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Return a resource's own inputs."""
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        """Answer nothing: providers offer no functions."""
        del args
        return {}, None


class Monitor(MockMonitor):
    """The engine's end of a program, which keeps what is registered."""

    def __init__(self) -> None:
        super().__init__(Engine())
        self.seen: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's
        """Keep what there is to know of a resource's inputs."""
        inputs = pulumi.runtime.rpc.deserialize_properties(request.object)
        passed_on = {name: inputs.get(name) for name in ("ignored", "secrets", "after")}
        self.seen[request.name] = {**passed_on, "engine": list(request.ignoreChanges)}
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]  # Pulumi's


def main() -> None:
    """Run a program and print what it registers."""
    monitor = Monitor()
    pulumi.runtime.set_mocks(Engine(), monitor=monitor)
    names = {"pulumi": pulumi, "modelarts": modelarts}
    run: Any = pulumi.runtime.test(lambda: exec(sys.argv[1], names))  # type: ignore[no-untyped-call]  # noqa: S102 - its purpose
    run()
    print(json.dumps(monitor.seen))  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
