"""What is said about inputs that the program keeps secret: that they change, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_modelarts.plans import progress
from pulumi_modelarts.plans.live_nodes import Record
from pulumi_modelarts.plans.node_migration import plan as plan_migration
from pulumi_modelarts.plans.projection import beyond_declared, projected
from pulumi_modelarts.plans.secrets import SECRET, UNTOLD, kept
from tests.plans.migrations import SOURCE, TARGET, seen
from tests.plans.migrations import spec as migration
from tests.plans.worlds import CPU, Machine, added, declared, planned, small

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBERS = re.compile(r"\d+ |\d+/|/\d+|[( ]\d+")


def hidden(*paths: str, **inputs: Any) -> Any:
    """Declare a pool, some inputs of which are secret."""
    return declared(secrets=list(paths), maxScaleIn=9, **inputs)


class TestEntries:
    @pytest.mark.parametrize(
        ("path", "inputs", "keys"),
        [
            (f'flavors["{CPU}"]', {"flavors": {CPU: 17}}, [f"flavors.{CPU}"]),
            ("nodePools.gold.count", {"nodePools": {"gold": {"flavor": CPU, "count": 17}}}, ["nodePools.gold"]),
            ("nodePools.gold.flavor", {"nodePools": {"gold": {"flavor": CPU, "count": 17}}}, ["nodePools.gold"]),
            ("driver", {"driver": {"gpuVersion": "17"}}, ["driver.gpuVersion"]),
            ("driver.gpuVersion", {"driver": {"gpuVersion": "17"}}, ["driver.gpuVersion"]),
            ("scope", {"scope": ["Infer"]}, ["scope"]),
            ("description", {"description": "17"}, ["description"]),
        ],
    )
    def test_say_that_something_changes(self, path: str, inputs: Mapping[str, Any], keys: list[str]) -> None:
        """An entry about a secret input names it, and neither its value nor the live one."""
        plan = planned(hidden(path, **inputs), small(2), None)

        assert plan.changes == dict.fromkeys(keys, SECRET)
        assert plan.body

    def test_of_removals_name_the_nodes(self) -> None:
        """A secret count that shrinks names the nodes that go: that is never hidden."""
        plan = planned(hidden(f'flavors["{CPU}"]', flavors={CPU: 1}), small(2), {f"flavors.{CPU}": 2})

        assert plan.changes.pop(f"flavors.{CPU}") == SECRET
        assert [entry for key, entry in plan.changes.items() if key.startswith("nodes.")] == ["removed"]

    def test_that_earlier_runs_have_written_are_written_over(self) -> None:
        """What the state holds in plain since before an input was secret goes with the next run."""
        spec = hidden("description", f'flavors["{CPU}"]', flavors={CPU: 1}, description="new")
        before = {
            "description": "old -> new",
            f"flavors.{CPU}": "2 -> 1",
            "scope": "Train -> Infer",
            "nodes.a": "removed",
        }

        assert kept(before, spec) == {**before, "description": SECRET, f"flavors.{CPU}": SECRET}
        assert kept(kept(before, spec), spec) == kept(before, spec)

    def test_of_a_migration_tell_pools_and_no_secret_node_pool(self) -> None:
        """Between pools the pools are told; between node pools of one pool nothing is."""
        spec = migration("a", "b", targetNodePool="silver", secrets=["targetNodePool"])
        live = seen({"a": SOURCE, "b": TARGET})

        moves = plan_migration(spec, live, Record()).moves

        assert moves == {"a": f"{SOURCE} -> {TARGET}", "b": SECRET}
        assert kept(moves, spec) == moves
        assert kept({"a": f"{SOURCE} -> {TARGET}/silver"}, spec) == {"a": SECRET}


class TestProblems:
    @pytest.mark.parametrize(
        ("inputs", "path"),
        [
            ({"flavors": {CPU: 17}, "maxGrowth": 3}, f'flavors["{CPU}"]'),
            ({"flavors": {"modelarts.vm.cpu.99": 17}}, 'flavors["modelarts.vm.cpu.99"]'),
        ],
    )
    def test_give_no_reason(self, inputs: Mapping[str, Any], path: str) -> None:
        """A problem of a secret input says where it is and how to see why."""
        plan = planned(hidden(path, **inputs), small(2), None)

        assert [(problem.path, problem.reason) for problem in plan.problems] == [(path, UNTOLD)]

    def test_of_other_inputs_are_told(self) -> None:
        """Only what is secret is hidden."""
        plan = planned(hidden("description", flavors={CPU: 17}, maxGrowth=3, description="x"), small(2), None)

        assert [problem.path for problem in plan.problems] == [f'flavors["{CPU}"]']
        assert "grows from 2 to 17" in plan.problems[0].reason

    def test_of_a_surplus_count_nothing(self) -> None:
        """A warning about a secret count has no numbers in it."""
        spec = declared(flavors={CPU: 2}, secrets=[f'flavors["{CPU}"]'])

        plan = planned(spec, small(5), {f"flavors.{CPU}": 2})

        (warning,) = plan.warnings
        assert not NUMBERS.search(warning)


class TestWaiting:
    def test_tells_no_numbers(self) -> None:
        """What is waited for, and what did not come, is named without a count."""
        plan = planned(hidden(f'flavors["{CPU}"]', flavors={CPU: 17}), small(2), None)
        pool = small(2).live().pool

        told = [progress.of_counts(plan.cells, pool).status, *progress.missing(plan.cells, pool)]

        assert len(told) == 2
        assert [line for line in told if NUMBERS.search(line)] == []

    def test_tells_no_versions(self) -> None:
        """A driver that is waited for, or that has failed, is named without its version."""
        step = progress.untold(progress.Progress("GPU driver 1 -> 2: Upgrading", "GPU driver 3 instead of 2"), "driver")

        assert "driver" in step.status
        assert "driver" in step.failed
        assert not re.search(r"\d", step.status + step.failed)


def test_a_refresh_tells_no_secret_count() -> None:
    """Nodes that somebody added to a secret count are told without numbers, and the recorded count stays."""
    inputs = hidden(f'flavors["{CPU}"]', flavors={CPU: 2}).to_inputs()
    grown = added(small(2), Machine("by-hand")).live()

    assert projected(inputs, grown) == inputs
    assert beyond_declared(inputs, grown) == [f'flavors["{CPU}"]: more live than declared']
