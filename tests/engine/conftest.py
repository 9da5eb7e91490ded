from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from modelarts_emulator import Emulator
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests import missing
from tests.engine.environments import MATRIX, OWN, Environment, UnavailableError
from tests.engine.host import Host
from tests.engine.pools import Hosts

EACH = [pytest.param(each, id=str(each), marks=[] if each == OWN else pytest.mark.long) for each in MATRIX]


@pytest.fixture(scope="session", params=EACH)
def python(request: pytest.FixtureRequest) -> Path:
    """Interpreter of each environment of the matrix; the tests of one that cannot be made are skipped and counted.

    All but the one that the tests run in have to be made first, and repeat what that one has shown: they are long.
    """
    environment: Environment = request.param
    try:
        return environment.interpreter()
    except UnavailableError as error:
        missing.skip(f"environment {environment}", str(error))


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """The documented world, in a file that the host opens too; no armed fault may be left over."""
    with Emulator.open(tmp_path / "emulator.db", clock="scaled:600") as opened:
        yield opened
        assert opened.faults.unfired() == []


@pytest.fixture
def config(tmp_path: Path, emulator: Emulator) -> dict[str, Any]:
    """Configuration of a stack that leads to that world."""
    del emulator
    return {"modelarts:endpoint": "emulator", "modelarts:emulatorFile": str(tmp_path / "emulator.db")}


@pytest.fixture
def start(config: dict[str, Any]) -> Iterator[Hosts]:
    """Starts hosts of the pool's provider on that world; takes what `Host` takes, `config` being added to it."""
    with ExitStack() as running:

        def start_one(python: Path | None = None, **more: Any) -> Host:
            provider = more.pop("provider", None) or ResourcePoolProvider()
            whole = config | more.pop("config", {})
            return running.enter_context(Host(provider, python or OWN.interpreter(), whole, **more))

        yield start_one


@pytest.fixture
def host(python: Path, start: Hosts) -> Host:
    """A host of the pool's provider in each environment, on that world."""
    return start(python)


@pytest.fixture
def own_host(start: Hosts) -> Host:
    """The same in the environment that the tests run in, for what does not depend on SDK or Python."""
    return start()
