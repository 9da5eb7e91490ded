"""Follows one migration job until its nodes are where they should be, whatever becomes of the job itself.

The job is asked first, then the list of jobs; the node lists are the last resort, and the only ones that are believed:
a job that says it succeeded is done when its nodes are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.node_migration import Place, arrived, broken, ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

PATIENCE = 300.0
"""Seconds to watch the node lists once a job is nowhere to be found or done, before saying that nothing happened."""


@dataclass(frozen=True)
class MigrationJob:
    """A job under way.

    Attributes:
        spec: What the program declares.
        job: Id of the job; empty when the service gave none.
        nodes: Nodes it moves.
        watch: What the call waits with.
        head: How far the run is, for the status line.
    """

    spec: NodeMigrationSpec
    job: str
    nodes: tuple[str, ...]
    watch: Watch
    head: str

    def follow(self) -> None:
        """Waits until the nodes have arrived.

        Raises:
            OperationFailed: The job failed, or is not to be found and its nodes did not move.
            OperationTimeout: The deadline passed.
        """
        started = self.watch.session.clock.monotonic()
        self.watch.wait(self._what, lambda: self._seen(started))
        self.watch.session.changed()

    def settle(self) -> None:
        """Waits until the nodes have their phase and their driver.

        Raises:
            OperationFailed: A node is Abnormal.
            OperationTimeout: The deadline passed.
        """
        self.watch.wait(f"waiting for {changes.names(self.nodes)} to be ready", self._ready)
        self.watch.session.changed()

    @property
    def _what(self) -> str:
        return f"moving {changes.names(self.nodes)}"

    def _seen(self, started: float) -> Observation[None]:
        status = f"{self.head} · {self._what}"
        job = self._found()
        if job is not None and not job.finished:
            return Observation(None, done=False, status=status)
        left = self._not_there()
        if not left:
            return Observation(None, done=True, status=status)
        failed = None
        if job is not None and job.failed:
            failed = (
                f"{changes.names(left)} did not move: {job.message or 'the service gave no reason'} (job {job.job_id})"
            )
        elif self.watch.session.clock.monotonic() - started > PATIENCE:
            ended = (
                f"job {self.job} says {job.phase}"
                if job is not None
                else f"job {self.job or '(no id)'} is not to be found"
            )
            failed = f"{changes.names(left)} did not move, and {ended}"
        return Observation(None, done=False, status=status, failed=failed)

    def _found(self) -> PoolJob | None:
        jobs = self.watch.session.client.jobs
        if self.job:
            try:
                return jobs.get(self.job)
            except NotFoundError:
                pass  # the list may still know it
        listed = [job for job in jobs.list() if job.job_id == self.job or set(self.nodes) <= job.node_names]
        return max(listed, key=lambda job: job.start_timestamp, default=None)

    def _not_there(self) -> list[str]:
        here = self._in_target()
        pool = self.spec.target_pool
        return [name for name in self.nodes if name not in here or not arrived(self.spec, Place(pool, here[name]))]

    def _ready(self) -> Observation[None]:
        here = self._in_target()
        status = f"{self.head} · getting ready {changes.names(self.nodes)}"
        if abnormal := [name for name in self.nodes if name in here and broken(here[name])]:
            return Observation(None, done=False, status=status, failed=f"{changes.names(abnormal)} arrived Abnormal")
        waiting = [name for name in self.nodes if name in here and not ready(here[name])]
        return Observation(None, done=not waiting, status=status)

    def _in_target(self) -> dict[str, Node]:
        nodes: Sequence[Node] = self.watch.session.client.nodes.list(self.spec.target_pool)
        return {node.name: node for node in nodes if node.name in self.nodes}
