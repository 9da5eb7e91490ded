from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from modelarts_emulator import GPU_POOL, TRAIN_POOL, TRAINING_JOB, Fault, Outcome
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.interference import Executioner, mortal
from tests.resources.pools import CPU, GPU, train
from tests.resources.scenario import configured
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.scenario import Stack


class LateStatus(Executioner):
    """A service whose answer to a patch has the status from before it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        if request.method != "PATCH":
            return super().handle_request(request)
        before = super().handle_request(httpx.Request("GET", request.url, headers=request.headers))
        answer = super().handle_request(request)
        pools = [json.loads(response.read()) for response in (before, answer)]
        return httpx.Response(answer.status_code, json={**pools[1], "status": pools[0]["status"]}, request=request)


class TestADriver:
    def test_is_upgraded_when_its_jobs_are_done(self, stack: Stack, emulator: Emulator) -> None:
        """An idle upgrade waits for the training job, whichever nodes it has, and ends with the version verified."""
        job = {"pool": GPU_POOL, "nodes": ["os-node-created-72w8d"], "ends_in": 600}
        emulator.seed(world(jobs={TRAINING_JOB: job}))
        stack.up({"poolName": GPU_POOL, "flavors": {GPU: 2}})
        before = emulator.clock.now()

        shown = stack.up(
            {"poolName": GPU_POOL, "flavors": {GPU: 2}, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"}}
        )

        assert shown["changes"] == {"driver.gpuVersion": "440.33 -> 515.65.01"}
        assert emulator.clock.now() - before > 600
        assert emulator.journal.exchanges("listTrainingJobTasks") == []
        assert stack.state is not None
        assert stack.state.outs["driverStatus"] == {"gpu": "515.65.01 Running"}

    def test_changes_no_count(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A driver change sends the driver alone, and leaves a count that somebody else changed as it is."""
        program = {"poolName": GPU_POOL, "flavors": {GPU: 2}, "ignoreCountDrift": True}
        stack.up(program)
        hand.scale(GPU_POOL, GPU, 3)
        emulator.journal.clear()

        stack.up({**program, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}})

        assert [write.body for write in emulator.journal.writes()] == [
            {"spec": {"driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}}
        ]
        assert hand.counts(GPU_POOL) == {GPU: 3}

    def test_that_ends_abnormal_is_an_error(self, stack: Stack, emulator: Emulator) -> None:
        """An upgrade that fails on the nodes is reported, with the version that runs and the one that was asked for."""
        stack.up({"poolName": GPU_POOL})
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))

        with pytest.raises(PartlyDoneError, match="GPU driver is Abnormal"):
            stack.up({"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}})

    def test_that_ended_abnormal_can_be_upgraded_again(
        self, stack: Stack, emulator: Emulator, request: pytest.FixtureRequest
    ) -> None:
        """An answer that still shows how the upgrade before ended does not fail the one that was just asked for."""
        program = {"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}
        configured(stack.provider, **mortal(emulator, LateStatus(emulator), request.node.nodeid))
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(driver="Abnormal")))
        with pytest.raises(PartlyDoneError, match="GPU driver is Abnormal"):
            stack.up(program)

        stack.up(program)

        assert stack.state is not None
        assert stack.state.outs["driverStatus"] == {"gpu": "515.65.01 Running"}


class TestPolicy:
    def test_alone_writes_nothing(self, stack: Stack, emulator: Emulator) -> None:
        """A change of strategy or budgets is recorded and changes nothing on the server."""
        stack.up({"poolName": GPU_POOL, "driver": {"gpuVersion": "440.33"}})
        emulator.journal.clear()

        changed = stack.up(
            {"poolName": GPU_POOL, "driver": {"gpuVersion": "440.33", "updateStrategy": "force"}, "maxScaleIn": 3}
        )

        assert changed == {"driver": {"gpuVersion": "440.33", "updateStrategy": "force"}, "maxScaleIn": 3}
        assert emulator.journal.writes() == []


class TestFields:
    def test_are_sent_in_one_patch(self, stack: Stack, emulator: Emulator) -> None:
        """Scope, job flavors, description and a count travel together, and the run waits until the scope is enabled."""
        stack.up(train(2))
        emulator.journal.clear()

        shown = stack.up(
            train(3, scope=["Notebook", "Train"], jobFlavors=["b", "a"], description="training, team blue")
        )

        assert shown["changes"] == {
            f"flavors.{CPU}": "2 -> 3",
            "scope": "Infer, Train -> Notebook, Train",
            "jobFlavors": "(none) -> a, b",
            "description": "(none) -> training, team blue",
        }
        assert [write.operation for write in emulator.journal.writes()] == ["patchPool"]
        assert emulator.world()["pools"][TRAIN_POOL]["scope"] == {"Notebook": "Enabled", "Train": "Enabled"}
        assert stack.refresh() == {}
