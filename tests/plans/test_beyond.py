"""A run does what its preview announced, or less of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from pulumi_modelarts.plans import changes
from tests.plans.strategies import situations, thorough, worlds
from tests.plans.worlds import (
    CPU,
    World,
    declared,
    key_of,
    planned,
    small,
)

if TYPE_CHECKING:
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestBeyond:
    @given(situations())
    @thorough
    def test_a_preview_covers_its_own_plan(self, situation: Situation) -> None:
        """A run that finds the pool as the preview saw it does nothing that was not announced."""
        world, spec, before = situation
        preview = planned(spec, world, before)
        assume(not preview.problems)

        update = planned(spec, world, before, _named(preview))

        assert changes.beyond(update.changes, preview.changes) == {}
        assert update.removals == preview.removals

    @given(worlds(late=False), st.data())
    @thorough
    def test_more_than_was_announced_never_is_covered(self, world: World, data: st.DataObject) -> None:
        """When somebody scaled the pool between preview and run, every larger step is told; smaller ones pass."""
        flavor = key_of(world.entries[0])[0]
        shown, found, wanted = (data.draw(st.integers(0, 9)) for _ in range(3))

        more = changes.beyond({"k": changes.step(found, wanted)}, {"k": changes.step(shown, wanted)})

        less = min(shown, wanted) <= found <= max(shown, wanted)
        assert more == ({} if less else {"k": f"{found} -> {wanted}"})
        assert changes.beyond({f"flavors.{flavor}": "1 -> 2"}, {}) == {f"flavors.{flavor}": "1 -> 2"}

    def test_another_end_is_told(self) -> None:
        """An announced step does not cover one that ends somewhere else."""
        assert changes.beyond({"flavors.a": "3 -> 6"}, {"flavors.a": "3 -> 5"}) == {"flavors.a": "3 -> 6"}
        assert changes.beyond({"flavors.a": "5 -> 3"}, {"flavors.a": "5 -> 4"}) == {"flavors.a": "5 -> 3"}

    def test_text_is_covered_only_by_itself(self) -> None:
        """A driver that moved since the preview is told."""
        assert changes.beyond({"driver.gpuVersion": "1.a -> 3.a"}, {"driver.gpuVersion": "2.a -> 3.a"}) == {
            "driver.gpuVersion": "1.a -> 3.a"
        }
        assert changes.beyond({"nodes.n1": "removed"}, {"nodes.n2": "removed"}) == {"nodes.n1": "removed"}

    def test_nodes_added_by_hand_after_the_preview_are_told(self) -> None:
        """More surplus than was named shows as a difference, and no node goes that was not named."""
        spec, before = declared(flavors={CPU: 3}, maxScaleIn=2), {f"flavors.{CPU}": 3}
        preview = planned(spec, small(4), before)

        update = planned(spec, small(5), before, _named(preview))

        assert update.removals == preview.removals == ("n1",)
        assert changes.beyond(update.changes, preview.changes) == {f"flavors.{CPU}": "5 -> 4"}


def _named(preview: PoolPlan) -> frozenset[str]:
    return frozenset(preview.removals)
