"""Finds nodes by their names, in whatever pools they are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.reconcilers.lookup import Reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.reconcilers.session import Session


@dataclass(frozen=True)
class NodeSearch(Reader):
    """Finds nodes of one moment.

    Attributes:
        listing: The pools of the project.
    """

    listing: Listing

    @classmethod
    def recent(cls, session: Session) -> Self:
        """Returns a reader of a moment that is recent enough to plan from."""
        listing = session.snapshot()
        return cls(session, listing.requested_at, listing)

    def pools(self, *named: str) -> dict[str, ResourcePool]:
        """Returns the pools of the project; a named one that the list lacks is read, as one in another workspace."""
        pools = dict(self.listing.pools)
        for name in named:
            if name not in pools:
                with suppress(NotFoundError):
                    pools[name] = self.session.client.resource_pools.get(name)
        return pools

    def search(self, names: Collection[str], live: LiveNodes, pools: Iterable[str]) -> LiveNodes:
        """Returns what is known once nodes were looked for in some pools, one after the other until all are found."""
        wanted, lists = set(names), dict(live.lists)
        for pool in dict.fromkeys(pools):
            if pool not in live.pools or len(live.nodes) == len(wanted):
                continue
            seen, nodes = self.together(live.pools[pool])
            lists[pool] = nodes
            live = replace(live, pools={**live.pools, pool: seen}).with_nodes(
                pool, [node for node in nodes if node.name in wanted]
            )
        return replace(live, lists=lists)

    def elsewhere(
        self, names: Collection[str], live: LiveNodes, first: Iterable[str], last: Iterable[str]
    ) -> LiveNodes:
        """Returns what is known once nodes were looked for in all pools that have not been read yet.

        Args:
            names: The nodes.
            live: What is known.
            first: Pools in the order in which they are likely; the others follow.
            last: Pools that were read first, and are read once more: a node that arrived there since, and left another
                pool before that was read, has been seen in neither.

        Raises:
            UnreadableError: The nodes of a pool could not be listed completely, so that none can be told to be gone.
            ModelArtsError: Something could not be read.
        """
        others = [name for name in [*first, *sorted(live.pools)] if name not in live.lists]
        live = self.search(names, live, others)
        later = replace(self, read_after=self.session.clock.monotonic())
        return replace(later.search(names, live, last), everywhere=True)
