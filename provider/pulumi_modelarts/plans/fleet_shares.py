"""How many nodes of each kind leave and reach each pool: as many as can, and no pool without a node.

Nodes of one flavor in one network can go from any pool that has too many to any that has too few. Either every pool
with too few gets all that it lacks, and it is open which of the others give; or every pool with too many gives all of
it, and it is open which of the others get something. Either way there is something to share that leaves a pool with
more nodes: to give less, or to get more. Each block has a fixed amount of it, and a pool takes so much of it at most,
which makes this a flow: from a first choice, what a pool lacks is passed on to it from others that can do without.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_block import Block


class Step(NamedTuple):
    """A share that is passed on: of which block, from which pool to which."""

    block: int
    giver: str
    taker: str


@dataclass
class Shares:
    """What can be shared, and how it is.

    Attributes:
        most: For each block what a pool can take of its share.
        now: What it has, likewise.
        gives: Whether it is open in a block who gives; otherwise, who gets.
        finals: Nodes that each pool has in the end.
        givers: Pools that nodes may leave, each of which keeps one.
    """

    most: list[dict[str, int]]
    now: list[Counter[str]]
    gives: list[bool]
    finals: Counter[str]
    givers: set[str]

    @classmethod
    def first(cls, blocks: Sequence[Block], sizes: Mapping[str, int], givers: Collection[str] = ()) -> Shares:
        """Returns the first choice: the best nodes leave, and pools get what they lack in the order of their names.

        Args:
            blocks: What has to move, and can; only single nodes are looked at.
            sizes: Nodes of each pool.
            givers: Pools that other nodes leave.
        """
        shares = cls([], [], [], Counter(sizes), set(givers))
        for block in blocks:
            able = {pool: min(count, len(block.singles(pool))) for pool, count in block.surplus.items()}
            gives = sum(block.surplus.values()) > block.amount
            shares.most.append(able if gives else dict(block.deficit))
            shares.now.append(_kept(block, able) if gives else _reached(block))
            shares.gives.append(gives)
            shares.givers |= {pool for pool, count in able.items() if count}
            for pool, count in able.items():
                shares.finals[pool] += (shares.now[-1][pool] if gives else 0) - count
            for pool, count in block.deficit.items():
                shares.finals[pool] += count if gives else shares.now[-1][pool]
        return shares

    def leave(self, block: int, surplus: Mapping[str, int]) -> dict[str, int]:
        """Returns how many leave each pool of a block that has too many."""
        if not self.gives[block]:
            return dict(surplus)
        return {pool: most - self.now[block][pool] for pool, most in self.most[block].items()}

    def reach(self, block: int, deficit: Mapping[str, int]) -> dict[str, int]:
        """Returns how many reach each pool of a block that has too few."""
        return dict(deficit) if self.gives[block] else {pool: self.now[block][pool] for pool in deficit}

    def fill(self) -> list[str]:
        """Passes shares on until every pool that nodes leave ends with one; returns the pools that do not."""
        for pool in self.short:
            while self.finals[pool] < 1 and self.raise_by_one(pool):
                pass
        return self.short

    @property
    def short(self) -> list[str]:
        """Pools that nodes leave and that end without one."""
        return sorted(pool for pool in self.givers if self.finals[pool] < 1)

    def raise_by_one(self, pool: str, fixed: Collection[Step] = ()) -> bool:
        """Lets a pool end with one node more, if another one can do without; the shortest way, the first by names.

        Args:
            pool: The pool.
            fixed: What must not be passed on.
        """
        came: dict[str, Step | None] = {pool: None}
        queue = deque([pool])
        while queue:
            taker = queue.popleft()
            for step in self._steps_to(taker):
                if step.giver in came or step in fixed:
                    continue
                came[step.giver] = step
                if self.finals[step.giver] > (step.giver in self.givers):
                    self._pass_on(came, step)
                    return True
                queue.append(step.giver)
        return False

    @property
    def key(self) -> tuple[tuple[tuple[str, int], ...], ...]:
        """What tells one way to share from another."""
        return tuple(tuple(sorted((+now).items())) for now in self.now)

    def others(self, groups: Sequence[Collection[str]]) -> Iterator[Shares]:
        """Yields other ways to share, in which some pools that wait for each other might not.

        One of them ends with a node more, or something is passed on between them and the others.
        """
        for group in groups:
            for pool in sorted(group):
                if (found := self._copy()).raise_by_one(pool):
                    yield found
            for step in self._borders(group):
                if (found := self._copy())._exchange(step):  # noqa: SLF001 - its own
                    yield found

    def _copy(self) -> Shares:
        return replace(self, now=[now.copy() for now in self.now], finals=self.finals.copy())

    def _borders(self, group: Collection[str]) -> Iterator[Step]:
        """Yields what could be passed on between some pools and the others."""
        for taker in sorted({pool for most in self.most for pool in most}):
            yield from (step for step in self._steps_to(taker) if (taker in group) != (step.giver in group))

    def _exchange(self, step: Step) -> bool:
        """Passes a share on although its giver may need it, and makes up for it; returns whether that can be."""
        self._pass(step)
        back = Step(step.block, step.taker, step.giver)
        return step.giver not in self.short or self.raise_by_one(step.giver, [back])

    def _steps_to(self, taker: str) -> Iterator[Step]:
        for block, most in enumerate(self.most):
            now = self.now[block]
            if now[taker] < most.get(taker, 0):
                yield from (Step(block, giver, taker) for giver in sorted(most) if giver != taker and now[giver])

    def _pass_on(self, came: Mapping[str, Step | None], last: Step) -> None:
        step: Step | None = last
        while step is not None:
            self._pass(step)
            step = came[step.taker]

    def _pass(self, step: Step) -> None:
        self.now[step.block][step.giver] -= 1
        self.now[step.block][step.taker] += 1
        self.finals[step.giver] -= 1
        self.finals[step.taker] += 1


def _kept(block: Block, able: Mapping[str, int]) -> Counter[str]:
    """Returns what pools with too many nodes keep, when the best ones of all leave."""
    best = sorted((unit, pool) for pool in able for unit in block.singles(pool)[: able[pool]])
    return Counter(pool for _, pool in best[block.amount :])


def _reached(block: Block) -> Counter[str]:
    """Returns what reaches pools that lack nodes, when they are served by name."""
    left, reached = block.amount, Counter[str]()
    for pool, lacks in sorted(block.deficit.items()):
        reached[pool] = min(lacks, left)
        left -= reached[pool]
    return reached
