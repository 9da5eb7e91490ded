"""One list of pools that serves all waiters of a project in the process.

A waiter believes only what was requested after its own write was answered. A listing therefore carries the moment it
was requested, and every write makes the board forget what was requested before.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.resource_pools import ListedPools, ResourcePools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.clock import Clock
    from pulumi_modelarts.api.errors import UnreadableError
    from pulumi_modelarts.api.operations import Deadline
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.api.service import Service


@dataclass(frozen=True)
class Listing:
    """All pools of a project at one moment.

    Attributes:
        requested_at: the clock's monotonic seconds before the request was sent.
        pools: those that could be read, by id.
        unreadable: why the others could not be read, by id; that of pools without an id is empty.
    """

    requested_at: float
    pools: Mapping[str, ResourcePool]
    unreadable: Mapping[str, UnreadableError] = field(default_factory=dict)

    def find(self, name: str) -> ResourcePool | None:
        """One pool; None if the list lacks it, which does not say that it is gone.

        Raises:
            UnreadableError: the list has it, and it cannot be read.
        """
        return ListedPools(self.pools, self.unreadable).find(name)


@dataclass(frozen=True)
class _Kept:
    listing: Listing
    writes: int


class PoolBoard:
    """The last listing, and a place to wait for the next one.

    At most one listing is on its way at a time. A caller whom it cannot serve waits for the next; a caller who finds
    none on its way asks for one. If that fails, this caller alone gets the error, and another one asks.

    Args:
        service: asked for pools.
        clock: all moments here are its monotonic seconds.
    """

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._turn = threading.Condition()
        self._kept: _Kept | None = None
        self._fetching = False
        self._writes = 0

    def listing(
        self, *, requested_after: float, after_write: int | None = None, deadline: Deadline | None = None
    ) -> Listing:
        """A listing requested at that moment or later, and after every write up to now.

        Args:
            requested_after: the clock's monotonic seconds.
            after_write: the number of a write, as `invalidate` gave it: after that one is enough, so that one listing
                serves everybody who waits while others go on writing to other pools. None for every write up to now.
            deadline: of this caller's wait: when to stop waiting for what others asked, and when its own request ends;
                None for never.

        Raises:
            TransportError: the deadline passed.
            ModelArtsError: this caller asked the service, and got no listing.
        """
        with self._turn:
            writes = self._writes if after_write is None else after_write
            while True:
                kept = self._kept
                if kept is not None and kept.writes >= writes and kept.listing.requested_at >= requested_after:
                    return kept.listing
                if not self._fetching:
                    break
                self._await_turn(deadline)
            self._fetching = True
            writes = self._writes
        return self._fetch(writes, deadline)

    def recent(self, max_age: float) -> Listing:
        """A listing requested at most that many seconds ago, and after every write up to now."""
        return self.listing(requested_after=self._clock.monotonic() - max_age)

    def invalidate(self) -> int:
        """Forget what was requested before now. To be called whenever a write was answered, or its answer lost.

        Returns:
            The number of the write, for `listing`.
        """
        with self._turn:
            self._writes += 1
            return self._writes

    def find(self, name: str, listing: Listing, deadline: Deadline | None = None) -> ResourcePool:
        """One pool; if the listing lacks it, as it looks by itself.

        Args:
            name: the pool's id.
            listing: where to look first.
            deadline: of this caller's wait, when its own request ends; None for never.

        Raises:
            NotFoundError: there is no such pool; only the pool's own address can say so.
            UnreadableError: the listing has it, and it cannot be read.
        """
        return listing.find(name) or self._pools(deadline).get(name)

    def _await_turn(self, deadline: Deadline | None) -> None:
        seconds = threading.TIMEOUT_MAX if deadline is None else max(0.0, deadline.remaining(self._clock))
        if not self._turn.wait(min(seconds, threading.TIMEOUT_MAX)):
            reason = "another request for them has not been answered yet"
            raise TransportError("list resource pools", reason, may_have_arrived=False)

    def _fetch(self, writes: int, deadline: Deadline | None) -> Listing:
        kept: _Kept | None = None
        try:
            requested_at = self._clock.monotonic()
            listed = self._pools(deadline).list()
            kept = _Kept(Listing(requested_at, listed.pools, listed.unreadable), writes)
        finally:
            with self._turn:
                self._fetching = False
                if kept is not None:
                    self._kept = kept
                self._turn.notify_all()
        return kept.listing

    def _pools(self, deadline: Deadline | None) -> ResourcePools:
        return ResourcePools(self._service if deadline is None else self._service.until(deadline))
