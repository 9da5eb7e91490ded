"""Runs cases somewhere, and says of each whether what is there agrees with it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from modelarts_emulator.manifest import contracts
from modelarts_emulator.manifest.arranging import NAMES, account_of, world_of
from modelarts_emulator.manifest.endpoint import ArrangementError
from modelarts_emulator.manifest.matching import UnknownNameError, filled, problem
from modelarts_emulator.manifest.reading import given
from modelarts_emulator.messages import JSON, Request
from modelarts_emulator.service.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelarts_emulator.manifest.case import Answer, Case, Step
    from modelarts_emulator.manifest.endpoint import Endpoint
    from modelarts_emulator.messages import Response

Result: TypeAlias = Literal["agrees", "contradicts", "lacks", "not run"]
"""What came of a case. lacks: the account has not what it is about. not run: it was not to be run there."""

PAUSES = (*(0.1 * 2**index for index in range(7)), *([10.0] * 40))
"""Wall seconds between two looks at what is to become true on the service: seven minutes in all."""

STEP = 5.0
"""Virtual seconds between two such looks at an emulator."""

LOOKS = 200


class Verdict(NamedTuple):
    """What came of a case.

    Attributes:
        case: The case.
        result: What came of it.
        why: Which step was answered otherwise and how, what is lacking, or why it was not run; empty where it agrees.
        beyond: Fields of answers that no contract knows, each with its operation.
    """

    case: Case
    result: Result
    why: str = ""
    beyond: tuple[str, ...] = ()


class _Differs(Exception):  # noqa: N818 - the end of a case, and no fault of anybody's
    """A step was answered otherwise than its case says."""


class _Lacks(Exception):  # noqa: N818 - likewise
    """The account has not what the case is about."""


def run(cases: Iterable[Case], endpoint: Endpoint, *, changes: bool, together: bool = False) -> Iterator[Verdict]:
    """Run cases one after the other.

    Args:
        cases: The cases.
        endpoint: Where they are run.
        changes: Whether those may be run that change something. An emulator is then given a world for each case.
        together: Whether they share one world and the names that they find.
    """
    runner = _Runner(endpoint, changes=changes, together=together)
    for case in cases:
        yield runner.verdict(case)


@contextlib.contextmanager
def put_back(endpoint: Endpoint, *, changes: bool) -> Iterator[None]:
    """Leave an emulator as it was found, whatever is done to it meanwhile."""
    if not (changes and endpoint.is_emulator):
        yield
        return
    kept = endpoint.control("GET", "snapshot?journal=true")
    try:
        yield
    finally:
        endpoint.control("PUT", "snapshot", kept)


class _Runner:
    def __init__(self, endpoint: Endpoint, *, changes: bool, together: bool) -> None:
        self._endpoint = endpoint
        self._changes = changes
        self._arranges = changes and endpoint.is_emulator
        self._together = together
        self._shared: dict[str, Any] | None = None

    def verdict(self, case: Case) -> Verdict:
        """Run a case."""
        if why := self._why_not(case):
            return Verdict(case, "not run", why)
        beyond: set[str] = set()
        try:
            names = self._begin(case)
            try:
                self._go_through(case, names, beyond)
            finally:
                for step in case.afterwards:
                    self._do(step, names, beyond)
        except _Lacks as lack:
            return Verdict(case, "lacks", str(lack))
        except (_Differs, UnknownNameError, ArrangementError) as difference:
            return Verdict(case, "contradicts", str(difference), tuple(sorted(beyond)))
        return Verdict(case, "agrees", beyond=tuple(sorted(beyond)))

    def _why_not(self, case: Case) -> str:
        callers = {step.caller for step in case.steps}
        if case.unshown:
            return case.unshown
        if case.reach == "emulator" and not self._endpoint.is_emulator:
            return "it is run on an emulator alone"
        if case.reach != "anywhere" and not self._changes:
            return "it changes something: run with --changes"
        if callers != {"caller"} and not self._endpoint.verifies:
            return "this emulator lets everybody in: serve it with --credentials"
        if callers & {"forger", "late"} and not self._endpoint.has_key:
            return "it needs an access key, and a token was given"
        return ""

    def _begin(self, case: Case) -> dict[str, Any]:
        """Names that a case begins with, and on an emulator its world."""
        if self._together and self._shared is not None:
            return self._shared
        names = {"project": self._endpoint.project, "region": self._endpoint.region} | account_of(
            self._endpoint.project
        )
        if self._arranges:
            names |= NAMES
            self._endpoint.control("DELETE", "faults")
            self._endpoint.control("PUT", "seed", world_of(case, names))
            self._endpoint.control("POST", "clock", {"mode": "frozen"})
        self._shared = names
        return names

    def _go_through(self, case: Case, names: dict[str, Any], beyond: set[str]) -> None:
        before = [*(case.arranged if self._arranges else ()), *case.given]
        for step in (*(step for name in before for step in given()[name]), *case.steps):
            try:
                self._do(step, names, beyond)
            except _Differs as difference:
                if step.needs and not self._arranges:
                    raise _Lacks(f"the account has not {step.needs}") from difference
                raise

    def _do(self, step: Step, names: dict[str, Any], beyond: set[str]) -> None:
        if step.wait:
            self._endpoint.control("POST", "clock", {"advance": step.wait})
        elif step.control:
            method, _, path = filled(step.control, names).partition(" ")
            said = self._endpoint.control(method, path, filled(step.send, names))
            self._hold(f"{method} {path}", problem(step.answer.body, said, names) if step.answer.body else "")
        elif step.until:
            self._ask_until(step, names, beyond)
        else:
            self._hold(step.ask, self._asked(step, names, beyond))

    def _ask_until(self, step: Step, names: dict[str, Any], beyond: set[str]) -> None:
        reason = ""
        for pause in [STEP] * LOOKS if self._endpoint.is_emulator else PAUSES:
            trial = dict(names)
            reason = self._asked(step, trial, beyond)
            if not reason:
                names.update(trial)
                return
            if self._endpoint.is_emulator:
                self._endpoint.control("POST", "clock", {"advance": pause})
            else:
                self._endpoint.sleep(pause)
        self._hold(f"{step.ask}, again and again", reason)

    def _asked(self, step: Step, names: dict[str, Any], beyond: set[str]) -> str:
        """Ask, and say in what the answer is not as expected."""
        method, _, target = filled(step.ask, names).partition(" ")
        request = Request.of_json(method, target, filled(step.send, names), step.type or None)
        if step.large:
            request = replace(request, headers={"content-type": JSON}, body=b" " * step.large)
        response = self._endpoint.send(request, step.caller)
        served = resolve(method, request.path)
        operation = served[0].name if served else None
        try:
            document = response.json() if response.body else None
        except ValueError:
            return f"{response.status}, and the body is not JSON"
        beyond.update(f"{operation}: {path}" for path in contracts.inventions(operation, response.status, document))
        if reason := _difference(step.answer, response, document, names):
            return reason
        against = contracts.problems(operation, response.status, document, response.headers)
        return f"the answer is not as its contract says: {against[0]}" if against else ""

    @staticmethod
    def _hold(what: str, reason: str) -> None:
        if reason:
            raise _Differs(f"{what}: {reason}")


def _difference(expected: Answer, response: Response, document: Any, names: dict[str, Any]) -> str:
    good = response.status in contracts.GOOD
    if not good if expected.status is None else response.status != expected.status:
        wanted = expected.status or "2xx"
        return f"{response.status} {response.body.decode(errors='replace')[:300]}, not {wanted}"
    if expected.code is not None and (reason := problem({"error_code": expected.code}, document, names)):
        return reason
    headers = {name.lower(): value for name, value in response.headers.items()}
    if expected.headers and (reason := problem(expected.headers, headers, names, "headers")):
        return reason
    return "" if expected.body is None else problem(expected.body, document, names)
