"""A stack's life as the engine leads it: made, changed, replaced, refreshed, destroyed; a failure may keep what began.

It follows the rules of the engine that decide what becomes of a pool, each as it was observed (CLI 3.259):

- A resource is checked and then run, one after the other; the first that fails ends the command.
- A failure that carries a trailer keeps the resource: with the checked inputs if it is new, else with the old ones. The
  next run updates it whatever `diff` says.
- `--replace` checks as if there were nothing yet, creates, and deletes the old one when the program has ended.
- What the program does not declare any more is deleted then too, the last registered first, whatever else fails, unless
  it was registered with `retain_on_delete`.
- A destroy checks nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.plans import changes
from tests.resources.scenario import (
    NEVER_READ,
    PROVIDER_KEY,
    CheckFailedError,
    Request,
    Servicer,
    Stack,
    State,
    configured,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pulumi import dynamic

T = TypeVar("T")

LIMIT = 900.0
"""Virtual seconds that a program gives each resource: long enough for what comes true at all."""


class Declared(NamedTuple):
    """One resource of a program.

    Attributes:
        provider: The provider class of its kind.
        inputs: What it declares; numbers are floats, as from the engine.
        computed: The input that says what a run does.
        retain: Whether it is registered with `retain_on_delete`.
    """

    provider: type[dynamic.ResourceProvider]
    inputs: Mapping[str, Any]
    computed: str = "changes"
    retain: bool = False


Program = dict[str, Declared]
"""Resources by name, in the order in which they depend on each other."""


class Trailer:
    """The end of a gRPC answer: where a failure says what is to be kept."""

    def __init__(self) -> None:
        self.kept: State | None = None

    def set_trailing_metadata(self, trailer: Sequence[tuple[str, bytes]]) -> None:
        """Read what a failed creation or update leaves."""
        status, details = status_pb2.Status(), provider_pb2.ErrorResourceInitFailed()
        status.ParseFromString(trailer[0][1])
        status.details[0].Unpack(details)
        outs = rpc.deserialize_properties(details.properties, keep_unknowns=True)
        self.kept = State(details.id, {}, unwrapped(outs))


class Host(Servicer):
    """A servicer whose calls have a context, so that failures can say what is kept."""

    def __init__(self) -> None:
        self.last = Trailer()

    def serve(self, request: Request, call: Callable[[], T]) -> T:
        """Make a call on behalf of a request, in a context."""
        context = self.last = Trailer()
        assert request is not None
        assert context.kept is None
        return call()


@dataclass
class Resource(Stack):
    """What a state holds of one resource of a program, and how the engine runs it.

    Attributes:
        name: Its name in the program.
        computed: The input that says what a run does.
        retain: Whether it is not deleted when its program lets it go.
        unfinished: Whether the last run of it failed halfway.
        doomed: What it was before it was replaced, which is to be deleted.
        announced: What its last check said that its run does.
    """

    name: str = ""
    computed: str = ""
    retain: bool = False
    unfinished: bool = False
    doomed: list[State] = field(default_factory=list)
    announced: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Be called as the engine calls."""
        self.urn, self.timeout, self.servicer = f"urn:pulumi:test::shop::x::{self.name}", LIMIT, Host()

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Check, and remember what the run will do."""
        self.announced = {}
        checked = super().check(inputs)
        recorded = self.state.inputs[self.computed] if self.state else {}
        self.announced = changes.announced(checked[self.computed], recorded)
        return checked

    def up(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run the program; what failed halfway is run again although nothing differs."""
        checked = self.check(inputs)
        changed = self._changed(checked)
        if self.state is None or changed or self.unfinished:
            self.run(checked)
        else:
            self.state = State(self.state.id, checked, self.state.outs)
        return changed

    def run(self, checked: dict[str, Any]) -> None:
        """Create or update; a failure may leave a resource that the next run finishes."""
        try:
            super().run(checked)
        except PartlyDoneError:
            kept = self._host.last.kept
            assert kept is not None
            inputs = checked if self.state is None else self.state.inputs
            self.state, self.unfinished = State(kept.id, inputs, kept.outs), True
            raise
        self.unfinished = False

    def replace(self, inputs: Mapping[str, Any]) -> None:
        """Check as if it were new, create, and doom what was there."""
        before, self.state = self.state, None
        try:
            self.run(self.check(inputs))
        finally:
            self._succeed(before)

    def _succeed(self, before: State | None) -> None:
        """Doom what has been replaced; where nothing was created, it stays."""
        if self.state is None:
            self.state = before
        elif before is not None:
            self.doomed.append(before)

    def delete(self, state: State) -> None:
        """Delete what a state tells of."""
        self._call(lambda: self.provider.delete(state.id, {**state.outs, PROVIDER_KEY: NEVER_READ}))

    @property
    def _host(self) -> Host:
        assert isinstance(self.servicer, Host)
        return self.servicer


@dataclass
class Life:
    """A stack, one command after the other, each in a process of its own.

    Attributes:
        process: Begins a process; returns the configuration of providers in it.
        began: Told before each step which resource is run, and by which command.
        resources: What the state holds, in the order of registration.
        said: What each resource that failed in the last command said.
    """

    process: Callable[[], Mapping[str, str]]
    began: Callable[[str, Resource], None] = lambda _command, _resource: None
    resources: dict[str, Resource] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def preview(self, program: Program) -> dict[str, dict[str, str]]:
        """Return what each resource would do; the first that is refused ends it."""
        self.said, config, found = {}, self.process(), {}
        for name, declared in program.items():
            resource = self._resource(name, declared, config)
            self.began("preview", resource)
            with self._noting(name):
                resource.preview(declared.inputs)
                found[name] = resource.announced
            if self.said:
                break
        return found

    def up(self, program: Program, replacing: Collection[str] = ()) -> None:
        """Run the program, then delete what it has replaced and what it does not declare; a failure ends it."""
        self.said, config = {}, self.process()
        for name, declared in program.items():
            resource = self._resource(name, declared, config)
            self.began("up", resource)
            with self._noting(name):
                if name in replacing and resource.state is not None:
                    resource.replace(declared.inputs)
                else:
                    resource.up(declared.inputs)
                resource.retain = declared.retain
            if self.said:
                return
        for name, resource in reversed(self.resources.items()):
            self._let_go("up", resource, config, wholly=name not in program)

    def refresh(self) -> None:
        """Read every resource into the state."""
        self.said, config = {}, self.process()
        for name, resource in self.resources.items():
            if resource.state is not None:
                configured(resource.provider, **config)
                self.began("refresh", resource)
                with self._noting(name):
                    resource.refresh()
                    resource.unfinished = False

    def destroy(self) -> None:
        """Delete everything that the state has, as far as it can be."""
        self.said, config = {}, self.process()
        for resource in reversed(self.resources.values()):
            self._let_go("destroy", resource, config, wholly=True)

    def _resource(self, name: str, declared: Declared, config: Mapping[str, str]) -> Resource:
        new = Resource(declared.provider(), name=name, computed=declared.computed)
        known = self.resources.setdefault(name, new)
        configured(known.provider, **config)
        return known

    def _let_go(self, command: str, resource: Resource, config: Mapping[str, str], *, wholly: bool) -> None:
        configured(resource.provider, **config)
        self.began(command, resource)
        with self._noting(resource.name):
            while resource.doomed:
                self._delete(resource, resource.doomed[0])
                del resource.doomed[0]
            if wholly and resource.state is not None:
                self._delete(resource, resource.state)
                resource.state, resource.unfinished = None, False

    def _delete(self, resource: Resource, state: State) -> None:
        if not resource.retain:
            resource.delete(state)

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        try:
            yield
        except (ModelArtsError, CheckFailedError) as error:
            self.said[name] = str(error)
