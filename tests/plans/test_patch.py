"""The one patch of a run: nothing lost, nothing more than shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.plans.live import entries
from tests.plans.strategies import situations, thorough
from tests.plans.worlds import (
    World,
    after_run,
    key_of,
    planned,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Situation = tuple[World, "ResourcePoolSpec", dict[str, int] | None]


class TestPatch:
    @given(situations(migrations=True))
    @thorough
    def test_never_sends_a_count_below_the_live_one(self, situation: Situation) -> None:
        """No count of a patch is below the live one, with migrations under way or not."""
        world, spec, before = situation

        body = planned(spec, world, before).body

        live = {entry.key: entry.count(settled=world.live().settled) for entry in entries(world.pool())}
        for entry in body.get("spec", {}).get("resources", ()):
            assert entry["count"] >= live.get(key_of(entry), 0)

    @given(situations(migrations=True))
    @thorough
    def test_sends_back_what_is_not_declared(self, situation: Situation) -> None:
        """Undeclared entries go back exactly as they came, and so do the unknown fields of declared ones."""
        world, spec, before = situation

        plan = planned(spec, world, before)

        sent = {key_of(entry): entry for entry in plan.body.get("spec", {}).get("resources", ())}
        managed = {cell.entry for cell in plan.cells}
        for entry in world.entries if sent else ():
            if key_of(entry) in managed:
                known = {"count", "maxCount", "azs"}
                assert _without(sent[key_of(entry)], known) == _without(entry, known)
            else:
                assert sent[key_of(entry)] == entry
        assert set(sent) - set(map(key_of, world.entries)) <= managed

    @given(situations(migrations=True))
    @thorough
    def test_buys_exactly_what_the_preview_shows(self, situation: Situation) -> None:
        """A patch raises counts by the growth of the declared cells, and by nothing else."""
        world, spec, before = situation

        plan = planned(spec, world, before)

        settled = world.live().settled
        live = {entry.key: entry.count(settled=settled) for entry in entries(world.pool())}
        sent = {key_of(entry): entry["count"] for entry in plan.body.get("spec", {}).get("resources", ())}
        for key in {cell.entry for cell in plan.cells} & set(sent):
            assert sent[key] - live.get(key, 0) == sum(cell.growth for cell in plan.cells if cell.entry == key)

    @given(situations())
    @thorough
    def test_is_something_the_service_takes(self, situation: Situation) -> None:
        """Zones never name more nodes than their entry, and an entry's maximum is its count."""
        world, spec, before = situation
        plan = planned(spec, world, before)
        assume(not plan.problems)

        after_run(world, plan)


def _without(entry: Mapping[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in entry.items() if name not in names}
