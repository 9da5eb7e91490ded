"""A program that asks in each way after something that may change.

`python -m tests.sources.dependent` prints what each preview of it knows, for interpreters without pytest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi

import pulumi_modelarts as modelarts
from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator
from tests.sources.program import Engine, Program

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_REST: Mapping[str, Mapping[str, Any]] = {
    "move": {"placed": 1},
    "pool": {"phase": "Running"},
    "behind": {"phase": "Running"},
}
"""What the engine answers for resources that do not change; of those that change a preview has the inputs alone."""


class Rack(pulumi.ComponentResource):
    """A component with a migration inside."""

    def __init__(self) -> None:
        super().__init__("test:index:Rack", "rack")
        move(pulumi.ResourceOptions(parent=self))


def move(opts: pulumi.ResourceOptions | None = None) -> modelarts.NodeMigration:
    """Declare a migration."""
    return modelarts.NodeMigration("move", nodes=[NODE], source_pool=TRAIN_POOL, target_pool=INFER_POOL, opts=opts)


def after(*resources: pulumi.Resource) -> pulumi.InvokeOutputOptions:
    """Return options of a question that comes after resources."""
    return pulumi.InvokeOutputOptions(depends_on=list(resources))


def declare() -> dict[str, pulumi.Output[Any]]:
    """Ask in each way after something."""
    migration = move()
    pool = modelarts.ResourcePool("pool", pool_name=TRAIN_POOL)
    behind = modelarts.ResourcePool("behind", pool_name=INFER_POOL, after=migration)
    return {
        "fed": modelarts.get_pool_nodes_output(migration.target_pool),
        "after a migration": modelarts.get_pool_nodes_output(INFER_POOL, opts=after(migration)),
        "after a pool": modelarts.get_pool_nodes_output(TRAIN_POOL, opts=after(pool)),
        "after a pool behind it": modelarts.get_pool_nodes_output(INFER_POOL, opts=after(behind)),
        "after neither": modelarts.get_pool_nodes_output(TRAIN_POOL),
    }


CASES: list[tuple[Mapping[str, Mapping[str, Any]], set[str]]] = [
    (AT_REST, {"fed", "after a migration", "after a pool", "after a pool behind it", "after neither"}),
    ({**AT_REST, "move": {}}, {"after a pool", "after neither"}),
    ({**AT_REST, "pool": {}}, {"fed", "after a migration", "after a pool behind it", "after neither"}),
    ({**AT_REST, "behind": {}}, {"fed", "after a migration", "after a pool", "after neither"}),
    ({}, {"after neither"}),
]
"""What resources have in a preview, and what it knows then."""


def main() -> None:
    """Preview each case."""
    for number, (outputs, _) in enumerate(CASES):
        with Emulator() as emulator:
            found = Program(emulator, f"case {number}", Engine(outputs), preview=True).outputs(declare)
        print(json.dumps(sorted(name for name, each in found.items() if each.known)))  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
