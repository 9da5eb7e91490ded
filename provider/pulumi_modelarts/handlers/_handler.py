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
from pulumi_modelarts.handlers._pool_ids import with_ids
from pulumi_modelarts.plans import changes
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
        call = _rpc.current_call()
        raw = {key: value for key, value in news.items() if key not in {_rpc.PROVIDER_KEY, self._computed}}
        parsed = parse(self.spec, raw, _rpc.is_unknown)
        if parsed.problems:
            problems = self._with_ids(parsed.problems, raw) + self._further(parsed.rest, olds, call)
            return dynamic.CheckResult(news, _failures(problems))
        if parsed.spec is None:
            return dynamic.CheckResult({**parsed.inputs, self._computed: _rpc.unknown()}, [])
        stored = self.stored(olds, parsed.spec)
        if not self._configuration.live_preview:
            return dynamic.CheckResult(_with(parsed.inputs, self._computed, stored), [])
        foresight = self.foresee(parsed.spec, olds, call)
        for warning in foresight.warnings:
            call.warn(warning)
        inputs = _with(parsed.inputs, self._computed, changes.recorded(foresight.changes, stored))
        return dynamic.CheckResult(inputs, _failures(foresight.problems))

    def _with_ids(self, problems: tuple[Problem, ...], raw: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Returns problems, those about a display name with the id to write, where the service may be asked."""
        return with_ids(problems, raw, lambda: self.session) if self._configuration.live_preview else problems

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
        """
        before, after = inputs_of(self.spec, olds), inputs_of(self.spec, news)
        replaces = [
            name
            for name in sorted(fields_marked(self.spec, Replaces))
            if before.get(name) != after.get(name) and not _rpc.is_unknown(after.get(name))
        ]
        same = _canonical(self.spec, before) == _canonical(self.spec, after)
        return dynamic.DiffResult(changes=False if same else None, replaces=replaces)

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

    def stored(self, olds: Mapping[str, Any], spec: SpecT) -> dict[str, str]:
        """Returns the map of the run that last changed something, as far as it still holds for this declaration."""
        del spec
        return dict(olds.get(self._computed) or {})

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


def _with(inputs: Mapping[str, Any], computed: str, entries: Mapping[str, str]) -> dict[str, Any]:
    return {**inputs, computed: dict(entries)}


def _canonical(spec: type[SpecT], inputs: Mapping[str, Any]) -> object:
    """Returns inputs in the form in which equal declarations are equal; unknown or unreadable ones as they are."""
    parsed = parse(spec, inputs, _rpc.is_unknown)
    return parsed.spec or dict(inputs)


def _failures(problems: tuple[Problem, ...]) -> list[dynamic.CheckFailure]:
    """Returns problems as check failures.

    The path stands in the text: given as the failure's property, the engine looks it up as a plain top-level name and
    prints `value {<nil>}` beside every nested one (observed: CLI 3.259).
    """
    return [dynamic.CheckFailure("", f"{problem.path}: {problem.reason}") for problem in problems]
