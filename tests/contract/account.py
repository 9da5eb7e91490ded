"""The accounts that contract tests look at: emulated ones with something of everything in them, and the real one."""

import copy
import os
from contextlib import ExitStack
from functools import cache
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Credentials, Emulator, Request
from modelarts_emulator.worlds.documented import WORLD
from pulumi_modelarts.api.auth import signer_for
from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.api.connections import Network
from pulumi_modelarts.api.credentials import AccessKey
from pulumi_modelarts.api.errors import ConfigurationError, ModelArtsError
from pulumi_modelarts.api.sending import Sender
from pulumi_modelarts.api.settings import DOCUMENTED_REGION, Settings
from tests import missing
from tests.contract.service import Service

REAL = "real"
PLACES = ("in process", "over loopback", REAL)

HOW = "Run with --real, and HW_REGION_NAME, HW_PROJECT_ID, HW_ACCESS_KEY and HW_SECRET_KEY set"

ACCESS_KEY = "AKCONTRACTTESTS"
SECRET_KEY = "SKCONTRACTTESTS"  # noqa: S105 - of an emulator that is made for a test
WHOM = Credentials(access_keys={ACCESS_KEY: SECRET_KEY})

FLAVOR = "modelarts.vm.cpu.4ud"
SECOND_JOB = "b0c5e2a4-3c1d-4f7e-9a58-6d2f1e0c7b93"


def emulated(clock: str | None = None) -> Emulator:
    """An account in which something of everything has happened, and which lets in only who signs with the key."""
    emulator = Emulator(credentials=WHOM)
    emulator.restore(_history())
    if clock:
        emulator.clock.set_mode(clock)
    return emulator


class Accounts:
    """The accounts of a run, each made when it is first looked at.

    Args:
        stack: closes them.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[str, Service] = {}
        self._refusal = ""

    def at(self, place: str) -> Service:
        """The account at one of the places; skips the test where that is not to be had."""
        if place not in self._open:
            self._open[place] = self._real() if place == REAL else self._emulated(place)
        return self._open[place]

    def _emulated(self, place: str) -> Service:
        emulator = self._stack.enter_context(emulated())
        if place == "in process":
            client = httpx.Client(transport=emulator.transport())
            return _service(place, emulator, self._stack.enter_context(client), "https://modelarts.test")
        server = self._stack.enter_context(emulator.serve())
        return _service(place, emulator, self._stack.enter_context(httpx.Client()), server.url)

    def _real(self) -> Service:
        try:
            settings = Settings.resolve(lambda _: None, os.environ)
        except ConfigurationError as error:
            missing.skip("the real ModelArts", f"{str(error).partition(' Looked for')[0]} {HOW}")
        clock = SystemClock()
        transport = Network(settings, most=1)
        sender = Sender(self._stack.enter_context(httpx.Client(transport=transport)), clock, proxies=settings.proxies)
        found = Service(REAL, settings, sender, signer_for(settings, clock, sender), clock.sleep)
        self._refusal = self._refusal or _refusal(found)
        if self._refusal:
            pytest.fail(f"{settings.endpoint} does not let us in: {self._refusal}", pytrace=False)
        return found


def _refusal(service: Service) -> str:
    """Why the pools are not listed, which is asked once in a run: IAM locks who tries again; empty when they are."""
    try:
        response = service.get("/pools")
    except (httpx.TransportError, ModelArtsError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if response.is_success else service.said(response)


def _service(place: str, emulator: Emulator, client: httpx.Client, address: str) -> Service:
    key = AccessKey(SecretStr(ACCESS_KEY), SecretStr(SECRET_KEY))
    settings = Settings(DOCUMENTED_REGION, PROJECT, address, address, key)
    clock = SystemClock()
    sender = Sender(client, clock)
    return Service(place, settings, sender, signer_for(settings, clock, sender), emulator.clock.wait)


@cache
def _history() -> dict[str, Any]:
    """Snapshot of the documented world with a second network, workspace and training job, an order and a migration."""
    world = copy.deepcopy(WORLD)
    project = world["projects"][PROJECT]
    project["networks"] = {f"second-{PROJECT}": {}}
    project["workspaces"] = {"team": {"name": "team"}}
    project["training_jobs"][SECOND_JOB] = {"pool": INFER_POOL, "nodes": []}
    with Emulator(world=world) as emulator:
        for target, document in (
            (f"/pools/{TRAIN_POOL}", {"spec": {"resources": [{"flavor": FLAVOR, "count": 3}]}}),
            (f"/pools/{INFER_POOL}", {"spec": {"resources": [{"flavor": FLAVOR, "count": 3}]}}),
            (f"/pools/{TRAIN_POOL}/nodes/batch-migrate", _migration()),
            (f"/pools/{TRAIN_POOL}/nodes/batch-lock", {"nodeNames": [NODE], "actions": ["delete"]}),
        ):
            method = "POST" if "batch" in target else "PATCH"
            response = emulator.handle(Request.of_json(method, f"/v2/{PROJECT}{target}", document))
            assert response.status == httpx.codes.OK, response.body
            emulator.clock.advance(600)
        return emulator.snapshot()


def _migration() -> dict[str, Any]:
    return {
        "migrateNodeNames": ["os-node-created-k9x2v"],
        "fromClusterName": TRAIN_POOL,
        "toClusterName": INFER_POOL,
        "toPoolName": INFER_POOL,
        "resourceSpec": {"flavor": FLAVOR},
    }
