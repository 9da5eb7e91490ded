"""A user's unit tests, as Pulumi's documentation has them written; in a process of its own, since mocks stay.

`python -m tests.sources.mocked` prints what the mocks were asked, and what the program was told.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import pulumi

from tests.sources.subjects import SUBJECTS

POOL = "auto-pool-os"


class Mocks(pulumi.runtime.Mocks):
    """They echo what resources are given, and answer two questions; all others with nothing."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Echo."""
        return f"{args.name}-id", args.inputs

    def call(  # type: ignore[override]  # Pulumi takes an answer alone, too
        self, args: pulumi.runtime.MockCallArgs
    ) -> dict[Any, Any]:
        """Answer."""
        self.asked[args.token] = args.args
        name = args.token.removeprefix("modelarts:index:")
        if name == "getResourcePool":
            return {"poolName": POOL, "nodeCounts": {"cpu": 3}, "nodePools": [{"name": "gold", "count": 2}]}
        if name == "getTrainingJob":
            return {"status": {"phase": "Running"}, "endpoints": {"jupyterLab": {"token": "open"}}}
        return {}


mocks = Mocks()
pulumi.runtime.set_mocks(mocks)

import pulumi_modelarts as modelarts  # noqa: E402 - mocks first, as Pulumi's documentation says


@pulumi.runtime.test  # type: ignore[untyped-decorator]  # Pulumi's
def questions() -> pulumi.Output[Any]:
    """Every data source in both forms."""
    plain = {str(each): each.plain(**each.arguments) for each in SUBJECTS}
    asked, mocks.asked = mocks.asked, {}
    pool, job = plain["get_resource_pool"], plain["get_training_job"]
    told = {
        "asked": asked,
        "pool": {"name": pool.pool_name, "counts": pool.node_counts, "node pools": list(map(asdict, pool.node_pools))},
        "job": [job.status.phase, job.endpoints.jupyter_lab.token, job.metadata.name],
        "empty": [name for name, value in plain.items() if value == ()],
    }
    later: Any = {str(each): each.output(**each.arguments) for each in SUBJECTS}

    def show(found: Any) -> None:
        same = [name for name, value in found.items() if value == plain[name]]
        print(json.dumps({**told, "same": same, "asked again": mocks.asked == asked}))  # noqa: T201 - its purpose

    return pulumi.Output.all(**later).apply(show)


@pulumi.runtime.test  # type: ignore[untyped-decorator]  # Pulumi's
def resources() -> pulumi.Output[Any]:
    """Resources have maps, and a provider can be given."""
    other = modelarts.Provider("other", region="cn-north-4")
    pool = modelarts.ResourcePool("pool", pool_name="a")
    move = modelarts.NodeMigration("move", nodes=["n"], source_pool="a", target_pool="b")
    named: Any = modelarts.get_resource_pool_output(
        pool_name=move.target_pool, opts=pulumi.InvokeOutputOptions(provider=other, depends_on=[pool])
    )
    maps = (pool.changes, pool.node_counts, pool.node_states, pool.driver_status, move.moves)
    return pulumi.Output.all(*maps, named.pool_name).apply(
        lambda found: print(json.dumps(found))  # noqa: T201 - its purpose
    )


if __name__ == "__main__":
    questions()
    resources()
    sys.exit(0)
