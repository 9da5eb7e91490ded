"""Programs about node migrations, the nodes they move, and what they asked of the service."""

from typing import Any

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator
from tests.stacks.harness import Project
from tests.stacks.pools import Code

MOVE = f"{TRAIN_POOL} -> {INFER_POOL}"


def move(*nodes: str, name: str = "move", target: str = INFER_POOL, **arguments: Any) -> str:
    """Return a program that declares that nodes of the training pool, by default the one, live in another pool."""
    placed = {"nodes": list(nodes or [NODE]), "source_pool": TRAIN_POOL, "target_pool": target}
    given = ", ".join(f"{key}={value!r}" for key, value in {**placed, **arguments}.items())
    return f"{name} = modelarts.NodeMigration({name!r}, {given})\n"


def rollout(**arguments: Any) -> Code:
    """Return a strategy."""
    return Code(f"modelarts.Rollout({', '.join(f'{key}={value!r}' for key, value in arguments.items())})")


def migrated(project: Project, source: str = TRAIN_POOL) -> list[list[str]]:
    """Return the nodes that each accepted request took from a pool, since the journal was last cleared."""
    asked = project.emulator().journal.exchanges("batchMigratePoolNodes", path=f"/{source}/")
    return [exchange.body["migrateNodeNames"] for exchange in asked if exchange.status == 200]


def jobs_of(emulator: Emulator, node: str) -> int:
    """Return how many jobs there have ever been that move a node."""
    return sum(node in job["nodes"] for job in emulator.world()["jobs"].values())
