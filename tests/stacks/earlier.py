"""A stack whose state an earlier version has written: one that carried the map over, and noted in it what it found."""

import json
from pathlib import Path

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL
from tests.resources.migrations import EIGHT
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.migrations import move
from tests.stacks.pools import CPU, GPU, Code, pool

STATE = Path(__file__).parent.parent / "states" / "carried_over.json"

PROGRAM = (
    move(*EIGHT[:2])
    + pool("gpu", GPU_POOL, flavors={GPU: 2})
    + pool("train", flavors={CPU: 8}, description="blue", after=Code("[move]"))
    + 'pulumi.export("moves", move.moves)\npulumi.export("changes", train.changes)\n'
)
"""The program that had run: a node has moved and one has vanished since, a GPU pool was grown from 2 to 3 by hand."""


def arrange(hand: Hand) -> None:
    """Make a world of nine nodes what it was when that state was written."""
    hand.migrate(TRAIN_POOL, INFER_POOL, EIGHT[0])
    hand.delete(TRAIN_POOL, EIGHT[1])
    hand.scale(TRAIN_POOL, CPU, 8)
    hand.describe(TRAIN_POOL, "blue")
    hand.scale(GPU_POOL, GPU, 3)


def plant(project: Project) -> None:
    """Make that state the one of a project."""
    state = STATE.read_text(encoding="utf-8").replace("EMULATOR_FILE", str(project.emulator_file))
    project.plant(json.loads(state)["checkpoint"]["latest"])
