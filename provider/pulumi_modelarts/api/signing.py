"""The signature of a request with an access key: `SDK-HMAC-SHA256`.

Documented: the API signing guide. The canonical request is made of method, path, query, the signed headers and the hash
of the body; its hash and the date are signed with the secret key itself, no key is derived.

The vendor's SDK leaves the body of anything but JSON and BSON out of the signature (`X-Sdk-Content-Sha256:
UNSIGNED-PAYLOAD`), a merge patch among them. The protocol does not ask for that: here the real body is signed always,
and a request that carries that header has its value signed in place of the hash, as the protocol says.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote

if TYPE_CHECKING:
    import httpx

ALGORITHM: Final = "SDK-HMAC-SHA256"
SIGNED: Final = ("content-type", "host", "x-project-id", "x-sdk-content-sha256", "x-sdk-date", "x-security-token")
"""Headers that are signed when present. Those that proxies add or change are left out."""


def authorization(request: httpx.Request, *, access_key: str, secret_key: str) -> str:
    """The value of the `Authorization` header of a request that has everything else, `X-Sdk-Date` included."""
    headers = [name for name in SIGNED if name in request.headers]
    text = canonical_request(request, headers)
    to_sign = "\n".join([ALGORITHM, request.headers["x-sdk-date"], hashlib.sha256(text.encode()).hexdigest()])
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(headers)}, Signature={signature}"


def canonical_request(request: httpx.Request, headers: list[str]) -> str:
    """The text that stands for a request."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return "\n".join(
        [
            request.method,
            _canonical_path(path),
            canonical_query(parse_qsl(query, keep_blank_values=True)),
            *(f"{name}:{request.headers[name].strip()}" for name in headers),
            "",
            ";".join(headers),
            _payload(request),
        ]
    )


def canonical_query(pairs: list[tuple[str, str]]) -> str:
    """A query string, sorted and percent-encoded as the signature wants it."""
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(pairs))


def _canonical_path(path: str) -> str:
    canonical = quote(unquote(path), safe="/~")
    return canonical if canonical.endswith("/") else f"{canonical}/"


def _payload(request: httpx.Request) -> str:
    declared: str | None = request.headers.get("x-sdk-content-sha256")
    return declared if declared and request.content else hashlib.sha256(request.content).hexdigest()
