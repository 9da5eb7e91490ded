"""Removes named nodes from a pool: waits for their training jobs, drains, deletes, and sees them go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.reconcilers.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.watch import Watch


@dataclass
class NodeRemoval:
    """Removes nodes from one pool; made anew for every call.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        on_running_jobs: What to do about training jobs on a node that goes: wait, fail or ignore.
        accepted: Whether the service has accepted a write.
    """

    watch: Watch
    pool: str
    on_running_jobs: str
    accepted: bool = field(default=False, init=False)

    def remove(self, names: Sequence[str], still_going: Callable[[], Sequence[str]]) -> ResourcePool:
        """Drains and deletes exactly the named nodes, and returns the pool without them.

        A job may start on a node between a look and the drain; so after the drain there is another look, and if there
        is one, another wait.

        Args:
            names: Names of the nodes.
            still_going: Looks again, with the pool locked, and returns those of the names that are still to go.

        Raises:
            OperationError: A node did not go, or a job did not end in time.
            ModelArtsError: Anything else.
        """
        session = self.watch.session
        while True:
            self._await_idle(names)
            with session.writing(self.pool):
                going = list(still_going())
                if not going:
                    break
                self.watch.report(f"draining {changes.names(going)}")
                session.client.nodes.drain(self.pool, going)
                self.accepted = True
                if self.on_running_jobs == "wait" and self._busy(going):
                    continue
                session.client.nodes.delete(self.pool, going)
                session.changed(self.pool)
            break
        return self._await_gone(names)

    def _busy(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        session = self.watch.session
        jobs = Facts(session, read_after=session.clock.monotonic()).jobs(self.pool)
        return {name: jobs[name] for name in names if name in jobs}

    def _await_idle(self, names: Sequence[str]) -> None:
        if self.on_running_jobs != "wait":
            return

        def observe() -> Observation[None]:
            busy = self._busy(names)
            jobs = sorted({job for running in busy.values() for job in running})
            return Observation(
                None, done=not busy, status=f"waiting for {training_jobs(jobs)} on {changes.names(sorted(busy))}"
            )

        self.watch.wait(f"waiting for the training jobs on nodes that leave resource pool {self.pool!r}", observe)

    def _await_gone(self, names: Sequence[str]) -> ResourcePool:
        session = self.watch.session

        def observe() -> Observation[None]:
            there = {node.name for node in session.client.nodes.list(self.pool)} & set(names)
            gone = len(names) - len(there)
            return Observation(None, done=not there, status=f"{gone}/{len(names)} nodes removed")

        self.watch.wait(f"removing nodes {changes.names(names)} from resource pool {self.pool!r}", observe)
        return self.watch.pool(self.pool, session.clock.monotonic())


def training_jobs(names: Sequence[str]) -> str:
    """Returns training jobs for a status line, by name."""
    return f"training job{'s' if len(names) > 1 else ''} {changes.names(names)}"
