"""A program that makes a network and two pools, moves a node into one, and may adopt the other; and its pieces.

A node moves only within its network: the pool that expects it is made there, and the other in the program's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from modelarts_emulator import NETWORK, NODE, PROJECT, TRAIN_POOL
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.lifetime import Declared
from tests.resources.pools import CPU

if TYPE_CHECKING:
    from tests.resources.lifetime import Program

NET, BLUE, RED = (f"team-{name}-{PROJECT}" for name in ("net", "blue", "red"))
CIDR = "192.168.0.0/20"

SECONDS = {
    "queue": 1,
    "creating": 1,
    "checking": 1,
    "spread": 1,
    "scope": 1,
    "deleting": 1,
    "driver": 1,
    "migrating": 1,
    "network": 1,
}
QUICK: dict[str, Any] = {**WORLD, "timings": SECONDS}
"""The documented world, in which little is asked while something comes true."""


@dataclass(frozen=True)
class Team:
    """What a program declares.

    Attributes:
        blue: Nodes of the pool that a node moves into; None leaves the pool out.
        red: Nodes of the other one; None likewise.
        moving: Whether the node moves.
        expected: Whether the pool expects it.
        red_is_made: Whether the other pool is made, or adopted.
    """

    blue: int | None = 2
    red: int | None = 1
    moving: bool = False
    expected: bool = False
    red_is_made: bool = True

    def edited(self, **changes: Any) -> Team:
        """Return it after an edit; what was expected once stays expected."""
        team = replace(self, **changes)
        return replace(team, expected=team.expected or team.moving)

    def program(self) -> Program:
        """Return the program, in the order in which its resources depend on each other."""
        program: Program = {"net": Declared(NetworkProvider, {"name": "team-net", "cidr": CIDR})}
        if self.red is not None:
            made = pool("team-red", self.red)
            adopted = Declared(ResourcePoolProvider, {"poolName": RED, **counts(self.red)}, retain=True)
            program["red"] = made if self.red_is_made else adopted
        if self.blue is not None:
            expects = {"arrivals": [NODE]} if self.expected else {}
            program["blue"] = pool("team-blue", self.blue, network=NETWORK, **expects)
        if self.moving and self.blue is not None:
            places = {"nodes": [NODE], "sourcePool": TRAIN_POOL, "targetPool": BLUE}
            program["move"] = Declared(NodeMigrationProvider, places, computed="moves", retain=True)
            source = {"poolName": TRAIN_POOL, "flavors": {CPU: 1.0}, "after": {NODE: BLUE}}
            program["source"] = Declared(ResourcePoolProvider, source, retain=True)
        return program


def counts(count: int) -> dict[str, Any]:
    """Declare a count of CPU nodes; a surplus may go."""
    return {"flavors": {CPU: float(count)}, "maxScaleIn": 10.0}


def pool(name: str, count: int, **inputs: Any) -> Declared:
    """Declare a pool that is made, in the network of the program unless another is named."""
    made = {"name": name, "network": NET, "scope": ["Train"], **counts(count), **inputs}
    return Declared(ResourcePoolProvider, made)
