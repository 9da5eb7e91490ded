"""What every handler does alike: check and diff, derived from the declaration's fields.

Numbers arrive as floats, optional inputs may be absent, and any value may be unknown in a preview: `check` parses at
the door, and everything behind it sees typed values.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from pulumi import dynamic

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.handlers import _guarding, _rpc, _secrets, _trace
from pulumi_modelarts.handlers._foresight import Foresight, failures
from pulumi_modelarts.handlers._ignored import as_before, looked_after, refuse_hidden
from pulumi_modelarts.handlers._pool_ids import with_ids
from pulumi_modelarts.plans import changes, secrets
from pulumi_modelarts.specs._declaration import DeclarationT
from pulumi_modelarts.specs._spec import Computed, Problem, Replaces, fields_marked, inputs_of, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.handlers._configuration import Configuration
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.reconcilers.watch import Watch

CALLS = ("check", "diff", "create", "read", "update", "delete")

DEFAULT_TIMEOUT = 90 * 60.0
"""Seconds for create and update when the program sets no `custom_timeouts`: what the vendor's own tools wait."""


class Handler(ABC, Generic[DeclarationT]):
    """Base of the handlers; one is made for every call.

    Args:
        configuration: What the stack or an explicit provider says.

    Attributes:
        spec: The declaration it manages.
    """

    spec: ClassVar[type[Any]]

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._looks_ahead = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Makes what every call does safe to show, and its errors readable; of later handlers too."""
        super().__init_subclass__(**kwargs)
        for name in CALLS:
            setattr(cls, name, _secrets.keeping(_rpc.plainly(_trace.serving_call(name, getattr(cls, name)))))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Validates the inputs, brings them into one form, and fills in what this run will do to the service."""
        self._looks_ahead = True
        call, before = self.call, self.as_declared(olds)
        raw = {key: value for key, value in news.items() if key not in {_rpc.PROVIDER_KEY, self._computed}}
        if named := _secrets.refused(self.spec, raw):
            return dynamic.CheckResult(news, failures(named))
        raw = self.completed(raw)
        self.declare(raw, call)
        parsed = parse(self.spec, raw, _rpc.is_unknown)
        if parsed.problems:
            wrong = secrets.told(self._with_ids(parsed.problems, raw), _secrets.current().paths)
            return dynamic.CheckResult(news, failures(wrong + self._further(parsed.rest, before, call)))
        inputs = parsed.inputs | _secrets.names_to_record(olds, raw)
        if parsed.spec is None:
            self.unforeseen(before, call)
            return dynamic.CheckResult({**inputs, self._computed: _rpc.unknown()}, [])
        spec = looked_after(parsed.spec, olds)
        foresight = self.foresight(spec, before, call)
        if self._configuration.options.live_preview:
            self.tell_losses(call)
        warnings, refusals = _guarding.foretold(
            self._configuration.guard(call.urn), self.spec, inputs, foresight.changes
        )
        for warning in (*foresight.warnings, *warnings):
            call.warn(warning)
        problems = self._above_ceilings(spec) + foresight.problems + refusals
        if not olds and not problems:
            self._tell(call, foresight.changes)
        filled = self.filled_in(foresight.changes, before, spec, same=self._same(inputs, olds))
        return dynamic.CheckResult({**inputs, self._computed: filled}, failures(problems))

    def declare(self, raw: Mapping[str, Any], call: _rpc.Call) -> None:
        """Records which object the resource stands for, whatever else is wrong with its inputs.

        Args:
            raw: The inputs as the program gives them, with what follows from them.
            call: The engine's call.
        """

    def completed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Returns raw inputs with what follows from them."""
        return dict(raw)

    def foresight(self, spec: DeclarationT, before: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Returns what a run would do; nothing is found out about it where previews are offline."""
        return self.foresee(spec, before, call) if self._configuration.options.live_preview else Foresight({})

    def unforeseen(self, before: Mapping[str, Any], call: _rpc.Call) -> None:
        """Takes note of a resource of which it is not known yet what its run would do."""

    def filled_in(
        self, steps: Mapping[str, str], before: Mapping[str, Any], spec: DeclarationT, *, same: bool
    ) -> dict[str, str] | list[str]:
        """Returns the checked input that says what a run does.

        Args:
            steps: What this run would do.
            before: The recorded inputs.
            spec: What the program declares.
            same: Whether it declares what it did before.
        """
        if same and not steps:
            return {}
        return changes.recorded(steps, secrets.kept(before.get(self._computed) or {}, spec))

    def steps(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, str]:
        """Returns what of the checked inputs is of this run: what the recorded ones do not say."""
        return changes.new(after.get(self._computed) or {}, before.get(self._computed) or {})

    def tell_losses(self, call: _rpc.Call) -> None:
        """Says once what the service does not tell this user: as a warning where a run may do harm for want of it."""
        for loss in self.session.rights.untold():
            (call.warn if loss.grave else call.tell)(loss.text)

    def _above_ceilings(self, spec: DeclarationT) -> tuple[Problem, ...]:
        return secrets.told(self.above_ceilings(spec), spec.hidden)

    def _tell(self, call: _rpc.Call, entries: Mapping[str, str]) -> None:
        """Says what a run is about to do, where there is a row to say it in."""
        if entries and call.urn:
            call.tell(self.summary(entries))

    def _with_ids(self, problems: tuple[Problem, ...], raw: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Returns problems, those about a display name with the id to write, where the service may be asked."""
        return with_ids(problems, raw, lambda: self.session) if self._configuration.options.live_preview else problems

    def _further(self, rest: DeclarationT | None, olds: Mapping[str, Any], call: _rpc.Call) -> tuple[Problem, ...]:
        """Returns what ceilings show to be wrong besides, and the service where it can be asked.

        Args:
            rest: The declaration without what is wrong by itself; None where nothing can be said about it.
            olds: The recorded inputs.
            call: The engine's call.
        """
        if rest is None:
            return ()
        spec = looked_after(rest, olds)
        above = self._above_ceilings(spec)
        if self._configuration.options.live_preview:
            with suppress(ModelArtsError):
                return above + self.foresee(spec, olds, call).problems
        return above

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """Says whether anything changes, and leaves it to the engine to say what.

        The engine computes property paths by itself, from old and new inputs, when a provider answers that it does not
        know; it cannot when the answer is yes.

        A resource that is replaced is checked once more as a new one, and told then.
        """
        call = self.call
        before = self.before(call, olds)
        after = self.as_declared(inputs_of(self.spec, news))
        after = as_before(self.spec, self._computed, before, after, call.ignored)
        replaces = [
            name
            for name in sorted(fields_marked(self.spec, Replaces))
            if before.get(name) != after.get(name) and not _rpc.is_unknown(after.get(name))
        ]
        entries = after.get(self._computed) or {}
        if not _rpc.is_unknown(entries):
            entries = self.steps(before, after)
            self._tell(call, {} if replaces else entries)
        same = not entries and self._same(before, after)
        return dynamic.DiffResult(changes=False if same else None, replaces=replaces)

    def before(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the recorded inputs, with what they say that a run does.

        Not as the outputs say it, which outlives a run at rest: a repair that equals an old one would never happen.
        """
        stored = (call.old_inputs or {}).get(self._computed) or {}
        return {**self._recorded(call, outputs), self._computed: stored}

    def recorded(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the recorded inputs, read as what the program had declared.

        Args:
            call: The engine's call, which knows them.
            outputs: The recorded outputs, which echo them: all but the map, which outlives a run at rest in them.
        """
        return self.as_declared(self._recorded(call, outputs))

    def _recorded(self, call: _rpc.Call, outputs: Mapping[str, Any]) -> dict[str, Any]:
        return inputs_of(self.spec, call.old_inputs or outputs)

    def run_of(
        self, news: Mapping[str, Any], olds: Mapping[str, Any], call: _rpc.Call
    ) -> tuple[DeclarationT, Mapping[str, str] | None]:
        """Returns what a run looks after, and what its preview has announced; None where previews are offline.

        Where the recorded inputs cannot be found, what earlier runs did counts as announced too.

        Raises:
            RefusedError: The engine has hidden some of that from the preview, or whoever starts the run forbids it.
        """
        spec: DeclarationT = self.spec.model_validate(inputs_of(self.spec, news))
        announced = None
        if self._configuration.options.live_preview:
            recorded = self.as_declared(call.old_inputs or {}).get(self._computed) or {}
            announced = changes.announced(news.get(self._computed) or {}, recorded)
            refuse_hidden(spec, self._computed, announced, call.ignored)
            _guarding.admit(self._configuration.guard(call.urn), self.spec, news, announced)
        return looked_after(spec, self._recorded(call, olds), call.ignored), announced

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
    def foresee(self, spec: DeclarationT, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Finds out what a run would do to the service; may read it, never write.

        Args:
            spec: What the program declares.
            olds: The recorded inputs; empty when the resource is new.
            call: The engine's call.

        Raises:
            ModelArtsError: The service could not be read.
        """

    def above_ceilings(self, spec: DeclarationT) -> tuple[Problem, ...]:
        """Returns what the program allows itself although a setting of the stack or the provider does not."""
        del spec
        return ()

    @abstractmethod
    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns recorded inputs, those that an earlier version recorded too, as what the program had declared."""

    @abstractmethod
    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns what a run is about to do, in one line."""

    @cached_property
    def call(self) -> _rpc.Call:
        """The engine's call that this handler was made for."""
        return _rpc.current_call()

    @cached_property
    def session(self) -> Session:
        """The shared side of the configured project, for a call that ends when the user asks to stop.

        A check sees what other resources of the program will make; every other call sees only what is live.

        Raises:
            ConfigurationError: Settings are missing or cannot be used.
        """
        session = self._configuration.session.until(Deadline(math.inf, self.call.cancellation))
        return session.ahead() if self._looks_ahead else session

    def watch(self, call: _rpc.Call) -> Watch:
        """Returns what a call that changes something waits with: until its limit, or until the user asks to stop."""
        from pulumi_modelarts.reconcilers.watch import Watch  # noqa: PLC0415 - on demand

        session = self.session
        deadline = Deadline.after(call.timeout or DEFAULT_TIMEOUT, session.clock, call.cancellation)
        return Watch(session, deadline, call.status, call.tell, self._configuration.guard(call.urn))

    @property
    def _computed(self) -> str:
        (name,) = fields_marked(self.spec, Computed)
        return name

    def _same(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Returns whether two declarations are equal, whatever their maps say."""
        first, second = self._declared(one), self._declared(other)
        return first == second or self._canonical(first) == self._canonical(second)

    def _declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns inputs without the map that says what a run does."""
        return {key: value for key, value in inputs_of(self.spec, inputs).items() if key != self._computed}

    def _canonical(self, declared: Mapping[str, Any]) -> object:
        """Returns a declaration in the form in which equal ones are equal; unknown or unreadable ones as they are."""
        return parse(self.spec, declared, _rpc.is_unknown).spec or declared
