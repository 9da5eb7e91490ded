from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from modelarts_emulator import NODE, TRAIN_POOL, Emulator, Fault, Outcome
from tests.examples import examples
from tests.resources.auditor import Auditor
from tests.resources.interference import Killed, mortal
from tests.resources.lifetime import Life
from tests.resources.pools import CPU
from tests.resources.service import Hand
from tests.resources.team import BLUE, NET, QUICK, RED, Team
from tests.resources.witness import running

REQUESTS = st.one_of(st.none(), st.integers(1, 30), st.integers(1, 90))
"""At which of its requests a run is killed; None lets it live."""

FAULTS = st.sampled_from(
    [
        Fault("createPool", drop="reset"),
        Fault("createPool", drop="reset", when="after"),
        Fault("createPool", status=503, when="after"),
        Fault("createPool", cut_json=True, when="after"),
        Fault("createPool", outcome=Outcome(nodes=0)),
        Fault("createPool", outcome=Outcome(nodes=1)),
        Fault("createPool", outcome=Outcome(nodes=1, others="Abnormal")),
        Fault("createNetwork", drop="reset", when="after"),
        Fault("createNetwork", status=503),
        Fault("patchPool", drop="reset", when="after"),
        Fault("deletePool", drop="reset"),
        Fault("deletePool", drop="reset", when="after"),
        Fault("deletePool", status=503, when="after"),
        Fault("deleteNetwork", drop="reset", when="after"),
        Fault("batchMigratePoolNodes", drop="reset", when="after"),
        Fault("listPools", status=502, times=2),
        Fault("showPool", cut_json=True),
        Fault("listPoolNodes", status=429, retry_after=1),
    ]
)


class Interference(RuleBasedStateMachine):
    """Pools that are made, and deleted, by runs that are killed and fail, while others delete and grow them."""

    @initialize(made=st.booleans())
    def begin(self, made: bool) -> None:  # noqa: FBT001 - drawn by name
        """Begin with the documented pools, and a program that has been run or not."""
        self.emulator = Emulator(world=QUICK)
        self.hand = Hand(self.emulator)
        self.auditor = Auditor(self.emulator, moved=frozenset([NODE]))
        self.life = Life(lambda: mortal(self.emulator, self.auditor, f"made-{id(self)}"), self.auditor.begin)
        self.team = Team()
        if made:
            self.up()

    def quiet(self) -> None:
        """Let everything that is under way end, and nothing run or fail any more."""
        self.emulator.faults.clear()
        self.emulator.clock.advance(2000)
        for service in running(self.emulator.world()).keys() & self.emulator.world()["services"].keys():
            self.emulator.end_workload(service)

    def pools(self) -> dict[str, int]:
        """Return how many nodes each pool has that a program has made."""
        return {name: len(self.hand.nodes(name)) for name in self.auditor.scene().pools if name in {BLUE, RED}}

    @rule(fault=FAULTS)
    def service_will_fail(self, fault: Fault) -> None:
        """Arm a failure."""
        self.emulator.faults.arm(fault)

    @rule(blue=st.sampled_from([None, 1, 2, 2, 3]), red=st.sampled_from([None, 1, 2]))
    def counts_are_edited(self, blue: int | None, red: int | None) -> None:
        """Declare other counts, or pools no longer."""
        self.team = self.team.edited(blue=blue, red=red)

    @rule(moving=st.booleans())
    def move_is_edited(self, moving: bool) -> None:  # noqa: FBT001 - drawn by name
        """Declare that the node moves, or say nothing about it."""
        self.team = self.team.edited(moving=moving)

    @rule()
    def red_is_switched(self) -> None:
        """Adopt what was made, or make what was adopted."""
        self.team = self.team.edited(red_is_made=not self.team.red_is_made)

    @rule(requests=REQUESTS, answered=st.booleans())
    def run(self, requests: int | None, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run the program to its end, whatever it is, or be killed at some request."""
        self.auditor.requests, self.auditor.answered = requests, answered
        self.up()

    @rule(name=st.sampled_from(["net", "red", "blue"]), requests=REQUESTS, answered=st.booleans())
    def run_replaces(self, name: str, requests: int | None, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run the program with `--replace`."""
        self.auditor.requests, self.auditor.answered = requests, answered
        self.up(name)

    @rule(requests=REQUESTS, answered=st.booleans())
    def stack_is_destroyed(self, requests: int | None, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Destroy everything, as far as it can be."""
        self.auditor.requests, self.auditor.answered = requests, answered
        with suppress(Killed):
            self.life.destroy()
        self.auditor.requests = None

    @rule()
    def stack_is_refreshed(self) -> None:
        """Read everything into the state."""
        self.life.refresh()

    @precondition(lambda self: self.pools())
    @rule(data=st.data())
    def somebody_deletes_a_pool(self, data: st.DataObject) -> None:
        """Delete a made pool by hand, if the node that moves is not in it."""
        self.quiet()
        if free := [name for name in self.pools() if NODE not in self.hand.nodes(name)]:
            self.hand.delete_pool(data.draw(st.sampled_from(free)))

    @precondition(lambda self: self.pools())
    @rule(data=st.data())
    def somebody_grows_a_pool(self, data: st.DataObject) -> None:
        """Scale a made pool up by hand."""
        self.quiet()
        if grown := {name: count for name, count in self.pools().items() if 0 < count < 4}:
            name = data.draw(st.sampled_from(sorted(grown)))
            self.hand.scale(name, CPU, grown[name] + 1)

    @precondition(lambda self: self.pools())
    @rule(data=st.data())
    def somebody_uses_a_pool(self, data: st.DataObject) -> None:
        """Start a service on a node of a made pool, which ends when things are quiet."""
        self.quiet()
        if used := sorted(name for name, count in self.pools().items() if count):
            name = data.draw(st.sampled_from(used))
            self.emulator.start_workload(name, self.hand.nodes(name)[:1])

    def up(self, *replacing: str) -> None:
        """Run the program; the run does what its preview has said."""
        self.auditor.program = self.team.program()
        with suppress(Killed):
            self.life.up(self.auditor.program, replacing)
        self.auditor.requests = None

    @invariant()
    def nothing_happens_that_must_not(self) -> None:
        """What was written was announced, and hit nothing of others."""
        if hasattr(self, "auditor"):
            assert self.auditor.faults == []

    def teardown(self) -> None:
        """Left alone, one run ends as declared, and the next is silent; what is destroyed takes nothing of others."""
        if not hasattr(self, "auditor"):
            return
        self.quiet()
        self.team = self.team.edited(blue=2, red=2, red_is_made=True, moving=self.team.expected)
        self.up()
        assert (NODE in self.hand.nodes(BLUE)) >= self.team.moving
        self.auditor.writes.clear()
        for replacing in ([], ["red", "blue"]):
            self.up(*replacing)
            assert (self.life.said, self.auditor.writes, self.pools()) == ({}, [], {BLUE: 2, RED: 2})
        self.destroyed()
        self.nothing_happens_that_must_not()

    def destroyed(self) -> None:
        """Destroy, while a pool is used and the node that moves is in the other; then when neither is so any more."""
        net = self.life.resources["net"].state
        stays = net is not None and net.outs["ownership"] == "adopted"
        held = {"blue": BLUE} if NODE in self.hand.nodes(BLUE) else {}
        service = self.emulator.start_workload(RED, self.hand.nodes(RED)[:1])
        for used in ({"red": RED}, {}):
            for _ in range(2):
                self.life.destroy()
                assert {*self.pools()} == {*held.values(), *used.values()}
                assert self.life.said.keys() - {"net"} == held.keys() | used.keys()
            self.quiet()
        if held:
            self.hand.migrate(BLUE, TRAIN_POOL, NODE)
            self.life.destroy()
        assert (self.life.said, self.pools()) == ({}, {})
        assert NODE in self.hand.nodes(TRAIN_POOL)
        assert (NET in self.auditor.scene().networks) is stays
        assert service not in running(self.emulator.world())


TestInterference = Interference.TestCase
TestInterference.settings = settings(max_examples=examples(3, long=30), stateful_step_count=12)
