"""A client that says little: the emulator behind httpx, with the paths of one project."""

from dataclasses import dataclass
from typing import Any

import httpx

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.messages import MERGE_PATCH

CPU = "modelarts.vm.cpu.4ud"
CPU_8 = "modelarts.vm.cpu.8ud"
GPU = "modelarts.vm.gpu.t4u8"


@dataclass
class Wire:
    """An emulator and a client of it.

    Attributes:
        emulator: the emulator, to arrange and to look.
        client: goes to it, in process or over a socket.
        base: where the emulator is.
        project: project that the paths are in.
    """

    emulator: Emulator
    client: httpx.Client
    base: str = "http://emulator.test"
    project: str = PROJECT

    def get(self, path: str, **query: str) -> httpx.Response:
        """GET below `/v2/{project}`, or `/v1` when the path begins with it."""
        return self.client.get(self.url(path), params=query)

    def post(self, path: str, document: object) -> httpx.Response:
        """POST a JSON document."""
        return self.client.post(self.url(path), json=document)

    def patch(self, document: object, pool: str = TRAIN_POOL, content_type: str = MERGE_PATCH) -> httpx.Response:
        """PATCH a pool."""
        headers = {"content-type": content_type}
        return self.client.patch(self.url(f"/pools/{pool}"), json=document, headers=headers)

    def scale(self, *entries: dict[str, Any], pool: str = TRAIN_POOL) -> httpx.Response:
        """PATCH a pool's resources."""
        return self.patch({"spec": {"resources": list(entries)}}, pool)

    def pool(self, name: str = TRAIN_POOL) -> dict[str, Any]:
        """Document of a pool."""
        document: dict[str, Any] = self.get(f"/pools/{name}").raise_for_status().json()
        return document

    def status(self, name: str = TRAIN_POOL) -> dict[str, dict[str, int]]:
        """Nodes of a pool by group and flavor."""
        groups = self.pool(name)["status"]["resources"]
        return {group: {item["flavor"]: item["count"] for item in items} for group, items in groups.items()}

    def nodes(self, pool: str = TRAIN_POOL) -> dict[str, str]:
        """Phases of a pool's nodes by name."""
        items = self.get(f"/pools/{pool}/nodes").raise_for_status().json()["items"]
        return {item["metadata"]["name"]: item["status"]["phase"] for item in items}

    def order(self, pool: str = TRAIN_POOL) -> dict[str, Any]:
        """The newest order of a pool, as the order list shows it."""
        orders = self.get("/v1/orders", involvedName=pool).raise_for_status().json()["items"]
        newest: dict[str, Any] = orders[0]
        return newest

    def url(self, path: str) -> str:
        """URL of a path, with version and project."""
        version, rest = ("v1", path.removeprefix("/v1")) if path.startswith("/v1/") else ("v2", path)
        return f"{self.base}/{version}/{self.project}{rest}"


def cpu(count: object, **more: object) -> dict[str, Any]:
    """Entry of the training pool's flavor."""
    return {"flavor": CPU, "count": count, **more}


def world(**pools: dict[str, Any]) -> dict[str, Any]:
    """World of the documented project with these pools; `one` becomes a pool name of the right shape."""
    complete = {f"{name}-{PROJECT}": {"network": "network-a", **pool} for name, pool in pools.items()}
    return {"projects": {PROJECT: {"pools": complete}}}


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    document = response.json()
    return response.status_code, document["error_code"], document["error_msg"]


def error_code(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return error(response)[:2]


def fill(wire: Wire, count: int) -> None:
    """A world of one pool with this many nodes."""
    wire.emulator.seed(world(pool={"resources": [cpu(count)]}))
