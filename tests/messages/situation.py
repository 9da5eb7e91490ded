"""What a message appears in: a world, a program, one command, and what the user reads of it.

Every text comes from the real parts: the handlers' checks, the reconcilers' runs, the settings. Nothing is written
down here but the situation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from modelarts_emulator import Emulator
from pulumi_modelarts.api.cancellation import Cancellation
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.handlers._configuration import Configuration
from pulumi_modelarts.handlers._rpc import Call
from pulumi_modelarts.handlers.fleet import FleetPlacementHandler
from pulumi_modelarts.handlers.network import NetworkHandler
from pulumi_modelarts.handlers.node_migration import NodeMigrationHandler
from pulumi_modelarts.handlers.node_selection import NodeSelectionHandler
from pulumi_modelarts.handlers.resource_pool import ResourcePoolHandler
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans import network as network_plans
from pulumi_modelarts.plans.live_nodes import Record
from pulumi_modelarts.reconcilers.network import NetworkReconciler
from pulumi_modelarts.reconcilers.node_migration import NodeMigrationReconciler
from pulumi_modelarts.reconcilers.pool_creation import PoolCreation
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler
from pulumi_modelarts.reconcilers.run import MigrationRun, NetworkRun, PoolRun
from pulumi_modelarts.reconcilers.watch import Watch
from pulumi_modelarts.specs._spec import inputs_of
from pulumi_modelarts.specs.network import MADE, NetworkSpec
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.stack import Stack
from tests.resources.interference import Executioner, mortal
from tests.resources.scenario import Request, Servicer
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pulumi_modelarts.api.client import ModelArts
    from pulumi_modelarts.handlers._foresight import Foresight
    from pulumi_modelarts.handlers._handler import Handler
    from pulumi_modelarts.reconcilers.guard import Guard
    from pulumi_modelarts.reconcilers.session import Session

PREVIEW = "refused in the preview"
WARNING = "warning"
ERROR = "error"
ROW = "status in the row"
NOTE = "note"

QUICK = {"queue": 1, "creating": 3, "checking": 1, "spread": 0, "deleting": 3, "driver": 5, "scope": 2, "migrating": 3}
"""Virtual seconds: what is waited for is asked for again and again, and each question takes time."""

STACK = "organization/x/test"
"""The stack of every program, as its pools are marked."""

URN = "urn:pulumi:test::x::x::train"
"""The resource of most programs."""

LIMIT = 900.0
"""Virtual seconds that a run may take, unless its scene says otherwise."""


@dataclass(frozen=True)
class Scene:
    """A situation and the messages that appear in it.

    Attributes:
        topic: Heading of the page under which it stands.
        when: When its messages appear, as a phrase.
        kind: What they are for the user.
        play: Makes the situation, and returns the messages.
    """

    topic: str
    when: str
    kind: str
    play: Callable[[Situation], Iterable[str]]


SCENES: list[Scene] = []
"""All scenes, in the order of the page."""


def scene(
    topic: str, when: str, kind: str = ERROR
) -> Callable[[Callable[[Situation], Iterable[str]]], Callable[[Situation], Iterable[str]]]:
    """Add a scene; what it decorates plays it."""

    def add(play: Callable[[Situation], Iterable[str]]) -> Callable[[Situation], Iterable[str]]:
        SCENES.append(Scene(topic, when, kind, play))
        return play

    return add


def refused(
    topic: str,
    when: str,
    program: Mapping[str, Any],
    first: Callable[[Situation], object] = lambda _: None,
    **changed: Any,
) -> None:
    """Add a scene in which a program is refused in its preview.

    Args:
        topic: Heading of the page.
        when: When it is refused.
        program: Inputs of the resource.
        first: What happens before.
        changed: What is different in the documented world, as for `world`.
    """

    def play(situation: Situation) -> list[str]:
        if changed:
            situation.seed(world(**changed))
        first(situation)
        return situation.refusals(program)

    SCENES.append(Scene(topic, when, PREVIEW, play))


class Situation:
    """A world of its own, and whoever runs programs in it.

    Args:
        name: Tells it from others in this process.

    Attributes:
        emulator: The service.
        hand: Somebody at the console.
        rows: What the row of the resource has shown, each text once.
        told: What was told to be kept.
        cancellation: Where the user asks a run to stop.
    """

    def __init__(self, name: str) -> None:
        self.emulator = Emulator()
        self.hand = Hand(self.emulator)
        self.rows: list[str] = []
        self.told: list[str] = []
        self.cancellation = Cancellation()
        self.seed(world())
        self._witness = Executioner(self.emulator)
        config = mortal(self.emulator, self._witness, f"messages {name}")
        self._settings = {f"modelarts:{key}": value for key, value in config.items()}
        self.set()

    def set(self, environ: Mapping[str, str] | None = None, **settings: str) -> None:
        """Set further keys of the configuration, in an environment; in that of this process where none is given."""
        further = {f"modelarts:{key}": value for key, value in settings.items()}
        self._configuration = Configuration(dynamic.Config({**self._settings, **further}, "test"), environ)

    @property
    def guard(self) -> Guard:
        """What holds a run to what whoever starts it allows."""
        return self._configuration.guard(URN)

    def begun(self, program: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
        """Check a program, have its run started in another environment, and return the error that ends it."""
        checked = self._checked(program, "train", None)
        self.set(environ)
        handler, call = _handler(program)(self._configuration), Request(URN, LIMIT, None)
        try:
            Servicer().serve(call, lambda: handler.create(checked.inputs))
        except ModelArtsError as error:
            return [str(error)]
        raise AssertionError(f"the run was to fail: {program}")

    def planned(self, program: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> str:
        """Return the line that a plain preview says of a program; `olds` are the inputs of the last run."""
        return _handler(program)(self._configuration).summary(self.foreseen(program, olds).changes)

    def seed(self, made: Mapping[str, Any]) -> None:
        """Begin with a world, in which everything takes as little time as it can."""
        self.emulator.seed({**made, "timings": QUICK})

    @property
    def session(self) -> Session:
        """The shared side of the project."""
        return self._configuration.session

    @property
    def client(self) -> ModelArts:
        """What speaks to the service."""
        return self.session.client

    def refusals(
        self, program: Mapping[str, Any], name: str = "train", olds: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Preview, and return what the check complains of."""
        return [failure.reason for failure in self._checked(program, name, olds).failures]

    def warnings(self, program: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """Preview, and return what it warns of.

        Args:
            program: Inputs of the resource.
            olds: Those of the last run.
        """
        return self.foreseen(program, olds).warnings

    def losses(self) -> list[str]:
        """Return what the service did not tell this user, as far as it has not been said."""
        return [loss.text for loss in self._configuration.session.rights.untold()]

    def foreseen(self, program: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> Foresight:
        """Return what a run would do, as its preview finds out."""
        handler = _handler(program)(self._configuration)
        completed = handler.completed(program)
        call = Call(Request(URN, LIMIT, None)) if "network" in program else Call()  # a pool to make is marked by it
        return handler.foresee(handler.spec.model_validate(completed), olds or {}, call)

    def fails(
        self,
        program: Mapping[str, Any],
        between: Callable[[], object] = lambda: None,
        olds: Mapping[str, Any] | None = None,
        limit: float = LIMIT,
    ) -> list[str]:
        """Run, and return the error that ends the run.

        Args:
            program: Inputs of the resource.
            between: What happens between the check and the run.
            olds: Inputs of the last run.
            limit: Virtual seconds that the run may take.
        """
        try:
            self.runs(program, between, olds, limit)
        except ModelArtsError as error:
            return [str(error)]
        raise AssertionError(f"the run was to fail: {program}")

    def runs(
        self,
        program: Mapping[str, Any],
        between: Callable[[], object] = lambda: None,
        olds: Mapping[str, Any] | None = None,
        limit: float = LIMIT,
    ) -> list[str]:
        """Run, and return what the row has shown."""
        before = dict(olds or {})
        checked = self._checked(program, "train", before)
        if checked.failures:
            raise AssertionError([failure.reason for failure in checked.failures])
        between()
        watch = self.watch(limit)
        if "poolName" in checked.inputs:
            declared = ResourcePoolSpec.model_validate(inputs_of(ResourcePoolSpec, checked.inputs))
            pool = declared.of_stack(Stack(STACK, self._configuration.options.claim, URN))
            shown = changes.announced(pool.changes, before.get("changes", {}))
            run = PoolRun(pool, shown, {} if before else None)
            (PoolCreation if pool.makes else ResourcePoolReconciler)(run, watch).apply()
        elif "networkName" in checked.inputs:
            NetworkReconciler(_network(checked.inputs, before), watch).apply()
        else:
            moved = NodeMigrationSpec.model_validate(inputs_of(NodeMigrationSpec, checked.inputs))
            shown = changes.announced(moved.moves, before.get("moves", {}))
            NodeMigrationReconciler(MigrationRun(moved, shown, Record()), watch).apply()
        return self.rows

    def watch(self, limit: float = LIMIT) -> Watch:
        """Return what a run waits with."""
        session = self._configuration.session
        return Watch(session, Deadline.after(limit, session.clock, self.cancellation), self._show, self.told.append)

    def once(self, due: Callable[[], object], event: Callable[[], object]) -> None:
        """Have something happen once, before the first request at which it is due."""
        happened: list[bool] = []

        def look() -> None:
            if not happened and due():
                happened.append(True)
                event()

        self._witness.before_each = look

    def asked(self, operation: str) -> int:
        """Return how often an operation has been asked for."""
        return len(self.emulator.journal.exchanges(operation))

    def _show(self, text: str) -> None:
        if text not in self.rows:
            self.rows.append(text)

    def _checked(
        self, program: Mapping[str, Any], name: str, olds: Mapping[str, Any] | None = None
    ) -> dynamic.CheckResult:
        handler = _handler(program)(self._configuration)
        call = Request(f"urn:pulumi:test::x::x::{name}", LIMIT, None)
        return Servicer().serve(call, lambda: handler.check(dict(olds or {}), dict(program)))


def _network(inputs: Mapping[str, Any], before: Mapping[str, Any]) -> NetworkRun:
    """Return the run of a network; one that is on record was made by its resource."""
    spec = NetworkSpec.model_validate(inputs_of(NetworkSpec, inputs))
    record = network_plans.Record(spec.id, named=True, ownership=MADE) if before else None
    return NetworkRun(spec, changes.announced(spec.changes, before.get("changes", {})), record)


def _handler(program: Mapping[str, Any]) -> type[Handler[Any]]:
    if {"cidr", "networkName"} & program.keys() or program.keys() == {"name"}:
        return NetworkHandler
    if "pools" in program:
        return FleetPlacementHandler
    if "pool" in program:
        return NodeSelectionHandler
    return NodeMigrationHandler if "nodes" in program else ResourcePoolHandler
