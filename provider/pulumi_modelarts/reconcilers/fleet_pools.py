"""What the plan of a fleet leaves to each of its pools, and what each pool would refuse of it.

Whatever a pool would refuse is refused before a node moves: so each is planned here as its own check will plan it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import pool_share
from pulumi_modelarts.plans.pool_share import PoolShare
from pulumi_modelarts.plans.supply import too_many
from pulumi_modelarts.reconcilers.pool_reader import PoolReader
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.plans.fleet import FleetPlan
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class FleetPools:
    """The pools of a fleet, as they come after its moves.

    Attributes:
        session: Where to read from.
        read_after: Monotonic second; node lists read before it are not believed.
        fleet: What the program declares of the pools that there are.
        unborn: What it declares of the others, which their resources make.
    """

    session: Session
    read_after: float
    fleet: DeclaredFleet
    unborn: Mapping[str, ResourcePoolSpec]

    def shares(self, live: LiveFleet, plan: FleetPlan) -> tuple[dict[str, PoolShare], tuple[Problem, ...]]:
        """Returns what the plan leaves to each pool, by its id, and what stands against that.

        Args:
            live: What the plan was made of.
            plan: The plan; nothing stands against it by itself.

        Raises:
            ModelArtsError: Something could not be read.
        """
        shares: dict[str, PoolShare] = {}
        problems: list[Problem] = []
        for key, spec in self.fleet.pools.items():
            share = PoolShare(
                after=plan.after.get(key, {}),
                growth={f"flavors.{flavor}": count for flavor, count in plan.growth.get(key, {}).items()},
                removals=frozenset(plan.shrink.get(key, ())),
            )
            share, made = self._planned(key, live.pools[spec.pool_name], share)
            shares[spec.pool_name] = share
            problems += [replace(each, path=f"{_at(key)}.{each.path}") for each in _against(made, share)]
        for spec in self.unborn.values():
            shares[spec.pool_name] = pool_share.whole(spec)
        return shares, (*problems, *self._too_many(shares))

    def _too_many(self, shares: Mapping[str, PoolShare]) -> Iterator[Problem]:
        """Yields that all pools together would buy more than the program allows."""
        bought = sum(count for share in shares.values() for count in share.growth.values())
        limit, said = self.fleet.growth_limit
        if bought > limit:
            yield Problem("max_growth", f"this run {too_many(bought, limit, said)}")

    def _planned(self, key: str, live: LivePool, share: PoolShare) -> tuple[PoolShare, PoolPlan]:
        """Returns a share with what named node pools grow by, and the plan of the pool by it."""
        spec = self.fleet.pools[key]
        reader = PoolReader(self.session, self.read_after)
        while True:
            _, made = reader.plan(pool_share.within(spec, share), live.pool, pool_share.before(spec))
            named = {
                cell.key: cell.growth for cell in made.cells if cell.growth and not cell.key.startswith("flavors.")
            }
            if named.items() <= share.growth.items():
                return share, made
            share = replace(share, growth={**share.growth, **named})


def _at(key: str) -> str:
    return property_path(("pools", key))


def _against(plan: PoolPlan, share: PoolShare) -> tuple[Problem, ...]:
    return tuple(pool_share.unplanned(plan, share, "")) or plan.problems
