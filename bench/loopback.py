"""Servers in processes of their own, and clients that ask them: what measurements over loopback share."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from bench.figures import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds until a server has to listen, and a client has to be answered."""

_LOOK = 0.02
"""Seconds between looks at a server that starts."""

_OK = 200


class Question(NamedTuple):
    """A request, the same for every time it is sent."""

    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, str] = {}


@contextmanager
def running(*module: str) -> Iterator[int]:
    """Run a module that serves, with a free port as its last argument, and give the port once somebody listens there.

    Raises:
        NotMeasuredError: It ends instead of listening, or takes too long.
    """
    port = _free_port()
    command = [sys.executable, "-m", *module, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(process, port, " ".join(module))
            yield port
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int, what: str) -> None:
    patience_ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < patience_ends:
        try:
            socket.create_connection((HOST, port), PATIENCE).close()
        except ConnectionRefusedError:
            try:
                process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise NotMeasuredError(f"{what} does not listen on port {port}")


class Client:
    """Asks one server, over one connection for as long as the server keeps it.

    Args:
        port: Port of the server.
    """

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)

    def ask(self, question: Question) -> bytes:
        """Return the body of the answer.

        Raises:
            RuntimeError: Another status than 200.
        """
        self._connection.request(question.method, question.target, question.body, dict(question.headers))
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != _OK:
            raise RuntimeError(f"{question.method} {question.target} answered {answer.status}: {body[:500]!r}")
        return body

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()


def ask_all(port: int, questions: Sequence[Question], clients: int = 1) -> None:
    """Have so many clients at once ask all these questions, each over a connection of its own.

    Raises:
        RuntimeError: A client did not get all its answers.
    """
    answered: list[bytes] = []

    def ask() -> None:
        client = Client(port)
        answered.extend([client.ask(question) for question in questions])
        client.close()

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answered) != clients * len(questions):
        raise RuntimeError(f"port {port} gave {len(answered)} answers to {clients * len(questions)} questions")
