"""Whatever an environment and a configuration contain, a run ends well or with an error that was written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pulumi import dynamic

from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.api.sources import KEYS, OWN_KEYS
from pulumi_modelarts.handlers._configuration import Configuration
from tests.api.wayside import nobody
from tests.clocks import FakeClock
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelarts_emulator.wire.server import Server

TRIES = 30

LONG = "<long>"
"""Stands for a very long value, which would fill the report of a failure."""

ODD = st.one_of(
    st.text(st.characters(), max_size=30),
    st.text(st.characters(min_codepoint=0, max_codepoint=0x20), max_size=5).map(lambda text: f"a{text}b"),
    st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3),
    st.sampled_from([LONG, "a\r\nX-Evil: 1", "pä", "%", "${HOME}", "../..", "{}", "[]", "null", "-1", "9" * 500]),
)
PLAIN = st.sampled_from(["a", "p1", "r-1", "true", "3", "scaled:60", "emulator", "/", "ann"])
VALUES = st.one_of(PLAIN, ODD)
VARIABLES = sorted({key for keys in KEYS.values() for key in keys if ":" not in key})
CONFIGURED = sorted({key for keys in KEYS.values() for key in keys if ":" in key})
PROXIES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]


def some(names: list[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    """Some of the names, each with a value."""
    return st.dictionaries(st.sampled_from(names), values, max_size=6)


def grown(values: dict[str, str]) -> dict[str, str]:
    """The values, the long one in its length."""
    return {name: value.replace(LONG, "x" * 100_000) for name, value in values.items()}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A service of this machine that lets everybody in."""
    with Emulator() as emulator, emulator.serve() as server:
        yield server


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(TRIES))
@given(some(CONFIGURED, VALUES), some([*VARIABLES, *PROXIES], VALUES), VALUES)
@example({"modelarts:token": "a\nb"}, {}, "p1")
@example({"modelarts:accessKey": "a", "modelarts:secretKey": "s\x00k"}, {}, "p1")
@example({"modelarts:userName": "\udce4", "modelarts:password": "\ud800", "modelarts:domainName": "ä"}, {}, "p1")
@example({"modelarts:workspaceId": "\udce4"}, {}, "p1")
@example({"modelarts:caFile": "a\x00b"}, {"SSL_CERT_FILE": "/"}, "p1")
def test_of_settings(server: Server, config: dict[str, str], environ: dict[str, str], project: str) -> None:
    """Settings of any content lead to an answer of the service, or to an error of this project."""
    account = {"modelarts:region": "r-1", "modelarts:projectId": project, "modelarts:token": "t"} | config
    account |= {"modelarts:endpoint": server.url, "modelarts:iamEndpoint": server.url}

    try:
        client = Client(Settings.resolve(grown(account).get, grown(environ)), clock=FakeClock())
    except ModelArtsError as error:
        said = str(error)
    else:
        said = asked(client)

    assert len(said) < 20_000


def asked(client: Client) -> str:
    """What comes of a first request; empty where it is an answer."""
    once = client.until(Deadline.after(0, client.clock))
    try:
        once.resource_pools.list()
    except ModelArtsError as error:
        return str(error)
    finally:
        client.close()
    return ""


@settings(deadline=None, max_examples=examples(TRIES))
@given(
    some(PROXIES, st.one_of(VALUES, st.sampled_from([f"http://ann:pw@127.0.0.1:{nobody()}", "modelarts.test", "*"])))
)
@example({"all_proxy": "socks5://"})
@example({"https_proxy": "http://ann:\udce4@127.0.0.1:1"})
@example({"https_proxy": "http://ann:%ff%00%0a@127.0.0.1:1"})
@example({"all_proxy": f"socks5://ann:{'x' * 300}@127.0.0.1:1"})
def test_of_proxies(environ: dict[str, str]) -> None:
    """Proxies and exceptions of any content lead to an error of this project, as nobody is at the other end."""
    config = {"modelarts:region": "r-1", "modelarts:projectId": "p1", "modelarts:token": "t"}
    config |= {"modelarts:endpoint": "https://modelarts.test"}

    try:
        client = Client(Settings.resolve(config.get, grown(environ)), clock=FakeClock())
    except ModelArtsError as error:
        said = str(error)
    else:
        said = asked(client)

    assert said
    assert "pw" not in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(TRIES))
@given(some(list(OWN_KEYS), VALUES), VALUES)
@example({"modelarts:projectId": "ä", "modelarts:accessKey": "a", "modelarts:secretKey": "s"}, "w")
@example({}, "a\x00b")
def test_of_the_embedded_emulator(tmp_path: Path, config: dict[str, str], file: str) -> None:
    """The same with the emulator, whose file and clock are settings too."""
    stack = grown(config | {"modelarts:endpoint": "emulator", "modelarts:emulatorFile": file.replace("/", "")})
    stack["modelarts:emulatorFile"] = f"{tmp_path}/{stack['modelarts:emulatorFile']}"

    said = ""
    try:
        Configuration(dynamic.Config(stack, "p")).session.client.resource_pools.list()
    except ModelArtsError as error:
        said = str(error)

    assert len(said) < 20_000
