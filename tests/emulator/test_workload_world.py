"""Inference services and notebooks that are started by hand, and those that a world begins with."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import (
    NODE,
    PROJECT,
    TRAIN_POOL,
    Emulator,
    ImpossibleWorldError,
)
from modelarts_emulator.worlds.documented import WORLD
from tests.emulator.wire import GPU, Wire, error
from tests.emulator.workloads import listed, running

GPU_NODE, GPU_OTHER = "os-node-created-72w8d", "os-node-created-p5ed5"
DRIVER = {"gpuVersion": "515.65.01", "updateStrategy": "idle"}


class TestInterventions:
    @pytest.mark.loopback
    def test_over_http(self, wire: Wire) -> None:
        """Other processes start one, change it and end it, which frees its node; an ended one stays ended."""
        control = f"{wire.base}/_emulator/workloads"
        wish = {"pool": TRAIN_POOL, "nodes": [NODE], "type": "notebook", "name": "mine", "hosts_hidden": True}
        notebook = wire.client.post(control, json=wish).raise_for_status().json()["id"]
        begun = wire.emulator.world()["notebooks"]

        answers = [wire.client.post(f"{control}/{notebook}", json={"status": text}) for text in ("Pending", "Failed")]
        again = wire.client.post(f"{control}/{notebook}", json={"status": "Running"})

        shown = {"pool": TRAIN_POOL, "type": "notebook", "hosts": ["10.0.0.10"], "hosts_hidden": True}
        assert begun == {notebook: {**shown, "status": "Running"}}
        assert [answer.status_code for answer in answers] == [200, 200]
        assert error(again)[1:] == (
            "Emulator.0002",
            f"there is no service or notebook {notebook} that has not ended",
        )
        assert wire.emulator.world()["notebooks"] == {notebook: {**shown, "status": "Failed"}}

    @pytest.mark.parametrize(
        ("wish", "reason"),
        [
            ({"pool": TRAIN_POOL}, "pool and nodes are needed"),
            ({"pool": TRAIN_POOL, "nodes": NODE}, "nodes must be a list of names"),
            ({"pool": TRAIN_POOL, "nodes": []}, "one of the types infer, x-infer, notebook, and a node or more"),
            ({"pool": TRAIN_POOL, "nodes": [NODE], "type": "train"}, "one of the types infer, x-infer, notebook"),
            ({"pool": TRAIN_POOL, "nodes": [NODE], "user": 3}, "user must be a string"),
            ({"pool": TRAIN_POOL, "nodes": [NODE], "hosts_hidden": 1}, "hosts_hidden must be true or false"),
            ({"pool": TRAIN_POOL, "nodes": ["other"]}, 'node "other" not found'),
            ({"pool": "other", "nodes": [NODE]}, 'pool "other" not found'),
        ],
    )
    def test_what_cannot_be_started(self, wire: Wire, wish: dict[str, Any], reason: str) -> None:
        """A wish that makes no sense is refused with the reason, and nothing is started."""
        answer = wire.client.post(f"{wire.base}/_emulator/workloads", json=wish)

        assert reason in error(answer)[2]
        assert (wire.emulator.world()["services"], wire.emulator.world()["notebooks"]) == ({}, {})

    def test_statuses(self, wire: Wire) -> None:
        """A status that there is not is refused; one without its nodes leaves them, and comes back to them."""
        service = running(wire)
        with pytest.raises(ValueError, match="'Over' is not one of Queue, Pending"):
            wire.emulator.set_workload_status(service, "Over")

        wire.emulator.clock.advance(10)
        wire.emulator.set_workload_status(service, "Pending")
        wire.emulator.clock.advance(10)
        wire.emulator.set_workload_status(service, "Running")
        wire.emulator.clock.advance(5)

        assert listed(wire) == [IsPartialDict(status="Running", runningDuration=5, hostIps="10.0.0.10")]


def with_these(**content: Any) -> dict[str, Any]:
    """The documented world with further content of its project."""
    return {**WORLD, "projects": {PROJECT: {**WORLD["projects"][PROJECT], **content}}}


class TestWorlds:
    def test_described(self, modelarts: Emulator) -> None:
        """A world has the services and notebooks that it describes, on their nodes; resetting brings them back."""
        services = {"s-1": {"pool": TRAIN_POOL, "nodes": [NODE], "type": "x-infer", "name": "chat", "user": "ann"}}
        notebooks = {"n-1": {"pool": TRAIN_POOL, "status": "Queue", "hosts_hidden": True, "flavor": GPU}}
        modelarts.seed(with_these(services=services, notebooks=notebooks))
        before = modelarts.world()

        modelarts.end_workload("s-1")
        modelarts.reset()

        place = {"pool": TRAIN_POOL}
        assert (before["services"], before["notebooks"]) == (
            {"s-1": {**place, "type": "x-infer", "status": "Running", "hosts": ["10.0.0.10"], "hosts_hidden": False}},
            {"n-1": {**place, "type": "notebook", "status": "Queue", "hosts": [], "hosts_hidden": True}},
        )
        assert modelarts.world() == before

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ({"services": {"a": {"pool": "other"}}}, r"services\[a\].pool: the project has no pool 'other'"),
            ({"services": {"a": {"nodes": [NODE]}}}, r"services\[a\]: the field pool is missing"),
            ({"services": {"a": {"pool": TRAIN_POOL}}}, r"services\[a\].nodes: one that is Running is on a node or"),
            ({"notebooks": {"a": {"pool": TRAIN_POOL, "nodes": [GPU_NODE]}}}, r"notebooks\[a\].nodes: pool .* has no"),
            ({"notebooks": {"a": {"pool": TRAIN_POOL, "type": "infer"}}}, "unknown field 'type'"),
            ({"services": {"a": {"pool": TRAIN_POOL, "type": "notebook"}}}, "'notebook' is not one of infer, x-infer"),
            (
                {kind: {"a": {"pool": TRAIN_POOL, "nodes": [NODE]}} for kind in ("services", "notebooks")},
                r"notebooks\[a\]: a service has this id",
            ),
        ],
    )
    def test_impossible(self, modelarts: Emulator, content: dict[str, Any], reason: str) -> None:
        """A service or notebook that cannot be is refused with the place and the reason."""
        with pytest.raises(ImpossibleWorldError, match=reason):
            modelarts.seed(with_these(**content))
