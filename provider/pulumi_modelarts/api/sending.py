"""Sending a request until there is an outcome to keep: build, sign, send, look, decide."""

from __future__ import annotations

import logging
import math
import random
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.bodies import TooLongError, read_body
from pulumi_modelarts.api.cancellation import NEVER, Cancellation
from pulumi_modelarts.api.errors import CancelledError, ModelArtsError
from pulumi_modelarts.api.exchange import Exchange
from pulumi_modelarts.api.http import httpx
from pulumi_modelarts.api.mishaps import Journey
from pulumi_modelarts.api.outcomes import Answer, Lost, lost, read
from pulumi_modelarts.api.proxies import NO_PROXIES, Proxies
from pulumi_modelarts.api.retry import UNAUTHORIZED, Tries, pause_before_next

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.exchange import Call
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


def untraced(exchange: Exchange) -> None:
    """Write down nothing."""


class Sender:
    """Sends a request again when that can do no harm and may help, by the rules of `retry`.

    When a stop is requested, no request that changes something is sent any more, and none is sent again after a pause.
    One that has been sent is waited for; a read is given up soon.

    Args:
        http: the connections. It must not sign or retry by itself.
        clock: measures and sleeps.
        proxies: on the ways that the connections take, to be named where one fails.
        jitter: a random number from 0 to 1.
        trace: told of every request that has ended, whichever way.
    """

    def __init__(
        self,
        http: httpx.Client,
        clock: Clock,
        *,
        proxies: Proxies = NO_PROXIES,
        jitter: Callable[[], float] = random.random,
        trace: Callable[[Exchange], None] = untraced,
    ) -> None:
        self._http = http
        self._clock = clock
        self._proxies = proxies
        self._jitter = jitter
        self._trace = trace
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
        exchange = Exchange(call, self._clock.time(), self._clock.monotonic())
        try:
            exchange.end = outcome = self._until_kept(exchange, signer, deadline)
        except ModelArtsError as error:
            exchange.end = error
            raise
        finally:
            exchange.seconds = self._clock.monotonic() - exchange.began
            self._trace(exchange)
        return outcome

    def _until_kept(self, exchange: Exchange, signer: Signer, deadline: Deadline | None) -> Answer | Lost:
        """Try until there is an outcome to keep."""
        call, cancellation = exchange.call, _cancellation(deadline)
        request = self._signed(call, signer, deadline)
        refused: httpx.Request | None = None
        in_doubt: Answer | Lost | None = None
        while True:
            outcome = self._try(exchange, request, deadline)
            in_doubt = outcome if outcome.may_have_been_acted_on else in_doubt
            tries = self._tries(exchange, request.url.host, deadline, renewable=signer.renews and refused is None)
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

    def _tries(self, exchange: Exchange, host: str, deadline: Deadline | None, *, renewable: bool) -> Tries:
        """What the rules need to know of the tries so far."""
        return Tries(
            repeated=exchange.call.repeated,
            count=len(exchange.tries),
            elapsed=self._clock.monotonic() - exchange.began - exchange.tries[0].after,
            remaining=self._remaining(deadline),
            host_has_answered=host in self._hosts_that_answered,
            renewable=renewable,
            now=self._clock.time(),
            chance=self._jitter(),
        )

    def _signed(
        self, call: Call, signer: Signer, deadline: Deadline | None, refused: httpx.Request | None = None
    ) -> httpx.Request:
        request = self._http.build_request(call.method, _parsed(call.url), content=call.content, headers=call.headers)
        signer.sign(request, deadline, refused)
        _heed(call, _cancellation(deadline))
        return request

    def _try(self, exchange: Exchange, request: httpx.Request, deadline: Deadline | None) -> Answer | Lost:
        with exchange.trying(request, self._clock) as one:
            one.outcome = outcome = self._once(exchange.call, request, deadline)
        return outcome

    def _once(self, call: Call, request: httpx.Request, deadline: Deadline | None) -> Answer | Lost:
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


@lru_cache(256)
def _parsed(url: str) -> httpx.URL:
    """An address, parsed once: who waits asks for the same again and again, and parsing takes as long as an answer."""
    return httpx.URL(url)


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
