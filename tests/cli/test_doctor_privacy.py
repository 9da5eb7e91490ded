"""Nothing in a report belongs to anybody, whatever an account holds and whatever goes wrong."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from modelarts_emulator import Emulator, Fault
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.cli.names import Names
from tests.cli.doctor import ENVIRON, TOKEN, USER, doctor

OWNER = "zenith"
PROJECT = "0123456789abcdef0123456789abcdef"
PLANTED = re.compile(f"{OWNER}|planted|{PROJECT}|{PROJECT[:12]}|172\\.16\\.|10\\.99\\.", re.IGNORECASE)
"""Whatever is somebody's own in the account below, or in the settings that lead to it."""

WAYS = {
    "a key": {
        **ENVIRON,
        "HW_PROJECT_ID": PROJECT,
        "HW_WORKSPACE_ID": "zenith-workspace",
        "HW_SECURITY_TOKEN": "PLANTED",
    },
    "a token": {**TOKEN, "HW_PROJECT_ID": PROJECT, "HW_MODELARTS_ENDPOINT": "https://ma.zenith.example"},
    "a user": {
        **USER,
        "HW_PROJECT_ID": PROJECT,
        "HW_USER_NAME": "zenith-user",
        "HW_AUTH_URL": "https://iam.zenith.example",
    },
}


def world() -> dict[str, Any]:
    """The documented world with other names, all of which can be looked for."""
    text = json.dumps(WORLD["projects"])
    for name, other in (
        ("86c13962597848eeb29c5861153a391f", PROJECT),
        ("auto-pool-os", "zenith-train"),
        ("infer-pool-os", "zenith-infer"),
        ("gpu-pool-os", "zenith-gpu"),
        ("os-node-created", "zenith-node"),
        ("maos-auto", "zenith"),
    ):
        text = text.replace(name, other)
    projects: dict[str, Any] = json.loads(text)
    projects[PROJECT]["workspaces"] = {"zenith-workspace": {"name": "zenith"}}
    for pool in projects[PROJECT]["pools"].values():
        pool["labels"] = {"os.modelarts/workspace.id": "zenith-workspace"}
    return {"flavors": WORLD["flavors"], "projects": projects}


@pytest.fixture
def account() -> Iterator[Emulator]:
    """An account whose every name can be looked for."""
    with Emulator(world=world()) as emulator:
        yield emulator


def private(text: str) -> list[str]:
    """Lines that show something of somebody's own."""
    return [line for line in text.splitlines() if PLANTED.search(line)]


@pytest.mark.parametrize("environ", WAYS.values(), ids=list(WAYS))
def test_nothing_private_is_shown(account: Emulator, environ: dict[str, str]) -> None:
    """Neither in the text nor in the JSON, whoever asks."""
    text = doctor(environ=environ, transport=account.transport())
    report = doctor("--json", environ=environ, transport=account.transport())

    assert private(text.text) == []
    assert private(report.text) == []
    assert report.states("inventory")["pool-1"] == "ok"


@pytest.mark.parametrize("environ", WAYS.values(), ids=list(WAYS))
def test_names_are_shown_on_ones_own_screen_and_secrets_are_not(account: Emulator, environ: dict[str, str]) -> None:
    """Each pool has its number beside its id, so that one's own report can be read by it."""
    shown = doctor("--names", environ=environ, transport=account.transport()).text

    assert f"zenith-gpu-{PROJECT} (pool-1): Running" in shown
    assert "PLANTED" not in shown


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_nothing_private_is_shown_of_refusals(account: Emulator, status: int) -> None:
    """What a service says about an error may name anybody."""
    message = f"user zenith-user of 10.99.1.2, project {PROJECT}: no"
    for operation in ("listPools", "listPoolNodes", "listWorkloads", "showOrder", "keystoneListProjects"):
        account.faults.arm(Fault(operation, status=status, code="Planted.1", message=message, times=None, after=1))

    done = doctor("--json", environ=WAYS["a key"], transport=account.transport())

    assert [line for line in private(done.text) if "Planted.1" not in line] == []


def test_nothing_private_is_shown_of_odd_answers(account: Emulator) -> None:
    """Nor do places in answers that were not understood, nor errors of a connection."""
    listed = json.loads(account.transport().handle_request(pools()).read())
    listed["items"][0]["metadata"]["labels"] = {"zenith.example/team": {"planted": 1}}
    listed["items"][1]["spec"]["scope"] = {"zenith": "planted"}
    listed["items"][2]["metadata"]["name"] = None
    account.faults.arm(Fault("listPools", body=listed, times=None))
    inner = account.transport()

    def odd(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/nodes"):
            raise httpx.ProxyError("403 Forbidden by gate.zenith.example (10.99.0.1)", request=request)
        return inner.handle_request(request)

    done = doctor("--json", environ=WAYS["a key"], transport=httpx.MockTransport(odd))

    assert private(done.text) == []
    assert "failed" in done.states("inventory").values()


def pools() -> httpx.Request:
    """A request for the list of pools."""
    return httpx.Request("GET", f"https://modelarts.test/v2/{PROJECT}/pools")


def test_the_same_name_is_the_same_everywhere(account: Emulator) -> None:
    """Numbers follow the ids, so that a second report has the same ones."""
    first = doctor("--json", environ=WAYS["a key"], transport=account.transport()).section("inventory")
    second = doctor("--json", environ=WAYS["a key"], transport=account.transport()).section("inventory")

    assert first == second
    assert [name for name in first if name.startswith("pool-")] == ["pool-1", "pool-2", "pool-3"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("node os-node-zenith-x1y2z is busy", "node ... is busy"),
        ("ask annabel@zenith.example", "ask ..."),
        ("from 10.99.1.2 to 127.0.0.1", "from ... to 127.0.0.1"),
        ("job 3faf5c03-aaa1-4cbe-879d-24b05d997347 failed", "job ... failed"),
        ("see /home/zenith/key.pem: no", "see ...: no"),
        ("modelarts.cn-north-4.myhuaweicloud.com:443 refused", "modelarts.cn-north-4.myhuaweicloud.com:443 refused"),
        ("at items[0].spec.resources: a text", "at items[0].spec.resources: a text"),
    ],
)
def test_texts_of_others_lose_what_looks_private(text: str, shown: str) -> None:
    """Also what nobody knew before."""
    assert Names(shown=False).foreign(text) == shown
    assert Names(shown=True).foreign(text) == text
