"""Answers of 200 that say nothing, or nonsense, to each read that a decision rests on: nobody acts on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import GPU_POOL, TRAIN_POOL, Emulator, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.node_selection import NodeSelectionProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.migrations import EIGHT, STAYING, placing
from tests.resources.networks import making
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.selections import choosing
from tests.resources.service import world
from tests.resources.team import SECONDS
from tests.resources.witness import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pulumi import dynamic

CPU8 = "modelarts.vm.cpu.8ud"
BUSY, IDLE, WIDE = EIGHT[:3]
NOT_UNDERSTOOD = "was not understood"
LONG_ENOUGH = 10_000
"""Virtual seconds after which what was begun has come true."""

ODD: Mapping[str, Any] = {
    "empty object": {},
    "null items": {"items": None, "metadata": None, "workspaces": None, "subnetIpAvailability": None},
    "wrong types": {"items": "none", "metadata": 3, "spec": [], "status": "x", "phase": 3, "workspaces": {}},
    "contradicting counts": {"items": [], "count": 3, "total": 3, "metadata": {"name": "x", "remainingItemCount": 3}},
    "another's document": {
        "metadata": {"name": GPU_POOL, "id": GPU_POOL},
        "jobId": "another",
        "orderName": "another",
        "phase": "Success",
        "items": [{"metadata": {"name": "other"}}],
    },
    "a mark that never ends": {
        "items": [{"metadata": {"name": "a", "id": "a"}, "uid": "a", "orderName": "a", "jobId": "a"}],
        "metadata": {"continue": "again"},
        "count": 900,
        "total": 900,
    },
}
"""What is answered, by what is wrong with it; each is odd for lists, for objects and for lists of other names."""

QUICK = ("null items",)
"""What `make test` tries; `make test-long` tries all."""

READABLE = {
    ("listPools", "another's document"): "a list without a pool has never meant that the pool is gone",
    ("listNetworks", "another's document"): "a list without a network has never meant that there is none",
    ("listResourceFlavors", "another's document"): "a list of other flavors is one",
    ("listWorkloads", "a mark that never ends"): "this list knows no marks, and work that nobody knows keeps all nodes",
    ("showOrder", "contradicting counts"): "an order counts resources before it tells of them: it is waited for",
    ("showOrder", "a mark that never ends"): "likewise",
}
"""Cells whose answer can be understood, and why nothing is wrong with that."""

PLACES = ("listPools", "showPool", "listPoolNodes")
WORK = ("listWorkloads", "listTrainingJobs", "listTrainingJobTasks", "listWorkspaces")
JOBS = ("listJobs", "showJob", "showTrainingJobDetails")
SUPPLY = ("listResourceFlavors",)  # free addresses are no such read: not knowing them refuses nothing

BEHIND_WORKLOADS = {"listTrainingJobs", "listTrainingJobTasks", "showTrainingJobDetails", "listWorkspaces"}
"""Those that are asked where workloads cannot be listed."""


@dataclass(frozen=True)
class Verb:
    """What a program does when the odd answer comes.

    Attributes:
        provider: Of its resource.
        program: Its inputs, once it is to change something.
        before: Its inputs in the run before that; None where there was none.
        count: Nodes that the training pool has in the end, as declared.
        reads: Reads that it makes, by when the odd answers begin: before the preview, between preview and run, or at a
            refresh.
        outcome: How the service ends what the run sets going.
    """

    provider: type[dynamic.ResourceProvider]
    program: Mapping[str, Any]
    before: Mapping[str, Any] | None
    count: int
    reads: Mapping[str, tuple[str, ...]]
    outcome: Outcome | None = None


GROWN: dict[str, Any] = {"poolName": TRAIN_POOL, "flavors": {CPU: 4.0, CPU8: 2.0, "modelarts.vm.cpu.16u64g.d": 1.0}}

GROWTH = {"preview": (*PLACES[:2], *SUPPLY), "run": PLACES[:2]}
SHRINKING = dict.fromkeys(("preview", "run"), (*PLACES, *WORK))
# A migration looks at free addresses as well, but nothing rests on them: the service looks at them by itself.
MOVING = dict.fromkeys(("preview", "run"), (*PLACES[::2], *WORK, *JOBS, *SUPPLY))
CHOOSING = {"preview": (*PLACES[::2], *WORK, "listJobs")}  # a run records what was chosen, and reads nothing
MAKING = {"preview": ("listNetworks", "showNetwork"), "run": ("showNetwork",)}

VERBS = {
    "grow": Verb(ResourcePoolProvider, GROWN, train(3), 7, GROWTH),
    "grow in part": Verb(ResourcePoolProvider, GROWN, train(3), 7, {"run": ("showOrder",)}, Outcome(nodes=1)),
    "shrink": Verb(ResourcePoolProvider, train(2, maxScaleIn=1.0, onRunningJobs="fail"), train(3), 3, SHRINKING),
    "migrate": Verb(NodeMigrationProvider, placing(WIDE, awaitJobs=["ended"]), None, 3, MOVING),
    "choose": Verb(NodeSelectionProvider, choosing(2, keepers={"a": "b"}), choosing(1), 4, CHOOSING),
    "make a network": Verb(NetworkProvider, making(), None, 4, MAKING),
    "refresh": Verb(ResourcePoolProvider, train(3), train(3), 4, {"refresh": ("listPools",)}),
    "refresh of a migration": Verb(NodeMigrationProvider, placing(WIDE), placing(WIDE), 3, {"refresh": PLACES[::2]}),
}


@dataclass
class Cell:
    """One verb, one moment, one read, one odd answer.

    Attributes:
        emulator: The service, with the world of all cells.
        verb: What is done.
        moment: When the odd answers begin.
        read: Which read they are to.
        odd: What is odd.
        wrong: What is wrong with how it went.
    """

    emulator: Emulator
    verb: Verb
    moment: str
    read: str
    odd: str
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Bring the odd answers on, look at what comes of them, and let good ones follow."""
        stack, at_work = self._begun(), running(self.emulator.world()).keys()
        said = self._attempt(stack)
        self._judge(said)
        if stack.state is None and self.verb.before is not None:
            self.wrong.append("the resource has been forgotten")
            return
        self.emulator.faults.clear()
        self.emulator.clock.advance(LONG_ENOUGH)
        self._finish(stack)
        if running(self.emulator.world()).keys() != at_work:
            self.wrong.append("work has ended")

    def _begun(self) -> Stack:
        """Return the program as it stands before the odd answers."""
        nodes: dict[str, Any] = {BUSY: {}, IDLE: {}, STAYING: {}, WIDE: {"flavor": CPU8}}
        jobs = {"busy": {"pool": TRAIN_POOL, "nodes": [BUSY]}, "ended": {"pool": TRAIN_POOL, "phase": "Completed"}}
        resources = [{"flavor": CPU, "count": 3}, {"flavor": CPU8, "count": 1}]
        made = world(pool=TRAIN_POOL, resources=resources, nodes=nodes, jobs=jobs)
        self.emulator.seed({**made, "timings": SECONDS})
        name = f"odd-{id(self.emulator)}"
        stack = Stack(configured(self.verb.provider(), **connect(self.emulator, name)))
        if self.verb.before is not None:
            stack.up(self.verb.before)
        configured(stack.provider, **connect(self.emulator, name))
        self.emulator.journal.clear()
        return stack

    def _attempt(self, stack: Stack) -> str:
        """Let the odd answers come at their moment; return what the program says, empty if nothing."""
        try:
            if self.moment == "refresh":
                self._arm()
                stack.refresh()
            elif self.moment == "preview":
                self._arm()
                stack.up(self.verb.program)
            else:
                _MidRun(stack, self._arm_later).up(self.verb.program)
        except (ModelArtsError, CheckFailedError) as error:
            return str(error)
        return ""

    def _arm(self) -> None:
        if self.verb.outcome is not None:
            self.emulator.faults.arm(Fault("patchPool", outcome=self.verb.outcome))
        if self.read in BEHIND_WORKLOADS:
            self.emulator.faults.arm(Fault("listWorkloads", status=403, times=None))
        self.emulator.faults.arm(Fault(self.read, body=ODD[self.odd], times=None))

    def _arm_later(self) -> None:
        """Arm it once what the check has read is older than anything the run may believe."""
        self.emulator.clock.advance(1)
        self._arm()

    def _judge(self, said: str) -> None:
        """Look for writes behind an odd answer, and for an error that does not tell of it."""
        odd = [exchange.number for exchange in self.emulator.journal.exchanges(self.read) if exchange.fault]
        if not odd:
            self.wrong.append("it is not asked for")
        elif (self.read, self.odd) not in READABLE:
            if late := [write.operation for write in self.emulator.journal.writes() if write.number > odd[0]]:
                self.wrong.append(f"{late} rest on it")
            if NOT_UNDERSTOOD not in said:
                self.wrong.append(f"it says {said!r}")

    def _finish(self, stack: Stack) -> None:
        """Let a run with good answers finish, and a second one find nothing to do."""
        try:
            stack.up(self.verb.program)
            self.emulator.journal.clear()
            stack.up(self.verb.program)
        except (ModelArtsError, CheckFailedError) as error:
            self.wrong.append(f"good answers do not help: {error}")
        if len(self.emulator.world()["pools"][TRAIN_POOL]["nodes"]) != self.verb.count:
            self.wrong.append("the pool is not as declared")
        if writes := self.emulator.journal.writes():
            self.wrong.append(f"the run after that sends {[write.operation for write in writes]}")


class _MidRun(Stack):
    """A program to which something happens between the check of its run and the run."""

    def __init__(self, stack: Stack, happens: Callable[[], None]) -> None:
        super().__init__(stack.provider, stack.state)
        self._happens = happens

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Check, then let it happen."""
        checked = super().check(inputs)
        self._happens()
        return checked


def cells(verb: str, odds: Iterable[str]) -> Iterator[Cell]:
    """Return cells of a verb, all on one emulator."""
    emulator = Emulator()
    for moment, reads in VERBS[verb].reads.items():
        for read in reads:
            for odd in odds:
                yield Cell(emulator, VERBS[verb], moment, read, odd)


def offending(verb: str, odds: Iterable[str]) -> dict[str, list[str]]:
    """Try cells of a verb; return what is wrong with those that went wrong."""
    tried = list(cells(verb, odds))
    for cell in tried:
        cell.run()
    return {f"{cell.moment}, {cell.read}, {cell.odd}": cell.wrong for cell in tried if cell.wrong}


@pytest.mark.parametrize("verb", VERBS)
def test_no_write_rests_on_an_answer_that_was_not_understood(verb: str) -> None:
    """It is an error that says where, nothing is forgotten, and the next run with good answers finishes."""
    assert offending(verb, QUICK) == {}


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS)
def test_no_write_rests_on_whatever_is_odd(verb: str) -> None:
    """The same with everything that an answer can be instead of what it should."""
    assert offending(verb, ODD) == {}
