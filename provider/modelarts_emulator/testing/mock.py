"""`mock_modelarts`: httpx clients that believe to talk to ModelArts talk to an emulator, for a block or a function."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar, overload

from modelarts_emulator.testing.arrangement import Arrangement, refuse_unfired
from modelarts_emulator.testing.decoration import decorated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.trouble import Fault
    from modelarts_emulator.wire.signing import Credentials

_Target = TypeVar("_Target", bound="Callable[..., Any]")


class MockModelArts:
    """What `mock_modelarts` returns: a context manager and a decorator. One object is in one block at a time.

    Args:
        arrangement: What each emulator begins with.
        hosts: Host names to answer besides those of the service.
    """

    def __init__(self, arrangement: Arrangement, hosts: frozenset[str]) -> None:
        self._arrangement = arrangement
        self._hosts = hosts
        self._busy = threading.Lock()
        self._running: tuple[Emulator, int] | None = None

    def another(self) -> MockModelArts:
        """One of the same kind, with a world of its own."""
        return MockModelArts(self._arrangement, self._hosts)

    def start(self) -> Emulator:
        """Answer from now on, with a new world; for set-ups that have no block.

        Raises:
            RuntimeError: It answers already.
            ValueError: The world, clock or faults cannot be.
        """
        from modelarts_emulator.testing import interception  # noqa: PLC0415 - only here is httpx needed

        if not self._busy.acquire(blocking=False):
            raise RuntimeError("this mock_modelarts() is active already: call mock_modelarts() again for another one")
        try:
            emulator = self._arrangement.emulator()
            self._running = emulator, interception.begin(emulator, self._hosts)
        except BaseException:
            self._busy.release()
            raise
        return emulator

    def stop(self) -> None:
        """Answer no longer and close the emulator; stopping twice does no harm. Nothing is said of unfired faults."""
        from modelarts_emulator.testing import interception  # noqa: PLC0415 - only here is httpx needed

        running, self._running = self._running, None
        if running is not None:
            emulator, number = running
            interception.end(number)
            emulator.close()
            self._busy.release()

    def __enter__(self) -> Emulator:
        """The emulator that answers."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; where all went well, a fault that never fired is an AssertionError."""
        try:
            if kind is None and self._running is not None:
                refuse_unfired(self._running[0])
        finally:
            self.stop()

    def __call__(self, target: _Target) -> _Target:
        """Decorate a function or a class; each call, each test, gets a new world."""
        wrapped: _Target = decorated(target, self)
        return wrapped


@overload
def mock_modelarts(target: _Target, /) -> _Target: ...


@overload
def mock_modelarts(
    *,
    clock: str | None = None,
    world: Mapping[str, Any] | str | Path | None = None,
    seed: str | int | None = None,
    credentials: Credentials | None = None,
    faults: Iterable[Fault | Mapping[str, Any]] = (),
    hosts: Iterable[str] = (),
) -> MockModelArts: ...


def mock_modelarts(
    target: Any = None,
    /,
    *,
    clock: str | None = None,
    world: Mapping[str, Any] | str | Path | None = None,
    seed: str | int | None = None,
    credentials: Credentials | None = None,
    faults: Iterable[Fault | Mapping[str, Any]] = (),
    hosts: Iterable[str] = (),
) -> Any:
    """Let an emulator answer what this process asks ModelArts or IAM through httpx; a context manager and a decorator.

    It holds for every `httpx.Client` and `httpx.AsyncClient` whose transport is httpx's own or ends in it, in all
    threads, whenever it was made. Requests go through all of httpx but the network; other hosts are reached as ever.
    Inside of another `mock_modelarts` the inner one answers. Two that run at once in different threads or asyncio tasks
    each answer their own; a thread that has begun none, such as one of a pool, is answered by the one begun last.

    Decorated functions, coroutine functions and generator functions are given the emulator as `emulator` where they
    have a parameter of that name. Of a decorated class each `test*` method gets a world of its own; a
    `unittest.TestCase` gets it from `setUp` to its clean-ups, as `self.emulator`.

    Args:
        target: Function or class, where it is a decorator without parentheses.
        clock: Clock setting: frozen (default), auto, real or scaled:N.
        world: World as plain data, or the path of a world file in JSON or YAML; default: the documented one.
        seed: What generated names and spreads come from; default: what the world says.
        credentials: Whom to accept; default: everybody.
        faults: Rules armed from the beginning, as `Fault` or as plain data.
        hosts: Host names to answer besides `modelarts.<region>.myhuaweicloud.com` and `iam.<region>...`, also under
            `.cn` and `.eu`.

    Raises:
        AssertionError: On leaving, when all went well but a fault has not fired as often as it was armed for.
        TypeError: An unknown argument, or something that cannot be decorated.
        ValueError: On entering, when the world, clock or faults cannot be; at once, for a host that is no name.
    """
    arrangement = Arrangement(clock=clock, world=world, seed=seed, credentials=credentials, faults=tuple(faults))
    mock = MockModelArts(arrangement, _names(hosts))
    return mock if target is None else mock(target)


def _names(hosts: Iterable[str]) -> frozenset[str]:
    given = [hosts] if isinstance(hosts, str) else list(hosts)
    for host in given:
        if not host or "/" in host or host.count(":") == 1:
            raise ValueError(f"{host!r} is not a host: give its name alone, such as modelarts.example.com")
    return frozenset(host.lower() for host in given)
