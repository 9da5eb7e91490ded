"""What comes of sending a request once: an answer, parsed once, or the loss of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from pydantic_core import from_json

from pulumi_modelarts.api.http import httpx
from pulumi_modelarts.api.mishaps import PROXY_WANTS_USER, InWords, Journey, is_certificate_refused, told

OWN_MISTAKES: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""The HTTP library itself rejects the request."""

NEVER_ARRIVED: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
    *OWN_MISTAKES,
)
"""No connection to the service, so that it has seen nothing of the request. A proxy that refuses is one of these."""


class Fate(Enum):
    """What became of a request without a usable answer."""

    NEVER_ARRIVED = "provably did not arrive"
    ANSWER_LOST = "may have arrived"
    HOPELESS = "fails however often it is sent"


class LostAnswer(InWords, httpx.RemoteProtocolError):
    """An answer that says it is JSON, and is not: cut off on its way."""


@dataclass(frozen=True)
class Answer:
    """An answer of the service, read to its end.

    Attributes:
        response: status, headers and the request that it answers.
        body: the parsed JSON; None where there is none.
        is_json: whether there is.
        too_long: whether it has more bytes than are read of any; then it counts as empty.
    """

    response: httpx.Response
    body: Any
    is_json: bool
    too_long: bool = False

    @property
    def kind(self) -> int:
        """What decides whether to send again: the HTTP status."""
        return self.response.status_code

    @property
    def may_have_been_acted_on(self) -> bool:
        """Whether the request may have taken effect."""
        return self.response.is_success or self.response.is_server_error

    def __str__(self) -> str:
        return f"HTTP {self.response.status_code}"


@dataclass(frozen=True)
class Lost:
    """A request without a usable answer.

    Attributes:
        error: what the HTTP library says.
        may_have_been_acted_on: whether the request may have taken effect.
        reason: what went wrong, with host and proxy, and what to do about it.
    """

    error: httpx.RequestError
    may_have_been_acted_on: bool
    reason: str

    @property
    def kind(self) -> Fate:
        """What decides whether to send again."""
        if not isinstance(self.error, httpx.TransportError) or isinstance(self.error, OWN_MISTAKES):
            return Fate.HOPELESS
        if self.may_have_been_acted_on:
            return Fate.ANSWER_LOST
        return Fate.HOPELESS if _is_refused_for_good(self.error) else Fate.NEVER_ARRIVED

    def __str__(self) -> str:
        return self.reason


def lost(error: httpx.RequestError, journey: Journey) -> Lost:
    """What an error of the HTTP library means.

    Args:
        error: what it says.
        journey: how far the request came.
    """
    arrived = not (isinstance(error, NEVER_ARRIVED) or journey.held_up)
    return Lost(error, may_have_been_acted_on=arrived, reason=told(error, journey))


def read(response: httpx.Response) -> Answer:
    """Parse an answer.

    Args:
        response: the answer, read to its end.

    Raises:
        LostAnswer: it says that it is JSON, and is not.
    """
    try:
        return Answer(response, from_json(response.content), is_json=True)
    except ValueError as error:
        if response.content and "json" in response.headers.get("content-type", ""):
            raise LostAnswer(f"the answer says it is JSON and is not: {error}") from error
        return Answer(response, None, is_json=False)


def _is_refused_for_good(error: httpx.TransportError) -> bool:
    """Whether the same will be said next time; a wrong password that is repeated locks its user out besides."""
    return is_certificate_refused(error) or (
        isinstance(error, httpx.ProxyError) and str(error).startswith(PROXY_WANTS_USER)
    )
