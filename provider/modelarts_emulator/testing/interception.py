"""Between httpx clients and the network: requests to certain hosts are answered by emulators, all others go their way.

httpx's own transports are wrapped while anything is intercepted, so clients made before are met too, and those whose
transport does not end in one of these are not. It holds for the whole process. Of several emulators that answer one
host, that one does which was put in place last by the asking thread or task, or by the task that began it; where it put
none in place, the last of all. They may leave in any order.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.wire.transport import EmulatorTransport

SERVICE_HOST = re.compile(r"(modelarts\.[a-z0-9-]+|iam(\.[a-z0-9-]+)?)\.myhuaweicloud\.(com|cn|eu)")
"""Addresses of ModelArts by region, and of IAM by region or without one (documented: regions and endpoints)."""


@dataclass(frozen=True)
class Interception:
    """One emulator in front of the network.

    Attributes:
        transport: The way to the emulator.
        hosts: Host names that it answers besides those of the service, in lower case.
    """

    transport: EmulatorTransport
    hosts: frozenset[str]

    def answers(self, host: str) -> bool:
        """True for the service's hosts and the named ones."""
        return host in self.hosts or SERVICE_HOST.fullmatch(host) is not None


class _Wrapper:
    """A method of httpx that can be wrapped, and be as it was.

    Args:
        owner: Class of the method.
        name: Name of the method.
        wrap: Makes the method that asks first, from the one that goes to the network.
    """

    def __init__(self, owner: type, name: str, wrap: Callable[[Any], Any]) -> None:
        self._owner = owner
        self._name = name
        self._wrap = wrap
        self._original: Any = None
        self._ours: Any = None

    def put(self) -> None:
        """Wrap what is there, unless that is ours already."""
        current = getattr(self._owner, self._name)
        if current is not self._ours:
            self._original, self._ours = current, self._wrap(current)
            setattr(self._owner, self._name, self._ours)

    def remove(self) -> None:
        """Put the original back; where somebody else has wrapped ours since, theirs stays, and ours lets all pass."""
        if getattr(self._owner, self._name) is self._ours:
            setattr(self._owner, self._name, self._original)
            self._original = self._ours = None


_lock = threading.Lock()
_numbers = count(1)
_active: dict[int, Interception] = {}
_entered: ContextVar[tuple[int, ...]] = ContextVar("modelarts_emulator_entered", default=())
"""Numbers of the interceptions begun in this thread or task, or before it in the task that began it."""


def begin(emulator: Emulator, hosts: frozenset[str]) -> int:
    """Put an emulator in front of the network.

    Args:
        emulator: Who answers.
        hosts: Host names to answer besides those of the service, in lower case.

    Returns:
        Number to end it with.
    """
    interception = Interception(emulator.transport(), hosts)
    with _lock:
        number = next(_numbers)
        _active[number] = interception
        for wrapper in _WRAPPERS:
            wrapper.put()
        _entered.set((*(earlier for earlier in _entered.get() if earlier in _active), number))
    return number


def end(number: int) -> None:
    """Take an emulator away; the last one leaves httpx as it was."""
    with _lock:
        del _active[number]
        if not _active:
            for wrapper in _WRAPPERS:
                wrapper.remove()


@contextmanager
def intercepting(emulator: Emulator, hosts: frozenset[str] = frozenset()) -> Iterator[None]:
    """Put an emulator in front of the network for a block; arguments as for `begin`."""
    number = begin(emulator, hosts)
    try:
        yield
    finally:
        end(number)


def answering(host: str) -> EmulatorTransport | None:
    """Way to the emulator that answers this host for the asking thread or task; None: the network."""
    own = _entered.get()
    with _lock:
        for number in sorted(_active, key=lambda number: (number in own, number), reverse=True):
            if _active[number].answers(host):
                return _active[number].transport
    return None


def _synchronous(original: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    @wraps(original)
    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        transport = answering(request.url.host)
        return original(self, request) if transport is None else transport.handle_request(request)

    return handle_request


def _asynchronous(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    async def handle_async_request(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> Any:
        transport = answering(request.url.host)
        if transport is None:
            return await original(self, request)
        return await transport.handle_async_request(request)

    return handle_async_request


_WRAPPERS = (
    _Wrapper(httpx.HTTPTransport, "handle_request", _synchronous),
    _Wrapper(httpx.AsyncHTTPTransport, "handle_async_request", _asynchronous),
)
