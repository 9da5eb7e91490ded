"""What a migration does next, decided anew from what is true.

Asked again after every step, with the service read anew, so that a run that was killed, or that met somebody else's
changes, continues from what is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.live_nodes import broken, elsewhere, in_place, ready
from pulumi_modelarts.plans.supernodes import step_of, unit, units

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.supernodes import NodeStep
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
    """Move these nodes now: they are in one pool and one cluster, of one flavor and one creating step."""

    pool: str
    cluster: str
    flavor: str
    nodes: tuple[str, ...]
    step: NodeStep | None = None


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
    declared = frozenset(spec.nodes)
    under_way = sorted((job, name) for name, job in live.migrating.items() if name in declared)
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
    """Returns the next nodes to move: as many as may be away, supernodes whole.

    A supernode that is larger than that is refused beforehand, and so it is moved whole all the same.
    """
    kinds = _kinds(spec, live, skipped)
    if not kinds:
        return None
    pool, cluster, flavor, step = first = min(kinds, key=str)
    batch: list[str] = []
    for names in units(live.nodes[name] for name in kinds[first]).values():
        if batch and len(batch) + len(names) > spec.strategy.max_unavailable:
            break
        batch += names
    return Batch(pool, cluster, flavor, tuple(batch), step)


def _kinds(
    spec: NodeMigrationSpec, live: LiveNodes, skipped: AbstractSet[str]
) -> dict[tuple[str, str, str, NodeStep | None], list[str]]:
    """Returns the nodes that are to leave, sorted, by what the nodes of one request have in common.

    With a node that is skipped its whole supernode stays.
    """
    staying = {unit(live.nodes[name].node) for name in skipped if name in live.nodes}
    kinds: dict[tuple[str, str, str, NodeStep | None], list[str]] = {}
    for name, found in sorted(elsewhere(spec, live).items()):
        if unit(found.node) not in staying:
            step = step_of(live.pools.get(found.pool), found.node)
            kinds.setdefault((found.pool, found.cluster, found.node.flavor, step), []).append(name)
    return kinds
