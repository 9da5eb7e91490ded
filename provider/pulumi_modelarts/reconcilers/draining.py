"""Brings nodes into a state in which they may leave: the program's rule for running jobs, then the drain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationFailed, OperationTimeout, RefusedError, ServerError, TransportError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.reconcilers.node_removal import training_jobs
from pulumi_modelarts.reconcilers.whereabouts import training
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.migration_step import Batch
    from pulumi_modelarts.plans.placement import Whereabouts
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

Busy = dict[str, tuple[str, ...]]


@dataclass
class Draining:
    """Prepares one batch; made anew for each.

    Attributes:
        spec: What the program declares.
        watch: What the call waits with.
        seen: Where the nodes are.
        head: How far the run is, for the status line.
        accepted: Whether the service has accepted a drain.
        busy: Nodes that could not be drained in time and stay, with their jobs.
    """

    spec: NodeMigrationSpec
    watch: Watch
    seen: Whereabouts
    head: str
    accepted: bool = field(default=False, init=False)
    busy: Busy = field(default_factory=dict, init=False)

    def prepare(self, batch: Batch) -> frozenset[str]:
        """Waits for running jobs or refuses them, drains, and waits until the nodes are free.

        A job may come between a look and the drain, and a drain may end the jobs it meets; hence a look on either side.

        Returns:
            The nodes that may leave now.

        Raises:
            RefusedError: A node is busy and the program says "fail".
            OperationError: A node did not get free in time and the strategy says "fail".
        """
        policy, strategy = self.spec.on_running_jobs, self.spec.strategy
        if policy == "fail" and (busy := self._training(batch.nodes)):
            raise RefusedError(f"{of_jobs(busy)}, and on_running_jobs says to fail")
        if policy == "wait":
            # What is skipped when it takes too long must not be waited for without end before that.
            limit = strategy.drain_timeout if strategy.drain and strategy.on_undrainable == "skip" else None
            self._await_free(batch, "waiting for training jobs on", limit)
        if strategy.drain and (able := self._able(batch)):
            self._drain(batch.pool, able)
            if policy != "ignore":
                self._await_free(batch, "draining", strategy.drain_timeout)
        return frozenset(self._able(batch))

    def _drain(self, pool: str, nodes: Sequence[str]) -> None:
        self.watch.report(f"{self.head} · draining {changes.names(nodes)}")
        open_ = [name for name in nodes if not self.seen.places[name].node.drained]
        session = self.watch.session
        with session.writing(pool):
            self.accepted = self.accepted or bool(open_)
            try:
                session.client.nodes.drain(pool, open_)
            except (TransportError, ServerError):  # a drain can be repeated, as the client cannot know
                session.client.nodes.drain(pool, open_)

    def _await_free(self, batch: Batch, what: str, limit: str | None) -> None:
        nodes = self._able(batch)
        what = f"{what} {changes.names(nodes)}"
        try:
            self.watch.wait(what, lambda: self._free(nodes), within=None if limit is None else seconds(limit))
        except OperationTimeout as error:
            if limit is None or self.watch.over:
                raise
            busy = self._training(nodes)
            if self.spec.strategy.on_undrainable == "fail":
                why = f"not drained within {limit}: {of_jobs(busy)}"
                raise OperationFailed(
                    what, f'{why}. Raise drain_timeout, or set on_undrainable to "skip"', last=""
                ) from error
            self.busy |= busy

    def _able(self, batch: Batch) -> list[str]:
        return [name for name in batch.nodes if name not in self.busy]

    def _free(self, nodes: Sequence[str]) -> Observation[None]:
        busy = self._training(nodes)
        return Observation(None, done=not busy, status=f"{self.head} · waiting for {of_jobs(busy)}" if busy else "")

    def _training(self, nodes: Sequence[str]) -> Busy:
        return training(self.watch.session, self.seen, nodes)


def of_jobs(busy: Mapping[str, Sequence[str]]) -> str:
    """Returns training jobs and their nodes for a message."""
    return changes.names([f"{training_jobs(jobs)} on {name}" for name, jobs in sorted(busy.items())])
