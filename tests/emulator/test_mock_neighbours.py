import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from typing import Any

import httpx
import pytest

from modelarts_emulator import mock_modelarts
from tests.emulator.asking import NOWHERE, ask, ask_asynchronously, methods, world_of


class TestThreads:
    def test_threads_of_a_block_are_answered(self) -> None:
        """A thread that the code under test begins sees what its test sees."""
        with mock_modelarts(world=world_of("one")) as emulator, ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: ask(), range(16)))

            assert answers == [["one"]] * 16
            assert len(emulator.journal.exchanges()) == 16

    def test_each_thread_has_its_own(self) -> None:
        """Blocks that overlap in several threads answer those who began them, and leave httpx as it was."""
        before = methods()
        together = threading.Barrier(8)

        def use(name: str) -> list[list[str]]:
            with mock_modelarts(world=world_of(name)):
                together.wait(10)
                answers = [ask() for _ in range(5)]
                together.wait(10)
                return answers

        names = [f"pool-{number}" for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(use, names))

        assert answers == [[[name]] * 5 for name in names]
        assert methods() == before

    def test_each_task_has_its_own(self) -> None:
        """So do tasks of one event loop, and what they begin in turn."""

        async def use(name: str) -> list[list[str]]:
            with mock_modelarts(world=world_of(name)):
                await asyncio.sleep(0)
                inner = asyncio.create_task(ask_asynchronously())
                return [await ask_asynchronously(), await inner, await asyncio.to_thread(ask)]

        async def both() -> list[list[list[str]]]:
            return list(await asyncio.gather(use("one"), use("other")))

        assert asyncio.run(both()) == [[["one"]] * 3, [["other"]] * 3]

    def test_a_thread_without_one_is_answered_by_the_last(self) -> None:
        """A thread that began before and belongs to nobody is answered by the block begun last."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            with mock_modelarts(world=world_of("outer")):
                assert pool.submit(ask).result() == ["outer"]
                with mock_modelarts(world=world_of("inner")):
                    assert pool.submit(ask).result() == ["inner"]

    def test_many_enter_and_leave_at_once(self) -> None:
        """However entering and leaving interleave, every block answers its own thread and nothing is left behind."""
        before = methods()

        def use(number: int) -> bool:
            name = f"pool-{number}"
            with mock_modelarts(world=world_of(name)):
                return ask() == [name]

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(use, range(48)))

        assert methods() == before


class TestNeighbours:
    def test_another_library_that_leaves_first(self) -> None:
        """A library that wraps httpx inside of a block and leaves before it is served, and serves."""
        before = methods()
        with mock_modelarts(world=world_of("one")), stranger() as seen:
            assert ask() == ["one"]

        assert seen == ["modelarts.cn-north-4.myhuaweicloud.com"]
        assert methods() == before

    def test_another_library_that_leaves_last(self) -> None:
        """One that stays longer keeps its wrapper, and the block's lets all pass."""
        before, mock = methods(), mock_modelarts(world=world_of("one"))
        mock.start()
        with stranger() as seen, httpx.Client(proxy=NOWHERE) as client:
            mock.stop()
            with pytest.raises(httpx.ConnectError):
                ask(client=client)
            with mock_modelarts(world=world_of("two")):
                assert ask(client=client) == ["two"]

            assert len(seen) == 1
        with httpx.Client(proxy=NOWHERE) as client, pytest.raises(httpx.ConnectError):
            ask(client=client)
        restore(before)


def restore(before: tuple[Callable[..., Any], Callable[..., Any]]) -> None:
    """Undo what a wrapper that left out of turn has left behind."""
    setattr(httpx.HTTPTransport, "handle_request", before[0])  # noqa: B010 - a method cannot be assigned to
    assert methods() == before


@contextmanager
def stranger() -> Iterator[list[str]]:
    """A library that wraps the same method, notes hosts and knows nothing of us."""
    original, seen = httpx.HTTPTransport.handle_request, []

    @wraps(original)
    def noting(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return original(self, request)

    setattr(httpx.HTTPTransport, "handle_request", noting)  # noqa: B010 - a method cannot be assigned to
    try:
        yield seen
    finally:
        setattr(httpx.HTTPTransport, "handle_request", original)  # noqa: B010 - likewise
