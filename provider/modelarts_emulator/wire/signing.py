"""Who may call: tokens, and AK/SK signatures checked after the vendor's published algorithm.

By default everything is accepted, except a token that this emulator issued and that has expired.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from modelarts_emulator.service.models import token as issued
from modelarts_emulator.wire.refusals import not_authenticated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from modelarts_emulator.messages import Request

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = rf"{ALGORITHM} Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{{64}})"


@dataclass(frozen=True)
class Credentials:
    """What the emulator accepts when it verifies.

    Attributes:
        access_keys: Secret key by access key.
        security_tokens: Security token by temporary access key; such a key is refused without it.
        users: Password by (domain, user name).
        max_skew: Seconds by which `X-Sdk-Date` may differ from the wall clock (documented: 15 minutes); None: any.

    Raises:
        ValueError: They have another form. The text shows nothing of them.
    """

    access_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    security_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    users: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    max_skew: float | None = 900.0

    def __post_init__(self) -> None:
        """Refuse what no request could be held to, while whoever wrote it is there to hear of it."""
        for name, pairs in (("access_keys", self.access_keys), ("security_tokens", self.security_tokens)):
            if not _is_map_of_texts(pairs, lambda key: isinstance(key, str)):
                raise ValueError(f"{name} must be a map from access keys to strings")
        if not _is_map_of_texts(self.users, _is_name):
            raise ValueError("users must be a map from (domain, user name) to passwords")
        skew = self.max_skew
        if skew is not None and (isinstance(skew, bool) or not isinstance(skew, int | float) or not skew >= 0):
            raise ValueError("max_skew must be a number of seconds, or null")


def _is_map_of_texts(pairs: Any, is_key: Callable[[Any], bool]) -> bool:
    return isinstance(pairs, Mapping) and all(is_key(key) and isinstance(pairs[key], str) for key in pairs)


def _is_name(key: Any) -> bool:
    """Whether something is a domain and the name of a user."""
    return isinstance(key, tuple) and len(key) == len(("domain", "name")) and all(isinstance(part, str) for part in key)


def credentials_of(document: Mapping[str, Any]) -> Credentials:
    """Credentials from plain data.

        {"access_keys": {access key: secret key}, "security_tokens": {access key: token},
         "users": [{"domain": ..., "name": ..., "password": ...}], "max_skew": 900}

    Args:
        document: The data; every part may be left out, and a `max_skew` of null takes any date.

    Raises:
        ValueError: It has another form. The text shows nothing of it.
    """
    known = {"access_keys", "security_tokens", "users", "max_skew"}
    unknown = sorted(set(document) - known)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}, use {', '.join(sorted(known))}")
    users = document.get("users", [])
    if not isinstance(users, list) or not all(_is_user(user) for user in users):
        raise ValueError("users must be a list of maps with domain, name and password")
    passwords = {(user["domain"], user["name"]): user["password"] for user in users}
    return Credentials(**{**document, "users": passwords})


def _is_user(user: Any) -> bool:
    fields = {"domain", "name", "password"}
    return isinstance(user, dict) and set(user) == fields and all(isinstance(value, str) for value in user.values())


def check(
    request: Request, credentials: Credentials | None, connection: sqlite3.Connection, now: float, wall: float
) -> None:
    """Refuse a request that is not who it says.

    Args:
        request: The request.
        credentials: None accepts anything but expired tokens of this emulator.
        connection: Where issued tokens are.
        now: Virtual time, by which tokens expire.
        wall: Wall time, against which signatures are dated.

    Raises:
        ApiError: 401.
    """
    token = request.headers.get("x-auth-token")
    if token:
        _check_token(token, credentials, connection, now)
    elif credentials is not None:
        _check_signature(request, credentials, wall)


def check_user(domain: str, user: str, password: str, credentials: Credentials | None) -> None:
    """Refuse a user whose password is wrong; without credentials everybody gets a token.

    Raises:
        ApiError: 401.
    """
    if credentials is None:
        return
    known = credentials.users.get((domain, user), "")
    if not known or not hmac.compare_digest(known.encode(), password.encode()):
        raise not_authenticated("the username or password is wrong")


def _check_token(token: str, credentials: Credentials | None, connection: sqlite3.Connection, now: float) -> None:
    expires_at = issued.expiry(connection, token)
    if expires_at is None and credentials is not None:
        raise not_authenticated("decrypt token fail")
    if expires_at is not None and expires_at <= now:
        raise not_authenticated("token expired")


def _check_signature(request: Request, credentials: Credentials, wall: float) -> None:
    match = re.fullmatch(_AUTHORIZATION, request.headers.get("authorization", ""))
    if match is None:
        raise not_authenticated("verify aksk signature fail, no valid Authorization header")
    access_key, signed_headers, signature = match.groups()
    if access_key not in credentials.access_keys:
        raise not_authenticated(f"verify aksk signature fail, ak {access_key} not exist")
    if request.headers.get("x-security-token") != credentials.security_tokens.get(access_key):
        raise not_authenticated("verify aksk signature fail, wrong security token")
    _check_date(request, credentials, wall)
    names = signed_headers.split(";")
    if "x-sdk-date" not in names:  # the host may be left out (client: Terraform signs without it)
        raise not_authenticated("verify aksk signature fail, x-sdk-date must be signed")
    expected = signature_of(request, names, credentials.access_keys[access_key])
    if not hmac.compare_digest(expected, signature):
        raise not_authenticated("verify aksk signature fail, signature not match")


def _check_date(request: Request, credentials: Credentials, wall: float) -> None:
    try:
        dated = calendar.timegm(time.strptime(request.headers.get("x-sdk-date", ""), "%Y%m%dT%H%M%SZ"))
    except ValueError as error:
        raise not_authenticated("verify aksk signature fail, no valid X-Sdk-Date") from error
    if credentials.max_skew is not None and abs(wall - dated) > credentials.max_skew:
        raise not_authenticated("verify aksk signature fail, the request has expired")


def signature_of(request: Request, names: list[str], secret_key: str) -> str:
    """Signature of a request over the headers with these names, as hexadecimal digits."""
    canonical = "\n".join(
        [
            request.method,
            _canonical_path(request),
            _canonical_query(request),
            "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names),
            ";".join(names),
            _body_hash(request),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{request.headers['x-sdk-date']}\n{digest}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _canonical_path(request: Request) -> str:
    path = "/".join(quote(unquote(part), safe="-_.~") for part in request.target.partition("?")[0].split("/"))
    return path if path.endswith("/") else path + "/"


def _canonical_query(request: Request) -> str:
    pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(pairs))


def _body_hash(request: Request) -> str:
    """Hash of the body; the vendor's SDK leaves bodies that are not plain JSON unsigned and says so in a header."""
    unsigned = request.body and request.headers.get("x-sdk-content-sha256") == UNSIGNED
    return UNSIGNED if unsigned else hashlib.sha256(request.body).hexdigest()
