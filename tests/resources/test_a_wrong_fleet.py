"""What a program is told that declares a fleet in a way that cannot work: one sentence, with what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from modelarts_emulator import TRAIN_POOL
from tests.resources.test_a_wrong_program import UNTYPED, told

if TYPE_CHECKING:
    from collections.abc import Callable

SPEC = {"pool_name": TRAIN_POOL}


def fleet(pools: object = None, **further: Any) -> object:
    """Declare a fleet of one pool, unless others are given."""
    return UNTYPED.Fleet("fleet", pools={"train": UNTYPED.PoolSpec(**SPEC)} if pools is None else pools, **further)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (lambda: UNTYPED.Fleet("fleet"), "Fleet 'fleet': pools is required"),
        (lambda: fleet(pool={}), "'pool' is no argument; did you mean 'pools'?"),
        (lambda: fleet({}), "Fleet 'fleet': pools is empty; name the pools of the fleet"),
        (lambda: fleet([TRAIN_POOL]), "pools takes a mapping of names and PoolSpecs, got list"),
        (lambda: fleet({"train": {"pool_name": TRAIN_POOL}}), "pools['train'] takes a PoolSpec, got dict"),
        (lambda: fleet({1: UNTYPED.PoolSpec(**SPEC)}), "the keys of pools are names of your choice, such as 'train'"),
        (lambda: fleet({"train": UNTYPED.PoolSpec()}), "Fleet 'fleet': pools['train']: pool_name is required to adopt"),
        (
            lambda: fleet({"train": UNTYPED.PoolSpec(name="team-b", **SPEC)}),
            "pools['train']: pool_name adopts a pool, and name and network make one",
        ),
        (lambda: UNTYPED.PoolSpec(flavours={}, **SPEC), "'flavours' is no argument; did you mean 'flavors'?"),
        (lambda: fleet(after=["move"]), "Fleet 'fleet': after takes NodeMigration resources, got str"),
        (lambda: fleet(opts=pulumi.ResourceOptions(import_="x")), "ResourceOptions(import_=…) cannot serve it"),
        (
            lambda: fleet(opts=pulumi.ResourceOptions(ignore_changes=["pools"])),
            "ignore_changes has no effect on what is in a component",
        ),
        (lambda: UNTYPED.Fleet.get("fleet", "id"), "Fleet 'fleet': get(…) cannot look it up"),
    ],
)
def test_is_told_in_a_sentence_before_anything_is_declared(program: Callable[[], object], text: str) -> None:
    """No fleet, and no pool of it, is registered."""
    assert text in told(program)
