"""Fixtures for tests of code that talks to ModelArts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.emulator import Emulator
    from modelarts_emulator.server import Server


@pytest.fixture
def modelarts() -> Iterator[Emulator]:
    """A new emulator in memory on the documented world, with a frozen clock.

    The test fails when a fault that it armed has not fired as often as it was armed for.
    """
    from modelarts_emulator.emulator import Emulator  # noqa: PLC0415 - a plugin must not slow down other test runs

    with Emulator() as emulator:
        yield emulator
        unfired = emulator.faults.unfired()
    if unfired:
        pytest.fail("armed faults that never fired: " + "; ".join(map(str, unfired)))


@pytest.fixture
def modelarts_server(modelarts: Emulator) -> Iterator[Server]:
    """The emulator of the `modelarts` fixture over HTTP on a free loopback port."""
    with modelarts.serve() as server:
        yield server
