"""What comes of sending a request once: an answer, parsed once, or the loss of one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import httpx
from pydantic_core import from_json

NEVER_ARRIVED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""No connection to the service, so that it has seen nothing of the request. A proxy that refuses is one of these."""

OWN_MISTAKES: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""The HTTP library itself rejects the request."""


class Fate(Enum):
    """What became of a request without a usable answer."""

    NEVER_ARRIVED = "provably did not arrive"
    ANSWER_LOST = "may have arrived"
    HOPELESS = "fails however often it is sent"


class LostAnswer(httpx.RemoteProtocolError):
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
    """

    error: httpx.RequestError
    may_have_been_acted_on: bool

    @property
    def kind(self) -> Fate:
        """What decides whether to send again."""
        if not isinstance(self.error, httpx.TransportError) or isinstance(self.error, OWN_MISTAKES):
            return Fate.HOPELESS
        if not isinstance(self.error, NEVER_ARRIVED):
            return Fate.ANSWER_LOST
        return Fate.HOPELESS if _is_certificate_refused(self.error) else Fate.NEVER_ARRIVED

    def __str__(self) -> str:
        name = type(self.error).__name__
        return f"{name}: {self.error}" if str(self.error) else name


def lost(error: httpx.RequestError) -> Lost:
    """What an error of the HTTP library means."""
    return Lost(error, may_have_been_acted_on=not isinstance(error, NEVER_ARRIVED))


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


def _is_certificate_refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
