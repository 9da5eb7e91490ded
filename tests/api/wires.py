"""A service that answers by a script, for what a well-behaved service never says."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx

Step = httpx.Response | httpx.TransportError | Callable[[httpx.Request], httpx.Response]


class Script(httpx.BaseTransport):
    """Answers each request with the next step; the last step answers all that follow.

    Attributes:
        requests: what arrived, in order.
    """

    def __init__(self, *steps: Step) -> None:
        self._steps: Iterator[Step] = iter(steps)
        self._step: Step = steps[0]
        self._lock = threading.Lock()
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with the next step."""
        with self._lock:
            request.read()
            self.requests.append(request)
            self._step = step = next(self._steps, self._step)
        if isinstance(step, httpx.TransportError):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)


def answer(status: int = 200, body: Any = None, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    """A step that answers with JSON; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, json={} if body is None else body, headers=named)


def pool_named(name: str) -> dict[str, Any]:
    """A pool without nodes."""
    return {"metadata": {"name": name}, "spec": {"resources": []}, "status": {"resources": {}}}
