from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from modelarts_emulator import Emulator
from tests.emulator.wire import Wire


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One client over sockets for all tests: making one reads the certificates of the world, which takes a while."""
    with httpx.Client() as client:
        yield client


@pytest.fixture(params=["memory, in process", "file, over loopback"])
def wire(request: pytest.FixtureRequest, http: httpx.Client, tmp_path: Path) -> Iterator[Wire]:
    """The documented world behind a client: the same rules hold however it is kept and reached."""
    if request.param.startswith("memory"):
        with Emulator() as emulator, httpx.Client(transport=emulator.transport()) as client:
            yield Wire(emulator, client)
    else:
        with Emulator.open(tmp_path / "world.db") as emulator, emulator.serve() as server:
            yield Wire(emulator, http, server.url)
