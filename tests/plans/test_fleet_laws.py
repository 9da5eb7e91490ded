"""What holds of every plan of a fleet, whatever its pools are like."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pulumi_modelarts.plans.fleet import FleetPlan
from pulumi_modelarts.plans.resource_pool import plan as plan_of_pool
from tests.examples import examples
from tests.plans.fleet_search import can_move, fewest, kinds, most
from tests.plans.fleet_worlds import Case, cases
from tests.plans.fleets import finished, id_of, moved, planned

if TYPE_CHECKING:
    from random import Random

    from tests.plans.worlds import Machine

several = settings(
    max_examples=examples(12, long=40), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def bought(made: FleetPlan) -> int:
    """Returns how many nodes a plan buys."""
    return sum(sum(counts.values()) for counts in made.growth.values())


def removed(made: FleetPlan) -> int:
    """Returns how many nodes a plan removes."""
    return sum(map(len, made.shrink.values()))


def amounts(made: FleetPlan) -> tuple[int, int, int]:
    """Returns how many nodes a plan moves, buys and removes."""
    return len(made.moves), bought(made), removed(made)


def refusals(made: FleetPlan) -> list[str]:
    """Returns the inputs for which moves are refused, as against what would be bought or removed."""
    return [each.path for each in made.problems if each.path.startswith("pools") and ".flavors" not in each.path]


def machines(case: Case) -> dict[str, Machine]:
    """Returns the nodes of a fleet by name."""
    return {each.name: each for found in case.world.machines.values() for each in found}


@given(cases())
@several
def test_as_few_are_bought_and_moved_as_can_be(case: Case) -> None:
    """No other distribution of the nodes buys fewer, and none that buys as few moves fewer."""
    made = case.planned()
    assume(not refusals(made))

    fewest_of_each = [fewest(kind) for kind in kinds(case.world, case.counts)]

    assert (bought(made), len(made.moves)) == tuple(map(sum, zip(*fewest_of_each, strict=True)))


@given(cases())
@several
def test_a_refusal_is_true(case: Case) -> None:
    """A plan is refused only where too few nodes can move, or where no choice and order keeps a node in every pool."""
    refused, found = refusals(case.planned()), kinds(case.world, case.counts)
    amount = sum(kind.amount for kind in found)
    sizes = {name: len(here) for name, here in case.world.machines.items()}

    if most(found) < amount:
        assert {*refused} == {"pools"}
    else:
        assert bool(refused) == (most(found, sizes) < amount)


@given(cases())
@several
def test_moves_are_allowed_one_after_the_other(case: Case) -> None:
    """Only nodes that can move do, once, within their network, supernodes whole; and every pool always keeps one."""
    made, nodes = case.planned(), machines(case)
    sizes = {name: len(here) for name, here in case.world.machines.items()}
    names = [move.node for move in made.moves]

    assert len(set(names)) == len(names)
    assert all(can_move(nodes[name]) for name in names)
    for uid in {nodes[name].supernode for name in names} - {""}:
        assert {name for name, each in nodes.items() if each.supernode == uid} <= {*names}
        assert len({move.entry for move in made.moves if nodes[move.node].supernode == uid}) == 1
    for move in made.moves:
        assert case.world.networks.get(move.source) == case.world.networks.get(move.target)
        sizes[move.source] -= 1
        sizes[move.target] += 1
        whole = nodes[move.node].supernode
        assert sizes[move.source] > 0 or whole


@given(cases())
@several
def test_a_plan_that_has_come_true_is_at_rest(case: Case) -> None:
    """Every pool has what is declared, and nothing is left to plan or to say."""
    made = case.planned()
    assume(not made.problems)

    after = replace(case, world=finished(case.world, made))

    assert {name: dict(after.world.held(name)) for name in case.counts} == {
        name: {flavor: count for flavor, count in counts.items() if count} for name, counts in case.counts.items()
    }
    assert after.planned() == FleetPlan()


@given(cases(), st.data())
@several
def test_a_run_that_ends_early_is_resumed(case: Case, data: st.DataObject) -> None:
    """Planned again after any of its moves, as many are left as before, and as many are bought and removed."""
    made = case.planned()
    assume(not made.problems and made.moves)
    done = data.draw(st.integers(0, len(made.moves)))
    supernodes = {name: each.supernode for name, each in machines(case).items()}
    assume(done in {0, len(made.moves)} or not supernodes[made.moves[done - 1].node])
    world = case.world
    for move in made.moves[:done]:
        world = moved(world, move.node, move.target)

    again = planned(case.fleet, world)
    bound = planned(replace(case.fleet, announced=made.entries), world)

    assert (amounts(again), again.problems) == ((len(made.moves) - done, bought(made), removed(made)), ())
    assert bound.entries == dict(sorted((move.node, move.entry) for move in made.moves[done:]))
    assert (bound.growth, bound.problems) == (made.growth, ())


@given(cases(), st.randoms(use_true_random=False))
@several
def test_the_order_in_which_things_are_told_does_not_matter(case: Case, random: Random) -> None:
    """The same pools and nodes, listed and declared in another order, make for the same plan."""
    names = random.sample(list(case.counts), len(case.counts))
    here = {name: tuple(random.sample(case.world.machines[name], len(case.world.machines[name]))) for name in names}
    counts = {name: dict(reversed([*case.counts[name].items()])) for name in names}
    other = Case(replace(case.world, machines=here), counts)

    assert other.planned() == case.planned()


@given(cases(supernodes=False))
@several
def test_idle_nodes_go_first(case: Case) -> None:
    """No busy node moves while an idle one of the same flavor, which could, stays in its pool."""
    made, nodes = case.planned(), machines(case)
    gone = {move.node: move.source for move in made.moves}

    for name, source in gone.items():
        if nodes[name].jobs:
            here = [each for each in case.world.machines[source] if each.flavor == nodes[name].flavor]
            assert not [each.name for each in here if can_move(each) and not each.jobs and each.name not in gone]


@given(cases())
@several
def test_a_pool_plans_by_the_same_arithmetic(case: Case) -> None:
    """Given the nodes that come and go, the plan of each pool buys and removes what the plan of the fleet says."""
    made = case.planned()
    assume(not made.problems)
    live = case.world.live()
    flavors = {name: each.flavor for name, each in machines(case).items()}

    for name, spec in case.fleet.pools.items():
        gone = made.shrink.get(name, ())
        bounded = spec.model_copy(
            update={"after": made.after.get(name, {}), "max_scale_in": len(gone), "max_growth": 100}
        )
        own = plan_of_pool(bounded, replace(live.pools[id_of(name)], arrivals=flavors, offered={}), None)

        assert {cell.entry[0]: cell.growth for cell in own.cells if cell.growth} == made.growth.get(name, {})
        assert own.removals == gone


@given(cases(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
@several
def test_budgets_are_kept(case: Case, moves: int, growth: int, scale_in: int) -> None:
    """A run that would move, buy or remove more than it may is refused, and no other one."""
    free = case.planned()
    assume(not free.problems)
    fleet = case.limited(max_moves=moves, growth_limit=(growth, "max_growth"), max_scale_in=scale_in)

    made = planned(fleet, case.world)

    allowed = (len(free.moves) <= moves, bought(free) <= growth, removed(free) <= scale_in)
    assert made.problems if not all(allowed) else made == free


@given(cases(plain=True))
@several
def test_counts_that_are_advised_are_possible(case: Case) -> None:
    """Where nodes are locked, the other counts that the refusal names are accepted."""
    locked = {
        name: tuple(replace(each, locked=number % 2 == 0) for number, each in enumerate(here))
        for name, here in case.world.machines.items()
    }
    held = replace(case, world=replace(case.world, machines=locked))
    counts = {name: dict(each) for name, each in case.counts.items()}
    for problem in held.planned().problems:
        if " should leave " in problem.reason:
            flavor = problem.reason.partition(": ")[0]
            for count, name in re.findall(r"(\d+) for (\w+)", problem.reason):
                counts[name][flavor] = int(count)

    again = replace(held, counts=counts).planned()

    assert not [problem for problem in again.problems if " should leave " in problem.reason]
