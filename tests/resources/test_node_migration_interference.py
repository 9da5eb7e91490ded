from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from tests.examples import examples
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.migrations import EIGHT, STAYING
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, Stack, configured
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.heavy

NAMES = EIGHT[:4]

FAULTS = st.sampled_from(
    [
        Fault("batchMigratePoolNodes", drop="reset"),
        Fault("batchMigratePoolNodes", drop="reset", when="after"),
        Fault("batchMigratePoolNodes", status=503, when="after"),
        Fault("batchMigratePoolNodes", status=429, retry_after=3, times=3),
        Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)),
        Fault("batchMigratePoolNodes", outcome=Outcome(nodes=1)),
        Fault("batchDrainPoolNodes", drop="reset", when="after"),
        Fault("showJob", status=404, code="ModelArts.50005101"),
        Fault("showJob", status=500, times=2),
        Fault("listJobs", status=502),
        Fault("listPoolNodes", cut_json=True),
        Fault("listPools", status=429, retry_after=1),
    ]
)


class Interference(RuleBasedStateMachine):
    """A migration whose runs are killed, whose service fails, and whose pools others use and change meanwhile."""

    @initialize(limit=st.integers(1, 3), busy=st.lists(st.sampled_from([0, 100, 1500]), min_size=4, max_size=4))
    def begin(self, limit: int, busy: list[int]) -> None:
        """Begin with four nodes that are to move, some at work for a while, and one that stays."""
        self.emulator = Emulator()
        nodes: dict[str, Any] = {name: {} for name in [*NAMES, STAYING]}
        jobs = {
            f"job-{name[-5:]}": {"pool": TRAIN_POOL, "nodes": [name], "ends_in": ends_in}
            for name, ends_in in zip(NAMES, busy, strict=True)
            if ends_in
        }
        resources = [{"flavor": CPU, "count": 5}]
        self.emulator.seed(world(pool=TRAIN_POOL, resources=resources, nodes=nodes, jobs=jobs))
        self.hand = Hand(self.emulator)
        self.executioner = Executioner(self.emulator)
        self.executioner.before_each = self.look
        self.interlude: tuple[int, Callable[[], None]] = (0, self.look)
        self.limit = limit
        program = {"nodes": NAMES, "sourcePool": TRAIN_POOL, "targetPool": INFER_POOL}
        self.program = {**program, "strategy": {"maxUnavailable": limit}}
        self.stack = Stack(NodeMigrationProvider())
        self.new_process()

    def look(self) -> None:
        """See that no more nodes are away than may be, and that none of them is at work; let somebody else act."""
        seen = self.emulator.world()
        moving = {
            name
            for job in seen["jobs"].values()
            if job["phase"] == "Running"
            for name in set(job["nodes"]) - set(job["arrived"])
        }
        nodes = {name: node for pool in seen["pools"].values() for name, node in pool["nodes"].items()}
        unready = {name for name in NAMES if nodes[name]["phase"] != "Available"}
        assert len(moving | unready) <= self.limit
        at_work = {host for job in seen["training_jobs"].values() if job["phase"] == "Running" for host in job["hosts"]}
        assert not at_work & {nodes[name]["private_ip"] for name in moving}
        left, act = self.interlude
        self.interlude = (left - 1, act)
        if left == 1:
            act()

    def new_process(self) -> None:
        """Let the next command begin without any memory but the state."""
        configured(self.stack.provider, **mortal(self.emulator, self.executioner, f"interference-{id(self)}"))

    @rule(fault=FAULTS)
    def service_will_fail(self, fault: Fault) -> None:
        """Arm a failure."""
        self.emulator.faults.arm(fault)

    @rule(name=st.sampled_from(NAMES))
    def somebody_moves_one_back(self, name: str) -> None:
        """Move a node back by hand, if it is in the target pool and the service lets it go."""
        self.emulator.clock.advance(1000)
        self.emulator.faults.clear()
        if name in self.hand.nodes(INFER_POOL):
            self.hand.migrate(INFER_POOL, TRAIN_POOL, name)

    @rule(count=st.integers(1, 3))
    def somebody_grows_the_source(self, count: int) -> None:
        """Scale the source pool up by hand."""
        self.emulator.clock.advance(1000)
        self.emulator.faults.clear()
        live = self.hand.counts(TRAIN_POOL).get(CPU, 0)
        if live < 8:
            self.hand.scale(TRAIN_POOL, CPU, live + count)

    @rule(requests=st.integers(1, 70), answered=st.booleans())
    def run_is_killed(self, requests: int, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run, and die at some request."""
        self.executioner.requests, self.executioner.answered = requests, answered
        with suppress(Killed, ModelArtsError, CheckFailedError):
            self.stack.up(self.program)
        self.executioner.requests = None
        self.new_process()

    @rule(requests=st.integers(1, 70), count=st.integers(1, 3))
    def run_meets_a_scaling(self, requests: int, count: int) -> None:
        """Run, while somebody grows the source at some request."""

        def grow() -> None:
            live = self.hand.counts(TRAIN_POOL).get(CPU, 0)
            if live < 8:
                self.hand.order(TRAIN_POOL, CPU, live + count)

        self.emulator.clock.advance(1000)
        self.emulator.faults.clear()
        self.interlude = (requests, grow)
        self.run_goes_on()
        self.interlude = (0, grow)

    @rule()
    def run_goes_on(self) -> None:
        """Run to the end, whatever it is."""
        with suppress(ModelArtsError, CheckFailedError):
            self.stack.up(self.program)
        self.new_process()

    @invariant()
    def no_node_is_lost(self) -> None:
        """Every node is in exactly one of the pools it may be in, and the source is never empty."""
        if not hasattr(self, "hand"):
            return
        train, infer = self.hand.nodes(TRAIN_POOL), self.hand.nodes(INFER_POOL)
        assert sorted(name for name in [*train, *infer] if name in NAMES) == NAMES
        assert STAYING in train

    @invariant()
    def no_node_is_asked_for_twice(self) -> None:
        """The service never has to refuse a move or a drain, because none is asked for of a node on its way."""
        if hasattr(self, "emulator"):
            posts = self.emulator.journal.exchanges(method="POST", path="/nodes/batch-")
            assert [post.response for post in posts if post.status in {400, 409}] == []

    def teardown(self) -> None:
        """Left alone, the next run ends as declared, and the one after it does nothing."""
        if not hasattr(self, "hand"):
            return
        self.emulator.faults.clear()
        self.emulator.clock.advance(1000)
        self.new_process()
        self.stack.up(self.program)
        assert set(NAMES) <= set(self.hand.nodes(INFER_POOL))
        self.emulator.journal.clear()
        assert self.stack.up(self.program) == {}
        assert self.emulator.journal.writes() == []


TestInterference = Interference.TestCase
TestInterference.settings = settings(max_examples=examples(5, long=50), stateful_step_count=12)
