"""Prepares a batch of a migration: running jobs are waited for or refused, then its nodes are drained or skipped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationFailed, RefusedError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.work import told_by_node
from pulumi_modelarts.reconcilers.drain import Drain
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.migration_step import Batch
    from pulumi_modelarts.plans.work import Busy
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass
class MigrationBatch:
    """Nodes that are to leave their pool; made anew for each batch.

    Attributes:
        spec: What the program declares.
        watch: What the call waits with.
        live: What is known of the nodes.
        head: How far the run is, for the status line.
        batch: What is to move.
        skipped: Nodes that could not be drained in time and are not moved, with their jobs.
    """

    spec: NodeMigrationSpec
    watch: Watch
    live: LiveNodes
    head: str
    batch: Batch
    skipped: Busy = field(default_factory=dict, init=False)

    def prepare(self) -> frozenset[str]:
        """Waits for running jobs or refuses them, drains, and waits until the nodes are idle.

        Returns:
            The nodes that may leave now.

        Raises:
            RefusedError: A node is busy and the program says "fail".
            OperationError: A node did not become idle in time and the strategy says "fail".
        """
        policy, strategy = self.spec.on_running_jobs, self.spec.strategy
        if policy == "fail" and (busy := self._drain().busy()):
            raise RefusedError(f"{told_by_node(busy)}, and on_running_jobs says to fail")
        if policy == "wait":
            # What is skipped when it takes too long must not be waited for without end before that.
            skips = strategy.drain and strategy.on_undrainable == "skip"
            self._wait_until_idle("waiting for training jobs on", strategy.drain_timeout if skips else None)
        if strategy.drain and self._names():
            self._mark()
            if policy != "ignore":
                self._wait_until_idle("draining", strategy.drain_timeout)
        return frozenset(self._names())

    def _names(self) -> list[str]:
        return [name for name in self.batch.nodes if name not in self.skipped]

    def _drain(self) -> Drain:
        return Drain(self.watch, self.batch.pool, [self.live.nodes[name].node for name in self._names()])

    def _mark(self) -> None:
        self.watch.report(f"{self.head} · draining {changes.names(self._names())}")
        with self.watch.writes.locked(self.batch.pool) as writing:
            self._drain().mark(writing)

    def _wait_until_idle(self, doing: str, limit: str | None) -> None:
        """Waits; what is still busy after `limit` fails the run or is skipped, as the strategy says."""
        what = f"{doing} {changes.names(self._names())}"
        within = None if limit is None else seconds(limit)
        busy = self._drain().wait_until_idle(what, self._waiting_for, within)
        if busy and self.spec.strategy.on_undrainable == "fail":
            why = f"not drained within {limit}: {told_by_node(busy)}"
            raise OperationFailed(
                what, f'{why}. Raise drain_timeout, or set on_undrainable to "skip"', last="", seen=busy
            )
        self.skipped |= busy

    def _waiting_for(self, busy: Busy) -> str:
        return f"{self.head} · waiting for {told_by_node(busy)}"
