"""Which moves of a fleet begin now: side by side, within what may be away, and never past a pool's last node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pulumi_modelarts.plans.fleet import plan
from pulumi_modelarts.plans.fleet_step import FleetBatch, FleetStep, next_step
from pulumi_modelarts.plans.migration_step import Attach, Batch, Settle
from pulumi_modelarts.specs.node_migration import RolloutSpec
from tests.examples import examples
from tests.plans.fleet_worlds import Case, cases
from tests.plans.fleets import cpus, declared, id_of, moved, planned, pool_of, world
from tests.plans.worlds import CPU

if TYPE_CHECKING:
    from collections.abc import Collection

    from pulumi_modelarts.plans.live_fleet import DeclaredFleet
    from tests.plans.fleets import FleetWorld

TRAIN, INFER = id_of("train"), id_of("infer")
HERE = world(train=pool_of("train", c=8), infer=pool_of("infer", c=2))
COUNTS = cpus(train=5, infer=5)


def at_once(most: int) -> RolloutSpec:
    """Returns that so many nodes may be away."""
    return RolloutSpec(max_unavailable=most)


def step_of(
    fleet: DeclaredFleet,
    here: FleetWorld,
    *,
    moved: Collection[str] = (),
    skipped: Collection[str] = (),
    away: Collection[str] = (),
) -> FleetStep:
    """Returns what a run does now."""
    return next_step(fleet, here.live(), planned(fleet, here).moves, {*moved}, {*skipped}, {*away})


def to_infer(*nodes: str) -> FleetBatch:
    """Returns a batch from the first pool to the second."""
    return FleetBatch(INFER, Batch(TRAIN, TRAIN, CPU, nodes))


class TestBegin:
    def test_as_many_as_may_be_away(self) -> None:
        """One request for nodes that go the same way."""
        made = step_of(declared(COUNTS, strategy=at_once(2)), HERE)

        assert made == FleetStep(begin=(to_infer("train-c1", "train-c2"),))

    def test_what_is_away_counts(self) -> None:
        """Nodes that are being drained are away, and only what is left of the limit begins."""
        fleet = declared(COUNTS, strategy=at_once(2))

        one, two = (step_of(fleet, HERE, away=["train-c1", "train-c2"][:count]) for count in (1, 2))

        assert (one, two) == (FleetStep(begin=(to_infer("train-c2"),)), FleetStep())

    def test_independent_pools_go_side_by_side(self) -> None:
        """Moves between other pools do not wait."""
        here = world(**{name: pool_of(name, c=3) for name in ("a", "b")}, c=pool_of("c", g=3), d=pool_of("d", g=3))
        counts = {**cpus(a=2, b=4), "c": {"modelarts.vm.gpu.t4u8": 2}, "d": {"modelarts.vm.gpu.t4u8": 4}}

        made = step_of(declared(counts, strategy=at_once(2)), here)

        assert [(each.batch.pool, each.target, each.batch.nodes) for each in made.begin] == [
            (id_of("a"), id_of("b"), ("a-c1",)),
            (id_of("c"), id_of("d"), ("c-g1",)),
        ]

    def test_a_pool_keeps_its_last_node_until_another_comes(self) -> None:
        """What depends on an arrival begins after it, in the order of the plan."""
        here = world(a=pool_of("a", c=3), b=pool_of("b", g=1))
        counts = {"a": {CPU: 2, "modelarts.vm.gpu.t4u8": 1}, "b": {CPU: 1, "modelarts.vm.gpu.t4u8": 0}}
        fleet = declared(counts, strategy=at_once(5))

        first = step_of(fleet, here)
        on_the_way = step_of(fleet, here, away=["a-c1"])
        then = step_of(fleet, moved(here, "a-c1", "b"), moved=["a-c1"])

        assert [each.batch.nodes for each in first.begin] == [("a-c1",)]
        assert on_the_way == FleetStep()
        assert [each.batch.nodes for each in then.begin] == [("b-g1",)]

    def test_a_supernode_goes_whole(self) -> None:
        """Its nodes are in one request, and nothing overtakes it for want of room."""
        pairs = tuple(replace(each, supernode=f"s{number // 2}") for number, each in enumerate(HERE.machines["train"]))
        here = replace(HERE, machines={**HERE.machines, "train": pairs})

        made = step_of(declared(cpus(train=4, infer=6), strategy=at_once(3)), here)

        assert made == FleetStep(begin=(to_infer("train-c1", "train-c2"),))


class TestWait:
    def test_for_a_job_that_goes_on(self) -> None:
        """A job of a run before is attached to, and its node counts as away."""
        here = replace(HERE, flying={"train-c8": "infer"})

        made = step_of(declared(COUNTS, strategy=at_once(2)), here)

        assert made == FleetStep(
            attach=((INFER, Attach("job-train-c8", ("train-c8",))),), begin=(to_infer("train-c1"),)
        )

    def test_for_nodes_that_are_not_ready(self) -> None:
        """A node that has arrived is away until it is ready."""
        here = moved(HERE, "train-c1", "infer")
        arrived = tuple(
            replace(each, phase="Creating" if each.name == "train-c1" else each.phase)
            for each in here.machines["infer"]
        )
        here = replace(here, machines={**here.machines, "infer": arrived})

        made = step_of(declared(COUNTS, strategy=at_once(2)), here, moved=["train-c1"])

        assert made == FleetStep(settle=((INFER, Settle(("train-c1",))),), begin=(to_infer("train-c2"),))


class TestEnd:
    def test_nothing_is_left(self) -> None:
        """A run whose nodes are in place is done."""
        made = step_of(declared(cpus(train=8, infer=2)), HERE)

        assert (made, made.done) == (FleetStep(), True)

    def test_what_was_skipped_stays(self) -> None:
        """A node that could not be drained is left, and the others go on."""
        made = step_of(declared(COUNTS, strategy=at_once(5)), HERE, skipped=["train-c1"])

        assert made == FleetStep(begin=(to_infer("train-c2", "train-c3"),))

    def test_what_waits_for_it_is_stuck(self) -> None:
        """A move that needs the arrival of a skipped node has no way any more, and is named."""
        here = world(a=pool_of("a", c=3), b=pool_of("b", g=1))
        counts = {"a": {CPU: 2, "modelarts.vm.gpu.t4u8": 1}, "b": {CPU: 1, "modelarts.vm.gpu.t4u8": 0}}

        made = step_of(declared(counts, strategy=at_once(5)), here, skipped=["a-c1"])

        assert (made, made.done) == (FleetStep(stuck=("b-g1",)), True)


@given(cases(), st.integers(2, 4), st.data())
@settings(max_examples=examples(10, long=40), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_a_run_comes_to_its_end_whatever_ends_first(case: Case, most: int, data: st.DataObject) -> None:
    """Planned anew after each event it keeps to what it has announced, never empties a pool, and makes counts true."""
    first = planned(case.limited(growth_limit=(100, ""), max_scale_in=100, strategy=at_once(most)), case.world)
    assume(first.moves and not first.problems)
    fleet = case.limited(growth_limit=(100, ""), strategy=at_once(most), announced=first.entries, max_scale_in=100)
    targets, wholes = {move.node: move.target for move in first.moves}, _wholes(case)
    run = Run(case.world)
    for _ in range(4 * len(first.moves)):
        live = run.world.live()
        made = plan(fleet, live)
        assert (made.entries.items() <= first.entries.items(), made.problems) == (True, ())

        step = next_step(fleet, live, made.moves, run.arrived, frozenset(), {*run.away})
        run.away |= {node for each in step.begin for node in each.batch.nodes}

        assert len(run.away) <= most
        assert all({node.name for node in here} - run.away for here in run.world.machines.values())
        if not run.away:
            break
        node = data.draw(st.sampled_from(sorted(run.away)))
        run.advance({each for each in run.away if wholes[each] == wholes[node]}, targets, sent=data.draw(st.booleans()))

    assert run.arrived == first.entries.keys()
    assert replace(planned(fleet, run.world), info=(), after={}) == replace(first, moves=(), info=(), after={})


class Run:
    """A run of a fleet in a world that goes on beside it."""

    def __init__(self, here: FleetWorld) -> None:
        self.world = here
        self.away: set[str] = set()
        self.arrived: set[str] = set()

    def advance(self, nodes: set[str], targets: dict[str, str], *, sent: bool) -> None:
        """Lets a job begin to move nodes that are being drained, or lets them arrive."""
        if sent and not nodes & self.world.flying.keys():
            self.world = replace(self.world, flying={**self.world.flying, **{node: targets[node] for node in nodes}})
            return
        for node in sorted(nodes):
            self.world = moved(self.world, node, targets[node])
        self.away -= nodes
        self.arrived |= nodes


def _wholes(case: Case) -> dict[str, str]:
    """Returns what each node moves as."""
    return {each.name: each.supernode or each.name for here in case.world.machines.values() for each in here}
