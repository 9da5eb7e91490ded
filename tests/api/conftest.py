from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings, Token
from tests.clocks import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """Time that moves only when somebody sleeps."""
    return FakeClock()


@pytest.fixture
def settings() -> Settings:
    """A service at a made-up address, with a token."""
    return Settings(
        region="cn-north-7",
        project_id="86c13962597848eeb29c5861153a391f",
        endpoint="https://modelarts.example",
        iam_endpoint="https://iam.example",
        credentials=Token(SecretStr("a-given-token")),
    )


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The documented world, its time standing still."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator, settings: Settings, clock: FakeClock) -> Iterator[Client]:
    """A client of the documented world."""
    client = Client(settings, transport=emulator.transport(), clock=clock)
    yield client
    client.close()
