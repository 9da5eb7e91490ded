"""What the plan of a fleet leaves to one of its pools, and what that pool may do by it: this much, and never more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass(frozen=True)
class PoolShare:
    """What one run of a fleet leaves to one of its pools.

    Attributes:
        after: Nodes that come or go before the pool is touched, {node: id of the pool it ends in}.
        growth: Nodes to buy, by the keys of the `changes` map.
        removals: Nodes to remove.
    """

    after: Mapping[str, str] = field(default_factory=dict)
    growth: Mapping[str, int] = field(default_factory=dict)
    removals: frozenset[str] = frozenset()


def within(spec: ResourcePoolSpec, share: PoolShare) -> ResourcePoolSpec:
    """Returns what a pool declares, as the plan of its fleet bounds it."""
    return spec.model_copy(
        update={
            "after": share.after,
            "max_growth": sum(share.growth.values()),
            "max_scale_in": len(share.removals),
        }
    )


def uncounted(spec: ResourcePoolSpec) -> ResourcePoolSpec:
    """Returns what a pool declares without its counts: no run changes those that has not planned the fleet."""
    return spec.model_copy(update={"flavors": None, "node_pools": None, "after": {}})


def whole(spec: ResourcePoolSpec) -> PoolShare:
    """Returns the share of a pool that its resource makes: it buys everything that is declared."""
    flavors = {f"flavors.{flavor}": count for flavor, count in (spec.flavors or {}).items()}
    named = {f"nodePools.{name}": each.total for name, each in (spec.node_pools or {}).items()}
    return PoolShare(growth={**flavors, **named})


def before(spec: ResourcePoolSpec) -> dict[str, int]:
    """Returns the counts that a pool of a fleet is said to have had declared: the present ones.

    What it has too many is asked to go by the plan of the fleet and by nothing else.
    """
    return declared_counts(spec.to_inputs())


def unplanned(plan: PoolPlan, share: PoolShare | None, placement: str) -> Iterator[Problem]:
    """Yields what a pool of a fleet would do beyond the plan of its fleet.

    Args:
        plan: What the pool would do.
        share: What the plan of the fleet leaves to it; None where this run has not planned the fleet.
        placement: What to target to have it planned.
    """
    for cell in plan.cells:
        if share is None and cell.growth:
            yield Problem(
                cell.path, f"{_counts(cell)}, and this run has not planned the fleet; add --target {placement}"
            )
        elif share is not None and cell.growth > share.growth.get(cell.key, 0):
            planned = number_of(share.growth.get(cell.key, 0), "node")
            yield Problem(
                cell.path,
                f"{_counts(cell)}, and the plan of the fleet buys {planned}; run `pulumi up` again to have it planned "
                "anew",
            )
    if share is not None and (further := sorted({*plan.removals} - share.removals)):
        yield Problem(
            "flavors",
            f"{', '.join(further)} would be removed, which the plan of the fleet does not name; run `pulumi up` again "
            "to have it planned anew",
        )


def released(names: Sequence[str]) -> str:
    """Returns that the nodes of some pools stay where they are when their fleet goes."""
    return f"the nodes of {changes.names(names)} stay where they are"


def unplanned_creation(spec: ResourcePoolSpec, placement: str) -> str:
    """Returns that a pool is not made because this run has not planned its fleet.

    Args:
        spec: What the program declares of the pool.
        placement: What to target to have it planned.
    """
    return f"{spec.name!r} is not made yet, {_not_planned(placement)}"


def _not_planned(placement: str) -> str:
    return f"and this run has not planned the fleet; add --target {placement}"


def _counts(cell: Cell) -> str:
    return f"{cell.live} live, {cell.declared} declared"
