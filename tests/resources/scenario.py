"""The least engine that can drive a provider: check, diff, create or update, refresh, with a state in between.

It follows the engine's rules as they were observed: `changes=None` means "compare the inputs", a failed update keeps
the old state, a failed create leaves none. What only the real host does (initialisation failures, status lines,
threads) is tested through it, in `tests/engine` and `tests/stacks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers._sessions import Target, keep
from pulumi_modelarts.reconcilers.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator import Emulator

PROVIDER_KEY = "__provider"
NEVER_READ = "pickled provider"


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

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        self._emulator.clock.advance(seconds)


class CheckFailedError(AssertionError):
    """A check reported failures; the text lists them."""


@dataclass
class State:
    """What a state file would hold of one resource."""

    id: str
    inputs: dict[str, Any]
    outs: dict[str, Any]


@dataclass
class Stack:
    """One resource of a program, and the state it has.

    Attributes:
        provider: The provider under test.
        state: What is recorded; None before the first run.
    """

    provider: dynamic.ResourceProvider
    state: State | None = field(default=None)

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked inputs; fail with everything that is wrong."""
        olds = dict(self.state.inputs) if self.state else {}
        checked = self.provider.check(olds, {**inputs, PROVIDER_KEY: NEVER_READ})
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
        if self.state is None:
            created = self.provider.create(checked)
            self.state = State(created.id, checked, unwrapped(created.outs or {}))
        elif changed:
            updated = self.provider.update(self.state.id, {**self.state.outs, PROVIDER_KEY: NEVER_READ}, checked)
            self.state = State(self.state.id, checked, unwrapped(updated.outs or {}))
        return changed

    def refresh(self) -> dict[str, Any]:
        """Read the live resource into the state; return the recorded inputs that changed."""
        assert self.state is not None
        before = self.state.inputs
        found = self.provider.read(self.state.id, {**self.state.outs, PROVIDER_KEY: NEVER_READ})
        if not found.id:
            self.state = None
            return {"id": None}
        self.state = State(found.id, {**(found.inputs or {}), PROVIDER_KEY: NEVER_READ}, unwrapped(found.outs or {}))
        return _unequal(before, self.state.inputs)

    def _changed(self, checked: dict[str, Any]) -> dict[str, Any]:
        if self.state is None:
            return {key: value for key, value in checked.items() if key != PROVIDER_KEY}
        differs = self.provider.diff(self.state.id, {**self.state.outs, PROVIDER_KEY: NEVER_READ}, checked)
        return {} if differs.changes is False else _unequal(self.state.inputs, checked)


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
    config = {"endpoint": "emulator", "emulatorFile": name, **further}
    settings = Settings.resolve(lambda key: config.get(key.removeprefix("modelarts:")), {})
    clock = EmulatorClock(emulator)
    keep(Target(settings), Session(Client(settings, transport=emulator.transport(), clock=clock), clock))
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


def _unequal(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    keys = sorted({*before, *after} - {PROVIDER_KEY})
    return {key: after.get(key) for key in keys if before.get(key) != after.get(key)}
