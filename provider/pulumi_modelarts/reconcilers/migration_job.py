"""Follows one migration job until its nodes are where they should be, whatever becomes of the job itself.

The job is read first, then the list of jobs, then the nodes of the target pool. Only the last of these is believed: a
job that says it succeeded is done when its nodes are in the pool.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ApiError, NotFoundError
from pulumi_modelarts.api.operations import Observation, Pace
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_nodes import LiveNode, arrived, broken, ready
from pulumi_modelarts.reconcilers.lookup import Reader
from pulumi_modelarts.reconcilers.node_jobs import moves_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

PATIENCE = 300.0
"""Seconds to watch the node lists once a job has ended or cannot be found, before saying that nothing happened."""

PACE = Pace()
"""Nobody shares these looks, so that they may be as far apart as a wait may last too long: 2 s, later 5 %."""


@dataclass
class MigrationJob:
    """A job that moves nodes; made anew for each batch.

    Attributes:
        spec: What the program declares.
        nodes: Nodes that move.
        watch: What the call waits with.
        head: How far the run is, for the status line.
        job: Id of the job; empty when the service gave none.
        pool: Pool they leave, to find a job of an unknown id there; empty to believe the id alone.
        ended: Jobs that had ended before this one began.
        here: The nodes that were in the target pool at the last look, by name; None while only the job was looked at.
        looked: When that look was asked for, in monotonic seconds.
    """

    spec: NodeMigrationSpec
    nodes: tuple[str, ...]
    watch: Watch
    head: str
    job: str = ""
    pool: str = ""
    ended: frozenset[str] = frozenset()
    here: Mapping[str, Node] | None = field(default=None, init=False)
    looked: float = field(default=0.0, init=False)
    _arrived: bool = field(default=False, init=False)
    _hidden: bool = field(default=False, init=False)

    def follow(self) -> None:
        """Waits until the nodes have arrived and have their phase and their driver.

        Raises:
            OperationFailed: The job failed, or is not to be found and its nodes did not move, or one is Abnormal.
            OperationTimeout: The deadline passed.
        """
        started = self.watch.session.clock.monotonic()
        self._wait(f"moving {changes.names(self.nodes)}", lambda: self._moving(started))

    def settle(self) -> None:
        """Waits until nodes that have arrived are ready.

        Raises:
            OperationFailed: A node is Abnormal.
            OperationTimeout: The deadline passed.
        """
        self._wait(f"waiting for {changes.names(self.nodes)} to be ready", lambda: self._ready(self._look()))

    def _wait(self, what: str, observe: Callable[[], Observation[None]]) -> None:
        try:
            self.watch.wait(what, observe, pace=PACE)
        finally:
            self.watch.session.changed(*([self.pool, self.spec.target_pool] if self.pool else []))
        # The last look has seen all of it come true, so that what it read is good for whoever plans next.
        if self.here is not None:
            self.watch.session.seen(self.spec.target_pool, tuple(self.here.values()), self.looked)

    def _moving(self, started: float) -> Observation[None]:
        status = f"{self.head} · moving {changes.names(self.nodes)}"
        job = None if self._arrived else self._found()
        known = self.job if job is None else job.job_id
        reference = f"job {known}" if known else ""
        if job is not None and not job.finished:
            self.here = None
            return Observation(None, done=False, status=status, reference=reference)
        here = self._look()
        missing = [name for name in self.nodes if not (self._arrived or self._has_arrived(here, name))]
        if not missing:
            self._arrived = True
            return self._ready(here)
        if why := self._why_not(job, started):
            who = "" if len(missing) == len(self.nodes) else f"{changes.names(missing)} did not move: "
            return Observation(None, done=False, status="", failed=who + why)
        return Observation(None, done=False, status=status, reference=reference)

    def _why_not(self, job: PoolJob | None, started: float) -> str:
        """Returns why nodes that have not arrived never will; empty while they still may.

        Raises:
            UnreadableError: The target lists fewer nodes than it counts, so that they may be there.
        """
        if job is not None and job.failed:
            return f"{job.message.rstrip('. ') or 'the service gave no reason'} (job {job.job_id})"
        session = self.watch.session
        now = session.clock.monotonic()
        if now - started <= PATIENCE:
            return ""
        # That they are nowhere is believed only from a list that agrees with the pool's own counts.
        Reader(session, now).together(session.client.resource_pools.get(self.spec.target_pool))
        if job is not None:
            return f"job {job.job_id} says {job.phase}, and they are not there"
        return f"{f'job {self.job}' if self.job else 'their job'} is not to be found"

    def _found(self) -> PoolJob | None:
        """Returns the job: by its id, or else the last of those about these nodes that had not ended before.

        A user who may not show a job finds it in the list.
        """
        jobs = self.watch.session.client.jobs
        if self.job and not self._hidden:
            try:
                return jobs.get(self.job)
            except ApiError as error:
                if not (error.out_of_reach or isinstance(error, NotFoundError)):
                    raise
                self._hidden = error.out_of_reach
        listed = jobs.list(self.pool or None)
        exact = [job for job in listed if job.job_id == self.job]
        if exact or not self.pool:
            return exact[0] if exact else None
        ours = [job for job in listed if moves_nodes(job) and job.node_names >= set(self.nodes)]
        ours = [job for job in ours if job.job_id not in self.ended]
        return max(ours, key=lambda job: job.start_timestamp, default=None)

    def _ready(self, here: Mapping[str, Node]) -> Observation[None]:
        status = f"{self.head} · getting ready {changes.names(self.nodes)}"
        if abnormal := [name for name in self.nodes if name in here and broken(here[name])]:
            failed = f"{changes.nodes_are(abnormal)} Abnormal; have {'it' if len(abnormal) == 1 else 'them'} repaired"
            return Observation(None, done=False, status="", failed=failed)
        waiting = [name for name in self.nodes if name in here and not ready(here[name])]
        return Observation(None, done=not waiting, status=status)

    def _has_arrived(self, here: Mapping[str, Node], name: str) -> bool:
        return name in here and arrived(self.spec, LiveNode(self.spec.target_pool, here[name]))

    def _look(self) -> Mapping[str, Node]:
        self.looked = self.watch.session.clock.monotonic()
        nodes = self.watch.session.client.nodes.list(self.spec.target_pool)
        self.here = {node.name: node for node in nodes}
        return self.here
