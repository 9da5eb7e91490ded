from collections.abc import Iterator

import pytest

from modelarts_emulator import Emulator
from tests.cli.doctor import documented


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The documented world without the fields that nobody knows."""
    with Emulator(world=documented()) as emulator:
        yield emulator
