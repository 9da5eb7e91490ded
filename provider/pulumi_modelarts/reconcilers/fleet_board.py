"""The plans of fleets, posted in this process by the check of each placement, and read by the checks of its pools.

A plan is nothing to be recorded: what moves, grows and shrinks is true for one run, and stale at rest.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.pool_share import PoolShare


class FleetBoard:
    """The posted plans of one project."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posted: dict[str, Mapping[str, PoolShare]] = {}
        self._said: dict[str, tuple[str, ...]] = {}

    def post(self, urn: str, shares: Mapping[str, PoolShare], said: tuple[str, ...]) -> None:
        """Posts the plan of a fleet, in place of an earlier one.

        Args:
            urn: The placement of the fleet.
            shares: What the plan leaves to each pool, by the ids of the pools.
            said: The plan in words, for the row of the placement.
        """
        with self._lock:
            self._posted[urn], self._said[urn] = shares, said

    def withdraw(self, urn: str) -> None:
        """Takes the plan of a fleet away: nothing is planned that a check has refused, or has not been able to make."""
        with self._lock:
            self._posted.pop(urn, None)
            self._said.pop(urn, None)

    def share(self, pool: str) -> PoolShare | None:
        """Returns what a posted plan leaves to a pool, by its id; None where none is posted."""
        with self._lock:
            return next((shares[pool] for shares in self._posted.values() if pool in shares), None)

    def said(self, urn: str) -> tuple[str, ...]:
        """Returns the posted plan of a fleet in words; nothing where none is posted."""
        with self._lock:
            return self._said.get(urn, ())
