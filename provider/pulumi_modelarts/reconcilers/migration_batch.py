"""Prepares a batch of a migration: what runs on its nodes is waited for, then they are drained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationFailed
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.work import told_by_node
from pulumi_modelarts.reconcilers.drain import Drain
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.migration_step import Batch
    from pulumi_modelarts.plans.work import Busy
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class MigrationBatch:
    """Nodes that are to leave their pool; made anew for each batch.

    Attributes:
        spec: What the program declares.
        watch: What the call waits with.
        live: What is known of the nodes, just read.
        head: How far the run is, for the status line.
        batch: What is to move.
        drained: Nodes that this run has drained.
    """

    spec: NodeMigrationSpec
    watch: Watch
    live: LiveNodes
    head: str
    batch: Batch
    drained: AbstractSet[str]

    @property
    def busy(self) -> bool:
        """Whether something runs on the nodes that has to be waited for; under "ignore" nothing is known of that."""
        return any((self.live.work or {}).get(name) for name in self.batch.nodes)

    def wait_until_idle(self) -> Busy:
        """Waits until nothing runs on the nodes.

        Before they are drained that may take as long as the call; what is skipped when it takes too long must not be
        waited for without end, though.

        Returns:
            What is still busy after the strategy's `drain_timeout`, where that is to be skipped.

        Raises:
            OperationError: A node did not become idle in time, or something runs there that does not end by itself.
        """
        strategy = self.spec.strategy
        is_drained = all(name in self.drained or self.live.nodes[name].node.drained for name in self.batch.nodes)
        skips = strategy.drain and strategy.on_undrainable == "skip"
        limit = strategy.drain_timeout if is_drained or skips else None
        what = f"{'draining' if is_drained else 'waiting for what runs on'} {changes.names(self.batch.nodes)}"
        within = None if limit is None else seconds(limit)
        busy = self._drain.wait_until_idle(what, self._waiting_for, within)
        if busy and strategy.on_undrainable == "fail":
            why = f"not drained within {limit}: {told_by_node(busy)}"
            raise OperationFailed(
                what, f'{why}. Raise drain_timeout, or set on_undrainable to "skip"', last="", seen=busy
            )
        return busy

    def drain(self, writing: Writing) -> frozenset[str]:
        """Marks the nodes to take no further work, where the program says so.

        Under "ignore" they are not drained: whether the service moves a node with what runs on it is known from its
        answer alone, and a node that it refuses to move would stay drained.

        Args:
            writing: The right to write to their pool.

        Returns:
            The nodes that are drained now.

        Raises:
            ModelArtsError: The service refused, or an answer was lost twice.
        """
        if not self.spec.strategy.drain or self.spec.on_running_jobs == "ignore":
            return frozenset()
        self.watch.report(f"{self.head} · draining {changes.names(self.batch.nodes)}")
        self._drain.mark(writing)
        return frozenset(self.batch.nodes)

    @property
    def _drain(self) -> Drain:
        return Drain(self.watch, self.batch.pool, [self.live.nodes[name].node for name in self.batch.nodes])

    def _waiting_for(self, busy: Busy) -> str:
        return f"{self.head} · waiting for {told_by_node(busy)}"
