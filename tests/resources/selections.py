"""Programs that choose nodes and move them, as the engine runs them: one resource after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, TRAIN_POOL
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.node_selection import NodeSelectionProvider
from tests.resources.pools import CPU
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
    from collections.abc import Mapping


def choosing(count: int, **inputs: Any) -> dict[str, Any]:
    """Declare a choice of nodes of the training pool; numbers arrive as floats, as from the engine."""
    return {"pool": TRAIN_POOL, "flavor": CPU, "count": float(count), **inputs}


def selection(config: Mapping[str, str], name: str = "two") -> Stack:
    """Return a program with one selection, never run."""
    return Stack(configured(NodeSelectionProvider(), **config), urn=f"urn:pulumi:test::x::x::{name}")


def chosen(stack: Stack) -> list[str]:
    """Return what a selection has on record."""
    return list(stack.state.inputs["nodes"]) if stack.state else []


@dataclass
class ChosenAndMoved:
    """A program with a selection and the migration that moves what it has chosen.

    Attributes:
        choice: The selection.
        move: The migration.
    """

    choice: Stack = field(default_factory=lambda: Stack(NodeSelectionProvider(), urn="urn:pulumi:test::x::x::two"))
    move: Stack = field(default_factory=lambda: Stack(NodeMigrationProvider(), urn="urn:pulumi:test::x::x::move"))

    def begin(self, config: Mapping[str, str]) -> None:
        """Let the next command run in a process with this configuration."""
        for stack in (self.choice, self.move):
            configured(stack.provider, **config)

    def up(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Run the program; return what it changed."""
        changed = self.choice.up(declared)
        assert self.choice.state is not None
        nodes = self.choice.state.outs["nodes"]
        return changed | self.move.up({"nodes": nodes, "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL})
