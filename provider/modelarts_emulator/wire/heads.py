"""The head of a request, read strictly: what two readers could understand differently is refused, not guessed at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.wire.refusals import malformed_request

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 65_536
"""Bytes of a head, its first line included."""

MOST_FIELDS = 100
"""Header fields of a head."""

ONCE = frozenset({"host", "content-length", "content-type", "origin", "expect", "authorization", "x-auth-token"})
"""Fields of which a second one would have to be believed or not."""

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~\w-]+) ([\x21-\x7e]+) HTTP/(\d)\.(\d)")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~\w-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9._-]*)(?::[0-9]{1,5})?", re.IGNORECASE)
_ABSOLUTE = "http://"


class Head(NamedTuple):
    """The head of a request.

    Attributes:
        method: Method, as it was sent.
        target: Path and query, as they were sent.
        headers: Fields by name in lower case; several of one name are one, with commas between.
        is_old: True for HTTP/1.0, in which a connection has one request.
    """

    method: str
    target: str
    headers: dict[str, str]
    is_old: bool

    @property
    def ends_connection(self) -> bool:
        """True when the client asks for nothing more on this connection."""
        words = self.headers.get("connection", "").lower().split(",")
        return self.is_old or "close" in map(str.strip, words)


def read(line: Callable[[int], bytes]) -> Head:
    """Read a head to its end.

    Args:
        line: Reads to the end of a line, and so many bytes at most.

    Raises:
        ApiError: 400, 414, 431 or 505: it is no head, or too large a one.
    """
    first, *fields = _lines(line)
    match = _REQUEST_LINE.fullmatch(first)
    if match is None:
        raise malformed_request(400, "the first line is not a method, a path and a version of HTTP")
    method, target, major, minor = (part.decode("ascii") for part in match.groups())
    if major != "1":
        raise malformed_request(505, f"HTTP/{major}.{minor} is not spoken here, send HTTP/1.1")
    headers = _headers(fields)
    is_old = minor == "0"
    if "host" not in headers and not is_old:
        raise malformed_request(400, "a request of HTTP/1.1 has a Host field")
    if not _HOST.fullmatch(headers.get("host", "")):
        raise malformed_request(400, "the Host field is no host with or without a port")
    if "transfer-encoding" in headers and "content-length" in headers:
        raise malformed_request(400, "Transfer-Encoding and Content-Length say two things about one body")
    return Head(method, _origin_form(target, headers.get("host", "")), headers, is_old)


def _lines(line: Callable[[int], bytes]) -> list[bytes]:
    """The lines of a head without their ends; an empty one before the first is passed over (RFC 9112, 2.2)."""
    found: list[bytes] = []
    left, skipped = LARGEST, False
    while True:
        text = line(left + 1)
        left -= len(text)
        if left < 0:
            raise _too_large(is_first=not found)
        if not text.endswith(b"\r\n"):
            raise malformed_request(400, "the head ends before its end, or has a line that does not end with CR LF")
        if text == b"\r\n" and found:
            return found
        if text == b"\r\n" and not skipped:
            skipped = True
            continue
        found.append(text[:-2])
        if len(found) > MOST_FIELDS + 1:
            raise malformed_request(431, f"a head has {MOST_FIELDS} fields at most")


def _too_large(*, is_first: bool) -> Exception:
    if is_first:
        return malformed_request(414, f"the first line is longer than {LARGEST} bytes")
    return malformed_request(431, f"the head is larger than {LARGEST} bytes")


def _headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise malformed_request(400, "a line of the head is no field: a name, a colon right behind it, and a value")
        key, text = name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")
        if key in headers and key in ONCE:
            raise malformed_request(400, f"the field {key} stands twice")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _origin_form(target: str, host: str) -> str:
    """Path and query of a target, which may begin with the host that the Host field names."""
    if target.startswith("/"):
        return target
    authority, slash, rest = target.removeprefix(_ABSOLUTE).partition("/")
    if not target.startswith(_ABSOLUTE) or authority.lower() != host.lower():
        raise malformed_request(400, "the target is no path, nor a URL of the host that the Host field names")
    return f"{slash or '/'}{rest}"
