"""The one patch of a run: nothing lost, nothing more than shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given

from pulumi_modelarts.plans.live_pool import entries
from pulumi_modelarts.plans.patch import unlike
from tests.plans.strategies import situations, thorough
from tests.plans.worlds import CPU, GPU, ZONES, World, after_run, declared, key_of, planned, small

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


class TestAnswer:
    def test_like_the_patch_says_nothing(self) -> None:
        """An answer with what was sent, in any order, is as it should be; a count of 0 may be dropped."""
        sent = [{"flavor": GPU, "count": 0}, {"flavor": CPU, "count": 3}]
        body = {"spec": {"resources": sent, "scope": ["Train", "Infer"], "jobFlavors": ["a"]}}
        answer = small(3, spec={"scope": ["Infer", "Train"], "jobFlavors": ["a"]})

        assert unlike(body, answer.pool()) == []
        assert unlike({}, answer.pool()) == []

    def test_that_differs_is_named_entry_by_entry(self) -> None:
        """Each entry and field that the service made something else of is one line."""
        sent = [{"flavor": CPU, "count": 4}, {"flavor": CPU, "count": 1, "nodePool": "gold"}]
        body = {"spec": {"resources": sent, "scope": ["Train", "Infer"], "jobFlavors": []}}
        answer = small(3, spec={"jobFlavors": ["a"]})

        assert unlike(body, answer.pool()) == [
            f"{CPU} in node pool {CPU}-default: 4 sent, 3 answered",
            f"{CPU} in node pool gold: 1 sent, no entry answered",
            "scope: Infer, Train sent, Train answered",
            "job_flavors: (none) sent, a answered",
        ]

    def test_may_give_cabinets_in_another_order(self) -> None:
        """Entries that only their creatingStep tells apart are compared together."""
        steps = [{"flavor": CPU, "count": count, "creatingStep": {"step": count}} for count in (4, 8)]

        assert unlike({"spec": {"resources": steps}}, World(tuple(reversed(steps))).pool()) == []
        assert unlike({"spec": {"resources": steps}}, World((steps[0], steps[0])).pool()) == [
            f"{CPU} in node pool {CPU}-default: 4, 8 sent, 4, 4 answered"
        ]


class TestZones:
    def test_that_stand_alone_hold_the_whole_count(self) -> None:
        """An entry in one zone grows there, with whatever else the zone says."""
        entry = {"flavor": CPU, "count": 3, "maxCount": 3, "azs": [{"az": ZONES[0], "count": 3, "kind": "x"}]}

        plan = planned(declared(flavors={CPU: 5}), replace(small(3), entries=(entry,)))

        zones = [{"az": ZONES[0], "count": 5, "kind": "x"}]
        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 5, "maxCount": 5, "azs": zones}]

    def test_that_are_several_stay_and_the_service_places_the_rest(self) -> None:
        """A count without zones leaves the zones of its entry as they were."""
        zones = [{"az": ZONES[0], "count": 2}, {"az": ZONES[1], "count": 1}]
        world = replace(small(3), entries=({"flavor": CPU, "count": 3, "azs": zones},))

        plan = planned(declared(flavors={CPU: 5}), world)

        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 5, "azs": zones}]

    def test_that_hold_exactly_the_count_stay(self) -> None:
        """Zones of an order that came true in part are sent as they were, once the count is theirs again."""
        zones = [{"az": ZONES[0], "count": 3}, {"az": ZONES[1], "count": 2}]
        world = replace(small(3), entries=({"flavor": CPU, "count": 5, "azs": zones},))

        plan = planned(declared(flavors={CPU: 5}), world)

        assert plan.changes == {f"flavors.{CPU}": "3 -> 5"}
        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 5, "azs": zones}]

    def test_never_name_more_nodes_than_the_count(self) -> None:
        """Zones of an order that came true in part are lowered to the nodes that are there."""
        zones = [{"az": ZONES[0], "count": 3}, {"az": ZONES[1], "count": 3}]
        world = replace(small(3), entries=({"flavor": CPU, "count": 6, "azs": zones},))

        plan = planned(declared(flavors={CPU: 4}), world)

        lowered = [{"az": ZONES[0], "count": 3}]
        assert plan.body["spec"]["resources"] == [{"flavor": CPU, "count": 4, "azs": lowered}]


def _without(entry: Mapping[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in entry.items() if name not in names}
