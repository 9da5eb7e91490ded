"""Sending again what may be sent again."""

from __future__ import annotations

import logging
import random
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpx
from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.clock import Clock

log = logging.getLogger(__name__)

ONLY_READS: Final = "modelarts.only_reads"
"""Mark in a request's extensions: it changes nothing, whatever its method."""

IDEMPOTENT: Final = frozenset({"GET", "PATCH"})
NEVER_ARRIVED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
THROTTLED: Final = 429
UNAVAILABLE: Final = frozenset({502, 503, 504})
BROKEN: Final = 500

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
TOTAL: Final = 120.0
UNKNOWN_HOST_TOTAL: Final = 15.0
"""Seconds. The last one is for a service that has never answered: a wrong address is likelier than an outage."""


class LostAnswer(httpx.RemoteProtocolError):
    """An answer that says it is JSON, and is not: cut off on its way."""


class RetryTransport(httpx.BaseTransport):
    """Sends a request again when that can do no harm and may help.

    - A request that provably did not arrive (no connection) is sent again, whatever it is; not when the service's
      certificate is refused, which time does not heal.
    - A request whose answer was lost (connection broken, timeout, an answer that says it is JSON and does not parse) is
      sent again if it changes nothing the second time: GET, PATCH (bodies hold absolute counts), and a POST that only
      reads and is marked so. Any other POST is not: whoever sent it has to look.
    - 429 is sent again, whatever it is: it was not processed.
    - 502, 503 and 504 are sent again under the rule for lost answers; 500 only for what changes nothing at all.
    - Before each repetition there is a pause: half a second that doubles up to half a minute, less a random share so
      that many callers do not return at once; longer if the service asks for it in `Retry-After` (seconds or a date).
    - A pause that would end later than two minutes after the first attempt is not begun: the last outcome stands. For a
      service that has never answered it is 15 seconds.

    Args:
        inner: sends.
        clock: measures and sleeps.
        jitter: a random number from 0 to 1.
        total: seconds from the first attempt to the end of the last pause.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        clock: Clock,
        *,
        jitter: Callable[[], float] = random.random,
        total: float = TOTAL,
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._jitter = jitter
        self._total = total
        self._has_answered = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send until there is an outcome to keep."""
        started, pause = self._clock.monotonic(), FIRST_PAUSE
        while True:
            outcome = self._send(request)
            wait = self._wait(outcome, pause)
            late = self._clock.monotonic() + wait - started > self._patience()
            if late or not outcome.repeatable:
                return outcome.keep()
            log.debug("%s %s: %s; again in %.1f s", request.method, request.url.path, outcome, wait)
            self._clock.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _send(self, request: httpx.Request) -> Outcome:
        try:
            response = self._inner.handle_request(request)
            response.read()
            response.close()
            _refuse_half_an_answer(response)
        except httpx.TransportError as error:
            return Outcome(request, error=error)
        self._has_answered = True
        return Outcome(request, response=response)

    def _wait(self, outcome: Outcome, pause: float) -> float:
        asked = self._asked(outcome.response)
        own = pause * (1 - self._jitter() / 2)
        return own if asked is None else max(own, asked + self._jitter() * FIRST_PAUSE)

    def _asked(self, response: httpx.Response | None) -> float | None:
        """Seconds the service asks to wait; None if it does not say."""
        text = response.headers.get("retry-after", "") if response is not None else ""
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._clock.time())
        except ValueError:
            return None

    def _patience(self) -> float:
        return self._total if self._has_answered else min(self._total, UNKNOWN_HOST_TOTAL)


@dataclass(frozen=True)
class Outcome:
    """What came of sending a request once: an answer or an error."""

    request: httpx.Request
    response: httpx.Response | None = None
    error: httpx.TransportError | None = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it again can do no harm and may help."""
        reads = self.request.method == "GET" or self.request.extensions.get(ONLY_READS, False)
        idempotent = reads or self.request.method in IDEMPOTENT
        if self.response is None:
            return _never_arrived(self.error) or (idempotent and _is_weather(self.error))
        status = self.response.status_code
        return status == THROTTLED or (idempotent and status in UNAVAILABLE) or (reads and status == BROKEN)

    def keep(self) -> httpx.Response:
        """The answer.

        Raises:
            httpx.TransportError: there was none.
        """
        if self.response is None:
            raise self.error or LostAnswer("no answer")
        return self.response

    def __str__(self) -> str:
        return f"HTTP {self.response.status_code}" if self.response is not None else repr(self.error)


def _refuse_half_an_answer(response: httpx.Response) -> None:
    if "json" not in response.headers.get("content-type", "") or not response.content:
        return
    try:
        from_json(response.content)
    except ValueError as error:
        raise LostAnswer(f"the answer says it is JSON and is not: {error}") from error


def _never_arrived(error: httpx.TransportError | None) -> bool:
    return isinstance(error, NEVER_ARRIVED) and not _is_certificate_refused(error)


def _is_weather(error: httpx.TransportError | None) -> bool:
    """Whether it may pass, unlike a mistake in the request or a refused certificate."""
    return not isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.ConnectError)


def _is_certificate_refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
