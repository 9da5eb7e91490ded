"""What a plan shows and sends as a whole."""

from __future__ import annotations

from tests.plans.worlds import (
    CPU,
    GPU,
    ZONES,
    declared,
    planned,
    small,
)


class TestChanges:
    def test_counts_come_first_then_fields_then_nodes(self) -> None:
        """The map reads from the largest to the smallest: counts, other fields, names of nodes."""
        spec = declared(flavors={CPU: 2, GPU: 1}, scope=["Infer", "Train"], description="x", maxScaleIn=1)

        plan = planned(spec, small(3))

        assert list(plan.changes.items()) == [
            (f"flavors.{CPU}", "3 -> 2"),
            (f"flavors.{GPU}", "0 -> 1"),
            ("scope", "Train -> Infer, Train"),
            ("description", "(none) -> x"),
            ("nodes.n1", "removed"),
        ]

    def test_a_whole_patch_is_one_body(self) -> None:
        """Everything that changes goes out in one merge patch, and nothing else is in it."""
        spec = declared(
            flavors={CPU: 4}, scope=["Infer"], jobFlavors=["b", "a"], description="", driver={"npuVersion": "C78"}
        )
        world = small(3, annotations={"os.modelarts/description": "old"})

        plan = planned(spec, world)

        assert plan.body == {
            "spec": {
                "resources": [{"flavor": CPU, "count": 4}],
                "scope": ["Infer"],
                "jobFlavors": ["a", "b"],
                "driver": {"npuVersion": "C78", "updateStrategy": "idle"},
            },
            "metadata": {"annotations": {"os.modelarts/description": ""}},
        }

    def test_a_missing_node_pool_reads_as_none(self) -> None:
        """A declared node pool that the pool does not have grows from 0, in its zones."""
        gold = {"flavor": CPU, "azs": {ZONES[0]: 1, ZONES[1]: 0, ZONES[2]: 2}}

        plan = planned(declared(nodePools={"gold": gold}), small(3))

        zones = [{"az": ZONES[0], "count": 1}, {"az": ZONES[2], "count": 2}]
        assert plan.body["spec"]["resources"][1] == {"flavor": CPU, "count": 3, "nodePool": "gold", "azs": zones}
        assert plan.changes == {
            f"nodePools.gold.azs.{ZONES[0]}": "0 -> 1",
            f"nodePools.gold.azs.{ZONES[2]}": "0 -> 2",
        }
