"""What a fleet's run does next, decided anew from what is true: which of its moves may begin now, and side by side.

Asked again whenever something has ended, so that a run that was killed, or that met somebody else's changes, continues
from what is true. What it names is one request each, as `plans.migration_step` has it for a migration.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.fleet_flights import flights
from pulumi_modelarts.plans.fleet_order import Way, as_far_as_can
from pulumi_modelarts.plans.live_nodes import ready
from pulumi_modelarts.plans.migration_step import Attach, Batch, Settle
from pulumi_modelarts.plans.supernodes import step_of, unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.fleet_move import Move
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet


@dataclass(frozen=True)
class FleetBatch:
    """A batch and where it goes.

    Attributes:
        target: Id of the pool it goes to.
        batch: Nodes to move now, all from one pool.
    """

    target: str
    batch: Batch


@dataclass(frozen=True)
class FleetStep:
    """What to do now; without anything the run has ended, well where nothing is stuck.

    Attributes:
        attach: Jobs that move nodes of the fleet already, each with the id of its target: wait for them.
        settle: Nodes that have arrived and are not ready yet, by the id of their pool: wait for them.
        begin: What may begin now, all at once, beside what is under way.
        stuck: Nodes that still have to move and that nothing under way will set free, because of those that were
            skipped.
    """

    attach: tuple[tuple[str, Attach], ...] = ()
    settle: tuple[tuple[str, Settle], ...] = ()
    begin: tuple[FleetBatch, ...] = ()
    stuck: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do or to wait for."""
        return not (self.attach or self.settle or self.begin)


def next_step(
    fleet: DeclaredFleet,
    live: LiveFleet,
    moves: Sequence[Move],
    moved: AbstractSet[str],
    skipped: AbstractSet[str],
    away: AbstractSet[str] = frozenset(),
) -> FleetStep:
    """Returns what to do now, beside what is under way; nodes of `away` are in no part of it.

    No more than `max_unavailable` nodes of the whole fleet are away at any time: being drained, on their way, or not
    ready yet. A move waits until its pool has a node to spare, and for moves of the same pool that come before it; it
    waits for nothing else, so that moves between other pools go on beside it.

    Args:
        fleet: What the program declares.
        live: What is true now.
        moves: The moves that the run has still to make; those that have been made meanwhile do not matter.
        moved: Nodes that this run has moved, and that must be ready before their place is given to others.
        skipped: Nodes that this run could not drain and leaves where they are; with them their whole supernodes.
        away: Nodes of batches that have begun, and that have not arrived and got ready: being drained, sent, or waited
            for.
    """
    return _Round(fleet, live, moves, moved, skipped, away).step()


@dataclass(frozen=True)
class _Unit:
    """Nodes that move together, and the way they go."""

    way: Way
    nodes: tuple[str, ...]


@dataclass
class _Round:
    """One look at a fleet, between what has ended and what begins; arguments as of `next_step`."""

    fleet: DeclaredFleet
    live: LiveFleet
    moves: Sequence[Move]
    moved: AbstractSet[str]
    skipped: AbstractSet[str]
    away: AbstractSet[str]
    homes: Mapping[str, tuple[str, Node]] = field(init=False)

    def __post_init__(self) -> None:
        """Notes where nodes are, and which ones are on their way to pools of the fleet."""
        self.homes = self.live.homes
        self.ids = {name: spec.pool_name for name, spec in self.fleet.pools.items()}
        self.names = self.fleet.names
        self.targets = {move.node: self.ids[move.target] for move in self.moves}
        self.flying = {
            node: flight for node, flight in flights(self.fleet, self.live).items() if flight.job and node in self.homes
        }

    def step(self) -> FleetStep:
        """Returns what to do now."""
        attach, settle = tuple(self._attach()), tuple(self._settle())
        waited = [node for _, job in attach for node in job.nodes] + [node for _, here in settle for node in here.nodes]
        left = list(self._left())
        order, stuck = as_far_as_can(self._sizes(arrived=True), Counter(each.way for each in left))
        queue = _in_order(left, order)
        begin = self._begin(queue, self.fleet.strategy.max_unavailable - len({*waited, *self.away}))
        return FleetStep(attach, settle, tuple(self._batches(begin)), _names(left, queue) if stuck else ())

    def _attach(self) -> Iterator[tuple[str, Attach]]:
        """Yields jobs that bring nodes to pools of the fleet."""
        jobs: dict[tuple[str, str], list[str]] = {}
        for node, flight in sorted(self.flying.items()):
            if flight.place in self.names and node not in self.away:
                jobs.setdefault((flight.place, flight.job), []).append(node)
        for (target, job), nodes in sorted(jobs.items()):
            yield target, Attach(job, tuple(nodes))

    def _settle(self) -> Iterator[tuple[str, Settle]]:
        """Yields nodes that this run has moved and that are not ready."""
        unready: dict[str, list[str]] = {}
        for node in sorted(self.moved - self.away - self.flying.keys()):
            if node in self.homes and not ready(self.homes[node][1]):
                unready.setdefault(self.homes[node][0], []).append(node)
        for pool, nodes in sorted(unready.items()):
            yield pool, Settle(tuple(nodes))

    def _left(self) -> Iterator[_Unit]:
        """Yields what has still to leave, in the order of the moves."""
        units: dict[tuple[str, str, str], list[str]] = {}
        staying = {unit(self.homes[name][1]) for name in self.skipped if name in self.homes}
        for move in self.moves:
            home, node = self.homes.get(move.node, ("", None))
            if node and home == self.ids[move.source] and unit(node) not in staying and self._waits(move.node):
                units.setdefault((move.source, move.target, unit(node)), []).append(move.node)
        for (source, target, _), nodes in units.items():
            yield _Unit(Way(source, target, len(nodes)), tuple(nodes))

    def _waits(self, node: str) -> bool:
        return node not in self.away and node not in self.flying

    def _sizes(self, *, arrived: bool) -> Counter[str]:
        """Returns the nodes of each pool without those that leave it now.

        Args:
            arrived: Whether those that are under way count where they go.
        """
        sizes: Counter[str] = Counter()
        for node, (pool, _) in self.homes.items():
            target = pool if self._waits(node) else self._target_of(node)
            if target == pool or arrived:
                sizes[self.names.get(target or pool, "")] += 1
        return sizes

    def _target_of(self, node: str) -> str:
        """Returns where a node that is under way goes; its own pool once it is there, nothing where nobody knows."""
        if node in self.flying:
            return self.flying[node].place
        return self.homes[node][0] if node in self.moved else self.targets.get(node, "")

    def _begin(self, queue: Iterable[_Unit], room: int) -> list[_Unit]:
        """Returns what may begin: in their order, but past moves that wait for nodes to arrive in their own pools.

        A supernode that is larger than what may be away at all is refused beforehand, and so it moves by itself.
        """
        sizes, begin, waiting = self._sizes(arrived=False), list[_Unit](), set[str]()
        most = self.fleet.strategy.max_unavailable
        for each in queue:
            source, _, size = each.way
            if source in waiting:
                continue
            if sizes[source] <= size:
                waiting.add(source)
            elif size <= room or (size > most == room):
                begin.append(each)
                sizes[source] -= size
                room -= size
            else:
                break
        return begin

    def _batches(self, begin: Iterable[_Unit]) -> Iterator[FleetBatch]:
        """Yields requests: of the nodes of one go from one pool, those that have everything else in common."""
        batches: dict[tuple[str, Batch], list[str]] = {}
        for each in begin:
            pool, node = self.homes[each.nodes[0]]
            step = step_of(self.live.known.get(pool), node)
            kind = Batch(pool, node.cluster or pool, node.flavor, (), step)
            batches.setdefault((self.ids[each.way.target], kind), []).extend(each.nodes)
        for (target, kind), nodes in batches.items():
            yield FleetBatch(target, Batch(kind.pool, kind.cluster, kind.flavor, tuple(nodes), kind.step))


def _in_order(left: Iterable[_Unit], order: Iterable[Way]) -> list[_Unit]:
    """Returns units in the order of their ways."""
    waiting: dict[Way, list[_Unit]] = {}
    for each in left:
        waiting.setdefault(each.way, []).append(each)
    return [waiting[way].pop(0) for way in order]


def _names(left: Iterable[_Unit], queue: Sequence[_Unit]) -> tuple[str, ...]:
    return tuple(sorted(name for each in left if each not in queue for name in each.nodes))
