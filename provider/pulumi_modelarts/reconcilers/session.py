"""What all resources of one project share in a process: client, listing, locks and owners.

The dynamic host makes one provider object per class and calls it from many threads. Whatever has to be one per project
lives here, so that one listing serves every waiter and writes to one pool follow one another.
"""

from __future__ import annotations

import math
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.clock import Clock, SystemClock
from pulumi_modelarts.api.errors import CancelledError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.pool_board import Listing, PoolBoard
from pulumi_modelarts.reconcilers.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_modelarts.api.cancellation import Cancellation
    from pulumi_modelarts.api.client import ModelArts
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_flavor import ResourceFlavor
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.api.user_config import UserConfig
    from pulumi_modelarts.reconcilers.fleet_board import FleetBoard
    from pulumi_modelarts.reconcilers.ledger import Ledger
    from pulumi_modelarts.reconcilers.owners import Owners
    from pulumi_modelarts.reconcilers.rights import Rights
    from pulumi_modelarts.reconcilers.unborn import Unborn

T = TypeVar("T")

FRESH_ENOUGH = 30.0
"""Seconds for which checks and reads believe one listing; a write of this process drops it at once."""


class Session:
    """The shared side of one project.

    Args:
        client: Speaks to the service.
        clock: Time, injected.

    Attributes:
        client: Speaks to the service, for as long as the session's deadline allows.
        clock: Time.
    """

    def __init__(self, client: ModelArts, clock: Clock | None = None) -> None:
        self.client = client
        self.clock = clock or SystemClock()
        self._deadline = Deadline(math.inf)
        self._shared = Shared(PoolBoard(client, self.clock))
        self._ahead = False

    def until(self, deadline: Deadline) -> Session:
        """Returns the same session, every request of which serves a wait that ends then, or on request before that."""
        bound = copy(self)
        bound.client, bound._deadline = self.client.until(deadline), deadline  # noqa: SLF001 - its own
        return bound

    def ahead(self) -> Session:
        """Returns the same session for a check: it sees what this program will make (`unborn`) as if it were there."""
        return self._seeing(ahead=True)

    def live(self) -> Session:
        """Returns the same session for a run, or a look at what there is: it sees nothing that is yet to be made."""
        return self._seeing(ahead=False)

    def _seeing(self, *, ahead: bool) -> Session:
        seeing = copy(self)
        seeing._ahead = ahead  # noqa: SLF001 - its own
        return seeing

    @property
    def board(self) -> PoolBoard:
        """One listing of all pools for everybody who waits."""
        return self._shared.board

    @property
    def owners(self) -> Owners:
        """Who manages what."""
        return self._shared.owners

    @property
    def fleets(self) -> FleetBoard:
        """The posted plans of fleets."""
        return self._shared.fleets

    @property
    def unborn(self) -> Unborn:
        """What resources of this program will make."""
        return self._shared.unborn

    @property
    def ledger(self) -> Ledger:
        """How many nodes the resources of this program buy and remove."""
        return self._shared.ledger

    def foretold(self, pool: str) -> ResourcePool | None:
        """Returns a pool that this program will make, as it will be; None for any other, and for a run."""
        return self.unborn.pools().get(pool) if self._ahead else None

    @property
    def rights(self) -> Rights:
        """What is known of the user's rights."""
        return self._shared.rights

    @contextmanager
    def writing(self, *pools: str) -> Iterator[None]:
        """Holds the write locks of some pools, taken in sorted order; never hold them while waiting.

        Raises:
            CancelledError: A stop was requested, and somebody else holds one of them.
        """
        shared = self._shared
        with shared.guard:
            turns = {pool: shared.turns[pool] for pool in sorted(set(pools))}
        with ExitStack() as held:
            for pool, turn in turns.items():
                held.enter_context(turn.turn(f"waiting for others to write to {pool}", self.cancellation))
            yield

    def rest(self, seconds: float, what: str) -> None:
        """Sleeps, but not beyond the deadline.

        Args:
            seconds: How long.
            what: What is done meanwhile, for the error.

        Raises:
            CancelledError: A stop was requested.
        """
        remaining = self._deadline.remaining(self.clock)
        self.clock.sleep(max(0.0, min(seconds, remaining)), self.cancellation)
        if self.cancellation.requested:
            raise CancelledError(what)

    @property
    def cancellation(self) -> Cancellation:
        """Ends everything before its time."""
        return self._deadline.cancellation

    def snapshot(self, pool: str | None = None) -> Listing:
        """Returns a listing that is fresh enough to plan from; a check finds in it what this program will make, too.

        That is seen as it will be, also where it has been begun.

        Args:
            pool: The only pool it is looked at for, so that writes to others leave it good; None for all of them.
        """
        shared = self._shared
        with shared.guard:
            last = None if pool is None else max(shared.last_write, shared.last_writes.get(pool, 0))
        oldest = self.clock.monotonic() - FRESH_ENOUGH
        listing = self.board.listing(requested_after=oldest, after_write=last, deadline=self._deadline)
        unborn = self.unborn.pools() if self._ahead else {}
        return replace(listing, pools={**listing.pools, **unborn}) if unborn else listing

    def nodes_of(self, pool: str, *, read_after: float) -> tuple[Node, ...]:
        """Returns the nodes of a pool, read at `read_after` (monotonic) or later; none where it is yet to be made.

        Raises:
            NotFoundError: The pool does not exist.
        """
        shared = self._shared
        if self.foretold(pool) is not None and self.live().snapshot(pool).find(pool) is None:
            return ()
        with shared.guard:
            known = shared.nodes.get(pool)
        if known is not None and known[0] >= read_after:
            return known[1]
        read_at = self.clock.monotonic()
        nodes = tuple(self.client.nodes.list(pool))
        self.seen(pool, nodes, read_at)
        return nodes

    def seen(self, pool: str, nodes: tuple[Node, ...], read_at: float) -> None:
        """Keeps the nodes of a pool, as they were listed by a request of that monotonic second."""
        with self._shared.guard:
            self._shared.nodes[pool] = (read_at, nodes)

    def flavors(self) -> Mapping[str, ResourceFlavor]:
        """Returns the flavors that the service offers, by id, fresh enough to plan from; none where it does not tell.

        Raises:
            ModelArtsError: The service did not answer.
        """
        from pulumi_modelarts.reconcilers.surroundings import offered  # noqa: PLC0415 - on demand

        return self._asked("flavors", lambda: offered(self.client, self.rights))

    def free_addresses(self, network: str) -> float:
        """Returns how many addresses a network has left, fresh enough to plan from; infinite where that is not known.

        No page describes the answer (client: official SDK), and the service looks at its addresses by itself: one that
        is not understood refuses nothing. Of a network that this program will make, all its addresses are free.

        Raises:
            ModelArtsError: The service did not answer.
        """
        if self._ahead and (unborn := self.unborn.networks().get(network)) is not None:
            return float(ip_network(unborn.spec.cidr, strict=False).num_addresses)
        from pulumi_modelarts.reconcilers.surroundings import free_addresses as ask  # noqa: PLC0415 - on demand

        return self._asked(f"addresses of {network}", lambda: ask(self.client, self.rights, network))

    def networks(self) -> Mapping[str, Network]:
        """Returns the live networks by id, fresh enough to plan from.

        Raises:
            ModelArtsError: They could not be listed.
        """
        return self._asked("networks", lambda: {network.name: network for network in self.client.networks.every()})

    def allowance(self) -> UserConfig:
        """Returns how much the project may have, fresh enough to plan from; what the service does not tell is None.

        Raises:
            ModelArtsError: The service did not answer.
        """
        from pulumi_modelarts.reconcilers.surroundings import allowance  # noqa: PLC0415 - on demand

        return self._asked("allowance", lambda: allowance(self.client, self.rights))

    def network_changed(self, network: str) -> None:
        """Drops what was known of a network that was written to."""
        self._shared.answers.forget("networks", f"addresses of {network}")

    def _asked(self, what: str, ask: Callable[[], T]) -> T:
        now = self.clock.monotonic()
        return self._shared.answers.asked(what, ask, now=now, since=now - FRESH_ENOUGH)

    @property
    def lists_workloads(self) -> bool:
        """Whether this user can list workloads here, as far as is known."""
        return self._shared.lists_workloads

    @lists_workloads.setter
    def lists_workloads(self, told: bool) -> None:
        self._shared.lists_workloads = told

    @property
    def workspaces(self) -> tuple[str, ...]:
        """Ids of the workspaces this user can see; the program's own one where the service does not tell."""
        shared = self._shared
        if shared.workspaces is None:
            from pulumi_modelarts.reconcilers.surroundings import workspaces  # noqa: PLC0415 - on demand

            shared.workspaces = workspaces(self.client, self.rights)
        return shared.workspaces

    def changed(self, *pools: str) -> int:
        """Drops what was known of pools that were written to; of all of them when none is named.

        Returns:
            The number of the write, for waiting behind it.
        """
        shared = self._shared
        with shared.guard:
            number = self.board.invalidate()
            shared.nodes = {pool: nodes for pool, nodes in shared.nodes.items() if pools and pool not in pools}
            shared.last_writes |= dict.fromkeys(pools, number)
            shared.last_write = shared.last_write if pools else number
        return number
