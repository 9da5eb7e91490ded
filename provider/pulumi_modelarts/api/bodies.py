"""Reading the body of an answer, with bounds on how long it is and how long it takes.

What is unpacked of a compressed answer is bounded while it is unpacked: a few hundred kilobytes may hold gigabytes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.http import httpx
from pulumi_modelarts.api.mishaps import InWords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.clock import Clock

ENCODING: Final = "gzip"
"""The one compression that is asked for, as it can be unpacked in steps with a bound."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one answer, unpacked. The longest are pages of 500 nodes, of two or three kilobytes each and so one or two
megabytes (a pool of 100,000 nodes is 200 of them), and the list of pools, which has one page: ten thousand pools of
four kilobytes are forty megabytes."""

LONGEST: Final = 120.0
"""Seconds from the head of an answer to its end. Every part of it has a limit of its own; together they had none."""

GZIP: Final = 16 + zlib.MAX_WBITS
"""What `zlib` calls a gzip stream."""


class Undecodable(InWords, httpx.DecodingError):
    """An answer that cannot be unpacked."""


class TooSlow(InWords, httpx.ReadTimeout):
    """An answer that came too slowly to be waited for."""


class CutOff(InWords, httpx.RemoteProtocolError):
    """An answer without its end."""


class TooLongError(Exception):
    """The body has more bytes than are read of any."""


def read_body(response: httpx.Response, clock: Clock, seconds: float) -> bytes:
    """The body of an answer whose head has arrived, unpacked.

    Args:
        response: the answer, read or not.
        clock: measures.
        seconds: how long it may take.

    Raises:
        TooLongError: it has more than `MOST_BYTES`.
        httpx.RequestError: it was cut off, cannot be unpacked, or takes too long.
    """
    if response.is_stream_consumed:  # made from bytes, as transports do that have no network
        return _bounded(iter([response.content]))
    parts = _in_time(response.iter_raw(), clock, min(seconds, LONGEST))
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding == ENCODING:
        return _bounded(_unpacked(parts))
    if encoding not in {"", "identity"}:
        raise Undecodable(f"the answer is compressed with {encoding[:40]}, which was not asked for")
    return _bounded(parts)


def _in_time(parts: Iterator[bytes], clock: Clock, seconds: float) -> Iterator[bytes]:
    ends = clock.monotonic() + seconds
    for part in parts:
        yield part
        if clock.monotonic() > ends:
            raise TooSlow(f"the answer was not complete after {seconds:.0f} s")


def _unpacked(parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed, in steps that each unpack no more than what may come in all."""
    unpacker, began = zlib.decompressobj(GZIP), False
    try:
        for part in parts:
            began = True
            yield unpacker.decompress(part, MOST_BYTES + 1)
        yield unpacker.flush()
    except zlib.error as error:
        raise Undecodable(f"the answer cannot be unpacked: {error}") from error
    if began and not unpacker.eof:
        raise CutOff("the answer was cut off: it cannot be unpacked to its end")


def _bounded(parts: Iterator[bytes]) -> bytes:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > MOST_BYTES:
            raise TooLongError
    return bytes(body)
