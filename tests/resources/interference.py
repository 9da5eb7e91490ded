"""What can happen to a run: it is killed between two requests, before or after the service has acted."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import httpx

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.handlers._sessions import Target, keep
from pulumi_modelarts.reconcilers.session import Session
from tests.resources.scenario import EmulatorClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator


class Killed(BaseException):
    """The process is gone: nothing catches this, nothing is cleaned up after it."""


class Executioner(httpx.BaseTransport):
    """Passes requests on to the emulator, and kills the run at a chosen one.

    Attributes:
        requests: How many more requests the run makes before it dies; None lets it live.
        answered: Whether the service acts on the last one.
        deleted: Names of all nodes that runs asked to delete.
        lowered: Flavors of which a run sent fewer than the pool had nodes.
        before_each: Called before each request, to look at the world or to change it.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._inner = emulator.transport()
        self.requests: int | None = None
        self.answered = False
        self.deleted: list[str] = []
        self.lowered: list[str] = []
        self.before_each: Callable[[], None] = lambda: None
        self._emulator = emulator

    def _note(self, request: httpx.Request) -> None:
        if request.url.path.endswith("/nodes/batch-delete"):
            self.deleted += json.loads(request.content)["deleteNodeNames"]
        elif request.method == "PATCH":
            pool = self._emulator.world()["pools"][request.url.path.rpartition("/")[2]]
            for entry in json.loads(request.content).get("spec", {}).get("resources", []):
                there = [node for node in pool["nodes"].values() if node["flavor"] == entry["flavor"]]
                if sum(node["phase"] != "Deleting" for node in there) > entry["count"]:
                    self.lowered.append(entry["flavor"])

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, or end the run."""
        self.before_each()
        self._note(request)
        if self.requests is None:
            return self._inner.handle_request(request)
        self.requests -= 1
        if self.requests > 0:
            return self._inner.handle_request(request)
        self.requests = None
        if self.answered:
            self._inner.handle_request(request)
        raise Killed


def mortal(emulator: Emulator, transport: httpx.BaseTransport, name: str) -> dict[str, str]:
    """Begin a new process: a session of its own, which remembers nothing, and whose requests may be its last."""
    return led_to(emulator, transport, {"endpoint": "emulator", "emulatorFile": name})


def led_to(emulator: Emulator, transport: httpx.BaseTransport, config: dict[str, str]) -> dict[str, str]:
    """Begin a new process whose configuration leads to the emulator; return that configuration."""
    settings = Settings.resolve(lambda key: config.get(key.removeprefix("modelarts:")), os.environ)
    clock = EmulatorClock(emulator)
    keep(Target(settings), Session(Client(settings, transport=transport, clock=clock), clock))
    return config
