"""Somebody at the console: changes the emulated service over its API, without the provider knowing."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from modelarts_emulator import PROJECT
from modelarts_emulator.worlds.documented import WORLD

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

LONG_ENOUGH = 1000
"""Virtual seconds after which everything that was started by hand has come true."""


@dataclass
class Hand:
    """Somebody at the console of the documented project."""

    emulator: Emulator

    def scale(self, pool: str, flavor: str, count: int) -> None:
        """Set the count of a flavor and wait until it is there."""
        self.order(pool, flavor, count)
        self.emulator.clock.advance(LONG_ENOUGH)

    def order(self, pool: str, flavor: str, count: int) -> None:
        """Set the count of a flavor and wait for nothing."""
        resources = self._call("GET", f"pools/{pool}")["spec"]["resources"]
        for entry in resources:
            if entry["flavor"] == flavor:
                entry["count"] = count
                entry.pop("maxCount", None)
        self._call("PATCH", f"pools/{pool}", {"spec": {"resources": resources}})

    def lock(self, pool: str, node: str) -> None:
        """Lock a node against deletion."""
        self._call("POST", f"pools/{pool}/nodes/batch-lock", {"nodeNames": [node], "actions": ["delete"]})

    def drain(self, pool: str, node: str) -> None:
        """Mark a node to take no further jobs."""
        self._call("POST", f"pools/{pool}/nodes/batch-drain", {"nodeNames": [node]})

    def migrate(self, source: str, target: str, *nodes: str) -> None:
        """Move nodes to another pool and wait until they are there."""
        self.send_off(source, target, *nodes)
        self.emulator.clock.advance(LONG_ENOUGH)

    def send_off(self, source: str, target: str, *nodes: str) -> None:
        """Begin to move nodes to another pool."""
        flavor = self._pool(source)["nodes"][nodes[0]]["flavor"]
        body = {
            "migrateNodeNames": list(nodes),
            "fromClusterName": source,
            "toClusterName": target,
            "toPoolName": target,
        }
        self._call("POST", f"pools/{source}/nodes/batch-migrate", {**body, "resourceSpec": {"flavor": flavor}})

    def upgrade(self, pool: str, version: str) -> None:
        """Ask for another GPU driver, and wait for nothing."""
        self._call("PATCH", f"pools/{pool}", {"spec": {"driver": {"gpuVersion": version}}})

    def describe(self, pool: str, text: str) -> None:
        """Write another description."""
        self._call("PATCH", f"pools/{pool}", {"metadata": {"annotations": {"os.modelarts/description": text}}})

    def listed(self) -> dict[str, Any]:
        """Return the list of pools, as the service answers it."""
        return self._call("GET", "pools")

    def node_list(self, pool: str) -> list[dict[str, Any]]:
        """Return the nodes of a pool, as the service lists them."""
        items: list[dict[str, Any]] = self._call("GET", f"pools/{pool}/nodes")["items"]
        return items

    def delete(self, pool: str, *nodes: str) -> None:
        """Delete nodes and wait until they are gone."""
        self._call("POST", f"pools/{pool}/nodes/batch-delete", {"deleteNodeNames": list(nodes)})
        self.emulator.clock.advance(LONG_ENOUGH)

    def make_pool(self, name: str, network: str, flavor: str) -> None:
        """Make a pool of one node and wait until it is there."""
        spec = {"type": "Dedicate", "scope": ["Train"], "resources": [{"flavor": flavor, "count": 1}]}
        metadata = {"labels": {"os.modelarts/name": name}}
        body = {
            "apiVersion": "v2",
            "kind": "Pool",
            "metadata": metadata,
            "spec": {**spec, "network": {"name": network}},
        }
        self._call("POST", "pools", body)
        self.emulator.clock.advance(LONG_ENOUGH)

    def delete_pool(self, pool: str) -> None:
        """Delete a pool and wait until it is gone."""
        self.begin_to_delete(pool)
        self.emulator.clock.advance(LONG_ENOUGH)

    def begin_to_delete(self, pool: str) -> None:
        """Ask for the deletion of a pool, and wait for nothing."""
        self._call("DELETE", f"pools/{pool}")

    def counts(self, pool: str) -> dict[str, int]:
        """Return the nodes that exist, per flavor."""
        counts: dict[str, int] = {}
        for node in self._pool(pool)["nodes"].values():
            counts[node["flavor"]] = counts.get(node["flavor"], 0) + 1
        return counts

    def nodes(self, pool: str) -> list[str]:
        """Return the names of the nodes that exist, sorted."""
        return sorted(self._pool(pool)["nodes"])

    def orders(self, pool: str) -> list[str]:
        """Return the names of all orders of a pool."""
        return sorted(name for name, order in self.emulator.world()["orders"].items() if order["pool"] == pool)

    def make_network(self, name: str, cidr: str) -> str:
        """Make a network and wait until it is there; return its id."""
        made = self.ask_network(name, cidr)
        self.emulator.clock.advance(LONG_ENOUGH)
        return made

    def ask_network(self, name: str, cidr: str) -> str:
        """Ask for a network, and wait for nothing; return its id."""
        labels = {"os.modelarts/name": name}
        body = {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": labels}, "spec": {"cidr": cidr}}
        made: str = self._call("POST", "networks", body, version="v1")["metadata"]["name"]
        return made

    def doom_pool(self, pool: str) -> None:
        """Ask for the deletion of a pool, and wait for nothing."""
        self._call("DELETE", f"pools/{pool}")

    def delete_network(self, network: str) -> None:
        """Ask for the deletion of a network, and wait for nothing."""
        self._call("DELETE", f"networks/{network}", version="v1")

    def networks(self) -> dict[str, tuple[str, str]]:
        """Return addresses and phase of each network, by id."""
        items = self._call("GET", "networks", version="v1")["items"]
        return {each["metadata"]["name"]: (each["spec"]["cidr"], each["status"]["phase"]) for each in items}

    def ask(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Ask for something that may be refused."""
        with httpx.Client(transport=self.emulator.transport(), base_url="https://console.invalid") as client:
            return client.post(f"/v2/{PROJECT}/{path}", json=body)

    def _pool(self, pool: str) -> dict[str, Any]:
        found: dict[str, Any] = self.emulator.world()["pools"][pool]
        return found

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, version: str = "v2"
    ) -> dict[str, Any]:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        with httpx.Client(transport=self.emulator.transport(), base_url="https://console.invalid") as client:
            answer = client.request(method, f"/{version}/{PROJECT}/{path}", json=body, headers={"content-type": kind})
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


def world(**changes: Any) -> dict[str, Any]:
    """Return the documented world, changed in one of its pools.

    Args:
        changes: `pool`, the pool to change, and fields of it; `jobs`, further training jobs; `services`, `notebooks`,
            `networks` and `quotas` of the project.
    """
    made = copy.deepcopy(WORLD)
    content = made["projects"][PROJECT]
    content["training_jobs"] |= changes.pop("jobs", {})
    content |= {kind: changes.pop(kind) for kind in ("services", "notebooks", "networks", "quotas") if kind in changes}
    pool = changes.pop("pool", None)
    if pool:
        content["pools"][pool] |= changes
    return made
