"""Migrations: planning 500 nodes of 10,000, the calls that moving 500 takes, and what moving two at a time saves.

Planning is pure, once everything has been read. Calls are counted in the emulator's journal while the reconciler moves
500 nodes in batches of 50, in virtual time: each batch is drained in tens, sent once, and followed by looks at its job;
the rest are pages of nodes, and the lists that tell whether anything has changed before the batch is sent.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.figures import Figure, Ground, processor_seconds
from bench.virtual import VirtualClock
from bench.worlds import NODES, pool_name, world
from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.live_nodes import Record
from pulumi_modelarts.plans.migration_step import Batch, next_step
from pulumi_modelarts.plans.node_migration import plan
from pulumi_modelarts.reconcilers.node_migration import NodeMigrationReconciler
from pulumi_modelarts.reconcilers.node_reader import NodeReader
from pulumi_modelarts.reconcilers.run import MigrationRun
from pulumi_modelarts.reconcilers.session import Session
from pulumi_modelarts.reconcilers.watch import Watch
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE, TARGET = pool_name(0), pool_name(1)
PLANNED = {10_000: 50.0, 100_000: 500.0}
"""Nodes of the pool from which a plan takes some, and milliseconds that planning may take."""
THERE = 1_000
"""Nodes of the pool from which nodes are really moved."""
MOVING = 500
AT_A_TIME = 50
DRAINED_AT_ONCE = 10
"""Nodes that one request drains (client: official SDK)."""
PAGES = 4.2
"""Pages of nodes for each batch: two of the source before it, two of the target while nodes get ready there."""
LISTS = 6
"""Pools and free addresses once for each batch, jobs and work before the drain and after it."""
OF_ONE = 12
"""Calls of a migration of one node, with one look at its job and one at its pool after that."""
FEW = 8
TIMINGS = {"queue": 5.0, "migrating": 40.0, "checking": 15.0}
REPETITIONS = 9
MOVES = 3


class Rollout(NamedTuple):
    """What one migration took.

    Attributes:
        calls: Requests by operation.
        seconds: Virtual time.
    """

    calls: Counter[str]
    seconds: float


def measure(ground: Ground) -> Iterator[Figure]:
    """Plan, then move many, then a few in two ways."""
    del ground
    for there, budget in PLANNED.items():
        yield from _planning(there, budget)
    yield from _calls([_move(THERE, MOVING, AT_A_TIME).calls for _ in range(MOVES)])
    alone = _move(2, 1, 1).calls
    looks = alone["showJob"] - 1 + alone["listPoolNodes"] - 2
    yield Figure("one node: calls, looks once", [alone.total() - looks], "calls", OF_ONE, judged="every")
    one, two = (_move(2 * FEW, FEW, away).seconds for away in (1, 2))
    yield Figure(f"{FEW} nodes moved one at a time, virtual time", [one], "s")
    yield Figure(f"{FEW} nodes moved two at a time, virtual time", [two], "s")
    yield Figure("two at a time over one at a time", [two / one])


def _planning(there: int, budget: float) -> Iterator[Figure]:
    _, session = _service(there, VirtualClock())
    spec = _spec(session, MOVING, AT_A_TIME)
    live, made = NodeReader.recent(session).plan(spec, Record())
    step = next_step(spec, live)
    if len(made.moves) != MOVING or not isinstance(step, Batch) or len(step.nodes) != AT_A_TIME:
        raise AssertionError("the plan that is to be measured is not the one meant")
    for what, work in (
        (f"plan that moves {MOVING} nodes of {there:,}", lambda: plan(spec, live, Record())),
        (f"next batch of {MOVING} nodes of {there:,}", lambda: next_step(spec, live)),
    ):
        taken = [1000 * processor_seconds(work) for _ in range(REPETITIONS)]
        yield Figure(what, taken, "ms", budget, judged="every")


def _calls(runs: list[Counter[str]]) -> Iterator[Figure]:
    batches = MOVING // AT_A_TIME
    named = {
        "drains": ("batchDrainPoolNodes", AT_A_TIME / DRAINED_AT_ONCE),
        "migrations sent": ("batchMigratePoolNodes", 1),
        "looks at its job": ("showJob", None),
        "pages of nodes": ("listPoolNodes", PAGES),
        "lists of pools, jobs and work, and free addresses": (None, LISTS),
    }
    known = {operation for operation, _ in named.values()}
    for what, (operation, budget) in named.items():
        counts = [
            run[operation] if operation else sum(count for name, count in run.items() if name not in known)
            for run in runs
        ]
        each = [count / batches for count in counts]
        yield Figure(f"{MOVING} nodes by {AT_A_TIME}, for each batch: {what}", each, "calls", budget, judged="every")


def _move(there: int, moving: int, away: int) -> Rollout:
    """Move nodes from one pool to the other, so many at a time, in virtual time."""
    clock = VirtualClock()
    emulator, session = _service(there, clock)
    spec = _spec(session, moving, away)
    emulator.journal.clear()
    watch = Watch(session, Deadline.after(86_400, clock), lambda _: None, lambda _: None)
    began = clock.monotonic()
    clock.run({0.0: NodeMigrationReconciler(MigrationRun(spec, None, Record()), watch).apply})
    calls = Counter(item.operation or item.path for item in emulator.journal.exchanges())
    if not set(spec.nodes) <= {node.name for node in session.client.nodes.list(TARGET)}:
        raise AssertionError("the nodes that were to move have not moved")
    return Rollout(calls, clock.monotonic() - began)


def _service(there: int, clock: VirtualClock) -> tuple[Emulator, Session]:
    """Return a world of two pools, the first with so many nodes, and a session with it."""
    content = world(2, NODES, **TIMINGS)
    pools: dict[str, Any] = next(iter(content["projects"].values()))["pools"]
    entry = {**pools[SOURCE]["resources"][0], "count": there}
    pools[SOURCE] = {**pools[SOURCE], "resources": [entry]}
    emulator = Emulator(world=content, clock="real", wall=clock.time, sleep=clock.sleep)
    settings = Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})
    return emulator, Session(Client(settings, transport=emulator.transport(), clock=clock), clock)


def _spec(session: Session, moving: int, away: int) -> NodeMigrationSpec:
    nodes = [node.name for node in islice(session.client.nodes.list(SOURCE), moving)]
    inputs = {"nodes": nodes, "sourcePool": SOURCE, "targetPool": TARGET, "strategy": {"maxUnavailable": away}}
    return NodeMigrationSpec.model_validate(inputs)
