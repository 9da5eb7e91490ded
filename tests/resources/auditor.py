"""A transport that looks at the world around every write of a stack's life, and notes what must never happen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from modelarts_emulator import GPU_POOL, INFER_POOL, NETWORK, PROJECT, TRAIN_POOL
from tests.resources.interference import Killed
from tests.resources.witness import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelarts_emulator import Emulator
    from tests.resources.lifetime import Program, Resource

FOREIGN = (TRAIN_POOL, INFER_POOL, GPU_POOL)
"""Pools that were there before any program."""

CHANGES = re.compile(r"/(pools|networks)$|/pools/[^/]+$|/networks/[^/]+$|/nodes/batch-\w+$")
"""Paths at which something can be changed: POST and DELETE elsewhere are about tokens and tags."""
FAILED, GOING = "CreationFailed", "Deleting"


@dataclass(frozen=True)
class Scene:
    """A project at one moment.

    Attributes:
        world: What it holds, as the emulator tells it.
        networks: Ids of its networks that nobody is deleting.
    """

    world: Mapping[str, Any]
    networks: frozenset[str]

    @property
    def pools(self) -> dict[str, Any]:
        """Pools that are there to stay, failed records included."""
        return {name: pool for name, pool in self.world["pools"].items() if pool["phase"] != GOING}

    def nodes(self, pool: str) -> set[str]:
        """Nodes of a pool that are there to stay; none where there is no such pool."""
        nodes = self.pools.get(pool, {}).get("nodes", {})
        return {name for name, node in nodes.items() if node["phase"] != GOING}

    def busy(self, pool: str) -> set[str]:
        """Nodes of a pool on which something runs."""
        hosts = {host for found in running(dict(self.world)).values() for host in found}
        return {name for name, node in self.pools[pool]["nodes"].items() if node["private_ip"] in hosts}


@dataclass
class Auditor(httpx.BaseTransport):
    """Passes requests on, judges those that write, and kills the run at a chosen one.

    Attributes:
        emulator: The service.
        requests: How many more requests the run makes before it dies; None lets it live.
        answered: Whether the service acts on the last one.
        program: What is run.
        moved: Nodes that a migration places, which no pool was made with.
        faults: What must not have happened, in words.
        writes: What has been written since somebody last emptied the list.
    """

    emulator: Emulator
    requests: int | None = None
    answered: bool = False
    program: Program = field(default_factory=dict)
    moved: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    _command: str = field(default="", init=False)
    _resource: Resource | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Take the way to the emulator."""
        self._inner = self.emulator.transport()

    def begin(self, command: str, resource: Resource) -> None:
        """A resource is run by a command from now on."""
        self._command, self._resource = command, resource

    def scene(self) -> Scene:
        """Return the project as it is now."""
        with httpx.Client(transport=self.emulator.transport(), base_url="https://console.invalid") as client:
            items = client.get(f"/v1/{PROJECT}/networks").json()["items"]
        networks = {item["metadata"]["name"] for item in items if "deletionTimestamp" not in item["metadata"]}
        return Scene(self.emulator.world(), frozenset(networks))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and look at what it has done; or end the run."""
        if request.method == "GET" or not CHANGES.search(request.url.path):
            return self._passed_on(request)
        before, what = self.scene(), f"{request.method} {request.url.path.partition(PROJECT)[2]}"
        try:
            answer = self._passed_on(request)
        finally:
            self.writes.append(what)
            self.faults += [f"{self._command} {self._name}: {what}: {fault}" for fault in self._judge(before)]
        if request.method == "POST" and answer.status_code == httpx.codes.CONFLICT:
            self.faults.append(f"{self._command} {self._name}: {what}: asks for what is there")
        return answer

    def _passed_on(self, request: httpx.Request) -> httpx.Response:
        if self.requests is not None:
            self.requests -= 1
            if self.requests <= 0:
                self.requests = None
                if self.answered:
                    self._inner.handle_request(request)
                raise Killed
        return self._inner.handle_request(request)

    @property
    def _name(self) -> str:
        return self._resource.name if self._resource else ""

    def _judge(self, before: Scene) -> Iterator[str]:
        after = self.scene()
        if self._command not in {"up", "destroy"}:
            yield "is a write of something that only looks"
        for name in sorted(before.pools.keys() | after.pools.keys()):
            if name not in after.pools:
                yield from self._deleted(name, before)
            else:
                yield from self._changed(name, before, after)
        for name in sorted(before.networks - after.networks):
            yield from self._network_deleted(name)
        if (made := after.networks - before.networks) and "network" not in self._announced:
            yield f"makes {sorted(made)}, and the preview said {self._announced}"

    def _deleted(self, pool: str, before: Scene) -> Iterator[str]:
        failed = before.pools[pool]["phase"] == FAILED
        if pool in FOREIGN:
            yield "deletes a pool that no program has made"
        if self._command == "up" and pool in self._declared("poolName") and not failed:
            yield "deletes a pool that the program declares"
        if strange := sorted(before.nodes(pool) & self.moved):
            yield f"deletes {strange}, which the pool was not made with"
        if len(before.nodes(pool)) > self._recorded(pool):
            yield f"deletes {len(before.nodes(pool))} nodes, and the state says {self._recorded(pool)}"
        if busy := sorted(before.busy(pool)):
            yield f"deletes {busy}, on which something runs"

    def _changed(self, pool: str, before: Scene, after: Scene) -> Iterator[str]:
        announced = self._announced
        if pool not in before.pools and "pool" not in announced:
            yield f"makes {pool}, and the preview said {announced}"
        came, went = after.nodes(pool) - before.nodes(pool), before.nodes(pool) - after.nodes(pool)
        if len(came) > self._growth():
            yield f"buys {len(came)} nodes, and the preview said {announced}"
        if unnamed := sorted(name for name in went if f"nodes.{name}" not in announced and name not in announced):
            yield f"takes {unnamed}, and the preview said {announced}"

    def _network_deleted(self, network: str) -> Iterator[str]:
        if network == NETWORK:
            yield "deletes a network that no program has made"
        if self._command == "up" and network in self._declared("networkName"):
            yield "deletes a network that the program declares"

    @property
    def _announced(self) -> Mapping[str, str]:
        return self._resource.announced if self._resource else {}

    def _growth(self) -> int:
        """How many nodes the preview has announced to buy."""
        steps = [re.fullmatch(r"(\d+) -> (\d+).*", said) for said in self._announced.values()]
        return sum(max(0, int(step[2]) - int(step[1])) for step in steps if step)

    def _declared(self, key: str) -> set[str]:
        """Ids that the program declares, as its resources have recorded or predicted them."""
        ids = set()
        for declared in self.program.values():
            inputs = declared.inputs
            ids |= {inputs[key]} if key in inputs else {f"{inputs['name']}-{PROJECT}"} if "name" in inputs else set()
        return ids

    def _recorded(self, pool: str) -> int:
        """How many nodes the state says that a pool has."""
        assert self._resource is not None
        states = [state for state in (self._resource.state, *self._resource.doomed) if state and state.id == pool]
        return max((int(sum(state.inputs["flavors"].values())) for state in states), default=0)
