"""Saying who one is: by signature, by a given token, or by a token that IAM issues.

Documented: the API signing guide, and "Obtaining a User Token Through Password Authentication" of IAM.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import httpx
from pydantic_core import from_json, to_json

from pulumi_modelarts.api.credentials import AccessKey, Credentials, Password, Token
from pulumi_modelarts.api.errors import TransportError, error_from_response
from pulumi_modelarts.api.retry import ONLY_READS
from pulumi_modelarts.api.signing import authorization

if TYPE_CHECKING:
    from collections.abc import Generator

    from pydantic import SecretStr

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.settings import Settings

LIFETIME: Final = 24 * 3600.0
"""Seconds a token lives (documented: IAM), for an answer that does not say."""
MARGIN: Final = 600.0
"""Seconds before its end at which a token is renewed: no request may still be on its way then."""

REFUSED_FOR: Final = 60.0
"""Seconds for which a refusal by IAM stands for all threads."""


def auth_for(settings: Settings, clock: Clock) -> httpx.Auth:
    """The way to say who one is that fits the credentials."""
    credentials: Credentials = settings.credentials
    match credentials:
        case AccessKey():
            return AccessKeyAuth(credentials, settings.project_id, clock)
        case Token(token):
            return StaticTokenAuth(token)
        case Password():
            return IamTokenAuth(credentials, settings.iam_endpoint, settings.project_id, clock)


class AccessKeyAuth(httpx.Auth):
    """Signs every request with an access key.

    Args:
        key: the access key.
        project_id: the project that is asked about.
        clock: its time goes into the signature; the service accepts 15 minutes of difference.
    """

    requires_request_body = True

    def __init__(self, key: AccessKey, project_id: str, clock: Clock) -> None:
        self._key = key
        self._project_id = project_id
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign, and send."""
        now = datetime.fromtimestamp(self._clock.time(), UTC)
        request.headers["X-Sdk-Date"] = now.strftime("%Y%m%dT%H%M%SZ")
        request.headers["X-Project-Id"] = self._project_id
        if self._key.security_token is not None:
            request.headers["X-Security-Token"] = self._key.security_token.get_secret_value()
        request.headers["Authorization"] = authorization(
            request,
            access_key=self._key.access_key.get_secret_value(),
            secret_key=self._key.secret_key.get_secret_value(),
        )
        yield request


class StaticTokenAuth(httpx.Auth):
    """Sends a token that was given.

    Args:
        token: the token.
    """

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token, and send."""
        request.headers["X-Auth-Token"] = self._token.get_secret_value()
        yield request


@dataclass(frozen=True)
class _Issued:
    token: str = field(repr=False)
    renew_at: float


@dataclass(frozen=True)
class _Refusal:
    response: httpx.Response
    until: float


class IamTokenAuth(httpx.Auth):
    """Gets a token from IAM, keeps it, and renews it before it ends and whenever the service no longer takes it.

    One thread asks IAM; the others wait for its token. A request that is answered 401 is sent a second time with a new
    token, and no third time. What IAM itself refuses (a wrong password, say) is not asked again for a minute, by
    whichever thread: IAM locks users after a few wrong attempts.

    Args:
        user: who asks.
        iam_endpoint: address of IAM, no trailing slash.
        project_id: the project the token is for.
        clock: tells when a token ends.
    """

    requires_response_body = True

    def __init__(self, user: Password, iam_endpoint: str, project_id: str, clock: Clock) -> None:
        self._user = user
        self._address = f"{iam_endpoint}/v3/auth/tokens?nocatalog=true"
        self._project_id = project_id
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._issued: _Issued | None = None
        self._refusal: _Refusal | None = None
        keep_tokens_out_of_logs()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token, send, and once more with a new one if it is refused."""
        token = yield from self._token(request, refused=None)
        request.headers["X-Auth-Token"] = token
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["X-Auth-Token"] = yield from self._token(request, refused=token)
            yield request

    def _token(self, request: httpx.Request, *, refused: str | None) -> Generator[httpx.Request, httpx.Response, str]:
        """The token that is kept, or a new one if it ends soon or is the one that was refused."""
        with self._one_at_a_time:
            kept = self._issued
            if kept is None or kept.token == refused or self._clock.time() >= kept.renew_at:
                self._issued = None
                response = self._recent_refusal() or (yield self._question(request))
                self._issued = kept = self._answer(response)
            return kept.token

    def _question(self, request: httpx.Request) -> httpx.Request:
        user = {
            "name": self._user.user,
            "password": self._user.password.get_secret_value(),
            "domain": {"name": self._user.domain},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        return httpx.Request(
            "POST",
            self._address,
            headers={"User-Agent": request.headers.get("User-Agent", ""), "Content-Type": "application/json"},
            content=to_json({"auth": {"identity": identity, "scope": {"project": {"id": self._project_id}}}}),
            extensions={**request.extensions, ONLY_READS: True},
        )

    def _answer(self, response: httpx.Response) -> _Issued:
        attempting = f"get a token for user {self._user.user} from IAM"
        if not response.is_success:
            self._remember(response)
            raise error_from_response(response, attempting, secrets=[self._user.password.get_secret_value()])
        token = response.headers.get("x-subject-token")
        if not token:
            raise TransportError(attempting, "the answer has no X-Subject-Token", may_have_arrived=True)
        return _Issued(token, renew_at=_renewal(_end(response), self._clock.time()))

    def _remember(self, response: httpx.Response) -> None:
        if response.status_code in {400, 401, 403, 404}:
            self._refusal = _Refusal(response, self._clock.monotonic() + REFUSED_FOR)

    def _recent_refusal(self) -> httpx.Response | None:
        refusal = self._refusal
        return refusal.response if refusal is not None and self._clock.monotonic() < refusal.until else None


def _renewal(end: float | None, now: float) -> float:
    """When to renew a token: some time before its end, yet not before half its life is over.

    A token that has ended when it is issued, or that ends nowhere, says that clocks differ or nothing at all: it is
    taken to live as long as documented, and the service refuses it if it does not.
    """
    if end is None or end <= now:
        end = now + LIFETIME
    return max(end - MARGIN, now + (end - now) / 2)


def _end(response: httpx.Response) -> float | None:
    """When a token ends, in seconds since 1970; None if the answer does not say."""
    try:
        end = datetime.fromisoformat(from_json(response.content)["token"]["expires_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return end.replace(tzinfo=end.tzinfo or UTC).timestamp()


def keep_tokens_out_of_logs() -> None:
    """Silence the records of the HTTP library that repeat the headers of answers, an issued token among them."""
    logging.getLogger("httpcore.http11").addFilter(_names_no_headers)


def _names_no_headers(record: logging.LogRecord) -> bool:
    return "receive_response_headers" not in str(record.msg)
