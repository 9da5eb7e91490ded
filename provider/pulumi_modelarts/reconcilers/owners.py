"""Who manages what in this process, so that two resources that would undo each other are refused before a change.

A process serves one operation of one stack, and every resource of its program is checked in it: what is claimed here is
what the program says. Claims are by urn: a resource that is checked again, renamed or replaced makes its claim anew.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.reconcilers.claims import ChoiceClaim, Conflict, NodeClaim, Noun, PoolClaim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.selectable import Holder
    from pulumi_modelarts.reconcilers.fleet_claim import FleetClaim


class Owners:
    """The claims of one project."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[str, PoolClaim] = {}
        self._pool_of: dict[str, str] = {}
        self._fleets: dict[str, FleetClaim] = {}
        self._nodes: dict[str, NodeClaim] = {}
        self._chosen: dict[str, ChoiceClaim] = {}
        self._declared: dict[str, tuple[Noun, str]] = {}

    def declare(self, urn: str, noun: Noun, id_: str) -> None:
        """Records which pool or network a resource stands for, whether or not anything is wrong with the rest of it.

        Args:
            urn: The resource; empty where the engine does not tell, and then it goes by the id.
            noun: What it stands for.
            id_: Its id, also of one that is yet to be made.
        """
        with self._lock:
            self._declared[urn or id_] = (noun, id_)

    def declared(self, noun: Noun, id_: str) -> str:
        """Returns the resource of this program that stands for a pool or network; empty where none does.

        An object that is replaced by itself, as `pulumi up --replace` asks for, is made, which finds it there, and then
        deleted. No preview can tell: only here does it show that the program goes on declaring it.

        Args:
            noun: What is to be deleted.
            id_: Its id.
        """
        with self._lock:
            return next((label(urn) for urn, held in self._declared.items() if held == (noun, id_)), "")

    def rival(self, urn: str, noun: Noun, id_: str) -> str:
        """Returns another resource of this program that stands for the same pool or network; empty where none does."""
        with self._lock:
            held = [other for other, what in self._declared.items() if what == (noun, id_) and other != urn]
        return label(held[0]) if held else ""

    def claim_pool(self, pool: str, claim: PoolClaim) -> list[Conflict]:
        """Records who manages a pool.

        Returns:
            The conflicts: another resource manages it, or a migration places nodes that `after` lacks.
        """
        with self._lock:
            self._release_other(pool, claim.urn)
            if (fleet := self._fleets.get(pool)) and not claim.fleet:
                return [Conflict(pool, f"is managed by {fleet.name} already; declare it there alone")]
            owner = self._pools.setdefault(pool, claim)
            if owner.urn != claim.urn:
                return [Conflict(pool, f"is already managed by {label(owner.urn)}; merge both resources into one")]
            self._pools[pool] = claim
            self._pool_of[claim.urn] = pool
            undone: dict[str, dict[str, NodeClaim]] = {}
            for node, held in sorted(self._nodes.items()):
                if _undone(pool, claim, node, held):
                    undone.setdefault(held.urn, {})[node] = held
        return [_lacking(next(iter(moves)), pool, claim, moves) for moves in undone.values()]

    def _release_other(self, pool: str, urn: str) -> None:
        """Takes back what a resource has claimed where that is another pool; no other claim is looked at."""
        if self._pool_of.get(urn, pool) != pool:
            del self._pools[self._pool_of.pop(urn)]

    def claim_fleet(self, pools: Collection[str], claim: FleetClaim) -> list[Conflict]:
        """Records which pools a fleet manages.

        Returns:
            The conflicts: another fleet manages one of them, or a resource of its own does, or a migration places nodes
            that `after` lacks.
        """
        conflicts: list[Conflict] = []
        undone: dict[tuple[str, str], list[str]] = {}
        with self._lock:
            self._fleets = {pool: held for pool, held in self._fleets.items() if held.urn != claim.urn}
            for pool in sorted(pools):
                owner, alone = self._fleets.setdefault(pool, claim), self._pools.get(pool)
                if owner is not claim:
                    conflicts.append(Conflict(pool, f"is managed by {owner.name} already; declare it in one of them"))
                elif alone is not None and not alone.fleet:
                    reason = f"is managed by {label(alone.urn)}, a ResourcePool of its own; take one of the two out"
                    conflicts.append(Conflict(pool, reason))
                for node, held in sorted(self._nodes.items()):
                    if claim.lacks(pool, node, held.sources, held.target):
                        undone.setdefault((pool, held.urn), []).append(node)
        return conflicts + [
            Conflict(nodes[0], claim.passed_by(pool, nodes, label(urn))) for (pool, urn), nodes in undone.items()
        ]

    def claim_nodes(self, urn: str, claims: Mapping[str, NodeClaim]) -> list[Conflict]:
        """Records which nodes a migration places.

        Args:
            urn: The migration.
            claims: Its claim on each of its nodes.

        Returns:
            The conflicts: another migration places one of them, or a pool it touches manages its counts without
            knowing of the node.
        """
        conflicts: list[Conflict] = []
        undone: dict[str, dict[str, NodeClaim]] = {}
        passed_by: dict[str, list[str]] = {}
        with self._lock:
            self._nodes = {node: held for node, held in self._nodes.items() if held.urn != urn}
            for node, claim in claims.items():
                owner = self._nodes.setdefault(node, claim)
                if owner is not claim:
                    reason = f"is placed by {label(owner.urn)} too; name it in one migration only"
                    conflicts.append(Conflict(node, reason))
                    continue
                for pool, held in self._pools.items():
                    if _undone(pool, held, node, claim):
                        undone.setdefault(pool, {})[node] = claim
                for pool, fleet in self._fleets.items():
                    if fleet.lacks(pool, node, claim.sources, claim.target):
                        passed_by.setdefault(pool, []).append(node)
            owners, fleets = {pool: self._pools[pool] for pool in undone}, dict(self._fleets)
        unknown = [
            Conflict(pool, fleets[pool].passed_by(pool, nodes, label(urn))) for pool, nodes in sorted(passed_by.items())
        ]
        return conflicts + [_lacking(pool, pool, owners[pool], undone[pool]) for pool in sorted(undone)] + unknown

    def choose(self, urn: str, pool: str, nodes: Collection[str], added: Collection[str]) -> bool:
        """Records which nodes a selection has chosen; those that another one has on record stay that one's.

        Args:
            urn: The selection.
            pool: Pool it chooses from.
            nodes: All of its nodes.
            added: Those of them that it chooses now.

        Returns:
            Whether it has them: not where one that it adds has been spoken for meanwhile, and then nothing is recorded.
        """
        claim = ChoiceClaim(urn, pool)
        with self._lock:
            held = {node: chosen for node, chosen in self._chosen.items() if chosen.urn != urn}
            if any(node in held or node in self._nodes for node in added):
                return False
            self._chosen = dict.fromkeys(nodes, claim) | held
        return True

    def spoken_for(self, urn: str, pool: str) -> dict[str, Holder]:
        """Returns the nodes that no other selection can choose, with who has them.

        Args:
            urn: The selection that asks.
            pool: Pool it chooses from.
        """
        from pulumi_modelarts.plans.selectable import Holder  # noqa: PLC0415 - on demand

        with self._lock:
            chosen, placed = dict(self._chosen), dict(self._nodes)
        others = {node: claim for node, claim in chosen.items() if claim.urn != urn}
        return {
            **{
                node: Holder(f"is placed by {label(claim.urn)}", leaves=claim.place == pool != claim.target)
                for node, claim in placed.items()
            },
            **{
                node: Holder(f"is chosen by {label(claim.urn)}", leaves=claim.pool == pool, selection=label(claim.urn))
                for node, claim in others.items()
            },
        }

    def chosen_by(self, nodes: Iterable[str]) -> dict[str, str]:
        """Returns which selection of the program has chosen each of some nodes, by its name there."""
        with self._lock:
            return {node: label(self._chosen[node].urn) for node in nodes if node in self._chosen}

    def taken_from(self, pool: str, present: AbstractSet[str], urn: str) -> dict[str, int]:
        """Returns how many nodes the other migrations take from a pool, by the name that their program has for them.

        Args:
            pool: The pool.
            present: Its nodes: a claim on one that has gone meanwhile takes nothing.
            urn: The migration that asks.
        """
        with self._lock:
            claims = [claim for node, claim in self._nodes.items() if node in present]
        taking = [claim for claim in claims if claim.urn != urn and claim.place == pool != claim.target]
        return Counter(label(claim.urn) for claim in taking)


def label(urn: str) -> str:
    """Returns the name of a resource as its program knows it."""
    return repr(urn.rsplit("::", 1)[-1])


def _undone(pool: str, claim: PoolClaim, node: str, held: NodeClaim) -> bool:
    """Returns whether managing the counts of a pool would undo a move, by buying or deleting a node for it."""
    moving = pool in {*held.sources, held.target} and held.sources != {held.target}
    return claim.counts and not claim.fleet and moving and not _expected(pool, claim, node, held)


def _expected(pool: str, claim: PoolClaim, node: str, held: NodeClaim) -> bool:
    """Returns whether whoever manages a pool knows of a move; a node that leaves must be known before it does."""
    arrives = pool == held.target and node in claim.arrivals and not held.node_pool
    return arrives or claim.after.get(node, "").partition("/")[0] == held.target


def _lacking(subject: str, pool: str, claim: PoolClaim, moves: Mapping[str, NodeClaim]) -> Conflict:
    """Returns that whoever manages a pool does not know of some moves of one migration, and what to do about it."""
    nodes, held = list(moves), next(iter(moves.values()))
    moved = f"node {nodes[0]} is" if len(nodes) == 1 else f"nodes {changes.names(nodes)} are"
    if claim.makes and pool == held.target:
        return Conflict(subject, f"{moved} {_unexpected(pool, claim, nodes, held)}", "arrivals")
    migration, owner = label(held.urn), label(claim.urn)
    literal = f", and write source_pool={pool!r} there" if claim.makes else ""
    reason = (
        f"{moved} moved by {migration}, and {owner} manages the counts of {pool!r} without knowing of it: the next run "
        f"would buy or delete nodes. Pass {migration} to {owner} in after=[…]{literal}"
    )
    return Conflict(subject, reason)


def _unexpected(pool: str, claim: PoolClaim, nodes: Sequence[str], held: NodeClaim) -> str:
    """Returns why a pool that the program makes does not expect some nodes, or not where they come."""
    migration, owner = label(held.urn), label(claim.urn)
    if claim.arrivals.issuperset(nodes):
        return (
            f"brought by {migration} into node pool {held.node_pool!r}, and {owner} counts its arrivals in the default "
            f"node pool of their flavor. Take target_node_pool out of {migration}"
        )
    them = "it" if len(nodes) == 1 else "them"
    return (
        f"brought by {migration} into {pool!r}, which {owner} makes without expecting {them}: there would be more "
        f"nodes than declared. Name {them} in arrivals=[…] of {owner}"
    )
