"""What a run may buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.resource_pool import DEFAULT_GROWTH
from tests.plans.strategies import situations, thorough
from tests.plans.worlds import (
    ARM,
    CPU,
    GPU,
    World,
    declared,
    planned,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestGrowth:
    @given(situations(migrations=True))
    @thorough
    def test_stays_within_max_growth(self, situation: Situation) -> None:
        """A run that would buy more than max_growth has a problem at the path of every cell that grows."""
        world, spec, before = situation

        plan = planned(spec, world, before)

        growing = {cell.path for cell in plan.cells if cell.growth}
        bought = sum(cell.growth for cell in plan.cells)
        if bought > (DEFAULT_GROWTH if spec.max_growth is None else spec.max_growth):
            assert growing <= {problem.path for problem in plan.problems}

    def test_says_how_much_a_run_would_buy(self) -> None:
        """The message gives the arithmetic of the whole run, and the way out."""
        spec = declared(flavors={CPU: 5, GPU: 1}, maxGrowth=2)

        plan = planned(spec, small(3))

        reason = (
            "grows from {}; this run would buy 3 nodes and max_growth allows 2. Raise max_growth to 3, or declare fewer"
        )
        assert plan.problems == (
            Problem(f'flavors["{CPU}"]', reason.format("3 to 5")),
            Problem(f'flavors["{GPU}"]', reason.format("0 to 1")),
        )

    def test_is_bounded_where_nobody_says_how_much(self) -> None:
        """A count with a zero too many is refused with the number to set; that number lets the run begin."""
        refused = planned(declared(flavors={CPU: 40}), small(3))
        last = planned(declared(flavors={CPU: 35}), small(3))
        meant = planned(declared(flavors={CPU: 40}, maxGrowth=37), small(3))

        reason = "grows from 3 to 40; this run would buy 37 nodes, and 32 are the most unless max_growth says "
        path = f'flavors["{CPU}"]'
        assert refused.problems == (Problem(path, f"{reason}otherwise. Set max_growth=37, or declare fewer"),)
        assert (last.problems, meant.problems) == ((), ())

    def test_refuses_a_flavor_that_is_nowhere(self) -> None:
        """A misspelt flavor fails with the one that was probably meant; one with no likeness gets the offer."""
        spec = declared(flavors={"modelarts.vm.cpu.4u": 1}, nodePools={"gold": {"flavor": "x", "count": 1}})

        plan = planned(spec, small(3))

        assert plan.problems == (
            Problem(
                'flavors["modelarts.vm.cpu.4u"]',
                f"'modelarts.vm.cpu.4u' is neither in the pool nor offered by the service; did you mean {CPU!r}?",
            ),
            Problem(
                'node_pools["gold"].flavor',
                f"'x' is neither in the pool nor offered by the service; the service offers {ARM}, {CPU}, {GPU}: "
                "declare one",
            ),
        )

    def test_lets_the_service_decide_when_it_does_not_tell_its_flavors(self) -> None:
        """Without a list of flavors, a flavor that is new to the pool is no problem."""
        world = small(3, offered={})

        plan = planned(declared(flavors={"surprise": 1}), world)

        assert plan.problems == ()
        assert plan.changes == {"flavors.surprise": "0 -> 1"}
