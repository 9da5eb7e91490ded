"""What an output form waits for, and when a preview cannot know it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_modelarts as modelarts
from modelarts_emulator import INFER_POOL, TRAIN_POOL
from tests.resources.service import Hand
from tests.resources.subjects import SUBJECTS
from tests.sources.dependent import AT_REST, CASES, Rack, after, declare, move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.sources.program import Program


def test_what_tells_of_a_change_is_no_input() -> None:
    """An input is known in the preview of a change, so that it could tell of none."""
    kinds = [
        (each, getattr(sys.modules[each.provider.__module__], str(each).removesuffix("Provider"))) for each in SUBJECTS
    ]
    telling = [(each, kind) for each, kind in kinds if hasattr(kind, "tells_change")]

    assert {kind for _, kind in telling} >= {modelarts.ResourcePool, modelarts.NodeMigration}
    assert [str(each) for each, kind in telling if kind.tells_change not in each.outputs - each.inputs] == []


@pytest.mark.parametrize(("outputs", "known"), CASES)
def test_a_preview_knows_what_does_not_change(
    program: Program, outputs: Mapping[str, Mapping[str, Any]], known: set[str]
) -> None:
    """What comes after a change is unknown, however it comes after it: the change has not happened."""
    program.preview, program.engine.outputs = True, outputs

    found = program.outputs(declare)

    assert {name for name, each in found.items() if each.known} == known


def test_a_run_knows_everything(program: Program) -> None:
    """Where nothing is a preview, all that it waits for has happened."""
    found = program.outputs(declare)

    assert {name: (each.known, len(each.value)) for name, each in found.items()} == {
        "fed": (True, 2),
        "after a migration": (True, 2),
        "after a pool": (True, 2),
        "after a pool behind it": (True, 2),
        "after neither": (True, 2),
    }


@pytest.mark.parametrize(("outputs", "known"), [(AT_REST, {"it"}), ({}, set())])
def test_a_component_is_what_is_in_it(
    program: Program, outputs: Mapping[str, Mapping[str, Any]], known: set[str]
) -> None:
    """It has nothing of its own that could change."""
    program.preview, program.engine.outputs = True, outputs

    found = program.outputs(lambda: {"it": modelarts.get_pool_nodes_output(INFER_POOL, opts=after(Rack()))})

    assert {name for name, each in found.items() if each.known} == known


def test_what_comes_after_a_change_is_read_after_it(program: Program) -> None:
    """An equal question without a dependency was asked before, and has its own answer."""

    def both() -> dict[str, pulumi.Output[Any]]:
        before = modelarts.get_resource_pool(pool_name=TRAIN_POOL).node_counts
        Hand(program.emulator).scale(TRAIN_POOL, "modelarts.vm.cpu.4ud", 3)
        later: Any = modelarts.get_resource_pool_output(pool_name=TRAIN_POOL, opts=after(move()))
        return {"before": pulumi.Output.from_input(before), "after": later.node_counts}

    found = program.outputs(both)

    assert {name: each.value for name, each in found.items()} == {
        "before": {"modelarts.vm.cpu.4ud": 2},
        "after": {"modelarts.vm.cpu.4ud": 3},
    }


def test_the_plain_form_waits_for_nothing(program: Program) -> None:
    """A dependency would be without effect, so that it is refused."""

    def ask() -> dict[str, pulumi.Output[Any]]:
        options: Any = after(move())
        with pytest.raises(pulumi.RunError, match=r"get_networks: asks at once, and waits for nothing; write get_net"):
            modelarts.get_networks(opts=options)
        return {}

    assert program.outputs(ask) == {}
    assert program.emulator.journal.exchanges() == []
