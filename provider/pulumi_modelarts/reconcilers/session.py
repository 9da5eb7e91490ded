"""What all resources of one project share in a process: client, listing, locks and owners.

The dynamic host makes one provider object per class and calls it from many threads. Whatever has to be one per project
lives here, so that one listing serves every waiter and writes to one pool follow one another.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_modelarts.api.clock import Clock, SystemClock
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.api.workspace import DEFAULT
from pulumi_modelarts.reconcilers.owners import Owners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.client import Client
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.training_job import TrainingJob

FRESH_ENOUGH = 30.0
"""Seconds for which checks and reads believe one listing; a write of this process drops it at once."""


class Session:
    """The shared side of one project.

    Attributes:
        client: Speaks to the service.
        board: One listing of all pools for everybody who waits.
        clock: Time, injected.
        owners: Who manages what.
    """

    def __init__(self, client: Client, clock: Clock | None = None) -> None:
        self.client = client
        self.clock = clock or SystemClock()
        self.board = PoolBoard(client, self.clock)
        self.owners = Owners()
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._nodes: dict[str, tuple[float, tuple[Node, ...]]] = {}
        self._last_write = 0
        self._last_writes: dict[str, int] = {}

    @contextmanager
    def writing(self, *pools: str) -> Iterator[None]:
        """Holds the write locks of some pools, taken in sorted order; never hold them while waiting."""
        with self._guard:
            locks = [self._locks[pool] for pool in sorted(set(pools))]
        with ExitStack() as held:
            for lock in locks:
                held.enter_context(lock)
            yield

    def snapshot(self, pool: str | None = None) -> Listing:
        """Returns a listing that is fresh enough to plan from.

        Args:
            pool: The only pool it is looked at for, so that writes to others leave it good; None for all of them.
        """
        with self._guard:
            last = None if pool is None else max(self._last_write, self._last_writes.get(pool, 0))
        oldest = self.clock.monotonic() - FRESH_ENOUGH
        return self.board.listing(requested_after=oldest, after_write=last)

    def nodes_of(self, pool: str, *, read_after: float) -> tuple[Node, ...]:
        """Returns the nodes of a pool, read at `read_after` (monotonic) or later.

        Raises:
            NotFoundError: The pool does not exist.
        """
        with self._guard:
            read_at, nodes = self._nodes.get(pool, (float("-inf"), ()))
        if read_at >= read_after:
            return nodes
        read_at = self.clock.monotonic()
        nodes = tuple(self.client.nodes.list(pool))
        with self._guard:
            self._nodes[pool] = (read_at, nodes)
        return nodes

    def training_in(self, pool: str) -> list[TrainingJob]:
        """Returns the training jobs that hold nodes of a pool, with these, in whichever workspace they are."""
        return self.client.training_jobs.running_in(pool, self._workspaces)

    def training_names(self, pool: str) -> list[str]:
        """Returns the names of those jobs, for whoever does not ask on which nodes they are."""
        return sorted({job.name for job in self.client.training_jobs.listed_in(pool, self._workspaces)})

    @cached_property
    def _workspaces(self) -> tuple[str, ...]:
        """The workspaces this user can see; those of the program where the service does not tell."""
        listed = self.client.workspaces.list()
        if listed is None:
            listed = [self.client.settings.workspace_id or DEFAULT]
        return tuple(dict.fromkeys([DEFAULT, *listed]))

    def changed(self, *pools: str) -> int:
        """Drops what was known of pools that were written to; of all of them when none is named.

        Returns:
            The number of the write, for waiting behind it.
        """
        with self._guard:
            number = self.board.invalidate()
            self._nodes = {pool: nodes for pool, nodes in self._nodes.items() if pools and pool not in pools}
            self._last_writes |= dict.fromkeys(pools, number)
            self._last_write = self._last_write if pools else number
        return number
