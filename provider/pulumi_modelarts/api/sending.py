"""Sending a request until there is an outcome to keep: build, sign, send, look, decide."""

from __future__ import annotations

import logging
import math
import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import httpx

from pulumi_modelarts.api.bodies import TooLongError, read_body
from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.api.errors import CancelledError, ModelArtsError
from pulumi_modelarts.api.mishaps import Journey
from pulumi_modelarts.api.outcomes import Answer, Lost, lost, read
from pulumi_modelarts.api.proxies import NO_PROXIES, Proxies
from pulumi_modelarts.api.retry import METHODS, UNAUTHORIZED, Repeated, Tries, pause_before_next

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.operation import Operation
    from pulumi_modelarts.api.operations import Deadline

log = logging.getLogger(__name__)

TIMEOUT: Final = httpx.Timeout(connect=10, read=60, write=30, pool=120)
"""Seconds for each step of a try: to connect, between two parts of an answer or a body, for a free connection."""
SHORTEST_TIMEOUT: Final = 1.0
"""Seconds for each step of a try that begins when its deadline is near or over: less would answer nobody."""

OF_THE_WIRE: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that speak of a body as it travels."""


class Signer(ABC):
    """Says who asks.

    Attributes:
        renews: whether it may have something new to show to a service that answers 401.
    """

    renews = False

    @abstractmethod
    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:
        """Add to a request what says who asks.

        Args:
            request: complete but for that.
            deadline: of the wait that the request serves, for what has to be fetched first; None for none.
            refused: the try that was answered 401, for whoever can show something else; None before that.

        Raises:
            ModelArtsError: it could not be had.
        """


class Unsigned(Signer):
    """Says nothing about who asks."""

    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:
        """Leave the request as it is."""


@dataclass(frozen=True)
class Call:
    """A request that is not built yet.

    Attributes:
        method: HTTP method.
        url: address and query.
        operation: which operation of the service this is.
        attempting: what this is, in words that can begin an error message.
        content: the body; None for none.
        headers: beside those of every request.
    """

    method: str
    url: str
    operation: Operation
    attempting: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeated(self) -> Repeated:
        """What it changes when it is sent a second time."""
        return Repeated.NOTHING_AT_ALL if self.operation.only_reads else METHODS.get(self.method, Repeated.MORE)

    @property
    def changes(self) -> bool:
        """Whether it asks for a change, so that its answer must be looked at."""
        return self.repeated is not Repeated.NOTHING_AT_ALL


class Sender:
    """Sends a request again when that can do no harm and may help, by the rules of `retry`.

    When a stop is requested, no request that changes something is sent any more, and none is sent again after a pause.
    One that has been sent is waited for; a read is given up soon.

    Args:
        http: the connections. It must not sign or retry by itself.
        clock: measures and sleeps.
        proxies: on the ways that the connections take, to be named where one fails.
        jitter: a random number from 0 to 1.
    """

    def __init__(
        self,
        http: httpx.Client,
        clock: Clock,
        *,
        proxies: Proxies = NO_PROXIES,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._http = http
        self._clock = clock
        self._proxies = proxies
        self._jitter = jitter
        self._hosts_that_answered: set[str] = set()

    def send(self, call: Call, signer: Signer, deadline: Deadline | None = None) -> Answer | Lost:
        """Send until there is an outcome to keep.

        Args:
            call: what to send; each try is built and signed anew.
            signer: says who asks.
            deadline: of the wait that the request serves; None leaves it to the rules. There is always a first try.

        Returns:
            The outcome of the last try. A `Lost` speaks of all tries: one of them may have been acted on.

        Raises:
            CancelledError: a stop was requested, and nothing that may have been acted on was sent.
            ModelArtsError: it could not be signed, and nothing that may have been acted on was sent.
        """
        cancellation = _cancellation(deadline)
        request = self._signed(call, signer, deadline)
        began, count = self._clock.monotonic(), 0
        refused: httpx.Request | None = None
        in_doubt: Answer | Lost | None = None
        while True:
            outcome, count = self._try(call, request, deadline), count + 1
            in_doubt = outcome if outcome.may_have_been_acted_on else in_doubt
            tries = Tries(
                repeated=call.repeated,
                count=count,
                elapsed=self._clock.monotonic() - began,
                remaining=self._remaining(deadline),
                host_has_answered=request.url.host in self._hosts_that_answered,
                renewable=signer.renews and refused is None,
                now=self._clock.time(),
                chance=self._jitter(),
            )
            pause = pause_before_next(outcome, tries)
            if pause is None or (cancellation.requested and not call.changes):
                return _of_all_tries(outcome, in_doubt)
            log.debug("%s %s: %s; again in %.1f s", request.method, request.url.path, outcome, pause)
            self._clock.sleep(pause, cancellation)
            refused = request if outcome.kind == UNAUTHORIZED else refused
            try:
                request = self._signed(call, signer, deadline, refused)
            except ModelArtsError:
                if in_doubt is None:
                    raise
                return in_doubt  # nobody may take it for a request that was never sent

    def _signed(
        self, call: Call, signer: Signer, deadline: Deadline | None, refused: httpx.Request | None = None
    ) -> httpx.Request:
        request = self._http.build_request(call.method, call.url, content=call.content, headers=call.headers)
        signer.sign(request, deadline, refused)
        _heed(call, _cancellation(deadline))
        return request

    def _try(self, call: Call, request: httpx.Request, deadline: Deadline | None) -> Answer | Lost:
        limits = _timeout(self._remaining(deadline)).as_dict()
        journey = Journey(request.url, self._proxies.of(str(request.url)), limits)
        request.extensions |= {"timeout": limits, "trace": journey}
        cancellation = _cancellation(deadline)
        try:
            if call.changes or cancellation is NEVER:
                answer = self._answer(request, deadline)
            else:
                answer = cancellation.unless_over(call.attempting, lambda: self._answer(request, deadline))
        except httpx.RequestError as error:
            return lost(error, journey)
        self._hosts_that_answered.add(request.url.host)
        return answer

    def _answer(self, request: httpx.Request, deadline: Deadline | None) -> Answer:
        response = self._http.send(request, stream=True)
        try:
            body = read_body(response, self._clock, max(self._remaining(deadline), SHORTEST_TIMEOUT))
        except TooLongError:
            return Answer(_with_body(response, b""), None, is_json=False, too_long=True)
        finally:
            response.close()
        return read(_with_body(response, body))

    def _remaining(self, deadline: Deadline | None) -> float:
        return math.inf if deadline is None else deadline.remaining(self._clock)


def _cancellation(deadline: Deadline | None) -> Cancellation:
    return NEVER if deadline is None else deadline.cancellation


def _heed(call: Call, cancellation: Cancellation) -> None:
    """Let nothing be sent that a requested stop forbids.

    Raises:
        CancelledError: it would change something, or reads have ended.
    """
    if call.changes and cancellation.requested:
        raise CancelledError(call.attempting, "before it was sent")
    if cancellation.over:
        raise CancelledError(call.attempting)


def _with_body(response: httpx.Response, body: bytes) -> httpx.Response:
    """The same answer, with its body as it is when unpacked."""
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in OF_THE_WIRE]
    return httpx.Response(response.status_code, headers=headers, content=body, request=response.request)


def _of_all_tries(last: Answer | Lost, in_doubt: Answer | Lost | None) -> Answer | Lost:
    """The last outcome, with what is to be feared of an earlier one."""
    if isinstance(last, Lost) and in_doubt is not None:
        return replace(last, may_have_been_acted_on=True)
    return last


def _timeout(remaining: float) -> httpx.Timeout:
    """The time limits of a try: the usual ones, or what remains until its deadline."""
    most = max(remaining, SHORTEST_TIMEOUT)
    return httpx.Timeout(**{step: min(limit, most) for step, limit in TIMEOUT.as_dict().items() if limit is not None})
