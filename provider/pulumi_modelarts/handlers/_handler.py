"""What every handler does alike: check and diff, derived from the declaration's fields.

Numbers arrive as floats, optional inputs may be absent, and any value may be unknown in a preview: `check` parses at
the door, and everything behind it sees typed values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from pulumi import dynamic

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.handlers import _rpc
from pulumi_modelarts.plans import changes, summary
from pulumi_modelarts.specs._spec import Computed, Problem, Replaces, SpecT, fields_marked, inputs_of, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.handlers._configuration import Configuration
    from pulumi_modelarts.reconcilers.session import Session

CALLS = ("check", "diff", "create", "read", "update", "delete")

DEFAULT_TIMEOUT = 90 * 60.0
"""Seconds for create and update when the program sets no `custom_timeouts`: what the vendor's own tools wait."""


@dataclass(frozen=True)
class Foresight:
    """What a run would do to the service, found out before it starts.

    Attributes:
        changes: What it would do, as the map that the preview shows.
        problems: What stands against it.
        warnings: What it would leave as it is although it is not as declared.
    """

    changes: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


class Handler(ABC, Generic[SpecT]):
    """Base of the handlers; one is made for every call.

    Args:
        configuration: What the stack or an explicit provider says.

    Attributes:
        spec: The declaration it manages.
    """

    spec: ClassVar[type[Any]]

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Makes the errors of every call readable, those of later handlers too."""
        super().__init_subclass__(**kwargs)
        for name in CALLS:
            setattr(cls, name, _rpc.plainly(getattr(cls, name)))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Validates the inputs, brings them into one form, and fills in what this run will do to the service."""
        call, before = _rpc.current_call(), self.as_declared(olds)
        raw = {key: value for key, value in news.items() if key not in {_rpc.PROVIDER_KEY, self._computed}}
        parsed = parse(self.spec, raw, _rpc.is_unknown)
        if parsed.problems:
            return dynamic.CheckResult(news, _failures(parsed.problems + self._further(parsed.rest, before, call)))
        if parsed.spec is None:
            return dynamic.CheckResult({**parsed.inputs, self._computed: _rpc.unknown()}, [])
        live_preview = self._configuration.live_preview
        foresight = self.foresee(parsed.spec, before, call) if live_preview else Foresight({})
        for warning in foresight.warnings:
            call.warn(warning)
        if not olds and not foresight.problems:
            self._tell(call, foresight.changes)
        entries = self._entries(parsed.inputs, foresight.changes, olds)
        return dynamic.CheckResult({**parsed.inputs, self._computed: entries}, _failures(foresight.problems))

    def _entries(
        self, inputs: Mapping[str, Any], computed: Mapping[str, str], olds: Mapping[str, Any]
    ) -> dict[str, str]:
        """Returns the map to record: nothing at rest, which `diff` then tells the engine as no change."""
        if not computed and self._same(inputs, olds):
            return {}
        return changes.recorded(computed, self.as_declared(olds).get(self._computed) or {})

    def _tell(self, call: _rpc.Call, entries: Mapping[str, str]) -> None:
        """Says what a run is about to do, where there is a row to say it in."""
        if entries and call.urn:
            call.tell(self.summary(entries))

    def _further(self, rest: SpecT | None, olds: Mapping[str, Any], call: _rpc.Call) -> tuple[Problem, ...]:
        """Returns what the service shows to be wrong besides; nothing where it cannot be asked.

        Args:
            rest: The declaration without what is wrong by itself; None where nothing can be said about it.
            olds: The recorded inputs.
            call: The engine's call.
        """
        if rest is None or not self._configuration.live_preview:
            return ()
        with suppress(ModelArtsError):
            return self.foresee(rest, olds, call).problems
        return ()

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """Says whether anything changes, and leaves it to the engine to say what.

        The engine computes property paths by itself, from old and new inputs, when a provider answers that it does not
        know; it cannot when the answer is yes.

        A resource that is replaced is checked once more as a new one, and told then.
        """
        call = _rpc.current_call()
        before, after = self._recorded(call, olds), self.as_declared(inputs_of(self.spec, news))
        replaces = [
            name
            for name in sorted(fields_marked(self.spec, Replaces))
            if before.get(name) != after.get(name) and not _rpc.is_unknown(after.get(name))
        ]
        entries = after.get(self._computed) or {}
        if not replaces and not _rpc.is_unknown(entries):
            new = changes.new(entries, before.get(self._computed) or {})
            self._tell(call, summary.visible(new, call.ignored, self._computed))
        same = not entries and self._same(before, after)
        return dynamic.DiffResult(changes=False if same else None, replaces=replaces)

    def recorded(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the recorded inputs, read as what the program had declared.

        Args:
            call: The engine's call, which knows them.
            outputs: The recorded outputs, which echo them: all but the map, which outlives a run at rest in them.
        """
        return self.as_declared(self._recorded(call, outputs))

    def _recorded(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        return inputs_of(self.spec, call.old_inputs or outputs)

    def announced(self, call: _rpc.Call, entries: Mapping[str, str]) -> dict[str, str] | None:
        """Returns what the checked map announces for this run; None where previews are offline.

        Where the recorded inputs cannot be found, what earlier runs did counts as announced too.
        """
        if not self._configuration.live_preview:
            return None
        before = self.as_declared(call.old_inputs or {})
        return changes.announced(entries, before.get(self._computed) or {})

    @abstractmethod
    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Makes the declaration true for the first time."""

    @abstractmethod
    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads what is true, in the form of what is recorded."""

    @abstractmethod
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes a changed declaration true."""

    @abstractmethod
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stops managing what was declared."""

    @abstractmethod
    def foresee(self, spec: SpecT, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Finds out what a run would do to the service; may read it, never write.

        Args:
            spec: What the program declares.
            olds: The recorded inputs; empty when the resource is new.
            call: The engine's call.

        Raises:
            ModelArtsError: The service could not be read.
        """

    @abstractmethod
    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns recorded inputs, those that an earlier version recorded too, as what the program had declared."""

    @abstractmethod
    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns what a run is about to do, in one line."""

    @property
    def session(self) -> Session:
        """The shared side of the configured project.

        Raises:
            ConfigurationError: Settings are missing or cannot be used.
        """
        return self._configuration.session

    @property
    def _computed(self) -> str:
        (name,) = fields_marked(self.spec, Computed)
        return name

    def _same(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Returns whether two declarations are equal, whatever their maps say."""
        return self._canonical(one) == self._canonical(other)

    def _canonical(self, inputs: Mapping[str, Any]) -> object:
        """Returns inputs in the form in which equal declarations are equal; unknown or unreadable ones as they are."""
        declared = {key: value for key, value in inputs_of(self.spec, inputs).items() if key != self._computed}
        return parse(self.spec, declared, _rpc.is_unknown).spec or declared


def _failures(problems: tuple[Problem, ...]) -> list[dynamic.CheckFailure]:
    """Returns problems as check failures.

    The path stands in the text: given as the failure's property, the engine looks it up as a plain top-level name and
    prints `value {<nil>}` beside every nested one (observed: CLI 3.259).
    """
    return [dynamic.CheckFailure("", f"{problem.path}: {problem.reason}") for problem in problems]
