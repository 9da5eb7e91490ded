"""Supernodes come and go whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans.units import Rank, Unit, chosen, reachable
from pulumi_modelarts.specs._spec import Problem
from tests.plans.strategies import thorough
from tests.plans.worlds import CPU, GPU, ZONES, Machine, World, added, declared, planned

PATH = f'flavors["{CPU}"]'
BEFORE = {f"flavors.{CPU}": 8}


@st.composite
def many(draw: st.DrawFn) -> list[Unit]:
    """Units of every rank, of one to five nodes."""
    sizes = draw(st.lists(st.tuples(st.sampled_from(Rank), st.integers(1, 5)), max_size=7))
    return [Unit(rank, tuple(f"n{number}-{each}" for each in range(size))) for number, (rank, size) in enumerate(sizes)]


class TestTheChoice:
    @given(many(), st.integers(0, 20))
    @thorough
    def test_is_the_best_of_all_that_fit(self, units: list[Unit], wanted: int) -> None:
        """Exactly so many nodes go: as few of the worst rank as can be, then of the next, then the first names."""
        fitting = [each for each in _subsets(units) if sum(unit.size for unit in each) == wanted]

        found = chosen(units, wanted)

        assert found == (min(fitting, key=lambda each: _cost(each, units)) if fitting else None)

    @given(many(), st.integers(0, 20))
    @thorough
    def test_is_possible_for_what_units_add_up_to(self, units: list[Unit], most: int) -> None:
        """The numbers that can be reached are the sums of all subsets."""
        sums = {sum(unit.size for unit in each) for each in _subsets(units)}

        assert reachable(units, most) == sorted(number for number in sums if number <= most)


class TestARemoval:
    def test_takes_supernodes_whole(self) -> None:
        """Four nodes fewer is one supernode less: the one of which all are idle."""
        plan = planned(declared(flavors={CPU: 4}, maxScaleIn=4), _two(a1={"jobs": ("train-1",)}))

        assert plan.removals == ("b1", "b2", "b3", "b4")
        assert plan.problems == ()

    def test_of_a_part_is_refused_with_the_counts_that_fit(self) -> None:
        """Three of eight cannot go where they are two supernodes."""
        plan = planned(declared(flavors={CPU: 5}, maxScaleIn=8), _two())

        assert plan.removals == ()
        assert plan.problems == (
            Problem(
                PATH,
                "has to lose 3 of 8 nodes, and they are supernodes of 4, which go whole: declare 4, or 8",
            ),
        )

    def test_is_refused_where_one_node_keeps_the_others(self) -> None:
        """One locked and one broken node keep both of their supernodes."""
        plan = planned(declared(flavors={CPU: 4}, maxScaleIn=4), _two(a2={"locked": True}, b1={"phase": "Abnormal"}))

        assert plan.problems == (
            Problem(
                PATH,
                "has to lose 4 of 8 nodes but none can go: a1 is in one supernode with a2, a2 is locked against "
                "deletion, a3 is in one supernode with a2, a4 is in one supernode with a2, b1 is Abnormal and 3 more. "
                "Unlock what is locked; wait for what is not Available, or have it repaired; or declare a larger count",
            ),
        )

    def test_leaves_a_supernode_that_counts_in_two_places(self) -> None:
        """Where only a part of a supernode has to go, none of it does."""
        world = _two(a1={"az": ZONES[1]})
        zones = {ZONES[0]: 4, ZONES[1]: 1}
        spec = declared(nodePools={f"{CPU}-default": {"flavor": CPU, "azs": zones}}, maxScaleIn=9)

        plan = planned(spec, world)

        assert plan.problems == (
            Problem(
                f'node_pools["{CPU}-default"].azs["{ZONES[0]}"]',
                "has to lose 3 of 7 nodes, and they are supernodes of 4, which go whole (a2 is in one supernode with "
                "a1, which counts elsewhere, a3 is in one supernode with a1, which counts elsewhere, a4 is in one "
                "supernode with a1, which counts elsewhere): declare 3, or 7",
            ),
        )

    def test_of_what_somebody_added_goes_as_far_as_whole_units_fit(self) -> None:
        """A budget of six removes one supernode of four, and says what it would take to remove the other."""
        world = added(_two(), *(Machine(f"c{number}", supernode="c") for number in range(1, 5)))

        plan = planned(declared(flavors={CPU: 4}, maxScaleIn=6), world, {f"flavors.{CPU}": 4})

        assert plan.removals == ("a1", "a2", "a3", "a4")
        left = f"{PATH}: 4 nodes declared and 12 live; 4 added outside this stack are left alone. "
        out = "To have the surplus removed by name, set max_scale_in=8; to keep it, declare 12"
        assert plan.warnings == (left + out,)

    def test_of_what_somebody_added_stays_where_no_unit_fits(self) -> None:
        """Two nodes too many in supernodes of four stay, and the warning says why."""
        plan = planned(declared(flavors={CPU: 6}, maxScaleIn=9), _two(), {f"flavors.{CPU}": 6})

        assert (plan.removals, plan.problems) == ((), ())
        left = f"{PATH}: 6 nodes declared and 8 live; 2 added outside this stack are left alone. "
        why = "They are part of supernodes of 4, which go whole. To keep what is there, declare 8"
        assert plan.warnings == (left + why,)


class TestGrowth:
    def test_is_by_whole_steps(self) -> None:
        """An entry that is ordered by the step grows by whole steps; another one by any number."""
        world = replace(
            _two(), entries=({"flavor": CPU, "count": 8, "creatingStep": {"step": 4, "type": "hyperinstance"}},)
        )

        assert planned(declared(flavors={CPU: 12}), world).problems == ()
        assert planned(declared(flavors={GPU: 3}), world).problems == ()
        assert planned(declared(flavors={CPU: 11}), world).problems == (
            Problem(PATH, "would have 11 nodes, and they come in steps of 4 (creatingStep): declare 8, or 12"),
        )


def _two(**changed: dict[str, object]) -> World:
    """Returns a pool of two supernodes of four nodes, some of which are changed."""
    names = [f"{supernode}{number}" for supernode in "ab" for number in range(1, 5)]
    nodes = tuple(replace(Machine(name, supernode=name[0]), **changed.get(name, {})) for name in names)  # type: ignore[arg-type]  # fields of a machine
    return World(({"flavor": CPU, "count": 8},), nodes)


def _subsets(units: list[Unit]) -> list[tuple[Unit, ...]]:
    ordered = sorted(units)
    return list(chain.from_iterable(combinations(ordered, size) for size in range(len(ordered) + 1)))


def _cost(found: tuple[Unit, ...], units: list[Unit]) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    nodes = tuple(sum(unit.size for unit in found if unit.rank is rank) for rank in sorted(Rank, reverse=True))
    return nodes, tuple(unit not in found for unit in sorted(units, key=lambda unit: (-unit.rank, unit.names)))
