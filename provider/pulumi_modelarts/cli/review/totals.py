"""What effects come to: numbers, by what is done, and what they cost or save."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.review.report import State
from pulumi_modelarts.plans.effect import Altered, Claimed, Counted, Deleted, Kind, Made, Moved, Removed, Switched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Resource
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.plans.subject import Subject

HOURS: Final = 730
"""Hours of a month, as clouds count them: a twelfth of 365 days."""


@dataclass(frozen=True)
class Totals:
    """What resources do together.

    Attributes:
        moved: Nodes that move.
        bought: Nodes that are bought, by flavor and zone; "" where the service chooses it.
        removed: Nodes that are removed.
        made: Pools and networks that are made.
        deleted: Pools and networks that are deleted.
        altered: Drivers, scopes, job flavors, descriptions, marks and fates that change.
        unclear: Names of resources of which the input does not say all that a run does.
    """

    moved: int = 0
    bought: Mapping[tuple[str, str], int] = field(default_factory=dict)
    removed: int = 0
    made: tuple[Subject, ...] = ()
    deleted: tuple[Subject, ...] = ()
    altered: int = 0
    unclear: tuple[str, ...] = ()

    @property
    def all_bought(self) -> int:
        """Nodes that are bought, of all flavors."""
        return sum(self.bought.values())

    @property
    def nothing(self) -> bool:
        """Whether nothing is done, as far as the input says all."""
        return self == Totals()


@dataclass(frozen=True)
class Cost:
    """What a run changes of what nodes cost.

    Attributes:
        hour: The difference for an hour, in the currency of the prices.
        unpriced: Flavors of nodes that come or go, and that have no price.
        unclear: Resources of which it is not known which nodes come or go.
    """

    hour: Decimal = Decimal(0)
    unpriced: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def month(self) -> Decimal:
        """The difference for a month."""
        return self.hour * HOURS


def totals(resources: Iterable[Resource]) -> Totals:
    """Returns what resources do together."""
    resources = tuple(resources)
    found = [effect for resource in resources for effect in resource.effects]
    bought: Counter[tuple[str, str]] = Counter()
    for each in found:
        if isinstance(each, Counted) and each.bought:
            bought[each.flavor, each.zone] += each.bought
    return Totals(
        moved=sum(isinstance(each, Moved) for each in found),
        bought=dict(sorted(bought.items())),
        removed=sum(isinstance(each, Removed) for each in found),
        made=tuple(sorted({each.subject for each in found if isinstance(each, Made)})),
        deleted=tuple(sorted({each.subject for each in found if isinstance(each, Deleted)})),
        altered=sum(isinstance(each, (Altered, Claimed, Switched)) for each in found),
        unclear=tuple(sorted({each.name for each in resources if is_unclear(each)})),
    )


def is_unclear(resource: Resource) -> bool:
    """Returns whether the input does not say all that a run does for a resource."""
    return resource.state is not State.KNOWN or resource.hides


def cost(resources: Iterable[Resource], prices: Mapping[str, Decimal]) -> Cost:
    """Returns what a run changes of what nodes cost.

    Args:
        resources: What is done.
        prices: Price of a node for an hour, by flavor.
    """
    nodes: Counter[str] = Counter()
    unclear: set[str] = set()
    for resource in resources:
        gone = resource.deletes and resource.kind is Kind.POOL
        if gone and resource.standing.counts is not None:
            nodes.subtract(resource.standing.counts)
        elif resource.kind is Kind.POOL and is_unclear(resource):
            unclear.add(resource.name)
        for flavor, count in _steps(resource.effects):
            nodes[flavor] += count
    changed = {flavor: count for flavor, count in nodes.items() if count}
    return Cost(
        hour=sum((prices[flavor] * count for flavor, count in changed.items() if flavor in prices), Decimal(0)),
        unpriced=tuple(sorted(changed.keys() - prices.keys())),
        unclear=tuple(sorted(unclear)),
    )


def _steps(effects: Iterable[Effect]) -> Iterator[tuple[str, int]]:
    for each in effects:
        if isinstance(each, Counted):
            yield each.flavor or f"node pool {each.node_pool}", each.after - each.before
