"""Whatever drifts and whatever is edited after an approval: what was approved is done, or less, and nothing else.

What a run does is seen at the service, by what is different there afterwards; what the approval says of it, and what
the maps do, has no part in that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.approval import Approval, written
from pulumi_modelarts.plans.effect import Kind
from pulumi_modelarts.plans.footprint import Footprint, footprint
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.examples import examples
from tests.resources.limited import program
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, Stack, connect
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.resources._provider import Provider

LONG_AGO, LONG_AFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.heavy

QUICK = {"queue": 0, "creating": 1, "checking": 1, "spread": 0, "deleting": 1, "driver": 1, "scope": 0, "migrating": 1}
NODES = 6
NAMES = [f"node-{number}" for number in range(NODES)]
"""Nodes of the training pool to begin with."""

SHARES = 8
"""Parts into which the examples are cut, so that several processes share them."""

emulator = Emulator()
"""One for all examples: each seeds it anew, and making one takes longer than that."""


@dataclass(frozen=True)
class Case:
    """A program that is approved, and what is different when it is run.

    Attributes:
        provider: The class of its one resource.
        inputs: As they are approved.
        edited: As they are when it is run.
        renamed: Whether the resource has another name then.
        drift: What somebody does meanwhile, each once.
    """

    provider: type[Provider]
    inputs: dict[str, Any]
    edited: dict[str, Any]
    renamed: bool
    drift: tuple[tuple[str, int], ...] = field(default=())


def pools() -> st.SearchStrategy[dict[str, Any]]:
    """Programs about the training pool, its counts spelt in either way."""
    counts = st.integers(2, 9)
    spelt = st.one_of(
        counts.map(lambda count: {"flavors": {CPU: float(count)}}),
        counts.map(lambda count: {"nodePools": {f"{CPU}-default": {"flavor": CPU, "count": float(count)}}}),
    )
    fields = st.fixed_dictionaries(
        {},
        optional={
            "scope": st.permutations(["Train", "Infer", "Notebook"]).flatmap(
                lambda names: st.integers(1, 3).map(lambda count: names[:count])
            ),
            "description": st.sampled_from(["blue", "green"]),
            "onRunningJobs": st.just("wait"),
            "maxGrowth": st.just(20.0),
        },
    )
    base = {"poolName": TRAIN_POOL, "maxScaleIn": 20.0}
    return st.tuples(spelt, fields).map(lambda both: {**base, **both[0], **both[1]})


def moves() -> st.SearchStrategy[dict[str, Any]]:
    """Programs that move nodes of the training pool."""
    names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
    base = {"sourcePool": TRAIN_POOL}
    return st.tuples(names, st.sampled_from([INFER_POOL, GPU_POOL])).map(
        lambda both: {**base, "nodes": both[0], "targetPool": both[1]}
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Programs, edits of them that change what they do or do not, and drifts."""
    of_pools, of_moves = (ResourcePoolProvider, pools()), (NodeMigrationProvider, moves())
    provider, inputs = draw(st.sampled_from([of_pools, of_pools, of_moves]))
    first = draw(inputs)
    other = draw(st.one_of(st.just(first), inputs))
    drift = draw(st.lists(st.tuples(st.sampled_from([*DRIFTS]), st.integers(0, NODES - 1)), max_size=2))
    return Case(provider, first, other, draw(st.booleans()), tuple(drift))


def _delete(hand: Hand, which: int) -> None:
    nodes = hand.nodes(TRAIN_POOL)
    if len(nodes) > 1:
        hand.delete(TRAIN_POOL, nodes[which % len(nodes)])


def _migrate(hand: Hand, which: int) -> None:
    nodes = hand.nodes(TRAIN_POOL)
    if len(nodes) > 1:
        hand.migrate(TRAIN_POOL, INFER_POOL, nodes[which % len(nodes)])


DRIFTS: dict[str, Callable[[Hand, int], None]] = {
    "grown": lambda hand, which: hand.scale(TRAIN_POOL, CPU, len(hand.nodes(TRAIN_POOL)) + 1 + which % 2),
    "deleted": _delete,
    "migrated": _migrate,
    "described": lambda hand, which: hand.describe(TRAIN_POOL, ["blue", "green", "red"][which % 3]),
}


def beginning() -> None:
    """Seed a world of six idle nodes."""
    nodes = {name: {"flavor": CPU} for name in NAMES}
    resources = [{"flavor": CPU, "count": NODES}]
    emulator.seed({**world(pool=TRAIN_POOL, nodes=nodes, resources=resources), "timings": QUICK})
    emulator.clock.advance(60)


def picture() -> dict[str, Any]:
    """Return what of the service a run may change."""
    listed = Hand(emulator).listed()["items"]
    described = {pool["metadata"]["name"]: pool["metadata"]["annotations"] for pool in listed}
    seen = {}
    for name, pool in emulator.world()["pools"].items():
        seen[name] = {
            "nodes": {node: each["flavor"] for node, each in pool["nodes"].items()},
            "scope": sorted(pool["scope"]),
            "description": described[name].get("os.modelarts/description", ""),
        }
    return seen


def done(before: dict[str, Any], after: dict[str, Any]) -> Footprint:
    """Return what is different at the service, as an approval would say it."""
    places = [{node: pool for pool, each in seen.items() for node in each["nodes"]} for seen in (before, after)]
    objects: dict[str, dict[str, str]] = {}
    for node in places[0].keys() & places[1].keys():
        if places[0][node] != places[1][node]:
            objects[f"node {node}"] = {"place": f"{places[0][node]} -> {places[1][node]}"}
    for pool, was in before.items():
        found = objects.setdefault(f"pool {pool}", {})
        found |= {f"node {node}": "removed" for node in was["nodes"].keys() - places[1].keys()}
        bought = [after[pool]["nodes"][node] for node in after[pool]["nodes"].keys() - places[0].keys()]
        for flavor in set(bought):
            end = sum(each == flavor for each in after[pool]["nodes"].values())
            found[f"nodes of {flavor}"] = changes.step(end - bought.count(flavor), end)
        for name in ("scope", "description"):
            if was[name] != after[pool][name]:
                found[name] = changes.step(was[name], after[pool][name])
    return Footprint({name: entries for name, entries in objects.items() if entries})


def started(case: Case, environ: dict[str, str], *, edited: bool) -> Stack:
    """Return the program in a process of its own."""
    config = connect(emulator, "approved-laws")
    return program(case.provider, config, environ, "renamed" if edited and case.renamed else "first")


def approved(case: Case, folder: str) -> dict[str, str]:
    """Have what the program does approved; give the environment of a run that is held to it."""
    inputs = started(case, {}, edited=False).check(case.inputs)
    kind = Kind.POOL if case.provider is ResourcePoolProvider else Kind.MIGRATION
    found = footprint(kind, inputs, inputs["changes" if kind is Kind.POOL else "moves"])
    file = Path(folder) / "approval.json"
    file.write_text(written(Approval({PROJECT: found}, LONG_AGO, LONG_AFTER)), encoding="utf-8")
    return {"MODELARTS_APPROVED": str(file)}


@pytest.mark.parametrize("share", range(SHARES))
@given(case=cases())
@settings(max_examples=examples(3, long=1_000 // SHARES), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_approved_is_done_or_less(share: int, case: Case) -> None:
    """A run is refused exactly where it does at the service what the approved one would not have done."""
    event(f"share {share}")
    beginning()
    origin = picture()
    with TemporaryDirectory() as folder:
        try:
            environ = approved(case, folder)
        except CheckFailedError:
            event("refused in any case")
            return
        started(case, {}, edited=False).up(case.inputs)
        allowed = done(origin, picture())

        beginning()
        for name, which in case.drift:
            DRIFTS[name](Hand(emulator), which)
        begun = emulator.snapshot()
        before = picture()
        try:
            started(case, {}, edited=True).up(case.edited)
        except CheckFailedError:
            event("refused in any case")
            return
        wanted = done(before, picture())

        emulator.restore(begun)
        emulator.journal.clear()
        held, refusal = started(case, environ, edited=True), ""
        try:
            held.up(case.edited)
        except CheckFailedError as error:
            refusal = str(error)

    more = wanted.beyond(allowed)
    event("refused" if more else "done")
    assert ("does not approve" in refusal) is bool(more), (refusal, more, wanted, allowed)
    assert not refusal or not emulator.journal.writes()
