from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError
from tests.examples import examples
from tests.resources.interference import Executioner, Killed, mortal
from tests.resources.migrations import EIGHT
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError
from tests.resources.selections import ChosenAndMoved, choosing, chosen
from tests.resources.service import Hand, world

FAULTS = st.sampled_from(
    [
        Fault("batchMigratePoolNodes", drop="reset", when="after"),
        Fault("batchMigratePoolNodes", status=503, when="after"),
        Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)),
        Fault("batchDrainPoolNodes", drop="reset", when="after"),
        Fault("listPoolNodes", cut_json=True),
        Fault("listPools", status=429, retry_after=1),
    ]
)


class Interference(RuleBasedStateMachine):
    """A choice that is edited while its runs are killed, and while others move, delete, lock and use nodes."""

    @initialize(busy=st.lists(st.sampled_from([0, 100, 1500]), min_size=8, max_size=8))
    def begin(self, busy: list[int]) -> None:
        """Begin with eight nodes, some of them at work for a while."""
        self.emulator = Emulator()
        jobs = {
            f"job-{name[-5:]}": {"pool": TRAIN_POOL, "nodes": [name], "ends_in": ends_in}
            for name, ends_in in zip(EIGHT, busy, strict=True)
            if ends_in
        }
        nodes: dict[str, Any] = {name: {} for name in EIGHT}
        self.emulator.seed(world(pool=TRAIN_POOL, resources=[{"flavor": CPU, "count": 8}], nodes=nodes, jobs=jobs))
        self.hand = Hand(self.emulator)
        self.executioner = Executioner(self.emulator)
        self.executioner.before_each = self.look
        self.program = ChosenAndMoved()
        self.count, self.keepers = 2, 0
        self.asked: set[str] = set()
        self.locked: set[str] = set()
        self.new_process()

    def look(self) -> None:
        """See that whatever moves has been chosen, and was on record before it began to."""
        for exchange in self.emulator.journal.exchanges("batchMigratePoolNodes"):
            self.asked |= {*exchange.body["migrateNodeNames"]} if exchange.body["toPoolName"] == INFER_POOL else set()
        self.emulator.journal.clear()
        assert self.asked <= {*chosen(self.program.choice)}

    def forget(self) -> None:
        """Look at what is asked for from now on."""
        self.emulator.journal.clear()
        self.asked = set()

    def new_process(self) -> None:
        """Let the next command begin without any memory but the state."""
        self.program.begin(mortal(self.emulator, self.executioner, f"selection-{id(self)}"))

    def quiet(self) -> None:
        """Let everything that is under way end, and nothing fail any more."""
        self.emulator.faults.clear()
        self.emulator.clock.advance(2000)

    def up(self) -> None:
        """Run, and see that the choice has changed by what was edited alone."""
        before, was = chosen(self.program.choice), self.recorded()
        self.forget()
        with suppress(Killed, ModelArtsError, CheckFailedError):
            self.program.up(choosing(self.count, keepers={"round": float(self.keepers)}))
        self.executioner.requests = None
        self.look()
        self.new_process()
        after, now = chosen(self.program.choice), self.recorded()
        if before and was == now:
            assert after == before
        elif before and was[1] == now[1]:
            assert {*before} <= {*after} or {*after} <= {*before}
        assert len(after) == now[0]

    def recorded(self) -> tuple[int, int]:
        """Return count and keepers that are on record."""
        state = self.program.choice.state
        return (int(state.inputs["count"]), int(state.inputs["keepers"]["round"])) if state else (0, 0)

    @rule(fault=FAULTS)
    def service_will_fail(self, fault: Fault) -> None:
        """Arm a failure."""
        self.emulator.faults.arm(fault)

    @rule(count=st.integers(1, 4))
    def count_is_edited(self, count: int) -> None:
        """Declare another count."""
        self.count = count

    @rule()
    def keepers_are_edited(self) -> None:
        """Declare other keepers."""
        self.keepers += 1

    @rule(data=st.data(), back=st.booleans())
    def somebody_moves_a_node(self, data: st.DataObject, back: bool) -> None:  # noqa: FBT001 - drawn by name
        """Move any node to the other pool by hand, chosen or not."""
        self.quiet()
        source, target = (INFER_POOL, TRAIN_POOL) if back else (TRAIN_POOL, INFER_POOL)
        free = sorted({*self.hand.nodes(source)} - self.locked)
        if len(free) > 2:
            self.hand.migrate(source, target, data.draw(st.sampled_from(free)))

    @rule(data=st.data())
    def somebody_locks_a_node(self, data: st.DataObject) -> None:
        """Lock a node that has not been chosen, so that it can neither move nor be deleted."""
        self.quiet()
        if free := sorted({*self.hand.nodes(TRAIN_POOL)} - self.locked - {*chosen(self.program.choice)}):
            name = data.draw(st.sampled_from(free))
            self.hand.lock(TRAIN_POOL, name)
            self.locked.add(name)

    @precondition(lambda self: bool(chosen(self.program.choice)))
    @rule(data=st.data())
    def a_chosen_node_vanishes(self, data: st.DataObject) -> None:
        """Delete a chosen node, wherever it is."""
        self.quiet()
        name = data.draw(st.sampled_from(chosen(self.program.choice)))
        for pool in (TRAIN_POOL, INFER_POOL):
            if name in self.hand.nodes(pool) and name not in self.locked and len(self.hand.nodes(pool)) > 2:
                self.hand.delete(pool, name)

    @rule(requests=st.integers(1, 60), answered=st.booleans())
    def run_is_killed(self, requests: int, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run, and die at some request."""
        self.executioner.requests, self.executioner.answered = requests, answered
        self.up()

    @rule()
    def run_goes_on(self) -> None:
        """Run to the end, whatever it is."""
        self.up()

    @invariant()
    def the_pool_is_never_left_empty(self) -> None:
        """Whatever is chosen, one node stays."""
        if hasattr(self, "hand"):
            assert self.hand.nodes(TRAIN_POOL)

    def teardown(self) -> None:
        """With nodes enough and other keepers, the next run moves what is chosen, and the one after does nothing."""
        if not hasattr(self, "hand"):
            return
        self.quiet()
        self.hand.scale(TRAIN_POOL, CPU, len(self.hand.nodes(TRAIN_POOL)) + 6)
        self.keepers += 1
        self.executioner.requests = None
        self.forget()
        declared = choosing(self.count, keepers={"round": float(self.keepers)})
        self.program.up(declared)
        self.look()
        self.new_process()
        assert len(chosen(self.program.choice)) == self.count
        assert {*chosen(self.program.choice)} <= {*self.hand.nodes(INFER_POOL)}
        self.emulator.journal.clear()
        assert self.program.up(declared) == {}
        assert self.emulator.journal.writes() == []


TestInterference = Interference.TestCase
TestInterference.settings = settings(max_examples=examples(3, long=50), stateful_step_count=12)
