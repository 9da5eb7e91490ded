"""Saying who asks by a token that IAM issues.

Documented: "Obtaining a User Token Through Password Authentication" of IAM.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pydantic_core import to_json

from pulumi_modelarts.api.error_bodies import error_from_answer
from pulumi_modelarts.api.errors import ModelArtsError, ServerError, TransportError
from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.api.outcomes import Answer, Lost
from pulumi_modelarts.api.sending import Sender, Signer, Unsigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.credentials import Password
    from pulumi_modelarts.api.operations import Deadline

CREATE_TOKEN: Final = Operation(
    "KeystoneCreateUserTokenByPassword",
    "a token for a user and a password, once a day: where those are the credentials",
    only_reads=True,
    previews=True,
)

LIFETIME: Final = 24 * 3600.0
"""Seconds a token lives (documented: IAM), for an answer that does not say."""
MARGIN: Final = 600.0
"""Seconds before its end at which a token is renewed: no request may still be on its way then."""

REFUSED_FOR: Final = 60.0
"""Seconds for which a refusal by IAM stands for all threads."""

REFUSALS: Final = frozenset({400, 401, 403, 404})

TOKEN: Final = "X-Auth-Token"  # noqa: S105 - the name of a header

NOT_SENT: Final = "what needs the token was not sent"


@dataclass(frozen=True)
class _Issued:
    token: str = field(repr=False)
    renew_at: float


@dataclass(frozen=True)
class _Refusal:
    answer: Answer = field(repr=False)
    until: float


class IamToken(Signer):
    """Gets a token from IAM, keeps it, and renews it before it ends and when the service no longer takes it.

    One thread asks IAM; the others wait for its token, each until its own deadline. IAM is asked like the service: what
    got no answer is asked again, until the deadline of the wait that the token is needed for. What IAM refuses (a wrong
    password, say) is not asked again for a minute, by whichever thread: IAM locks users after a few wrong attempts.

    Args:
        user: who asks.
        iam_endpoint: address of IAM, no trailing slash.
        project_id: the project the token is for.
        clock: tells when a token ends.
        sender: sends to IAM.
    """

    renews = True

    def __init__(self, user: Password, iam_endpoint: str, project_id: str, clock: Clock, sender: Sender) -> None:
        self._user = user
        self._address = f"{iam_endpoint}/v3/auth/tokens?nocatalog=true"
        self._project_id = project_id
        self._clock = clock
        self._sender = sender
        self._attempting = f"get a token for user {user.user} from IAM ({iam_endpoint})"
        self._one_at_a_time = threading.Lock()
        self._issued: _Issued | None = None
        self._refusal: _Refusal | None = None
        keep_tokens_out_of_logs()

    def sign(self, request: httpx.Request, deadline: Deadline | None, refused: httpx.Request | None = None) -> None:
        """Add the token that is kept, or a new one if that ends soon or is the one that was refused.

        Raises:
            TransportError: IAM did not answer, or with a server error; what needs the token was not sent.
            ApiError: IAM answered no.
        """
        kept = self._usable(refused)
        if kept is None:
            with self._turn(deadline):
                kept = self._usable(refused) or self._renewed(deadline)
        request.headers[TOKEN] = kept.token

    def _usable(self, refused: httpx.Request | None) -> _Issued | None:
        kept = self._issued
        if kept is None or self._clock.time() >= kept.renew_at or _is_with(refused, kept.token):
            return None
        return kept

    def _renewed(self, deadline: Deadline | None) -> _Issued:
        self._issued = None
        self._issued = issued = self._issue(deadline)
        return issued

    @contextmanager
    def _turn(self, deadline: Deadline | None) -> Iterator[None]:
        """Hold the lock; waiting for it ends with the deadline."""
        seconds = threading.TIMEOUT_MAX if deadline is None else max(0.0, deadline.remaining(self._clock))
        if not self._one_at_a_time.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
            raise self._nothing("another request for one has not been answered yet")
        try:
            yield
        finally:
            self._one_at_a_time.release()

    def _issue(self, deadline: Deadline | None) -> _Issued:
        answer = self._recent_refusal() or self._ask(deadline)
        if not answer.response.is_success:
            self._remember(answer)
            raise self._error(answer)
        token = answer.response.headers.get("x-subject-token")
        if not token:
            raise self._nothing("the answer has no X-Subject-Token")
        return _Issued(token, renew_at=_renewal(_end(answer), self._clock.time()))

    def _ask(self, deadline: Deadline | None) -> Answer:
        outcome = self._sender.send(self._question(), Unsigned(), deadline)
        if isinstance(outcome, Lost):
            raise self._nothing(str(outcome)) from outcome.error
        return outcome

    def _question(self) -> Call:
        user = {
            "name": self._user.user,
            "password": self._user.password.get_secret_value(),
            "domain": {"name": self._user.domain},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        body = to_json({"auth": {"identity": identity, "scope": {"project": {"id": self._project_id}}}})
        headers = {"Content-Type": "application/json"}
        return Call("POST", self._address, CREATE_TOKEN, self._attempting, body, headers)

    def _error(self, answer: Answer) -> ModelArtsError:
        """The error for a refusal. A `ServerError` would say that what needs the token may have been sent."""
        error = error_from_answer(
            answer,
            self._attempting,
            operation=CREATE_TOKEN,
            project=self._project_id,
            secrets=[self._user.password.get_secret_value()],
        )
        return self._nothing(error.said) if isinstance(error, ServerError) else error

    def _nothing(self, reason: str) -> TransportError:
        return TransportError(self._attempting, reason, may_have_arrived=False, fate=NOT_SENT)

    def _remember(self, answer: Answer) -> None:
        if answer.response.status_code in REFUSALS:
            self._refusal = _Refusal(answer, self._clock.monotonic() + REFUSED_FOR)

    def _recent_refusal(self) -> Answer | None:
        refusal = self._refusal
        return refusal.answer if refusal is not None and self._clock.monotonic() < refusal.until else None


def _is_with(request: httpx.Request | None, token: str) -> bool:
    return request is not None and request.headers.get(TOKEN) == token


def _renewal(end: float | None, now: float) -> float:
    """When to renew a token: some time before its end, yet not before half its life is over.

    A token that has ended when it is issued, or that ends nowhere, says that clocks differ or nothing at all: it is
    taken to live as long as documented, and the service refuses it if it does not.
    """
    if end is None or end <= now:
        end = now + LIFETIME
    return max(end - MARGIN, now + (end - now) / 2)


def _end(answer: Answer) -> float | None:
    """When a token ends, in seconds since 1970; None if the answer does not say."""
    try:
        end = datetime.fromisoformat(answer.body["token"]["expires_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return end.replace(tzinfo=end.tzinfo or UTC).timestamp()


def keep_tokens_out_of_logs() -> None:
    """Silence the records of the HTTP library that repeat the headers of answers, an issued token among them."""
    logging.getLogger("httpcore.http11").addFilter(_names_no_headers)


def _names_no_headers(record: logging.LogRecord) -> bool:
    return "receive_response_headers" not in str(record.msg)
