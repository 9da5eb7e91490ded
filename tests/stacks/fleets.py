"""Programs with a fleet of the training and the inference pool, and the world they begin with."""

from typing import Any

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.fleet_program import fleet_world
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, Code

FLEET = "modelarts:index:Fleet"
PLACEMENT = "**::fleet-placement"
COUNTS = 'pulumi.export("counts", fleet.node_counts)\n'


def fleet(train: int, infer: int, *, name: str = "fleet", **arguments: Any) -> str:
    """Return a program that declares a fleet of both pools; arguments are values, or `Code`."""
    pools = {"train": spec(TRAIN_POOL, train), "infer": spec(INFER_POOL, infer)}
    given = ", ".join(f"{key}={value!r}" for key, value in {"pools": pools, **arguments}.items())
    return f"fleet = modelarts.Fleet({name!r}, {given})\n" + COUNTS


def spec(pool: str, count: int, **arguments: Any) -> Code:
    """Return what a fleet declares of a pool."""
    given = {"pool_name": pool, "flavors": {CPU: count}, **arguments}
    return Code(f"modelarts.PoolSpec({', '.join(f'{key}={value!r}' for key, value in given.items())})")


def begin(project: Project) -> Hand:
    """Begin with 8 nodes in the training pool and 2 in the other one; return somebody at the console."""
    project.emulator().seed(fleet_world(train=8, infer=2))
    return Hand(project.emulator())


def child(name: str) -> str:
    """Return the urn of a pool of the fleet."""
    return f"urn:pulumi:test::modelarts::{FLEET}$pulumi-python:dynamic/modelarts:ResourcePool::fleet-{name}"


def counts(hand: Hand) -> tuple[int, int]:
    """Return the nodes of both pools."""
    return hand.counts(TRAIN_POOL)[CPU], hand.counts(INFER_POOL)[CPU]
