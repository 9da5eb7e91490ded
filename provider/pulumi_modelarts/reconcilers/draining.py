"""Brings nodes into a state in which they may leave: the program's rule for running jobs, then the drain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationFailed, OperationTimeout, RefusedError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans.node_migration import Batch, Whereabouts
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.whereabouts import Finder
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class Drained:
    """What became of a batch.

    Attributes:
        able: Nodes that may leave now.
        busy: Nodes that could not be drained in time and stay, with their jobs.
    """

    able: tuple[str, ...]
    busy: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Draining:
    """Prepares one batch.

    Attributes:
        spec: What the program declares.
        finder: Looks for training jobs.
        watch: What the call waits with.
        head: How far the run is, for the status line and errors.
    """

    spec: NodeMigrationSpec
    finder: Finder
    watch: Watch
    head: str

    def prepare(self, seen: Whereabouts, batch: Batch) -> Drained:
        """Waits for running jobs or refuses them, drains, and waits until the nodes are free.

        Raises:
            RefusedError: A node is busy and the program says "fail".
            OperationFailed: A node was not drained in time and the strategy says "fail".
        """
        policy = self.spec.on_running_jobs
        if policy == "fail" and (busy := self.finder.training(seen, batch.nodes)):
            raise RefusedError(f"{self.head}; {of_jobs(busy)}, and on_running_jobs says to fail then")
        if policy == "wait":
            self.watch.wait(
                f"waiting for training jobs on {changes.names(batch.nodes)}", lambda: self._free(seen, batch)
            )
        if not self.spec.strategy.drain:
            return Drained(batch.nodes, {})
        self.watch.report(f"{self.head} · draining {changes.names(batch.nodes)}")
        session = self.watch.session
        with session.writing(batch.pool):
            session.client.nodes.drain(batch.pool, batch.nodes)
        return Drained(batch.nodes, {}) if policy == "ignore" else self._await_drained(seen, batch)

    def _await_drained(self, seen: Whereabouts, batch: Batch) -> Drained:
        """Waits for jobs that came between the last look and the drain."""
        strategy = self.spec.strategy
        what = f"draining {changes.names(batch.nodes)}"
        try:
            self.watch.wait(what, lambda: self._free(seen, batch), within=seconds(strategy.drain_timeout))
        except OperationTimeout as error:
            busy = self.finder.training(seen, batch.nodes)
            if strategy.on_undrainable == "fail" or self.watch.over:
                why = f"not drained within {strategy.drain_timeout}: {of_jobs(busy)}"
                raise OperationFailed(f"{self.head}; {what}", why, last=error.last) from error
            return Drained(tuple(name for name in batch.nodes if name not in busy), busy)
        return Drained(batch.nodes, {})

    def _free(self, seen: Whereabouts, batch: Batch) -> Observation[None]:
        busy = self.finder.training(seen, batch.nodes)
        return Observation(None, done=not busy, status=f"{self.head} · waiting for {of_jobs(busy)}" if busy else "")


def of_jobs(busy: Mapping[str, Sequence[str]]) -> str:
    """Returns training jobs and their nodes for a message."""
    return changes.names([f"training job {changes.names(jobs)} on {name}" for name, jobs in sorted(busy.items())])
