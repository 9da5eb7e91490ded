"""The doctor over sockets: TLS, a proxy, a served emulator, and the command itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from modelarts_emulator import Emulator
from pulumi_modelarts.api.clock import SystemClock
from tests.api.wayside import HOSTS, HttpProxy, Service, context, listening, nobody
from tests.cli.doctor import ENVIRON, TOKEN, doctor, documented

COMMAND = [sys.executable, "-m", "pulumi_modelarts.cli", "doctor"]


@pytest.fixture
def authority() -> trustme.CA:
    """An authority that nobody knows."""
    return trustme.CA(organization_name="zenith")


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Its certificate, in a file."""
    path = tmp_path / "zenith.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def service(authority: trustme.CA) -> Iterator[Service]:
    """A service whose certificate that authority has made."""
    service = Service(context(authority.issue_cert(*HOSTS, "localhost")))
    yield service
    service.close()


def clean(**more: str) -> dict[str, str]:
    """The environment of this process without anything that is set for ModelArts, and with some more."""
    mine = ("HW_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "HTTP", "NO_PROXY", "ALL_PROXY")
    return {key: value for key, value in os.environ.items() if not key.upper().startswith(mine)} | more


class TestTls:
    def test_is_told_with_issuer_and_end(self, service: Service, ca_file: Path) -> None:
        """An authority of somebody's own is not named, as it may be that of an office."""
        environ = {**ENVIRON, "HW_CACERT": str(ca_file), "HW_MODELARTS_ENDPOINT": f"https://localhost:{service.port}"}

        done = doctor("--json", environ=environ)

        connection = done.section("connection")
        assert connection["TLS of ModelArts"]["facts"]["version"].startswith("TLSv1.")
        assert connection["TLS of ModelArts"]["facts"]["issuer"] == "authority-1"
        assert connection["TLS of ModelArts"]["facts"]["public"] is False
        assert connection["authorities believed"]["text"] == "those of file-1 (HW_CACERT), and no others"
        assert "zenith" not in done.text

    def test_is_told_through_a_proxy(self, service: Service, ca_file: Path) -> None:
        """What is seen is the certificate of the service, not that of the proxy; IAM is asked its own way."""
        proxy = HttpProxy(service.port)
        named = {"HW_MODELARTS_ENDPOINT": "https://modelarts.test", "HW_AUTH_URL": "https://iam.test"}

        with listening(proxy) as port:
            environ = {**ENVIRON, **named, "HW_CACERT": str(ca_file), "HTTPS_PROXY": f"http://127.0.0.1:{port}"}
            done = doctor("--json", environ=environ)

        connection = done.section("connection")
        assert connection["ModelArts"]["facts"]["proxy"] == f"http://127.0.0.1:{port} (HTTPS_PROXY)"
        assert connection["TLS of ModelArts"]["facts"]["issuer"] == "authority-1"
        assert set(proxy.wanted) == {"modelarts.test:443", "iam.test:443"}
        assert "modelarts.test" not in done.text

    def test_that_is_not_believed_is_told_with_what_to_do(self, service: Service) -> None:
        """The reason is that of any other error."""
        environ = {**ENVIRON, "HW_MODELARTS_ENDPOINT": f"https://localhost:{service.port}"}

        finding = doctor("--json", environ=environ).section("connection")["ModelArts"]

        assert finding["state"] == "failed"
        assert "is from an authority that is not known here" in finding["text"]


def test_a_served_emulator() -> None:
    """An address is enough, beside who asks; the clock is compared, and IAM is left alone as none is named."""
    with Emulator(world=documented()) as emulator, emulator.serve() as server:
        done = doctor("--endpoint", server.url, "--json", environ=TOKEN, clock=SystemClock())

    connection = done.section("connection")
    assert {subject: finding["state"] for subject, finding in connection.items()} == {"ModelArts": "ok", "clock": "ok"}
    assert done.states("identity") == {"credentials": "ok", "let in": "ok", "project": "not known"}
    assert done.states("inventory")["pool-3"] == "ok"
    assert done.code == 0


class TestTheCommand:
    @pytest.mark.long
    def test_looks_at_the_embedded_emulator(self, tmp_path: Path) -> None:
        """It needs nothing else; the text ends with what it comes to."""
        words = [*COMMAND, "--endpoint", "emulator"]

        done = subprocess.run(words, check=False, capture_output=True, text=True, env=clean(), cwd=tmp_path)

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("All right: ")
        assert "\x1b" not in done.stdout

    @pytest.mark.long
    @pytest.mark.parametrize(
        ("words", "environ", "code"),
        [
            ([], {}, 1),
            (["--endpoint", f"http://127.0.0.1:{nobody()}"], TOKEN, 1),
            (["--stack", "dev"], {}, 2),
            (["--nmaes"], {}, 2),
        ],
    )
    def test_has_an_exit_status(self, tmp_path: Path, words: list[str], environ: dict[str, str], code: int) -> None:
        """Something is wrong, or the words are; never a traceback."""
        done = subprocess.run(
            [*COMMAND, *words], check=False, capture_output=True, text=True, env=clean(**environ), cwd=tmp_path
        )

        assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (code, False)
        assert bool(done.stderr) == (code == 2)

    @pytest.mark.long
    def test_is_content_when_nobody_reads_on(self, tmp_path: Path) -> None:
        """Whoever has seen enough closes the pipe."""
        words = f"{' '.join(COMMAND)} --endpoint emulator | head -1"

        done = subprocess.run(words, shell=True, check=False, capture_output=True, text=True, env=clean(), cwd=tmp_path)  # noqa: S602 - the pipe is what it is about

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("modelarts doctor, pulumi-modelarts ")
