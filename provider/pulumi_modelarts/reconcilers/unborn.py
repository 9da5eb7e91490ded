"""Pools and networks that resources of this program will make, seen by its other checks as they will be.

A resource posts what it makes when it is checked, and takes it back once it has made it. In between, the checks of
others plan as if it were there: a preview shows a pool that is made, the nodes that move into it, and what becomes of
the pools they leave. No run sees any of it: what a run reads is live.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.plans.pool_names import yet_to_be_made
from pulumi_modelarts.reconcilers.owners import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.api.resource_pool import ResourcePool


@dataclass(frozen=True)
class _Posted:
    """What one resource will make: one of the two."""

    pool: ResourcePool | None = None
    network: Network | None = None


class Unborn:
    """What the resources of one project will make in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posted: dict[str, _Posted] = {}

    def post_pool(self, urn: str, pool: ResourcePool) -> None:
        """Notes that a resource will make a pool, in place of whatever it has posted before.

        Args:
            urn: The resource.
            pool: The pool as it will be: Running, with its entries, their counts and its network. It counts no node in
                its status, as the names of its nodes are not known.
        """
        self._post(urn, _Posted(pool=pool))

    def post_network(self, urn: str, network: Network) -> None:
        """Notes that a resource will make a network, in place of whatever it has posted before.

        Args:
            urn: The resource.
            network: The network as it will be: Active, with its addresses.
        """
        self._post(urn, _Posted(network=network))

    def take_back(self, urn: str) -> None:
        """Forgets what a resource has posted: it is made now, or the program says so no more."""
        with self._lock:
            self._posted.pop(urn, None)

    def pools(self) -> dict[str, ResourcePool]:
        """Returns the pools that will be made, by id."""
        with self._lock:
            return {each.pool.name: each.pool for each in self._posted.values() if each.pool is not None}

    def networks(self) -> dict[str, Network]:
        """Returns the networks that will be made, by id."""
        with self._lock:
            return {each.network.name: each.network for each in self._posted.values() if each.network is not None}

    def maker(self, name: str) -> str:
        """Returns the resource that makes a pool or network, as its program calls it; empty where none does."""
        with self._lock:
            return next((label(urn) for urn, each in self._posted.items() if _name(each) == name), "")

    def refuse(self, named: Mapping[str, str]) -> None:
        """Refuses a run that names a pool which is not there yet, as it did not come after whoever makes it.

        Args:
            named: Pools by the arguments that name them.

        Raises:
            RefusedError: One of them is not there yet.
        """
        for argument, pool in named.items():
            if maker := self.maker(pool):
                raise RefusedError(f"{argument}: {yet_to_be_made(pool, maker)}")

    def _post(self, urn: str, posted: _Posted) -> None:
        if urn:
            with self._lock:
                self._posted[urn] = posted


def _name(posted: _Posted) -> str:
    made = posted.pool or posted.network
    return "" if made is None else made.name
