"""Which nodes of a pool can be removed, in which order, and what keeps the others; and how nodes are sorted by that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pulumi_modelarts.api.resource_pool import BILLING_MODE, PREPAID
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.units import Rank, Unit
from pulumi_modelarts.plans.work import Work, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
    from pulumi_modelarts.specs.values import RunningJobs

STOP = 'stop what runs there, or set on_running_jobs="ignore"'


class Kept(NamedTuple):
    """Why a node cannot be removed.

    Attributes:
        why: The reason, to follow the node's name.
        out: What would free it, as an order to the reader; empty where nothing should.
    """

    why: str
    out: str = ""


@dataclass(frozen=True)
class Candidates:
    """The nodes of a cell that has too many.

    Attributes:
        units: What can be removed, in the order in which it would be.
        kept: Why each of the other nodes cannot.
        spares: Names of the nodes that stand by for others.
    """

    units: tuple[Unit, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    spares: frozenset[str] = frozenset()

    @property
    def most(self) -> int:
        """Number of nodes that can be removed."""
        return sum(unit.size for unit in self.units)

    @property
    def supernodes(self) -> tuple[int, ...]:
        """Sizes of the supernodes among what can be removed."""
        return tuple(sorted({unit.size for unit in self.units if unit.size > 1}))

    @property
    def reasons(self) -> str:
        """Why nodes are kept, by name."""
        return changes.names([f"{name} {kept.why}" for name, kept in sorted(self.kept.items())]) or "no node was found"

    @property
    def outs(self) -> list[str]:
        """What would free the nodes that are kept, each once."""
        return list(dict.fromkeys(kept.out for _, kept in sorted(self.kept.items()) if kept.out))


def candidates(
    cell: Cell, spec: ResourcePoolSpec, live: LivePool, named: frozenset[str] | None = None
) -> Candidates | None:
    """Returns which nodes of a cell can be removed: Available, unlocked, not prepaid, not placed by a migration.

    The nodes of a supernode can be removed together or not at all (documented: CCE, December 2025).

    Args:
        cell: The cell.
        spec: The declaration.
        live: The pool with its nodes and what runs on them.
        named: The only nodes that may be removed, because the preview named them; None while previewing.

    Returns:
        Idle nodes first, then busy ones, then spares, each by name; None when the nodes have not been read.
    """
    if live.nodes is None:
        return None
    here = [node for node in live.nodes if cell.holds(node)]
    work = live.work or {}
    keep = _Keep(
        frozenset(spec.moving), live.pool.billing_mode, live.migrating or {}, work, spec.on_running_jobs, named
    )
    kept = {node.name: why for node in here if (why := keep.why(node))}
    return sorted_out(here, live.nodes, kept, lambda node: _rank(node, work))


def sorted_out(
    here: Sequence[Node], everything: Sequence[Node], kept: Mapping[str, Kept], rank: Callable[[Node], Rank]
) -> Candidates:
    """Returns which of some nodes can go, supernodes whole.

    Args:
        here: The nodes.
        everything: All nodes of their pool.
        kept: Why nodes cannot go by themselves, by name.
        rank: How gladly a node goes.
    """
    kept = dict(kept)
    parts = [node for node in here if node.supernode]
    members = _members(everything) if parts else {}
    whole = {node.name for node in parts}
    units = [Unit(rank(node), (node.name,)) for node in here if node.name not in kept and node.name not in whole]
    for unit in together(parts):
        if held := _holder(unit, members, kept):
            kept |= {node.name: held for node in unit if node.name not in kept}
        else:
            units.append(Unit(max(map(rank, unit)), tuple(sorted(node.name for node in unit))))
    return Candidates(tuple(sorted(units)), kept, frozenset(node.name for node in here if node.spare))


def together(nodes: Sequence[Node]) -> list[list[Node]]:
    """Returns the nodes by what is removed together."""
    units: dict[tuple[str, str], list[Node]] = {}
    for node in nodes:
        units.setdefault(_key(node), []).append(node)
    return list(units.values())


def _key(node: Node) -> tuple[str, str]:
    """Returns what tells the unit of a node from others."""
    return ("supernode", node.supernode.uid) if node.supernode else ("node", node.name)


def _members(nodes: Sequence[Node]) -> dict[tuple[str, str], list[str]]:
    """Returns the names of all nodes of each supernode."""
    members: dict[tuple[str, str], list[str]] = {}
    for node in nodes:
        if node.supernode:
            members.setdefault(_key(node), []).append(node.name)
    return members


def _holder(
    unit: Sequence[Node], members: Mapping[tuple[str, str], Sequence[str]], kept: Mapping[str, Kept]
) -> Kept | None:
    """Returns what keeps a whole unit: one of its nodes that is kept, or that counts elsewhere."""
    if held := next((node.name for node in unit if node.name in kept), None):
        return Kept(f"is in one supernode with {held}", kept[held].out)
    here = {node.name for node in unit}
    if other := next((name for name in members.get(_key(unit[0]), ()) if name not in here), None):
        return Kept(f"is in one supernode with {other}, which counts elsewhere")
    return None


def _rank(node: Node, work: Mapping[str, tuple[Work, ...]]) -> Rank:
    if node.spare:
        return Rank.SPARE
    return Rank.BUSY if work.get(node.name) else Rank.IDLE


class _Keep(NamedTuple):
    """What keeps nodes in a pool; worked out once for all of them.

    Attributes:
        moving: Names of nodes that migrations move.
        billing_mode: That of the pool, for nodes that tell none.
        migrating: Unfinished job of each node that has one.
        work: What runs on each busy node.
        on_running_jobs: What to do about that.
        named: The only nodes that may be removed; None for all of them.
    """

    moving: frozenset[str]
    billing_mode: str
    migrating: Mapping[str, str]
    work: Mapping[str, tuple[Work, ...]]
    on_running_jobs: RunningJobs
    named: frozenset[str] | None

    def why(self, node: Node) -> Kept | None:
        """Returns why a node cannot be removed by itself; None where it can."""
        if not node.available:
            return Kept(
                f"is {node.phase or 'in no known phase'}", "wait for what is not Available, or have it repaired"
            )
        if node.locked:
            return Kept("is locked against deletion", "unlock what is locked")
        if node.name in self.moving:
            return Kept("is placed by a migration")
        if _is_prepaid(node, self.billing_mode):
            return Kept("is prepaid and has to be unsubscribed", "unsubscribe from what is prepaid")
        if job := self.migrating.get(node.name):
            return Kept(f"is under job {job}, which has not ended", "wait until that job has ended")
        return self._held(node.name)

    def _held(self, name: str) -> Kept | None:
        works = self.work.get(name)
        if works and (held := held_by_work(works, self.on_running_jobs)):
            return held
        if self.named is not None and name not in self.named:
            return Kept("was not named in the preview", "run `pulumi up` again to have other nodes named")
        return None


def held_by_work(works: Sequence[Work], on_running_jobs: RunningJobs) -> Kept | None:
    """Returns why work keeps its node: any under "fail", under "wait" what cannot be waited for."""
    if not works or on_running_jobs == "ignore":
        return None
    if lasting := [work for work in works if not work.ends]:
        ending = "do not end by themselves" if len(lasting) > 1 else "does not end by itself"
        return Kept(f"runs {told(lasting)}, which {ending}", STOP)
    if on_running_jobs == "fail":
        return Kept(f"runs {told(works)}", 'wait until what runs there has ended, or set on_running_jobs="wait"')
    return None


def prepaid(node: Node, live: LivePool) -> bool:
    """Returns whether a node is paid for a period; where the service does not say, its pool's billing mode counts."""
    return _is_prepaid(node, live.pool.billing_mode)


def _is_prepaid(node: Node, of_pool: str) -> bool:
    return str(node.annotations.get(BILLING_MODE) or of_pool) == PREPAID
