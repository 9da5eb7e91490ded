"""Removes named nodes from a pool: waits for their training jobs, drains, deletes, and waits until they are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.work import told
from pulumi_modelarts.reconcilers.drain import Drain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.work import Busy
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.resource_pool import RunningJobs


@dataclass(frozen=True)
class NodeRemoval:
    """Removes nodes from one pool; made anew for every call.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        on_running_jobs: What to do about training jobs on a node that is removed: wait, fail or ignore.
    """

    watch: Watch
    pool: str
    on_running_jobs: RunningJobs

    def remove(self, nodes: Sequence[Node], still_to_remove: Callable[[], Sequence[Node]]) -> ResourcePool:
        """Drains and deletes exactly the given nodes, and returns the pool without them.

        A job may start on a node between a look and the drain; so after the drain there is another look, and if there
        is one, another wait.

        Args:
            nodes: The nodes.
            still_to_remove: Looks again, with the pool locked, and returns the nodes that are still to be removed.

        Raises:
            OperationError: A node was not deleted, or a job did not end, in time.
            ModelArtsError: Anything else.
        """
        deleted: Sequence[Node] | None = None
        while deleted is None:
            self._wait_until_idle(nodes)
            deleted = self._delete(still_to_remove)
        return self._await_gone([node.name for node in deleted])

    def _wait_until_idle(self, nodes: Sequence[Node]) -> None:
        if self.on_running_jobs != "wait":
            return
        what = f"waiting for the training jobs on nodes that leave resource pool {self.pool!r}"
        Drain(self.watch, self.pool, nodes).wait_until_idle(what, _waiting_for)

    def _delete(self, still_to_remove: Callable[[], Sequence[Node]]) -> Sequence[Node] | None:
        """Drains and deletes the nodes that are still to be removed, under the pool's lock.

        Returns:
            The nodes that were deleted; None where none was, because a job has started on one before it was drained.
        """
        with self.watch.writes.locked(self.pool) as writing:
            nodes = still_to_remove()
            if not nodes:
                return nodes
            names = [node.name for node in nodes]
            self.watch.report(f"draining {changes.names(names)}")
            drain = Drain(self.watch, self.pool, nodes)
            drain.mark(writing)
            if self.on_running_jobs == "wait" and drain.busy():
                return None
            writing.send(lambda: self.watch.session.client.nodes.delete(self.pool, names))
            return nodes

    def _await_gone(self, names: Sequence[str]) -> ResourcePool:
        session = self.watch.session

        def observe() -> Observation[None]:
            left = {node.name for node in session.client.nodes.list(self.pool)} & set(names)
            gone = len(names) - len(left)
            return Observation(None, done=not left, status=f"{gone}/{len(names)} nodes removed")

        if names:
            self.watch.wait(f"removing nodes {changes.names(names)} from resource pool {self.pool!r}", observe)
        return self.watch.pool(self.pool, session.clock.monotonic())


def _waiting_for(busy: Busy) -> str:
    works = {work for running in busy.values() for work in running}
    return f"waiting for {told(works)} on {changes.names(sorted(busy))}"
