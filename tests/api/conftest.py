from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings, Token
from tests.api.wayside import HOSTS, Service, context
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


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that nobody knows."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its certificate, in a file."""
    path = tmp_path_factory.mktemp("authority") / "office.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def service(authority: trustme.CA) -> Iterator[Service]:
    """A service whose certificate that authority has made."""
    service = Service(context(authority.issue_cert(*HOSTS, "localhost")))
    yield service
    service.close()
