"""An output whose value somebody asks for: what is known of it, and a thread that may wait for the service."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pulumi import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from pulumi import Resource

T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    """What an output turned out to be.

    Attributes:
        value: Its value; None where that is not known.
        resources: What it depends on.
        known: Whether its value is known.
        secret: Whether it is secret.
    """

    value: T | None
    resources: set[Resource] = field(default_factory=set)
    known: bool = True
    secret: bool = False


def deferred(telling: Coroutine[Any, Any, Told[T]]) -> Output[T]:
    """Returns an output of what is told; an error is told once, as that of its value."""
    task = asyncio.ensure_future(telling)

    async def value() -> T:
        return cast("T", (await task).value)

    async def found(name: str, otherwise: Any) -> Any:
        with suppress(Exception):
            return getattr(await task, name)
        return otherwise

    def fact(name: str, otherwise: Any) -> asyncio.Future[Any]:
        return asyncio.ensure_future(found(name, otherwise))  # Pulumi asks for none of them behind an error

    return Output(fact("resources", set()), value(), fact("known", True), fact("secret", False))


async def in_thread(work: Callable[[], T], at_once: asyncio.Semaphore) -> T:
    """Returns what work returns, done off the event loop.

    In a thread of its own, which ends with the process: Pulumi registers resources in the loop's own threads, and a
    program that fails meanwhile does not wait for the service.

    Args:
        work: What to do.
        at_once: Bounds how much is done at once.
    """
    async with at_once:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(cast("T", result))

        def run() -> None:
            result, error = None, None
            try:
                result = work()
            except BaseException as caught:  # noqa: BLE001 - whatever it is, it is the error of the output
                error = caught
            with suppress(RuntimeError):  # the program has ended, and the loop with it
                loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=run, name="modelarts-data-source", daemon=True).start()
        return await done
