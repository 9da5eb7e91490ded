"""What tests of migrations begin with: eight nodes that may go and one that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.pools import CPU
from tests.resources.service import world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

EIGHT = [f"os-node-created-{letter * 5}" for letter in "abcdefgh"]
STAYING = "os-node-created-zzzzz"


def placing(*nodes: str, **inputs: Any) -> dict[str, Any]:
    """Declare that nodes of the training pool live in the inference pool."""
    return {"nodes": list(nodes), "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL, **inputs}


def nine(**changes: Any) -> dict[str, Any]:
    """Return the documented world with a training pool of the nine nodes; `changes` as for `world`."""
    nodes: dict[str, Any] = {name: {} for name in [*EIGHT, STAYING]}
    fields: dict[str, Any] = {"resources": [{"flavor": CPU, "count": 9}], "nodes": nodes, **changes}
    return world(pool=TRAIN_POOL, **fields)


def seed_nine(emulator: Emulator, **changes: Any) -> None:
    """Make that world the emulator's."""
    emulator.seed(nine(**changes))


def batches(emulator: Emulator) -> list[list[str]]:
    """Return the nodes of each accepted request to migrate, since the journal was last cleared."""
    asked = emulator.journal.exchanges("batchMigratePoolNodes")
    return [exchange.body["migrateNodeNames"] for exchange in asked if exchange.status == 200]
