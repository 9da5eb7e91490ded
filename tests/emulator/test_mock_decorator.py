import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from modelarts_emulator import Emulator, Fault, mock_modelarts
from tests.emulator.asking import ask, ask_asynchronously, methods, world_of
from tests.emulator.foreign_project import outcome

DOCUMENTED = ["auto-pool-os", "gpu-pool-os", "infer-pool-os"]


class TestFunctions:
    def test_with_and_without_parentheses(self) -> None:
        """Both forms run a function inside of a mock, and return what it returns."""
        assert (mock_modelarts(ask)(), mock_modelarts()(ask)()) == (DOCUMENTED, DOCUMENTED)

    def test_arguments_are_the_emulator_s(self) -> None:
        """What a block takes, the decorator takes."""
        assert mock_modelarts(world=world_of("one"))(ask)() == ["one"]

    def test_each_call_gets_a_new_world(self) -> None:
        """A function that calls itself is in one world after another, and comes back to each."""

        @mock_modelarts
        def dive(depth: int, emulator: Emulator) -> list[int]:
            ask()
            deeper = dive(depth - 1) if depth else []  # type: ignore[call-arg]  # the decorator gives the emulator
            ask()
            return [len(emulator.journal.exchanges()), *deeper]

        before = methods()
        assert dive(2) == [2, 2, 2]  # type: ignore[call-arg]  # likewise
        assert methods() == before

    def test_asynchronous_ones(self) -> None:
        """A coroutine function stays one, and is inside until it ends."""

        @mock_modelarts(world=world_of("one"))
        async def use(emulator: Emulator) -> tuple[list[str], int]:
            await asyncio.sleep(0)
            return await ask_asynchronously(), len(emulator.journal.exchanges())

        assert inspect.iscoroutinefunction(use)
        assert asyncio.run(use()) == (["one"], 1)  # type: ignore[call-arg]  # likewise

    def test_generators(self) -> None:
        """A generator, such as a fixture, is inside between its first step and its end, whatever is sent into it."""

        @mock_modelarts(world=world_of("one"))
        def use() -> Iterator[list[str]]:
            yield ask()
            yield ask()

        with mock_modelarts(world=world_of("outer")):
            steps = use()
            assert (next(steps), next(steps), list(steps)) == (["one"], ["one"], [])
            assert ask() == ["outer"]

    def test_asynchronous_generators_are_refused(self) -> None:
        """What cannot be followed through its steps is refused with the way out."""

        async def use() -> AsyncIterator[int]:
            yield 1

        with pytest.raises(TypeError, match="use, an asynchronous generator: write `with mock_modelarts"):
            mock_modelarts(use)

    def test_what_is_no_function_is_refused(self) -> None:
        """A value in the place of the function is a slip, and named."""
        with pytest.raises(TypeError, match="decorates functions and classes, not 'auto'"):
            mock_modelarts("auto")  # type: ignore[call-overload]  # the slip

    @pytest.mark.parametrize(
        ("function", "arguments", "named"),
        [
            (lambda one, emulator, other=2: (one, emulator, other), (1,), {}),
            (lambda one, emulator, other: (one, emulator, other), (1, 2), {}),
            (lambda one, other=2, *, emulator: (one, emulator, other), (1,), {"other": 2}),
            (lambda one, /, emulator, **rest: (one, emulator, rest["other"]), (1,), {"other": 2}),
            (lambda emulator, *rest: (rest[0], emulator, rest[1]), (1, 2), {}),
        ],
    )
    def test_the_emulator_is_given_wherever_it_stands(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """The parameter `emulator` may stand anywhere; all others are given as ever, and callers do not see it."""
        wrapped = mock_modelarts(function)

        one, emulator, other = wrapped(*arguments, **named)

        assert (one, type(emulator), other) == (1, Emulator, 2)
        assert "emulator" not in inspect.signature(wrapped).parameters

    def test_the_function_stays_what_it_is(self) -> None:
        """Name, docstring and marks are kept."""

        @mock_modelarts
        @pytest.mark.cli
        def use() -> None:
            """Do something."""

        assert (use.__name__, use.__doc__) == ("use", "Do something.")
        assert [mark.name for mark in use.pytestmark] == ["cli"]  # type: ignore[attr-defined]  # pytest puts it there

    def test_an_unfired_fault_fails_it(self) -> None:
        """A function that returns while a fault is armed fails, of whatever kind it is."""

        def arm(emulator: Emulator) -> None:
            emulator.faults.arm(Fault("showPool", status=500))

        async def arm_later(emulator: Emulator) -> None:
            arm(emulator)

        with pytest.raises(AssertionError, match="armed faults that never fired"):
            mock_modelarts(arm)()  # type: ignore[call-arg]  # likewise
        with pytest.raises(AssertionError, match="armed faults that never fired"):
            asyncio.run(mock_modelarts(arm_later)())  # type: ignore[call-arg]  # likewise


class TestClasses:
    def test_each_test_gets_a_new_world(self) -> None:
        """Each test, an inherited or static one too, runs in a world of its own; other methods run as ever."""

        class Base:
            def test_inherited(self, emulator: Emulator) -> int:
                ask()
                return len(emulator.journal.exchanges())

        @mock_modelarts(world=world_of("one"))
        class Tests(Base):
            test_data: ClassVar[list[int]] = [1, 2]

            def test_it(self, emulator: Emulator) -> tuple[list[str], int]:
                return ask(), len(emulator.journal.exchanges())

            def test_around(self) -> tuple[list[str], int]:
                ask()
                return self.test_it()  # type: ignore[call-arg]  # the decorator gives the emulator

            @staticmethod
            def test_static() -> list[str]:
                return ask()

            async def test_later(self) -> list[str]:
                return await ask_asynchronously()

            def helper(self) -> list[str]:
                return ask()

        tests: Any = Tests()
        assert (tests.test_it(), tests.test_around(), tests.test_inherited()) == ((["one"], 1), (["one"], 1), 1)
        assert (tests.test_static(), Tests.test_static(), asyncio.run(tests.test_later())) == (["one"],) * 3
        assert tests.test_data == [1, 2]
        with mock_modelarts(world=world_of("outer")):
            assert tests.helper() == ["outer"]
            assert Base().test_inherited(Emulator()) == 0

    @pytest.mark.parametrize("name", ["setup_method", "setUp"])
    def test_set_ups_that_would_be_outside_are_refused(self, name: str) -> None:
        """A set-up of a plain class would ask the real service, so it is refused with the ways out."""
        tests = type("Tests", (), {name: lambda _: ask(), "test_it": lambda _: ask()})

        with pytest.raises(TypeError, match=f"Tests.{name} would run outside of mock_modelarts: decorate the test"):
            mock_modelarts(tests)


def test_under_pytest(tmp_path: Path) -> None:
    """Decorated tests and fixtures work with pytest's fixtures and parameters, and fail as tests."""
    tests = """
    @mock_modelarts
    def test_function(emulator, tmp_path):
        httpx.get(URL)
        assert tmp_path.exists() and len(emulator.journal.exchanges()) == 1

    @mock_modelarts(clock="auto")
    @pytest.mark.parametrize("number", [1, 2])
    def test_parameters(number, emulator):
        assert emulator.clock.mode == "auto"

    @mock_modelarts
    class TestClass:
        def test_method(self, emulator, tmp_path):
            httpx.get(URL)
            assert len(emulator.journal.exchanges()) == 1

    @mock_modelarts
    class TestCase(unittest.TestCase):
        def setUp(self):
            httpx.get(URL)

        def test_method(self):
            assert len(self.emulator.journal.exchanges()) == 1

        def test_forgotten(self):
            self.emulator.faults.arm(Fault("showPool", status=500))

    @pytest.fixture
    @mock_modelarts
    def asking(emulator):
        yield lambda: httpx.get(URL)
        assert len(emulator.journal.exchanges()) == 1

    def test_fixture(asking):
        assert asking().status_code == 200

    @mock_modelarts
    def test_forgotten(emulator):
        emulator.faults.arm(Fault("showPool", status=500))
    """
    text, last = outcome(tmp_path, tests)

    assert "FAILED test_it.py::test_forgotten - AssertionError: armed faults that never fired" in text
    assert "FAILED test_it.py::TestCase::test_forgotten - AssertionError: armed faults that never fired" in text
    assert last == "2 failed, 6 passed"
