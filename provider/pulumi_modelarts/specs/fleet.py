"""What a program may declare about a fleet: final counts of many pools, and what one run may do for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator

from pulumi_modelarts.specs._declaration import Declaration
from pulumi_modelarts.specs._spec import Computed, Spec, wrong_inside
from pulumi_modelarts.specs.node_migration import RolloutSpec
from pulumi_modelarts.specs.paths import ANY, Steps
from pulumi_modelarts.specs.resource_pool import Flavors, NodePools, Placement
from pulumi_modelarts.specs.values import Count, MadeName, PoolName, RunningJobs
from pulumi_modelarts.specs.wording import Takes


class FleetPoolSpec(Spec):
    """A pool of a fleet, as far as its counts go.

    Attributes:
        pool_name: Id of the pool (`metadata.name`). Filled in by the provider where the program makes the pool.
        name: Name of the pool to make, by which its id is known before it is there; None to adopt one that exists.
        flavors: Final node count per flavor id, in that flavor's default node pool; these nodes take part in moves.
        node_pools: Final counts of named node pools, whose nodes take no part in moves.
    """

    pool_name: PoolName = ""
    name: MadeName | None = None
    flavors: Flavors | None = None
    node_pools: NodePools | None = None


FleetPool = Annotated[FleetPoolSpec, Takes("a PoolSpec", 'PoolSpec(pool_name=…, flavors={"modelarts.vm.cpu.4ud": 3})')]


def _pools(value: Mapping[str, FleetPoolSpec]) -> Mapping[str, FleetPoolSpec]:
    wrong: list[tuple[str | int, str]] = []
    keys: dict[str, str] = {}
    for key, pool in sorted(value.items()):
        first = keys.setdefault(pool.pool_name, key)
        if not key:
            wrong.append((key, "is a pool without a name; give it one of your choice"))
        elif not pool.pool_name:
            wrong.append((key, "names no pool: give pool_name to adopt one, or name and network to make one"))
        elif first != key:
            wrong.append((key, f"is the same resource pool as {first!r}, {pool.pool_name!r}; declare it once"))
    if wrong:
        raise wrong_inside(wrong)
    return dict(sorted(value.items()))


class FleetPlacementSpec(Declaration):
    """Which nodes of a fleet live where: as the counts of its pools say, by as few moves as there can be.

    Attributes:
        pools: The pools, by names that the program chooses for them.
        strategy: How nodes are moved; what may be away at any time is so for the whole fleet.
        on_running_jobs: What to do about work on a node that moves or is removed.
        max_moves: Nodes that one run may move; None for no limit.
        max_growth: Nodes that one run may buy, for all pools together; None where the program does not say.
        max_scale_in: Nodes that one run may remove, for all pools together.
        after: Where migrations place nodes before the fleet is touched, {node: pool}.
        moves: What this run will move, filled in by the provider: {node: "from -> to"}.
    """

    pools: Annotated[
        Mapping[str, FleetPool],
        AfterValidator(_pools),
        Takes("a map of names and PoolSpecs", '{"train": PoolSpec(pool_name=…, flavors={"modelarts.vm.cpu.4ud": 3})}'),
    ]
    strategy: Annotated[RolloutSpec, Takes("a Rollout", "Rollout(max_unavailable=2)")] = RolloutSpec()
    on_running_jobs: RunningJobs = "wait"
    max_moves: Count | None = None
    max_growth: Count | None = None
    max_scale_in: Count = 0
    after: Placement = Field(default_factory=dict)
    moves: Annotated[Mapping[str, str], Computed] = Field(default_factory=dict)

    identities: ClassVar[tuple[Steps, ...]] = (
        *((name,) for name in ("pools", "strategy", "onRunningJobs", "maxMoves", "maxGrowth", "maxScaleIn", "after")),
        *(("pools", ANY, name) for name in ("poolName", "name", "flavors", "nodePools")),
        *(("pools", ANY, name, ANY) for name in ("flavors", "nodePools")),
        ("pools", ANY, "nodePools", ANY, ANY),
        ("pools", ANY, "nodePools", ANY, ANY, ANY),
        ("strategy", ANY),
    )
    plain: ClassVar[str] = "the plan of a fleet tells what each pool has and what it will have, and why"

    @model_validator(mode="after")
    def _has_pools(self) -> FleetPlacementSpec:
        if not self.pools:
            raise wrong_inside([("pools", "is empty; name the pools of the fleet")])
        return self

    def key_of(self, pool: str) -> str:
        """Returns the name that the program has for a pool, by its id; the id itself for a pool of no fleet's."""
        return next((key for key, each in self.pools.items() if each.pool_name == pool), pool)
