"""Fixtures for tests of code that talks to ModelArts, and a mark that says how their emulator begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.testing.arrangement import Arrangement
    from modelarts_emulator.wire.server import Server

MARK = "modelarts"
FIXTURE = "modelarts"

# The emulator itself is imported where it is used: a plugin must not slow down other test runs.
_EMULATOR = pytest.StashKey["Emulator"]()


@pytest.fixture
def modelarts(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A new emulator in memory on the documented world, with a frozen clock, unless `@pytest.mark.modelarts` says more.

    The test fails when a fault has not fired as often as it was armed for.
    """
    try:
        emulator = _arrangement(request.node).emulator()
    except (OSError, TypeError, ValueError) as error:
        pytest.fail(f"@pytest.mark.{MARK}: {error}", pytrace=False)
    with emulator:
        request.node.stash[_EMULATOR] = emulator
        yield emulator


@pytest.fixture
def modelarts_server(modelarts: Emulator) -> Iterator[Server]:
    """The emulator of the `modelarts` fixture over HTTP on a free loopback port."""
    with modelarts.serve() as server:
        yield server


@pytest.fixture
def modelarts_mock(modelarts: Emulator) -> Iterator[Emulator]:
    """The emulator of the `modelarts` fixture, answering whatever this process asks ModelArts or IAM through httpx."""
    from modelarts_emulator.testing.interception import intercepting  # noqa: PLC0415 - see above

    with intercepting(modelarts):
        yield modelarts


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(clock, world, seed, credentials, faults): how the emulator of the fixture {FIXTURE!r} begins",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a mark on a test that has no emulator; one on a class or module is for those that have."""
    is_marked = any(mark.name == MARK for mark in item.own_markers)
    if is_marked and FIXTURE not in getattr(item, "fixturenames", ()):
        pytest.fail(
            f"@pytest.mark.{MARK} has no effect here: the test uses neither the fixture {FIXTURE!r} nor one made of it",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that went well but left a fault armed; what a test raises itself comes out of the `yield`."""
    result = yield
    emulator = item.stash.get(_EMULATOR, None)
    if emulator is not None:
        from modelarts_emulator.testing.arrangement import unfired_faults  # noqa: PLC0415 - see above

        if complaint := unfired_faults(emulator):
            pytest.fail(complaint, pytrace=False)
    return result


def _arrangement(item: pytest.Item) -> Arrangement:
    """What the marks say together; of two that say the same, the one closer to the test counts."""
    from modelarts_emulator.testing.arrangement import Arrangement  # noqa: PLC0415 - see above

    marks = list(item.iter_markers(MARK))
    if any(mark.args for mark in marks):
        raise ValueError("name its arguments, as in clock='auto'")
    return Arrangement.parse({name: value for mark in reversed(marks) for name, value in mark.kwargs.items()})
