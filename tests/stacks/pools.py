"""Programs about resource pools, and what commands that run them show."""

import re
from typing import Any

from modelarts_emulator import TRAIN_POOL
from tests.stacks.command import Outcome
from tests.stacks.harness import Project

CPU = "modelarts.vm.cpu.4ud"
GPU = "modelarts.vm.gpu.t4u8"

IN_SLOW_MOTION = {"modelarts:emulatorClock": "scaled:60"}
"""A growth takes one to two seconds then: long enough to interfere with it."""
AS_IT_IS = {"modelarts:emulatorClock": "real"}
"""A wait of minutes lasts until the test has seen it, however busy the machine."""
AT_ONCE = {"modelarts:emulatorClock": "scaled:600"}


class Code(str):
    """A piece of a program, written as it is."""

    __slots__ = ()
    __repr__ = str.__str__


def pool(name: str = "train", pool_name: str = TRAIN_POOL, **arguments: Any) -> str:
    """Return a program that declares one more pool; arguments are values, or `Code`."""
    given = ", ".join(f"{key}={value!r}" for key, value in {"pool_name": pool_name, **arguments}.items())
    return f"{name} = modelarts.ResourcePool({name!r}, {given})\n"


def train(count: int, **arguments: Any) -> str:
    """Return a program that declares a count for the training pool and exports the nodes there are."""
    return pool(flavors={CPU: count}, **arguments) + 'pulumi.export("nodes", train.node_counts)\n'


def rows(outcome: Outcome, name: str = "train") -> list[str]:
    """Return what the row of a resource said, line after line, without seconds, and what is planned and sent."""
    said = re.findall(rf"(?:NodeMigration|ResourcePool) {name} (.*)", outcome.stdout)
    shown = (line for line in said if not re.search(r"\bsent(, and may have taken effect)?: ", line))
    lines = [re.sub(r" ?\(\d[^)]*s\)|(; )?plan: .*", "", line).strip() for line in shown]
    return [line for line in lines if line]


def operations(project: Project) -> list[str | None]:
    """Return what was asked of the service since the journal was last cleared."""
    return [exchange.operation for exchange in project.emulator().journal.exchanges()]


def writes(project: Project) -> list[tuple[str | None, Any]]:
    """Return what was sent to change something, with its bodies."""
    return [(write.operation, write.body) for write in project.emulator().journal.writes()]
