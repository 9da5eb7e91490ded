"""One connection of a client: its requests one after another, each bounded in size and time."""

from __future__ import annotations

import http
import socket
import struct
import traceback
from contextlib import suppress
from email.utils import formatdate
from typing import TYPE_CHECKING

from modelarts_emulator.messages import Request, Response, is_control, path_of
from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.state.errors import DefectError, LockedFileError
from modelarts_emulator.wire import heads, strangers
from modelarts_emulator.wire.dispatch import LARGEST_BODY
from modelarts_emulator.wire.patience import Patience
from modelarts_emulator.wire.refusals import (
    body_too_large,
    incomplete_body,
    internal_error,
    length_required,
    locked_file,
    malformed_request,
    too_slow,
)

if TYPE_CHECKING:
    from modelarts_emulator.wire.answering import Handling
    from modelarts_emulator.wire.heads import Head

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with a timeout of 0: closing the socket sends RST."""

LONGEST_STALL = 120.0
"""Wall seconds for which a stalled answer holds its connection when the client does not give up."""

LARGEST_SNAPSHOT = 256 * 1024 * 1024
"""Bytes of a body of the control API, which takes whole worlds."""

LONGEST_NUMBER = 15
"""Digits of a body's length."""

FAREWELL = 2.0
"""Wall seconds for which what a refused client still sends is read, so that it reads why it was refused."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PHRASES = {int(status): status.phrase for status in http.HTTPStatus}


class Connection:
    """Serves one connection.

    Args:
        connection: The connection.
        emulator: Who answers.
        patience: Wall seconds that a client has for a request, for taking its answer, and before the next one begins.
        is_open: True for a server beyond loopback.
    """

    def __init__(self, connection: socket.socket, emulator: Handling, patience: float, *, is_open: bool) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._client = Patience(connection)
        self._emulator = emulator
        self._patience = patience
        self._is_open = is_open

    def serve(self) -> None:
        """Answer request after request, until the client or an answer ends it."""
        while self._is_asked() and self._answer_one():
            pass

    def _is_asked(self) -> bool:
        """Wait for the next request; False when none comes."""
        self._client.begin(self._patience)
        try:
            return self._client.is_sent_more()
        except TimeoutError:
            return False

    def _answer_one(self) -> bool:
        """Read a request, pass it on, and write what comes back; True when another one may follow."""
        self._client.begin(self._patience)
        try:
            head = heads.read(self._client.line)
            strangers.refuse(head.headers, is_open=self._is_open)
            request = Request(head.method, head.target, head.headers, self._body(head))
        except (ApiError, TimeoutError) as error:
            self._refuse(error if isinstance(error, ApiError) else too_slow(self._patience))
            return False
        return self._deliver(self._handled(request), head)

    def _body(self, head: Head) -> bytes:
        """The body of a request, in the length that its head says.

        Raises:
            ApiError: 400, 411, 413 or 417.
            TimeoutError: It does not arrive in time.
        """
        if "transfer-encoding" in head.headers:
            raise length_required()
        text = head.headers.get("content-length", "0")
        if not text.isdecimal() or not text.isascii() or len(text) > LONGEST_NUMBER:
            raise length_required()
        length = int(text)
        if length > (LARGEST_SNAPSHOT if is_control(path_of(head.target)) else LARGEST_BODY):
            raise body_too_large()
        expected = head.headers.get("expect", "").lower()
        if expected not in {"", "100-continue"}:
            raise malformed_request(417, f"nothing is known of the expectation {expected!r}")
        if expected and length and not head.is_old:
            self._send(CONTINUE)
        body = self._client.exactly(length)
        if len(body) < length:
            raise incomplete_body()
        return body

    def _handled(self, request: Request) -> Response:
        """The emulator's answer; a defect is loud, and ends nothing but this request."""
        try:
            return self._emulator.handle(request)
        except DefectError as error:
            traceback.print_exc()
            return error.answer
        except LockedFileError as error:
            return locked_file(error).response()
        except Exception:  # noqa: BLE001 - whatever it is, other clients go on
            traceback.print_exc()
            return internal_error().response()

    def _deliver(self, response: Response, head: Head) -> bool:
        """Write an answer, or end the connection as it says; True when another request may follow."""
        closes = head.ends_connection or response.drop is not None
        if response.drop == "reset":
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._connection.close()
        elif response.drop in {None, "truncate", "stall"}:
            has_body = head.method != "HEAD"
            self._send(written(response, closes=closes) + response.arriving * has_body)
            if response.drop == "stall":
                self._hold()
        return not closes

    def _hold(self) -> None:
        """Keep silent until the client goes, or nobody can be waiting any more; others have threads of their own."""
        self._connection.settimeout(LONGEST_STALL)
        with suppress(OSError):
            self._connection.recv(1)

    def _refuse(self, error: ApiError) -> None:
        """Say why, and wait a little for the client to read it: closing at once would destroy what is under way."""
        response = error.response()
        self._send(written(response, closes=True) + response.body)
        self._connection.shutdown(socket.SHUT_WR)
        self._client.begin(FAREWELL)
        with suppress(OSError):
            self._client.drain()

    def _send(self, content: bytes) -> None:
        """Write, in one piece: two small ones meet Nagle's algorithm and delayed acknowledgements."""
        self._connection.settimeout(self._patience)
        self._connection.sendall(content)


def written(response: Response, *, closes: bool) -> bytes:
    """The head of an answer on the wire."""
    fields = {
        "date": formatdate(usegmt=True),  # of the wall, as signatures have it
        **response.headers,
        "content-length": str(response.announced),
        **({"connection": "close"} if closes else {}),
    }
    lines = [f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
