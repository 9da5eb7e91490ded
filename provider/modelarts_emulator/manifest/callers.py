"""Who asks: requests with a token, or signed with an access key, and with such as must be refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from modelarts_emulator.manifest import wall
from modelarts_emulator.messages import MERGE_PATCH
from modelarts_emulator.wire.signing import ALGORITHM, UNSIGNED, signature_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.manifest.case import Who
    from modelarts_emulator.messages import Request

LATE = 20 * 60.0
"""Seconds by which who is late is late: more than the quarter of an hour for which a signature is valid."""

NO_TOKEN = "MIIF-a-token-of-nobody"  # noqa: S105 - a token that nobody has
NO_SECRET = "a-secret-key-of-nobody"  # noqa: S105 - likewise


@dataclass(frozen=True)
class AccessKey:
    """An access key.

    Attributes:
        access_key: Which one.
        secret_key: What it signs with.
        security_token: What a temporary one comes with; empty for another one.
    """

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Token:
    """A token that IAM gave.

    Attributes:
        token: The token.
    """

    token: str = field(repr=False)


Credential: TypeAlias = AccessKey | Token | None
"""What a caller has; None: nothing, as most emulators ask for nothing."""


def presented(request: Request, who: Who, credential: Credential, host: str, now: float) -> Request:
    """A request that says who asks.

    Args:
        request: What is asked.
        who: As whom.
        credential: What the caller has.
        host: Host and port that it is sent to: the signature covers them.
        now: Seconds since 1970.
    """
    if who == "stranger":
        return _with(request, {"x-auth-token": NO_TOKEN})
    if credential is None or who == "nobody":
        return request
    if isinstance(credential, Token):
        return _with(request, {"x-auth-token": credential.token})
    if who == "forger":
        return _signed(request, replace(credential, secret_key=NO_SECRET), host, now)
    if who == "sdk" and request.content_type == MERGE_PATCH:
        request = _with(request, {"x-sdk-content-sha256": UNSIGNED})
    return _signed(request, credential, "" if who == "hostless" else host, now - LATE if who == "late" else now)


def hidden(text: str, credential: Credential) -> str:
    """A text without what the caller has, which an answer may repeat."""
    held = () if credential is None else (credential.token,) if isinstance(credential, Token) else _parts(credential)
    for secret in filter(None, held):
        text = text.replace(secret, "***")
    return text


def _parts(key: AccessKey) -> tuple[str, ...]:
    return key.access_key, key.secret_key, key.security_token


def _signed(request: Request, key: AccessKey, host: str, now: float) -> Request:
    """A request that is signed after the vendor's published algorithm; an empty host is left out."""
    added = {"x-sdk-date": wall.signed(now)}
    added |= {"host": host} if host else {}
    added |= {"x-security-token": key.security_token} if key.security_token else {}
    request = _with(request, added)
    names = sorted(added)
    signature = signature_of(request, names, key.secret_key)
    text = f"{ALGORITHM} Access={key.access_key}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return _with(request, {"authorization": text})


def _with(request: Request, headers: Mapping[str, str]) -> Request:
    return replace(request, headers={**request.headers, **headers})
