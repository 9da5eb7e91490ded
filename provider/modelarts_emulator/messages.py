"""What goes into the emulator and what comes out, independent of any HTTP library."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
MOST_LEVELS = 64
"""Objects and lists inside each other in a body: what is kept of it gets deeper, and parsers have their limits."""

CONTROL = "/_emulator"
"""Where the control API is: the emulator's own, and no operation of the service."""

Drop = Literal["reset", "close", "truncate", "stall"]
"""How the connection ends instead of delivering the response.

reset: TCP reset before any byte. close: orderly close before any byte. truncate: head and a part of the body, then
close. stall: the same, then silence.
"""

Loss = Literal[Drop, "timeout"]
"""A drop, or timeout: the client's read timeout passed before any byte (where the emulator knows it, in process)."""


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    Attributes:
        method: Upper-case HTTP method.
        target: Path and query exactly as sent, percent-encoding included: the signature covers these characters.
        headers: Header fields; names are lower-cased on construction.
        body: Body bytes, empty when there is none.
        timeout: The client's read timeout in seconds where it is known: a longer latency fault runs into it.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout: float | None = None

    def __post_init__(self) -> None:
        """Lower-case the header names once, so that every reader may rely on it."""
        object.__setattr__(self, "headers", {name.lower(): value for name, value in self.headers.items()})

    @classmethod
    def of_json(cls, method: str, target: str, document: object = None, content_type: str | None = None) -> Request:
        """Build a request from plain data.

        Args:
            method: HTTP method.
            target: Path and query.
            document: JSON document of the body; None sends no body.
            content_type: Default: merge-patch for PATCH, JSON otherwise.
        """
        if document is None:
            return cls(method, target)
        kind = content_type or (MERGE_PATCH if method == "PATCH" else JSON)
        return cls(method, target, {"content-type": kind}, to_json(document))

    @cached_property
    def path(self) -> str:
        """Decoded path."""
        return path_of(self.target)

    @cached_property
    def query(self) -> dict[str, str]:
        """Decoded query; of repeated keys the last one counts."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def json(self) -> Any:
        """Parsed body.

        Raises:
            ValueError: It is not JSON, has a number that JSON has not, or more than `MOST_LEVELS` levels.
        """
        document = from_json(self.body, allow_inf_nan=False)
        if self.body.count(b"[") + self.body.count(b"{") > MOST_LEVELS and levels(document) > MOST_LEVELS:
            raise ValueError(f"nested more than {MOST_LEVELS} deep")
        return document

    @property
    def content_type(self) -> str:
        """Media type of the body in lower case, without parameters; empty when the header is absent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


_NO_HEADERS: Mapping[str, str] = {}


class Response(NamedTuple):
    """One HTTP response, or the way in which it fails to arrive.

    Attributes:
        status: HTTP status code.
        headers: Header fields.
        body: Body bytes.
        drop: None, or how the connection ends instead.
        keep: Bytes of the body that arrive before it ends by truncate or stall; None: half.
    """

    status: int
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""
    drop: Loss | None = None
    keep: int | None = None

    @classmethod
    def of_json(cls, status: int, document: object, headers: Mapping[str, str] | None = None) -> Response:
        """Build a response whose body is this JSON document; None gives an empty body."""
        if document is None:
            return cls(status, dict(headers or {}))
        return cls(status, {"content-type": JSON, **(headers or {})}, to_json(document))

    @classmethod
    def of_items(cls, document: Mapping[str, object], items: Iterable[str]) -> Response:
        """Build a good response whose body is this JSON document with `items` at its end, which are JSON already."""
        opened = to_json({**document, "items": []}).decode().removesuffix("]}")
        return cls(200, {"content-type": JSON}, f"{opened}{','.join(items)}]}}".encode())

    def json(self) -> Any:
        """Parsed body.

        Raises:
            ValueError: The body is not JSON.
        """
        return from_json(self.body)

    def with_header(self, name: str, value: str) -> Response:
        """Copy with one header field more."""
        return self._replace(headers={**self.headers, name: value})

    @property
    def announced(self) -> int:
        """Content-Length; an answer of which a part arrives announces one byte at least, so that it is seen to lack."""
        return max(len(self.body), int(self.drop is not None))

    @property
    def arriving(self) -> bytes:
        """The part of the body that arrives: all of it, unless the connection ends before."""
        return self.body if self.drop is None else part(self.body, self.keep)


def path_of(target: str) -> str:
    """Decoded path of a request's target, which is no URL: two slashes at its beginning are two slashes."""
    return unquote(target.partition("?")[0])


def is_control(path: str) -> bool:
    """True for a path of the control API."""
    return path == CONTROL or path.startswith(CONTROL + "/")


def part(body: bytes, keep: int | None) -> bytes:
    """The first `keep` bytes of a body, half of it for None, and never all of it."""
    return body[: max(0, min(len(body) // 2 if keep is None else keep, len(body) - 1))]


def levels(document: object) -> int:
    """How many maps and lists stand inside each other at the deepest place of plain data."""
    depth, layer = 0, [document]
    while layer := [item for item in layer if isinstance(item, dict | list)]:
        depth += 1
        layer = [inner for item in layer for inner in (item.values() if isinstance(item, dict) else item)]
    return depth
