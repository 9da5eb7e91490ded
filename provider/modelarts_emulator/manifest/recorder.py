"""Stands between a client and the service, and writes down what may be shown of what they say to each other."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import yaml

try:  # ten times as fast, where the library was built with it
    from yaml import CSafeDumper as Dumper
except ImportError:
    from yaml import SafeDumper as Dumper  # type: ignore[assignment] # it does the same

from modelarts_emulator.manifest.endpoint import EndpointError
from modelarts_emulator.manifest.redaction import Redactor
from modelarts_emulator.messages import Request, Response, is_control
from modelarts_emulator.service.urls import OPERATIONS, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelarts_emulator.manifest.endpoint import Endpoint
    from modelarts_emulator.manifest.redaction import Shown

HEAD = """# Recorded by modelarts-emulator. Read it before you show it to anybody: names, ids, addresses and texts are
# replaced, fields and headers that nobody knows are left out.
about: recorded
together: true
cases:
"""
PASSED_ON = frozenset({"content-type", "accept", "accept-language", "x-language"})
"""Headers of a request that reach the service; what says who asks is the recorder's own."""

PASSED_BACK = frozenset({"content-type", "retry-after", "x-request-id"})


class Recorder:
    """Answers a client with what the service says to the same request.

    Args:
        endpoint: The service, asked with the recorder's own credentials.
        file: What is written, one exchange after the other; it must not be there yet.
        now: Seconds, for the time that passes between two requests.
        today: The date, as the cases name it.

    Attributes:
        written: Exchanges in the file.
        left_out: Exchanges that are not, as nothing is known of them.

    Raises:
        FileExistsError: The file is there.
    """

    def __init__(self, endpoint: Endpoint, file: Path, now: Callable[[], float], today: str) -> None:
        self._endpoint, self._now, self._today = endpoint, now, today
        self._redactor = Redactor(endpoint.project, endpoint.region)
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        os.write(self._file, HEAD.encode())
        self._turn = threading.Lock()
        self._last = now()
        self._repeated: Shown | None = None
        self.written = self.left_out = 0

    def handle(self, request: Request) -> Response:
        """Ask the service, write down what may be shown, and hand on what it says."""
        found = resolve(request.method, request.path)
        if is_control(request.path) or (found and found[0].gives_token):
            return _own(403, "the recorder asks with credentials of its own: give the client any key, and no user")
        headers = {name: value for name, value in request.headers.items() if name in PASSED_ON}
        try:
            response = self._endpoint.send(Request(request.method, request.target, headers, request.body), "caller")
        except EndpointError as error:
            return _own(502, f"the service does not answer: {error}")
        with self._turn:
            self._write_down(request, response)
        return response._replace(
            headers={name: value for name, value in response.headers.items() if name.lower() in PASSED_BACK}
        )

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write_down(self, request: Request, response: Response) -> None:
        """Append an exchange in one go, so that the file is whole whenever the recorder ends.

        Who waits asks the same again and again: it is written once, and how long it took before what comes next.
        """
        try:
            shown = self._redactor.shown(request, response)
        except ValueError:
            shown = None
        if shown is None:
            self.left_out += 1
            return
        if shown == self._repeated:
            return
        self._repeated = shown._replace(names={})
        self.written += 1
        item = yaml.dump([self._case(shown)], Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)
        os.write(self._file, item.encode())

    def _case(self, shown: Shown) -> dict[str, Any]:
        step: dict[str, Any] = {"ask": shown.ask, "answer": shown.answer}
        step |= {"type": shown.type} if shown.type else {}
        step |= {} if shown.send is None else {"send": shown.send}
        passed = int(self._now() - self._last)
        self._last += passed
        case = {
            "says": f"{self.written}. {shown.operation} is answered with {shown.answer['status']}",
            "known": {"observed": f"recorded {self._today}"},
            "reach": "anywhere" if OPERATIONS[shown.operation].reads else "emulator",
        }
        case |= {"names": shown.names} if shown.names else {}
        return {**case, "steps": [*([{"wait": passed}] if passed else []), step]}


def _own(status: int, text: str) -> Response:
    return Response.of_json(status, {"error_code": "Recorder.0001", "error_msg": text})
