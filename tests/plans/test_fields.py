"""Drivers, scope, job flavors, description, and when the service takes no change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.plans.fields import driver_version
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import spoken
from tests.plans.worlds import CPU, Machine, World, declared, planned, small

PATH = f'flavors["{CPU}"]'
CHANGES: dict[str, dict[str, Any]] = {
    PATH: {"flavors": {CPU: 4}},
    "driver.gpuVersion": {"driver": {"gpuVersion": "515"}},
    "scope": {"scope": ["Infer"]},
    "jobFlavors": {"jobFlavors": ["a"]},
    "description": {"description": "x"},
}


class TestChanges:
    @given(st.lists(st.sampled_from(list(CHANGES)), unique=True))
    def test_send_only_what_differs(self, paths: list[str]) -> None:
        """Each declared field that differs is sent, no other one is, and the second run sends nothing."""
        inputs = {name: value for path in paths for name, value in CHANGES[path].items()}
        running = {"gpu": {"version": "515", "state": "Running"}}
        same = small(
            4,
            spec={"scope": ["Infer"], "jobFlavors": ["a"]},
            status={"driver": running},
            annotations={"os.modelarts/description": "x"},
        )

        sent = planned(declared(**inputs), small(3)).body

        names = {path.partition(".")[0].partition("[")[0].replace("flavors", "resources") for path in paths}
        assert set(sent.get("spec", {})) == names - {"description"}
        assert ("metadata" in sent) == ("description" in paths)
        assert dict(planned(declared(**inputs), same).body) == {}

    @pytest.mark.parametrize(
        ("running", "asked", "version"),
        [
            ({"version": "440", "state": "Upgrading"}, {"gpuVersion": "515"}, "440"),
            ({"version": "", "state": "Creating"}, {"gpuVersion": "515"}, "515"),
            (None, {"gpuVersion": "515"}, "515"),
            (None, {"npuVersion": "C78"}, None),
            (None, None, None),
        ],
    )
    def test_of_a_driver_look_at_what_runs(
        self, running: dict[str, str] | None, asked: dict[str, str] | None, version: str | None
    ) -> None:
        """The version on the nodes counts; the one that was asked for only where no node tells."""
        world = small(3, spec={"driver": asked} if asked else {}, status={"driver": {"gpu": running}})

        assert driver_version(world.pool(), "gpu") == version

    def test_of_the_update_strategy_alone_are_none(self) -> None:
        """How a driver is updated is policy: it goes along with a version and never by itself."""
        world = small(3, status={"driver": {"gpu": {"version": "515", "state": "Running"}}})
        driver = {"gpuVersion": "515", "updateStrategy": "force"}

        assert dict(planned(declared(driver=driver), world).body) == {}
        assert planned(declared(driver={**driver, "gpuVersion": "525"}), world).body == {
            "spec": {"driver": {"gpuVersion": "525", "updateStrategy": "force"}}
        }

    def test_of_a_scope_that_failed_are_sent_again(self) -> None:
        """A job type that could not be enabled is not there, whatever the pool's spec says."""
        failed = [{"scopeType": "Infer", "state": "EnableFailed"}]
        world = small(3, spec={"scope": ["Infer", "Train"]}, status={"scope": failed})

        plan = planned(declared(scope=["Train", "Infer"]), world)

        assert plan.changes == {"scope": "Train -> Infer, Train"}
        assert plan.body == {"spec": {"scope": ["Infer", "Train"]}}


class TestForbidden:
    @pytest.mark.parametrize("path", CHANGES)
    @pytest.mark.parametrize(
        ("spec", "status", "touches"),
        [
            ({}, {"phase": "Running"}, set()),
            ({"controlMode": 1}, {"phase": "Running"}, set()),
            ({"controlMode": 2}, {"phase": "Running"}, {PATH}),
            ({"controlMode": 4}, {"phase": "Running"}, {"scope"}),
            ({"controlMode": 3}, {"phase": "Running"}, {PATH}),
            ({"controlMode": 5}, {"phase": "Running"}, {"scope"}),
            ({"controlMode": 6}, {"phase": "Running"}, {PATH, "scope"}),
            ({"controlMode": 11}, {"phase": "Running"}, set(CHANGES)),
            ({"controlMode": 8}, {"phase": "Running"}, set(CHANGES)),
            ({"controlMode": 16}, {"phase": "Running"}, set(CHANGES)),
            ({}, {"phase": "Abnormal"}, {PATH, "driver.gpuVersion", "scope"}),
            ({}, {"phase": "SomethingNew"}, {PATH, "driver.gpuVersion", "scope"}),
        ],
    )
    def test_is_only_what_a_run_touches(
        self, path: str, spec: dict[str, Any], status: dict[str, Any], touches: set[str]
    ) -> None:
        """A state of the pool stands only against changes of what it restricts, at their paths."""
        gpu = {"gpu": {"version": "440", "state": "Running"}}
        plan = planned(declared(**CHANGES[path]), small(3, spec=spec, status={"driver": gpu, **status}))

        assert [problem.path for problem in plan.problems] == ([spoken(path)] if path in touches else [])

    @pytest.mark.parametrize("spec", [{"controlMode": 8}, {"controlMode": 2}, {}])
    def test_is_nothing_for_a_pool_that_is_as_declared(self, spec: dict[str, Any]) -> None:
        """A frozen or broken pool can stay in the program."""
        world = small(3, spec=spec, status={"phase": "Error"})

        assert planned(declared(flavors={CPU: 3}, scope=["Train"]), world).problems == ()

    def test_says_why(self) -> None:
        """The reason names the pool, what it is, and what to do."""
        frozen = planned(declared(flavors={CPU: 4}), small(3, spec={"controlMode": 25})).problems
        broken = planned(
            declared(flavors={CPU: 4}), small(3, status={"phase": "Abnormal", "message": "no quota"})
        ).problems

        pool = "cannot be changed now: resource pool 'auto-pool-os-86c13962597848eeb29c5861153a391f'"
        out = "resolve that in the console first, or take this change out of the program"
        assert frozen == (
            Problem(
                PATH, f"{pool} is frozen and frozen by the authorities (controlMode 25) and takes no change; {out}"
            ),
        )
        assert broken == (
            Problem(PATH, f"{pool} is Abnormal, not Running, and takes no change of its counts: no quota; {out}"),
        )

    def test_is_removing_nodes_that_were_paid_for(self) -> None:
        """Nodes of a prepaid pool can grow in number and cannot be removed."""
        nodes = tuple(Machine(f"n{number}", prepaid=True) for number in range(3))
        world = World(({"flavor": CPU, "count": 3},), nodes, annotations={"os.modelarts/billing.mode": "1"})

        assert planned(declared(flavors={CPU: 4}), world).problems == ()
        (problem,) = planned(declared(flavors={CPU: 2}, maxScaleIn=1), world).problems
        assert problem.path == PATH
        assert "is prepaid and has to be unsubscribed" in problem.reason
