"""Which nodes go, how many, and when a run is refused instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.specs._spec import Problem
from tests.plans.strategies import situations, thorough, unhindered
from tests.plans.worlds import CPU, GPU, OTHER_POOL, ZONES, Machine, World, added, declared, planned, small

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]
PATH = f'flavors["{CPU}"]'
BEFORE = {f"flavors.{CPU}": 3}


class TestNodes:
    @given(situations(migrations=True))
    @thorough
    def test_are_exactly_as_many_as_the_counts_shrink(self, situation: Situation) -> None:
        """A plan without problems names one node for each one that its counts lose, and only nodes that may go."""
        world, spec, before = situation
        plan = planned(spec, world, before)
        assume(not plan.problems)

        going = {each.name: each for each in world.machines if each.name in plan.removals}

        assert len(plan.removals) == len(going) == sum(shrink.removing for shrink in plan.shrinking)
        assert len(going) <= spec.max_scale_in
        for machine in going.values():
            assert machine.phase == "Available"
            assert not machine.locked
            assert not machine.prepaid
            assert machine.name not in spec.after
            assert not machine.jobs or spec.on_running_jobs != "fail"

    @given(situations())
    @thorough
    def test_go_idle_before_busy_and_then_by_name(self, situation: Situation) -> None:
        """No node stays that could go and comes before one that goes."""
        world, spec, before = situation
        plan = planned(spec, world, before)
        assume(not plan.problems)

        for shrink in plan.shrinking:
            able = sorted(
                (bool(each.jobs), each.name)
                for each in world.machines
                if each.key == shrink.cell.entry and shrink.cell.az in {None, each.az} and _can_go(each, spec)
            )
            assert tuple(name for _, name in able[: shrink.removing]) == shrink.removed

    @given(situations())
    @thorough
    def test_are_never_others_than_the_named_ones(self, situation: Situation) -> None:
        """Once a preview has named nodes, no other node goes, whatever has become of the named ones."""
        world, spec, before = situation

        plan = planned(spec, world, before, frozenset({"n-gold-0", "n-gold-1"}))

        assert set(plan.removals) <= {"n-gold-0", "n-gold-1"}

    def test_are_spares_last(self) -> None:
        """A node that stands by for others looks idle, and goes after those that are busy; the preview says so."""
        nodes = (Machine("n1", spare=True), Machine("n2", jobs=("train-1",)), Machine("n3"), Machine("n4", spare=True))
        world = World(({"flavor": CPU, "count": 4},), nodes)

        assert planned(declared(flavors={CPU: 2}, maxScaleIn=2), world).removals == ("n2", "n3")
        assert planned(declared(flavors={CPU: 1}, maxScaleIn=3), world).changes == {
            f"flavors.{CPU}": "4 -> 1",
            "nodes.n1": "removed (spare)",
            "nodes.n2": "removed",
            "nodes.n3": "removed",
        }

    def test_are_the_idle_ones_first(self) -> None:
        """A busy node goes only when no idle one is left."""
        world = replace(small(0), entries=({"flavor": CPU, "count": 3},), machines=_three(jobs=("train-1",)))

        assert planned(declared(flavors={CPU: 1}, maxScaleIn=2), world).removals == ("n2", "n3")
        assert planned(declared(flavors={CPU: 2}, maxScaleIn=2), world).removals == ("n2",)

    def test_come_from_the_zone_that_has_too_many(self) -> None:
        """A node pool with zones loses nodes where it has more than declared, and grows elsewhere first."""
        nodes = (Machine("n1", az=ZONES[0]), Machine("n2", az=ZONES[0]), Machine("n3", az=ZONES[1]))
        world = World(({"flavor": CPU, "count": 3},), nodes)
        spec = declared(nodePools={f"{CPU}-default": {"flavor": CPU, "azs": {ZONES[0]: 1, ZONES[2]: 1}}}, maxScaleIn=2)

        plan = planned(spec, world)

        zones = [{"az": ZONES[0], "count": 2}, {"az": ZONES[1], "count": 1}, {"az": ZONES[2], "count": 1}]
        assert plan.removals == ("n1", "n3")
        assert plan.body == {"spec": {"resources": [{"flavor": CPU, "count": 4, "azs": zones}]}}
        key = f"nodePools.{CPU}-default.azs."
        assert plan.changes == {
            f"{key}{ZONES[0]}": "2 -> 1",
            f"{key}{ZONES[1]}": "1 -> 0",
            f"{key}{ZONES[2]}": "0 -> 1",
            "nodes.n1": "removed",
            "nodes.n3": "removed",
        }


class TestWhatTheProgramAsks:
    @given(situations())
    @thorough
    def test_blocks_beyond_max_scale_in(self, situation: Situation) -> None:
        """A program that asks to lose more nodes than it allows is refused at each of those paths, and only then."""
        world, spec, before = situation

        plan = planned(spec, unhindered(world), before)

        asked = {shrink.cell.path: shrink.asked for shrink in plan.shrinking if shrink.asked}
        too_much = sum(asked.values()) > spec.max_scale_in
        refused = {problem.path for problem in plan.problems if "max_scale_in allows" in problem.reason}
        assert refused == (set(asked) if too_much else set())

    def test_is_everything_on_a_first_adoption(self) -> None:
        """A smaller count than the live one fails in the first preview, with the ways out."""
        plan = planned(declared(flavors={CPU: 1}), small(3))

        assert plan.problems == (
            Problem(
                PATH,
                "declares 1 node where 3 are live; 2 would be removed and max_scale_in allows 0. To have nodes named "
                "in the preview, drained and deleted, set max_scale_in=2; to keep them, declare 3, or leave this key "
                "out to stop managing its count",
            ),
        )

    def test_comes_before_what_somebody_added(self) -> None:
        """The budget goes to the flavor that the program lowered, not to the surplus of another one."""
        gpus = (Machine("g1", GPU), Machine("g2", GPU))
        world = added(small(4), *gpus)
        spec = declared(flavors={CPU: 1, GPU: 1}, maxScaleIn=2)

        plan = planned(spec, world, {f"flavors.{CPU}": 2, f"flavors.{GPU}": 2})

        assert plan.removals == ("g1", "n1")
        assert plan.changes == {
            f"flavors.{CPU}": "4 -> 3",
            f"flavors.{GPU}": "2 -> 1",
            "nodes.g1": "removed",
            "nodes.n1": "removed",
        }

    def test_names_why_too_few_nodes_can_go(self) -> None:
        """Nodes that cannot go are named with their reasons."""
        nodes = (
            Machine("n1", locked=True),
            Machine("n2", phase="Abnormal"),
            Machine("n3", prepaid=True),
            Machine("n4", jobs=("train-1",)),
            Machine("n5"),
        )
        world = World(({"flavor": CPU, "count": 5},), nodes)
        spec = declared(flavors={CPU: 2}, maxScaleIn=3, onRunningJobs="fail")

        plan = planned(spec, world)

        assert plan.problems == (
            Problem(
                PATH,
                "has to lose 3 of 5 nodes but only 1 can go: n1 is locked against deletion, n2 is Abnormal, n3 is "
                "prepaid and has to be unsubscribed, n4 runs training job train-1. Unlock what is locked; wait for "
                "what is not Available, or have it repaired; unsubscribe from what is prepaid; wait until what runs "
                'there has ended, or set on_running_jobs="wait"; or declare a larger count',
            ),
        )

    def test_names_work_that_does_not_end(self) -> None:
        """Under "wait" a service or a notebook keeps its node, as nobody can wait for it; under "ignore" none does."""
        world = World(
            ({"flavor": CPU, "count": 2},), (Machine("n1", services=("x",)), Machine("n2", services=("y", "z")))
        )

        waiting = planned(declared(flavors={CPU: 1}, maxScaleIn=1), world)
        ignoring = planned(declared(flavors={CPU: 1}, maxScaleIn=1, onRunningJobs="ignore"), world)

        assert waiting.problems == (
            Problem(
                PATH,
                "has to lose 1 of 2 nodes but none can go: n1 runs inference service x (ann), which does not end by "
                "itself, n2 runs inference services y (ann), z (ann), which do not end by themselves. Stop what runs "
                'there, or set on_running_jobs="ignore"; or declare a larger count',
            ),
        )
        assert (ignoring.removals, ignoring.problems) == (("n1",), ())

    def test_is_refused_for_nodes_that_are_prepaid_with_their_pool(self) -> None:
        """A node whose own billing mode the service does not say has that of its pool."""
        nodes = (Machine("n1", prepaid=None), Machine("n2", prepaid=False), Machine("n3", prepaid=None))
        world = World(({"flavor": CPU, "count": 3},), nodes, annotations={"os.modelarts/billing.mode": "1"})
        spec = declared(flavors={CPU: 2}, maxScaleIn=1)

        prepaid, by_use = planned(spec, world), planned(spec, replace(world, annotations={}))

        assert (prepaid.removals, by_use.removals) == (("n2",), ("n1",))

    def test_never_takes_a_node_that_a_migration_places(self) -> None:
        """A node in `after` stays, wherever it is going."""
        spec = declared(flavors={CPU: 1}, maxScaleIn=1, after={"n1": OTHER_POOL})

        plan = planned(spec, small(3))

        assert plan.removals == ("n2",)
        assert plan.changes == {f"flavors.{CPU}": "2 -> 1", "nodes.n2": "removed"}

    def test_is_the_same_when_it_is_written_in_another_way(self) -> None:
        """Moving a count from `flavors` to `nodePools`, or from a total to zones, asks to remove nothing."""
        before = declared_counts({"flavors": {CPU: 3}})
        world = added(small(3), Machine("n4"))
        total = declared(nodePools={f"{CPU}-default": {"flavor": CPU, "count": 3}})
        zoned = declared_counts({"nodePools": {f"{CPU}-default": {"flavor": CPU, "azs": {ZONES[0]: 1, ZONES[1]: 2}}}})

        assert planned(total, world, before).problems == ()
        assert planned(total, world, zoned).problems == ()
        assert planned(declared(flavors={CPU: 3}), world, zoned).problems == ()


class TestWhatSomebodyAdded:
    @given(situations())
    @thorough
    def test_never_blocks(self, situation: Situation) -> None:
        """A program that declares what it declared before is never refused for a surplus."""
        world, spec, _ = situation
        world = unhindered(world)

        plan = planned(spec, world, declared_counts(spec.to_inputs()))

        assert not [each for each in plan.shrinking if each.asked]
        growing = {cell.path for cell in plan.cells if cell.growth}
        assert {problem.path for problem in plan.problems} <= growing

    @given(situations())
    @thorough
    def test_is_named_when_it_stays(self, situation: Situation) -> None:
        """Each cell that keeps nodes nobody declared has one warning, at its path."""
        world, spec, before = situation
        plan = planned(spec, world, before)
        assume(not plan.problems)

        kept = [shrink.cell.path for shrink in plan.shrinking if shrink.cell.surplus > shrink.removing]
        assert [warning.partition(": ")[0] for warning in plan.warnings] == kept

    def test_stays_with_a_warning(self) -> None:
        """Without max_scale_in, a surplus is left alone and the way out is told."""
        plan = planned(declared(flavors={CPU: 3}), small(5), BEFORE)

        assert (plan.changes, plan.problems, plan.removals) == ({}, (), ())
        left = f"{PATH}: 3 nodes declared and 5 live; 2 added outside this stack are left alone. "
        out = "To have the surplus removed by name, set max_scale_in=2; to keep it, declare 5"
        assert plan.warnings == (left + out,)

    def test_goes_as_far_as_one_run_may(self) -> None:
        """With max_scale_in, as many nodes as it allows are removed, by name."""
        plan = planned(declared(flavors={CPU: 3}, maxScaleIn=1), small(5), BEFORE)

        assert plan.changes == {f"flavors.{CPU}": "5 -> 4", "nodes.n1": "removed"}
        assert len(plan.warnings) == 1

    def test_stays_when_its_nodes_cannot_go(self) -> None:
        """Locked nodes of a surplus do not block; the warning says what keeps them."""
        world = World(({"flavor": CPU, "count": 2},), (Machine("n1", locked=True), Machine("n2", locked=True)))

        plan = planned(declared(flavors={CPU: 1}, maxScaleIn=5), world, {f"flavors.{CPU}": 1})

        assert (plan.changes, plan.problems) == ({}, ())
        left = f"{PATH}: 1 node declared and 2 live; 1 added outside this stack is left alone. "
        why = "It cannot go: n1 is locked against deletion, n2 is locked against deletion. "
        assert plan.warnings == (f"{left}{why}To keep what is there, declare 2",)

    def test_in_another_zone_does_not_block(self) -> None:
        """Nodes in a zone that the node pool does not declare are a surplus like any other."""
        pools = {f"{CPU}-default": {"flavor": CPU, "azs": {ZONES[0]: 3}}}
        world = added(small(3), Machine("n4", az=ZONES[1]))

        plan = planned(declared(nodePools=pools), world, declared_counts({"nodePools": pools}))

        assert (plan.changes, plan.problems) == ({}, ())
        assert len(plan.warnings) == 1


def _three(jobs: tuple[str, ...]) -> tuple[Machine, ...]:
    return Machine("n1", jobs=jobs), Machine("n2"), Machine("n3")


def _can_go(machine: Machine, spec: ResourcePoolSpec) -> bool:
    free = not (machine.locked or machine.prepaid or (machine.jobs and spec.on_running_jobs == "fail"))
    return free and machine.phase == "Available"
