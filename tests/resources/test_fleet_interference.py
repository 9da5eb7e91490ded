"""A fleet whose runs are killed, whose service fails, and whose pools others use and change meanwhile."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from modelarts_emulator import Emulator, Fault, Outcome
from tests.examples import examples
from tests.resources.fleet_program import IDS, PLACEMENT, FleetProgram, fleet_world, pools
from tests.resources.interference import Killed, mortal
from tests.resources.pools import CPU
from tests.resources.service import Hand

if TYPE_CHECKING:
    from collections.abc import Collection

NAMES = ("train", "infer", "east")
COME_TRUE = 2000
"""Virtual seconds after which everything has ended."""

FAULTS = st.sampled_from(
    [
        Fault("batchMigratePoolNodes", drop="reset"),
        Fault("batchMigratePoolNodes", drop="reset", when="after"),
        Fault("batchMigratePoolNodes", status=503, when="after"),
        Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)),
        Fault("batchDrainPoolNodes", drop="reset", when="after"),
        Fault("batchDeletePoolNodes", drop="reset", when="after"),
        Fault("patchPool", drop="reset"),
        Fault("patchPool", drop="reset", when="after"),
        Fault("patchPool", outcome=Outcome(nodes=0)),
        Fault("showJob", status=404, code="ModelArts.50005101"),
        Fault("listJobs", status=502),
        Fault("listPoolNodes", cut_json=True),
        Fault("listPools", status=429, retry_after=1),
    ]
)


class Watcher(httpx.BaseTransport):
    """One process of a run: passes requests on, notes what must never be asked for, and dies at a chosen one."""

    def __init__(self, emulator: Emulator, requests: int | None, *, answered: bool) -> None:
        self._emulator, self._inner = emulator, emulator.transport()
        self._left, self._answered = requests, answered
        self._guard = threading.Lock()
        self.announced: dict[str, dict[str, str]] = {}
        self.faults: list[str] = []
        self.bought = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, or end the run; nothing of a dead process is passed on."""
        with self._guard:
            if self._left is not None:
                self._left -= 1
                if self._left <= 0:
                    if self._left == 0 and self._answered:
                        self._note(request)
                        self._inner.handle_request(request)
                    raise Killed
            self._note(request)
        return self._inner.handle_request(request)

    def _note(self, request: httpx.Request) -> None:
        path, body = request.url.path, json.loads(request.content or b"{}")
        if request.method == "PATCH" and "resources" in body.get("spec", {}):
            self._note_counts(path.rpartition("/")[2], body["spec"]["resources"])
        for field, entries in (
            ("migrateNodeNames", self.announced.get(PLACEMENT, {})),
            ("deleteNodeNames", self._going),
        ):
            if strange := set(body.get(field, ())) - entries.keys():
                self.faults.append(f"{field} names {sorted(strange)}, announced were {self.announced}")

    def _note_counts(self, pool: str, entries: list[dict[str, object]]) -> None:
        there = len(
            [node for node in self._emulator.world()["pools"][pool]["nodes"].values() if node["phase"] != "Deleting"]
        )
        asked = sum(int(str(entry["count"])) for entry in entries)
        name = next(name for name, id_ in IDS.items() if id_ == pool)
        said = self.announced.get(name, {}).get(f"flavors.{CPU}", "0 -> 0")
        before, _, after = said.partition(" -> ")
        if asked - there > int(after) - int(before):
            self.faults.append(f"{name} buys {asked - there}, and its preview said {said!r}")
        if asked < there:
            self.faults.append(f"{name} sends {asked}, and has {there}")
        self.bought += max(0, asked - there)

    @property
    def _going(self) -> dict[str, str]:
        """Nodes whose removal was announced."""
        return {
            key.removeprefix("nodes."): entry
            for entries in self.announced.values()
            for key, entry in entries.items()
            if key.startswith("nodes.")
        }


class Interference(RuleBasedStateMachine):
    """A fleet of three pools, and everybody who is in its way."""

    @initialize(counts=st.lists(st.integers(1, 4), min_size=3, max_size=3), away=st.integers(1, 3))
    def begin(self, counts: list[int], away: int) -> None:
        """Begin with a few nodes in each pool."""
        self.emulator = Emulator()
        self.hand = Hand(self.emulator)
        self.emulator.seed(fleet_world(**dict(zip(NAMES, counts, strict=True))))
        self.counts = dict(zip(NAMES, counts, strict=True))
        self.watcher = Watcher(self.emulator, None, answered=False)
        policy = {"maxGrowth": 9.0, "maxScaleIn": 9.0, "strategy": {"maxUnavailable": float(away)}}
        self.program = FleetProgram(self._process, policy=policy)
        self._next: tuple[int | None, bool] = (None, False)

    def _process(self) -> dict[str, str]:
        requests, answered = self._next
        self.watcher = Watcher(self.emulator, requests, answered=answered)
        return mortal(self.emulator, self.watcher, f"fleet-interference-{id(self)}")

    @rule(counts=st.lists(st.integers(1, 4), min_size=3, max_size=3))
    def program_is_edited(self, counts: list[int]) -> None:
        """Declare other counts."""
        self.counts = dict(zip(NAMES, counts, strict=True))

    @rule(fault=FAULTS)
    def service_will_fail(self, fault: Fault) -> None:
        """Arm a failure."""
        self.emulator.faults.arm(fault)

    @rule(source=st.sampled_from(NAMES), other=st.sampled_from(NAMES), waits=st.booleans())
    def somebody_moves_a_node(self, source: str, other: str, waits: bool) -> None:  # noqa: FBT001 - drawn by name
        """Move a node by hand, or begin to, if its pool keeps one."""
        self._settle()
        names = self.hand.nodes(IDS[source])
        if source != other and len(names) > 1:
            move = self.hand.migrate if waits else self.hand.send_off
            move(IDS[source], IDS[other], names[-1])

    @rule(pool=st.sampled_from(NAMES), waits=st.booleans())
    def somebody_grows_a_pool(self, pool: str, waits: bool) -> None:  # noqa: FBT001 - drawn by name
        """Scale a pool up by hand, or begin to."""
        self._settle()
        live = self.hand.counts(IDS[pool])[CPU]
        if live < 6:
            (self.hand.scale if waits else self.hand.order)(IDS[pool], CPU, live + 1)

    @rule(pool=st.sampled_from(NAMES))
    def somebody_deletes_a_node(self, pool: str) -> None:
        """Delete a node by hand, if its pool keeps one."""
        self._settle()
        names = self.hand.nodes(IDS[pool])
        if len(names) > 1:
            self.hand.delete(IDS[pool], names[0])

    @rule(requests=st.integers(1, 60), answered=st.booleans())
    def run_is_killed(self, requests: int, answered: bool) -> None:  # noqa: FBT001 - drawn by name
        """Run, and die at some request."""
        self._next = (requests, answered)
        with suppress(Killed):
            self._run()
        self._next = (None, False)

    @rule(some=st.sets(st.sampled_from((PLACEMENT, *NAMES)), min_size=1))
    def run_is_of_some(self, some: set[str]) -> None:
        """Run with targets."""
        self._run(some)

    @rule()
    def run_goes_on(self) -> None:
        """Run to the end, whatever it is."""
        self._run()

    @rule()
    def state_is_refreshed(self) -> None:
        """Refresh, and run nothing."""
        self.emulator.faults.clear()
        self.program.refresh()

    def _run(self, targets: Collection[str] | None = None) -> None:
        def note(name: str, entries: dict[str, str]) -> None:
            self.watcher.announced[name] = entries

        lacking = max(0, sum(self.counts.values()) - sum(self.hand.counts(IDS[name])[CPU] for name in NAMES))
        self.program.up(pools(**self.counts), targets, note)
        assert self.watcher.faults == []
        assert self.watcher.bought <= lacking or targets is not None

    def _settle(self) -> None:
        self.emulator.faults.clear()
        self.emulator.clock.advance(COME_TRUE)

    @invariant()
    def no_pool_is_empty(self) -> None:
        """Every pool has a node, whatever has happened."""
        if hasattr(self, "hand"):
            assert all(self.hand.nodes(IDS[name]) for name in NAMES)

    def teardown(self) -> None:
        """Left alone, the next run ends as declared, and the one after it does nothing."""
        if not hasattr(self, "hand"):
            return
        self._settle()
        self._run()
        assert self.program.said == {}
        assert {name: self.hand.counts(IDS[name])[CPU] for name in NAMES} == self.counts
        self.emulator.journal.clear()
        self._run()
        assert self.program.said == {}
        assert self.emulator.journal.writes() == []


TestInterference = Interference.TestCase
TestInterference.settings = settings(max_examples=examples(2, long=40), stateful_step_count=10)
