"""What every data source does alike: check the question, and ask it of the service, or of a user's mocks.

Both forms ask the same question and make the same result of the answer. The plain form asks at once and blocks the
program; the other one is an output: it waits for its inputs and for what it depends on, and is read off the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pulumi
from pulumi import InvokeOptions, InvokeOutputOptions, Output
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from pulumi_modelarts.resources._arguments import properties
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.sources import _settings
from pulumi_modelarts.sources._deferred import Told, deferred, in_thread
from pulumi_modelarts.sources._dependencies import Dependencies
from pulumi_modelarts.sources._questions import is_deferred, refuse_outputs, refuse_wrong
from pulumi_modelarts.sources._run import Question, current_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


@dataclass(frozen=True)
class Source(Generic[T]):
    """One data source.

    Attributes:
        name: The function that a program calls.
        result: Makes a result of an answer.
        seal: Makes what is secret in a result a secret output.
        check: Refuses arguments that do not go together.
    """

    name: str
    result: Callable[[Mapping[str, Any]], T]
    seal: Callable[[T], T] = lambda result: result
    check: Callable[[Mapping[str, Any]], None] = lambda _: None

    @property
    def token(self) -> str:
        """What Pulumi calls it, such as `modelarts:index:getPoolNodes`."""
        (name,) = properties(**{self.name: ""})
        return f"modelarts:index:{name}"

    def ask(self, opts: InvokeOptions | None, **arguments: Any) -> T:
        """Asks at once.

        Args:
            opts: Options of the call.
            arguments: What is asked; None for what is not given.

        Raises:
            ModelArtsError: The service could not be asked, or its answer was no.
            ProgramError: It cannot be asked so.
        """
        given, options, provider = self._checked(arguments, opts)
        refuse_outputs(self.name, given)
        if getattr(options, "depends_on", None):
            raise ProgramError(f"{self.name}: asks at once, and waits for nothing; write {self.name}_output(…)")
        refuse_wrong(self.name, given)
        if _mocked():
            return self.result(pulumi.runtime.invoke(self.token, properties(**given), options).value or {})
        settings = _settings.of_stack() if provider is None else provider.given
        if any(map(is_deferred, settings.values())):
            raise ProgramError(
                f"{self.name}: settings of its provider are outputs, and this form takes plain values; write "
                f"{self.name}_output(…)"
            )
        run = current_run()
        answer = run.answer(Question(self.name, properties(**given), settings))
        run.tell()
        return self.result(answer)

    def ask_output(self, opts: InvokeOptions | None, **arguments: Any) -> Output[T]:
        """Asks when inputs and dependencies are there; unknown in a preview where they are not, or are to change.

        Args:
            opts: Options of the call.
            arguments: What is asked; None for what is not given.

        Raises:
            ProgramError: It cannot be asked so.
        """
        given, options, provider = self._checked(arguments, opts)
        refuse_wrong(self.name, {name: value for name, value in given.items() if not is_deferred(value)})
        if _mocked():
            told: Output[Any] = pulumi.runtime.invoke_output(self.token, properties(**given), options)
            return told.apply(lambda answer: self.seal(self.result(answer or {})))
        settings = _settings.of_stack() if provider is None else provider.given
        depends_on = options.depends_on if isinstance(options, InvokeOutputOptions) else None
        return deferred(self._told(Output.from_input(given), settings, depends_on))

    async def _told(self, inputs: Output[dict[str, Any]], settings: Mapping[str, Any], depends_on: object) -> Told[T]:
        run = current_run()
        dependencies = await Dependencies.of(inputs, depends_on)
        resolved = await _settings.resolved(settings)
        known = await inputs.is_known() and resolved is not None
        if not known or resolved is None or (pulumi.runtime.is_dry_run() and await dependencies.will_change()):
            return Told(None, dependencies.named, known=False)
        given = {name: value for name, value in (await inputs.future() or {}).items() if value is not None}
        refuse_wrong(self.name, given)
        self.check(given)
        question = Question(self.name, properties(**given), resolved, await dependencies.urns())
        answer = await in_thread(lambda: run.answer(question), run.at_once)
        run.tell()
        return Told(self.seal(self.result(answer)), dependencies.named, secret=await inputs.is_secret())

    def _checked(
        self, arguments: Mapping[str, Any], opts: InvokeOptions | None
    ) -> tuple[dict[str, Any], InvokeOptions, _settings.Provider | None]:
        """Returns what is given, options that may be changed, and whose settings count; None for those of the stack."""
        if opts is not None and not isinstance(opts, InvokeOptions):
            raise ProgramError(f"{self.name}: opts takes pulumi.InvokeOptions, got {type(opts).__name__}")
        kind = InvokeOutputOptions if isinstance(opts, InvokeOutputOptions) else InvokeOptions
        options = kind.merge(None, opts)
        provider = options.provider = _settings.provider_of(self.name, options)
        given = {name: value for name, value in arguments.items() if value is not None}
        if not any(map(is_deferred, given.values())):
            self.check(given)
        return given, options, provider


def _mocked() -> bool:
    """Returns whether the program runs under a user's mocks, which then answer in the service's place."""
    return isinstance(get_monitor(), MockMonitor)
