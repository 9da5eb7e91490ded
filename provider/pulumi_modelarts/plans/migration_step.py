"""What a migration does next, decided anew from what is true.

Asked again after every step, with the service read anew, so that a run that was killed, or met with somebody else's
changes, goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.placement import arrived, broken, ready

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.placement import Whereabouts
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class Attach:
    """A migration of these nodes is under way already: wait for its job instead of starting another."""

    job: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Settle:
    """These nodes have arrived and are not ready yet: wait for them before the next ones leave."""

    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Move these nodes now: they are in one pool and one cluster, and of one flavor."""

    pool: str
    cluster: str
    flavor: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """Every node that can be is where it should be."""


Step = Attach | Settle | Batch | Done


def next_step(
    spec: NodeMigrationSpec,
    seen: Whereabouts,
    moved: AbstractSet[str] = frozenset(),
    skipped: AbstractSet[str] = frozenset(),
) -> Step:
    """Returns what to do now.

    Never more than `max_unavailable` nodes are away: a batch starts only when nothing of this migration is on its way
    or still getting ready.

    Args:
        spec: What the program declares.
        seen: What is true now.
        moved: Nodes that this run has moved, and that must be ready before it goes on.
        skipped: Nodes that this run could not drain and leaves where they are.
    """
    under_way = sorted((job, name) for name, job in (seen.migrating or {}).items() if name in spec.nodes)
    if under_way:
        first = under_way[0][0]
        return Attach(first, tuple(name for job, name in under_way if job == first))
    batch = _batch(spec, seen, skipped)
    return _settling(spec, seen, moved, work=batch is not None) or batch or Done()


def _settling(spec: NodeMigrationSpec, seen: Whereabouts, moved: AbstractSet[str], *, work: bool) -> Settle | None:
    """Returns nodes that have arrived and are not ready; before the next batch also those a killed run has moved.

    A node that this run did not move and that is Abnormal is not waited for: it may have been so for weeks.
    """
    there = {name: seen.places[name].node for name in spec.nodes if name in seen.places}
    there = {name: node for name, node in there.items() if arrived(spec, seen.places[name]) and not ready(node)}
    unready = tuple(sorted(name for name, node in there.items() if name in moved or (work and not broken(node))))
    return Settle(unready) if unready else None


def _batch(spec: NodeMigrationSpec, seen: Whereabouts, skipped: AbstractSet[str]) -> Batch | None:
    waiting = sorted(
        (place.pool, place.cluster, place.node.flavor, name)
        for name in spec.nodes
        if name not in skipped and (place := seen.places.get(name)) is not None and not arrived(spec, place)
    )
    if not waiting:
        return None
    *kind, _ = waiting[0]
    alike = [name for *other, name in waiting if other == kind]
    pool, cluster, flavor = kind
    return Batch(pool, cluster, flavor, tuple(alike[: spec.strategy.max_unavailable]))
