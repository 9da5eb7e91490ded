"""Runs cases somewhere, and says of each whether what is there agrees with it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote

from modelarts_emulator.manifest import contracts
from modelarts_emulator.manifest.arranging import NAMES, account_of, world_of
from modelarts_emulator.manifest.endpoint import ArrangementError, EndpointError
from modelarts_emulator.manifest.matching import UnknownNameError, filled, problem
from modelarts_emulator.manifest.reading import given
from modelarts_emulator.messages import JSON, Request
from modelarts_emulator.service.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from modelarts_emulator.manifest.case import Answer, Case, Step, Who
    from modelarts_emulator.manifest.endpoint import Endpoint
    from modelarts_emulator.messages import Response

Result: TypeAlias = Literal["agrees", "contradicts", "no answer", "lacks", "not run"]
"""What came of a case. lacks: the account has not what it is about. not run: it was not to be run there."""

PAUSES = (*(0.1 * 2**index for index in range(7)), *([10.0] * 40))
"""Wall seconds between two looks at what is to become true on the service: seven minutes in all."""

STEP = 5.0
"""Virtual seconds between two such looks at an emulator."""

LONG_PAUSES = (30.0,) * 120
"""The same where nodes are bought: an hour, as the service takes minutes that vary."""

LOOKS = 200

MOST_SILENCES = 3
"""Cases one after the other for which no answer came back, behind which nothing more is asked."""

_SHOWN = 300
_WITH_KEY: frozenset[Who] = frozenset({"forger", "late", "hostless", "sdk"})


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


class _HasOther(_Differs):
    """It was answered well, and only has other things in it."""


class _Lacks(Exception):  # noqa: N818 - as above
    """The account has not what the case is about."""


def run(
    cases: Iterable[Case], endpoint: Endpoint, *, changes: bool, costs: str = "", together: bool = False
) -> Iterator[Verdict]:
    """Run cases one after the other.

    Args:
        cases: The cases.
        endpoint: Where they are run.
        changes: Whether those may be run that change something. An emulator is then given a world for each case.
        costs: Flavor of which those may buy a node that cost something; empty: they are not run on the service.
        together: Whether they share one world and the names that they find.
    """
    runner = _Runner(endpoint, changes=changes, costs=costs, together=together)
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
    def __init__(self, endpoint: Endpoint, *, changes: bool, costs: str, together: bool) -> None:
        self._endpoint = endpoint
        self._changes = changes
        self._costs = costs
        self._pauses = PAUSES
        self._arranges = changes and endpoint.is_emulator
        self._together = together
        self._shared: dict[str, Any] | None = None
        self._silences = 0

    def verdict(self, case: Case) -> Verdict:
        """Run a case."""
        if why := self._why_not(case):
            return Verdict(case, "not run", why)
        beyond: set[str] = set()
        result, why = self._outcome(case, beyond)
        self._silences = self._silences + 1 if result == "no answer" else 0
        return Verdict(case, result, why, tuple(sorted(beyond)))

    def _outcome(self, case: Case, beyond: set[str]) -> tuple[Result, str]:
        try:
            names = self._begin(case)
            with contextlib.ExitStack() as afterwards:
                afterwards.callback(self._undo, case, names, beyond)
                self._go_through(case, names, beyond)
        except (_Lacks, UnknownNameError) as lack:
            return "lacks", str(lack)
        except (_Differs, ArrangementError) as difference:
            return "contradicts", _first(difference)
        except EndpointError as error:
            return "no answer", str(error)
        return "agrees", ""

    def _why_not(self, case: Case) -> str:
        """Why a case is not to be run here; empty where it is."""
        callers, there = {step.caller for step in case.steps}, self._endpoint
        reasons = {
            case.unshown: bool(case.unshown),
            "it is run on an emulator alone": case.reach == "emulator" and not there.is_emulator,
            "it costs something: run with --changes --costs FLAVOR": case.reach == "costs"
            and not (self._changes and (self._costs or there.is_emulator)),
            "it changes something: run with --changes": case.reach != "anywhere" and not self._changes,
            "this emulator lets everybody in: serve it with --credentials": callers != {"caller"}
            and not there.verifies,
            "it needs an emulator that lets everybody in": case.open and there.verifies,
            "it needs an access key, and a token was given": bool(callers & _WITH_KEY) and not there.has_key,
            "the endpoint does not answer any more": self._silences >= MOST_SILENCES,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _begin(self, case: Case) -> dict[str, Any]:
        """Names that a case begins with, and on an emulator its world."""
        self._pauses = LONG_PAUSES if case.reach == "costs" else PAUSES
        if self._together and self._shared is not None:
            self._shared.update(case.names)
            return self._shared
        names = {"project": self._endpoint.project, "region": self._endpoint.region} | account_of(
            self._endpoint.project
        )
        if self._arranges:
            names |= NAMES
            self._costs = self._costs or NAMES["cpu"]
            self._endpoint.control("DELETE", "faults")
            self._endpoint.control("PUT", "seed", world_of(case, names))
            self._endpoint.control("POST", "clock", {"mode": "frozen"})
        if case.reach == "costs":
            names["flavor"] = self._costs
        self._shared = names | case.names
        return self._shared

    def _go_through(self, case: Case, names: dict[str, Any], beyond: set[str]) -> None:
        before = [*(case.arranged if self._arranges else ()), *case.given]
        for step in (*(step for name in before for step in given()[name]), *case.steps):
            try:
                self._do(step, names, beyond)
            except _HasOther as difference:
                if step.needs and not self._arranges:
                    raise _Lacks(f"it needs {step.needs}") from difference
                raise

    def _undo(self, case: Case, names: dict[str, Any], beyond: set[str]) -> None:
        """Take away what the case has made; what it never made has no name."""
        for step in case.afterwards:
            with contextlib.suppress(UnknownNameError):
                self._do(step, names, beyond)

    def _do(self, step: Step, names: dict[str, Any], beyond: set[str]) -> None:
        if step.wait:
            self._let_pass(step.wait)
        elif step.control:
            method, path = _target(step.control, names)
            said = self._endpoint.control(method, path, filled(step.send, names))
            _hold(f"{method} {path}", problem(step.answer.body, said, names) if step.answer.body else "")
        elif step.until:
            self._ask_until(step, names, beyond)
        else:
            self._ask(step, names, beyond)

    def _ask_until(self, step: Step, names: dict[str, Any], beyond: set[str]) -> None:
        for pause in [STEP] * LOOKS if self._endpoint.is_emulator else self._pauses:
            trial = dict(names)
            with contextlib.suppress(_Differs):
                self._ask(step, trial, beyond)
                names.update(trial)
                return
            self._let_pass(pause)
        self._ask(step, names, beyond)

    def _let_pass(self, seconds: float) -> None:
        if self._endpoint.is_emulator:
            self._endpoint.control("POST", "clock", {"advance": seconds})
        else:
            self._endpoint.sleep(seconds)

    def _ask(self, step: Step, names: dict[str, Any], beyond: set[str]) -> None:
        """Ask, and hold the answer against what is expected and against its contract."""
        method, target = _target(step.ask, names)
        request = Request.of_json(method, target, filled(step.send, names), step.type or None)
        if step.large:
            request = replace(request, headers={"content-type": JSON}, body=b" " * step.large)
        if step.token:
            request = replace(request, headers={**request.headers, "x-auth-token": filled(step.token, names)})
        response = self._endpoint.send(request, "nobody" if step.token else step.caller)
        served = resolve(method, request.path)
        operation = served[0].name if served else None
        try:
            document = response.json() if response.body else None
        except ValueError as error:
            raise _Differs(f"{step.ask}: {response.status}, and the body is not JSON") from error
        beyond.update(f"{operation}: {path}" for path in contracts.inventions(operation, response.status, document))
        _hold(step.ask, _in_head(step.answer, response, names))
        _hold(step.ask, _in_body(step.answer, document, names), _HasOther)
        against = contracts.problems(operation, response.status, document, response.headers)
        _hold(step.ask, f"the answer is not as its contract says: {against[0]}" if against else "")


def _first(error: BaseException) -> str:
    """What went wrong first, where taking things away went wrong after it."""
    while isinstance(error.__context__, _Differs) and not isinstance(error, _HasOther):
        error = error.__context__
    return str(error)


def _target(text: str, names: dict[str, Any]) -> tuple[str, str]:
    """Method and target of a request; what is put into the target is encoded."""
    encoded = {name: quote(value, safe="") if isinstance(value, str) else value for name, value in names.items()}
    method, _, target = text.partition(" ")
    return method, str(filled(target, encoded))


def _hold(what: str, reason: str, kind: type[_Differs] = _Differs) -> None:
    if reason:
        raise kind(f"{what}: {reason}")


def _in_head(expected: Answer, response: Response, names: dict[str, Any]) -> str:
    """In what status and headers of an answer are not as expected."""
    good = response.status in contracts.GOOD
    if not good if expected.status is None else response.status != expected.status:
        return f"{response.status} {response.body.decode(errors='replace')[:_SHOWN]}, not {expected.status or '2xx'}"
    headers = {name.lower(): value for name, value in response.headers.items()}
    return problem(expected.headers, headers, names, "headers") if expected.headers else ""


def _in_body(expected: Answer, document: Any, names: dict[str, Any]) -> str:
    """In what the body of an answer is not as expected."""
    if expected.code is not None and (reason := problem({"error_code": expected.code}, document, names)):
        return reason
    return "" if expected.body is None else problem(expected.body, document, names)
