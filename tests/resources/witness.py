"""A transport that sees each request, looks at the world around every write, and notes what must never happen."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from modelarts_emulator.service.models.workload import ON_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelarts_emulator import Emulator
    from tests.resources.fleets import Chance
    from tests.resources.host import Program

View = dict[str, Any]
ON_THEIR_WAY_OUT = "Deleting"
AT_WORK = ("Running", "Terminating")
"""Phases in which a training job is on its nodes."""


@dataclass
class Witness(httpx.BaseTransport):
    """Passes requests on, and judges those that write.

    Attributes:
        emulator: The service.
        chance: What happens at one of the requests.
        faults: What must not have happened, in words.
        writes: Requests that wrote, since somebody last emptied the list.
        ignored: Addresses of nodes that the program lets go whatever runs on them.
        program: What is run.
        announced: What the preview of the resource that runs has said.
        resource: The resource that runs; empty while nothing but looking is done.
    """

    emulator: Emulator
    chance: Chance
    faults: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    program: Program = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
    resource: str = ""
    _inner: httpx.BaseTransport = field(init=False)
    _requests: int = field(default=0, init=False)
    _writes: int = field(default=0, init=False)
    _removed: int = field(default=0, init=False)
    _bought: int = field(default=0, init=False)
    _blind: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """Take the way to the emulator."""
        self._inner = self.emulator.transport()

    def begin(self, resource: str, announced: Mapping[str, str]) -> None:
        """A resource of the program is run from now on, and its preview has said this."""
        self.resource, self.announced = resource, dict(announced)
        self._removed = self._bought = 0
        self._blind = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and look at what it has done."""
        self._requests += 1
        if request.method not in {"PATCH", "DELETE"} and "/nodes/batch-" not in request.url.path:
            return self._read(request)
        self._writes += 1
        if self._writes == self.chance.write:
            self._start_work(request)
        before = self.emulator.world()
        answer = self._inner.handle_request(request)
        judged = Write(request, before, self.emulator.world())
        self.writes.append(str(judged))
        self.faults += [f"{self.resource}: {judged}: {fault}" for fault in self._judge(judged)]
        return answer

    def _read(self, request: httpx.Request) -> httpx.Response:
        if self._requests != self.chance.request:
            if self._speaks_for_itself(request):
                self._blind = ""
            return self._inner.handle_request(request)
        self._blind = f"{request.method} {request.url.path}"
        return httpx.Response(200, json=self.chance.body, request=request)

    def _speaks_for_itself(self, request: httpx.Request) -> bool:
        """Whether the pool that runs is read alone, after which no list of pools matters for it."""
        pool = self.program.get(self.resource, ("", {}))[1].get("poolName")
        return self._blind.endswith("/pools") and request.url.path == f"{self._blind.partition(' ')[2]}/{pool}"

    def _start_work(self, request: httpx.Request) -> None:
        """Let work begin on a node that a write names and that takes any."""
        seen = self.emulator.world()
        named = Write(request, seen, seen).nodes
        for pool, content in seen["pools"].items():
            for name in sorted(named & content["nodes"].keys()):
                if content["nodes"][name]["phase"] == "Available" and not content["nodes"][name]["drained"]:
                    self.emulator.start_workload(pool, [name])
                    return

    def _judge(self, write: Write) -> Iterator[str]:
        if self.resource not in self.program:
            yield "is a write of something that only looks"
            return
        inputs = self.program[self.resource][1]
        # "ignore" says to go on without knowing what runs.
        if self._blind and not (inputs["onRunningJobs"] == "ignore" and self._blind.endswith("/workloads")):
            yield f"rests on an answer that was not understood, to {self._blind}"
        if inputs["onRunningJobs"] == "ignore":
            self.ignored |= {write.addresses[name] for name in write.nodes if name in write.addresses}
        elif hit := sorted(write.busy & write.touched):
            yield f"hits {hit}, on which something runs"
        yield from write.breaks()
        yield from self._unannounced(write)
        yield from self._beyond_budget(write, inputs)

    def _unannounced(self, write: Write) -> Iterator[str]:
        named = {key.removeprefix("nodes.") for key in self.announced}
        if strange := sorted(write.nodes - named):
            yield f"touches {strange}, which the preview did not name: {self.announced}"
        if write.bought and not any(key.startswith(("flavors.", "nodePools.")) for key in self.announced):
            yield f"buys {write.bought}, and the preview said {self.announced}"

    def _beyond_budget(self, write: Write, inputs: Mapping[str, Any]) -> Iterator[str]:
        self._removed += len(write.removed)
        self._bought += write.bought
        if self._removed > inputs.get("maxScaleIn", 0):
            yield f"has removed {self._removed} nodes, and max_scale_in is {inputs.get('maxScaleIn', 0)}"
        if self._bought > inputs.get("maxGrowth", self._bought):
            yield f"has bought {self._bought} nodes, and max_growth is {inputs['maxGrowth']}"


class Write:
    """One request that wrote, with the world before and after it.

    Args:
        request: The request.
        before: The world before it.
        after: The world after it.
    """

    def __init__(self, request: httpx.Request, before: View, after: View) -> None:
        self._path = request.url.path
        self._body: dict[str, Any] = json.loads(request.content or b"{}")
        self._before, self._after = before, after
        self._nodes = {name: node for pool in before["pools"].values() for name, node in pool["nodes"].items()}

    def __str__(self) -> str:
        """What was asked."""
        return f"{self._path.rpartition('/')[2]} {sorted(self.nodes) or self._body}"

    @property
    def nodes(self) -> set[str]:
        """Names of the nodes that it names."""
        fields = ("deleteNodeNames", "migrateNodeNames", "nodeNames")
        return {name for key in fields for name in self._body.get(key, ())}

    @property
    def addresses(self) -> dict[str, str]:
        """Where each node is reached."""
        return {name: node["private_ip"] for name, node in self._nodes.items()}

    @property
    def removed(self) -> set[str]:
        """Nodes that are gone, or on their way out, because of it."""
        return _present(self._before) - _present(self._after)

    @property
    def touched(self) -> set[str]:
        """Nodes that are removed, or that it asks to remove or move."""
        asked = set() if self._path.endswith("batch-drain") else self.nodes
        return self.removed | asked

    @property
    def busy(self) -> set[str]:
        """Nodes on which something runs, whether anybody is told or not."""
        return {name for name, node in self._nodes.items() if node["private_ip"] in _hosts(self._before)}

    @property
    def bought(self) -> int:
        """Nodes that it asks for beyond those there are."""
        return sum(max(0, wanted - there) for wanted, there in self._counts())

    def breaks(self) -> Iterator[str]:
        """What no program may ask for."""
        if lowered := [counts for counts in self._counts() if counts[0] < counts[1]]:
            yield f"sends counts below the nodes there are: {lowered}"
        if unasked := sorted(self.removed - self.nodes):
            yield f"removes {unasked}, which it does not name"
        for supernode, size in Counter(node["supernode"] for node in self._nodes.values() if node["supernode"]).items():
            parts = sum(self._nodes[name]["supernode"] == supernode for name in self.touched if name in self._nodes)
            if parts not in {0, size}:
                yield f"takes {parts} of the {size} nodes of supernode {supernode}"

    def _counts(self) -> list[tuple[int, int]]:
        """Count of each entry that it sends, and of the nodes there are."""
        if "spec" not in self._body:
            return []
        pool = self._before["pools"][self._path.rpartition("/")[2]]
        there = Counter(
            (node["flavor"], node["node_pool"]) for node in pool["nodes"].values() if node["phase"] != ON_THEIR_WAY_OUT
        )
        return [
            (entry["count"], there[entry["flavor"], entry.get("nodePool") or f"{entry['flavor']}-default"])
            for entry in self._body["spec"].get("resources", [])
        ]


def running(view: View) -> dict[str, list[str]]:
    """Return the addresses of the nodes of everything that runs, by its id."""
    jobs = {key: job["hosts"] for key, job in view["training_jobs"].items() if job["phase"] in AT_WORK}
    others = {**view["services"], **view["notebooks"]}
    return jobs | {key: other["hosts"] for key, other in others.items() if other["status"] in ON_NODES}


def _hosts(view: View) -> set[str]:
    return {host for hosts in running(view).values() for host in hosts}


def _present(view: View) -> set[str]:
    """Nodes that are there to stay, those included that are between two pools."""
    moving = {name for job in view["jobs"].values() for name in job["nodes"]}
    here = {
        name
        for pool in view["pools"].values()
        for name, node in pool["nodes"].items()
        if node["phase"] != ON_THEIR_WAY_OUT
    }
    return here | moving
