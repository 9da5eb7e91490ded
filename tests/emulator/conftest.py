from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelarts_emulator import Emulator
from tests.emulator.wire import Wire

IN_PROCESS = "memory, in process"
OVER_LOOPBACK = "file, over loopback"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "loopback: its emulator is also kept in a file and reached over a socket")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses `wire` in process, and what is marked over loopback too: a reading and a change of each subject."""
    if "wire" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("loopback") is not None
        metafunc.parametrize("wire", [IN_PROCESS, OVER_LOOPBACK] if marked else [IN_PROCESS], indirect=True)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One client over sockets for all tests: making one reads the certificates of the world, which takes a while."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wire]:
    """The documented world behind a client: the same rules hold however it is kept and reached."""
    if request.param == IN_PROCESS:
        with Emulator() as emulator, httpx.Client(transport=emulator.transport()) as client:
            yield Wire(emulator, client)
    else:
        http = request.getfixturevalue("http")
        with Emulator.open(tmp_path / "world.db") as emulator, emulator.serve() as server:
            yield Wire(emulator, http, server.url)


@pytest.fixture(scope="module")
def strict() -> Iterator[Emulator]:
    """An emulator that checks every signature, for a whole module."""
    from tests.emulator.official_sdk import strict_emulator  # noqa: PLC0415 - importing the SDK takes two seconds

    with strict_emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def client(strict: Emulator) -> Iterator[Any]:
    """The official SDK's client of it, over a socket."""
    from tests.emulator.official_sdk import client_of  # noqa: PLC0415 - importing the SDK takes two seconds

    with strict.serve() as server:
        yield client_of(server.url)
