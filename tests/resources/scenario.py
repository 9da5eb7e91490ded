"""The least engine that can drive a provider: check, diff, create or update, refresh, with a state in between.

It follows the engine's rules as they were observed: `changes=None` means "compare the inputs", a resource without a
change is recorded with its checked inputs and its old outputs, a refresh shows what a run would change after it, turned
round, a failed update keeps the old state, a failed create leaves none. What only the real host does (initialisation
failures, status lines, threads) is tested through it, in `tests/engine` and `tests/stacks`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi import dynamic
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers._sessions import Target, keep
from pulumi_modelarts.reconcilers.session import Session
from pulumi_modelarts.resources._provider import Provider
from tests.shown import unequal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelarts_emulator import Emulator
    from pulumi_modelarts.api.trace_file import TraceFile

PROVIDER_KEY = "__provider"
NEVER_READ = "pickled provider"

T = TypeVar("T")


class EmulatorClock:
    """A clock that is the emulator's: sleeping lets virtual time pass, and takes none."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def monotonic(self) -> float:
        """Virtual seconds."""
        return self._emulator.clock.now()

    def time(self) -> float:
        """Virtual seconds since 1970."""
        return self._emulator.clock.now()

    def sleep(self, seconds: float, cancellation: Cancellation = NEVER) -> None:
        """Let virtual time pass, unless a stop was requested."""
        if not cancellation.requested:
            self._emulator.clock.advance(seconds)


class CheckFailedError(AssertionError):
    """A check reported failures; the text lists them."""


@dataclass
class State:
    """What a state file would hold of one resource."""

    id: str
    inputs: dict[str, Any]
    outs: dict[str, Any]


class Request(NamedTuple):
    """What the engine says beside the properties."""

    urn: str
    timeout: float
    old_inputs: Struct | None


class Servicer(ResourceProviderServicer):
    """Where the bridge finds the engine's request: in a servicer's frame."""

    def serve(self, request: Request, call: Callable[[], T]) -> T:
        """Make a call on behalf of a request."""
        assert request is not None
        return call()


@dataclass
class Stack:
    """One resource of a program, and the state it has.

    Attributes:
        provider: The provider under test.
        state: What is recorded; None before the first run.
        urn: The resource; empty where the engine does not tell.
        timeout: Seconds from `custom_timeouts`, 0 for none.
        servicer: Whose frame the calls are made from.
    """

    provider: dynamic.ResourceProvider
    state: State | None = field(default=None)
    urn: str = ""
    timeout: float = 0
    servicer: Servicer = field(default_factory=Servicer)

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked inputs; fail with everything that is wrong."""
        olds = dict(self.state.inputs) if self.state else {}
        checked = self._call(lambda: self.provider.check(olds, {**inputs, PROVIDER_KEY: NEVER_READ}))
        if checked.failures:
            raise CheckFailedError("\n".join(failure.reason for failure in checked.failures))
        return {**checked.inputs, PROVIDER_KEY: NEVER_READ}

    def preview(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs that a run would change, as a preview shows them; empty for none."""
        return self._changed(self.check(inputs))

    def up(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run the program; return what it changed."""
        checked = self.check(inputs)
        changed = self._changed(checked)
        if self.state is None or changed:
            self.run(checked)
        else:
            self.state = State(self.state.id, checked, self.state.outs)
        return changed

    def run(self, checked: dict[str, Any]) -> None:
        """Create or update with inputs that have been checked."""
        state = self.state
        if state is None:
            created = self._call(lambda: self.provider.create(checked))
            self.state = State(created.id, checked, unwrapped(created.outs or {}))
        else:
            olds = {**state.outs, PROVIDER_KEY: NEVER_READ}
            updated = self._call(lambda: self.provider.update(state.id, olds, checked), state.inputs)
            self.state = State(state.id, checked, unwrapped(updated.outs or {}))

    def refresh(self) -> dict[str, Any]:
        """Read the live resource into the state; return the recorded inputs that are shown as changed."""
        before = self.state
        assert before is not None
        outs = {**before.outs, PROVIDER_KEY: NEVER_READ}
        found = self._call(lambda: self.provider.read(before.id, outs), before.inputs)
        if not found.id:
            self.state = None
            return {"id": None}
        self.state = State(found.id, {**(found.inputs or {}), PROVIDER_KEY: NEVER_READ}, unwrapped(found.outs or {}))
        return {key: self.state.inputs.get(key) for key in self._changed(before.inputs)}

    def destroy(self) -> None:
        """Delete the resource, in a process of its own: a destroy runs no program."""
        state = self.state
        assert state is not None
        begin_anew(self.provider)
        self._call(lambda: self.provider.delete(state.id, {**state.outs, PROVIDER_KEY: NEVER_READ}))
        self.state = None

    def _changed(self, checked: dict[str, Any]) -> dict[str, Any]:
        state = self.state
        if state is None:
            return unequal({PROVIDER_KEY: NEVER_READ}, checked)
        olds = {**state.outs, PROVIDER_KEY: NEVER_READ}
        differs = self._call(lambda: self.provider.diff(state.id, olds, checked), state.inputs)
        return {} if differs.changes is False else unequal(state.inputs, checked)

    def _call(self, call: Callable[[], T], old_inputs: Mapping[str, Any] | None = None) -> T:
        recorded = None if old_inputs is None else json_format.ParseDict(dict(old_inputs), Struct())
        return self.servicer.serve(Request(self.urn, self.timeout, recorded), call)


def begin_anew(provider: dynamic.ResourceProvider) -> None:
    """Begin a new process with the same configuration: it remembers nothing, and nothing is declared in it."""
    assert isinstance(provider, Provider)
    before = provider.configuration.session
    keep(Target(before.client.settings), Session(before.client, before.clock))


def configured(provider: dynamic.ResourceProvider, **config: str) -> dynamic.ResourceProvider:
    """Configure a provider as the host does."""
    values = {f"modelarts:{key}": value for key, value in config.items()}
    provider.configure(dynamic.ConfigureRequest(dynamic.Config(values, "test")))
    return provider


def connect(emulator: Emulator, name: str, **further: str) -> dict[str, str]:
    """Make an emulator in this process the service that a configuration leads to; return that configuration.

    Args:
        emulator: The service.
        name: Tells this configuration from those of other tests.
        further: Keys of the configuration beside those that lead to the emulator, such as `accessKey`.
    """
    return _connected(emulator, {"endpoint": "emulator", "emulatorFile": name, **further}, None)


def connect_traced(emulator: Emulator, name: str, trace: TraceFile) -> dict[str, str]:
    """The same, with a file to which all requests are written."""
    return _connected(emulator, {"endpoint": "emulator", "emulatorFile": name}, trace)


def _connected(emulator: Emulator, config: dict[str, str], trace: TraceFile | None) -> dict[str, str]:
    settings = Settings.resolve(lambda key: config.get(key.removeprefix("modelarts:")), os.environ)
    clock = EmulatorClock(emulator)
    client = Client(settings, transport=emulator.transport(), clock=clock, trace=trace)
    keep(Target(settings), Session(client, clock))
    return config


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""What marks a value as secret on the wire."""


def unwrapped(value: Any) -> Any:
    """Return outputs as the engine hands them to a dynamic provider: secrets in plain, and not marked."""
    if isinstance(value, dict):
        if value.keys() >= SECRET.keys():
            return unwrapped(value["value"])
        return {key: unwrapped(item) for key, item in value.items()}
    return value
