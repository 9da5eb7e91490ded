"""What a migration does next, decided anew from what is true.

Asked again after every step, with the service read anew, so that a run that was killed, or that met somebody else's
changes, continues from what is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.live_nodes import arrived, broken, in_place, ready

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class Attach:
    """A migration job is moving these nodes already: wait for it instead of starting another."""

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
    """Nothing is left to do: each node has arrived, was skipped, or no longer exists."""


Step = Attach | Settle | Batch | Done


def next_step(
    spec: NodeMigrationSpec,
    live: LiveNodes,
    moved: AbstractSet[str] = frozenset(),
    skipped: AbstractSet[str] = frozenset(),
) -> Step:
    """Returns what to do now.

    Never more than `max_unavailable` nodes are away: a batch starts only when no node of this migration is being moved
    or getting ready.

    Args:
        spec: What the program declares.
        live: What is true now.
        moved: Nodes that this run has moved, and that must be ready before it goes on.
        skipped: Nodes that this run could not drain and leaves where they are.
    """
    under_way = sorted((job, name) for name, job in (live.migrating or {}).items() if name in spec.nodes)
    if under_way:
        first = under_way[0][0]
        return Attach(first, tuple(name for job, name in under_way if job == first))
    batch = _batch(spec, live, skipped)
    return _settling(spec, live, moved, work=batch is not None) or batch or Done()


def _settling(spec: NodeMigrationSpec, live: LiveNodes, moved: AbstractSet[str], *, work: bool) -> Settle | None:
    """Returns nodes that have arrived and are not ready; before the next batch also those a killed run has moved.

    A node that this run did not move and that is Abnormal is not waited for: it may have been so for weeks.
    """
    here = {name: live.nodes[name].node for name in in_place(spec, live)}
    unready = [name for name, node in here.items() if not ready(node)]
    settling = tuple(sorted(name for name in unready if name in moved or (work and not broken(here[name]))))
    return Settle(settling) if settling else None


def _batch(spec: NodeMigrationSpec, live: LiveNodes, skipped: AbstractSet[str]) -> Batch | None:
    waiting = sorted(
        (found.pool, found.cluster, found.node.flavor, name)
        for name in spec.nodes
        if name not in skipped and (found := live.nodes.get(name)) is not None and not arrived(spec, found)
    )
    if not waiting:
        return None
    pool, cluster, flavor, _ = waiting[0]
    alike = [name for *kind, name in waiting if kind == [pool, cluster, flavor]]
    return Batch(pool, cluster, flavor, tuple(alike[: spec.strategy.max_unavailable]))
