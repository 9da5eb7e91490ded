from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.examples import examples
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack, configured
from tests.resources.service import Hand

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.heavy

FAULTS = st.sampled_from(
    [
        Fault("patchPool", drop="reset"),
        Fault("patchPool", drop="reset", when="after"),
        Fault("patchPool", status=503, when="after"),
        Fault("patchPool", status=429, retry_after=3, times=2),
        Fault("patchPool", cut_json=True, when="after"),
        Fault("patchPool", outcome=Outcome(nodes=0)),
        Fault("patchPool", outcome=Outcome(nodes=1, spec="real")),
        Fault("batchDeletePoolNodes", drop="reset", when="after"),
        Fault("batchDrainPoolNodes", status=500),
        Fault("listPools", status=502, times=2),
        Fault("showPool", cut_json=True),
        Fault("listPoolNodes", status=429, retry_after=1),
    ]
)


class Observed(Stack):
    """A program that remembers what its last preview announced."""

    announced: Mapping[str, str] = {}

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Check, and remember the map."""
        self.announced = {}
        checked = super().check(inputs)
        self.announced = changes.announced(checked["changes"], self.state.inputs["changes"] if self.state else {})
        return checked


class Interference(RuleBasedStateMachine):
    """A pool whose runs are killed, whose service fails, and whose counts others change meanwhile."""

    @initialize()
    def begin(self) -> None:
        """Begin with the documented pool of two nodes, adopted as it is."""
        self.emulator = Emulator()
        self.hand = Hand(self.emulator)
        self.executioner = Executioner(self.emulator)
        self.stack = Observed(ResourcePoolProvider())
        self.program = train(2, maxScaleIn=10)
        self.new_process()

    def new_process(self) -> None:
        """Let the next command begin without any memory but the state."""
        configured(self.stack.provider, **mortal(self.emulator, self.executioner, f"interference-{id(self)}"))

    @rule(count=st.integers(2, 4))
    def program_is_edited(self, count: int) -> None:
        """Declare another count."""
        self.program = train(count, maxScaleIn=10)

    @rule(fault=FAULTS)
    def service_will_fail(self, fault: Fault) -> None:
        """Arm a failure."""
        self.emulator.faults.arm(fault)

    @rule(count=st.integers(2, 4))
    def somebody_scales(self, count: int) -> None:
        """Scale by hand, once what is under way has come true."""
        self.emulator.clock.advance(1000)
        self.emulator.faults.clear()
        self.hand.scale(TRAIN_POOL, CPU, count)

    @rule(requests=st.integers(1, 25), answered=st.booleans())
    def run_is_killed(self, requests: int, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run, and die at some request."""
        self.executioner.requests, self.executioner.answered = requests, answered
        self.run_goes_on()
        self.executioner.requests = None

    @rule()
    def run_goes_on(self) -> None:
        """Run to the end, whatever it is; what it deletes was announced."""
        seen = len(self.executioner.deleted)
        with suppress(Killed, ModelArtsError, CheckFailedError):
            self.stack.up(self.program)
        named = {key.removeprefix("nodes.") for key in self.stack.announced if key.startswith("nodes.")}
        assert set(self.executioner.deleted[seen:]) <= named
        self.new_process()

    @invariant()
    def no_patch_lowers_a_count(self) -> None:
        """No run sends a count below the nodes there are."""
        if hasattr(self, "executioner"):
            assert self.executioner.lowered == []

    def teardown(self) -> None:
        """Left alone, the next run ends as declared, and the one after it does nothing."""
        if not hasattr(self, "hand"):
            return
        self.emulator.faults.clear()
        self.emulator.clock.advance(1000)
        self.new_process()
        self.stack.up(self.program)
        assert self.hand.counts(TRAIN_POOL) == {CPU: int(self.program["flavors"][CPU])}
        self.emulator.journal.clear()
        assert self.stack.up(self.program) == {}
        assert self.emulator.journal.writes() == []


TestInterference = Interference.TestCase
TestInterference.settings = settings(max_examples=examples(15, long=200), stateful_step_count=15)
