"""Removes named nodes from a pool: waits for what runs on them, drains, deletes, and waits until they are gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import CancelledError, ModelArtsError, OperationFailed
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes, sent
from pulumi_modelarts.plans.candidates import together
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.work import told, told_by_node
from pulumi_modelarts.reconcilers.drain import Drain
from pulumi_modelarts.reconcilers.pool_reader import PoolReader
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.work import Busy
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.values import RunningJobs

STAYS_AFTER = 30.0
"""Seconds after which nodes that were to be deleted, and none of which is being deleted, are taken to stay (chosen)."""


@dataclass(frozen=True)
class _Deleted:
    """What became of a request to delete nodes.

    Attributes:
        names: Nodes that it named.
        busy: What has begun to run on others after the last look, so that they stay.
        lost: Why its answer was lost; None where it was answered.
    """

    names: tuple[str, ...] = ()
    busy: Busy = field(default_factory=dict)
    lost: ModelArtsError | None = None


@dataclass(frozen=True)
class NodeRemoval:
    """Removes nodes from one pool; made anew for every call.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        on_running_jobs: What to do about work on a node that is removed: wait, fail or ignore.
    """

    watch: Watch
    pool: str
    on_running_jobs: RunningJobs

    def remove(self, nodes: Sequence[Node], still_to_remove: Callable[[], Sequence[Node]]) -> ResourcePool:
        """Drains and deletes exactly the given nodes, and returns the pool without them.

        A job may start on a node between a look and the drain; so after the drain there is another look: where the
        program waits there is another wait, where it does not the node stays.

        Args:
            nodes: The nodes.
            still_to_remove: Looks again, with the pool locked, and returns the nodes that are still to be removed.

        Raises:
            OperationError: A node was not deleted, or what runs on it did not end, in time or before a requested stop.
            ModelArtsError: Anything else.
        """
        try:
            deleted = self._delete_once_idle(nodes, still_to_remove)
        except CancelledError as error:
            when = "before deletion was asked for; what is drained takes no further work"
            raise CancelledError(self._what([node.name for node in nodes]), when, last=error.last) from error
        pool = self._await_gone(deleted)
        if deleted.busy:
            raise OperationFailed(self._what(sorted(deleted.busy)), _why_they_stay(deleted.busy), last="", seen=pool)
        return pool

    def _delete_once_idle(self, nodes: Sequence[Node], still_to_remove: Callable[[], Sequence[Node]]) -> _Deleted:
        deleted: _Deleted | None = None
        while deleted is None:
            self._wait_until_idle(nodes)
            deleted = self._delete(still_to_remove)
        return deleted

    def _what(self, names: Sequence[str]) -> str:
        return f"removing {changes.names(names)} from resource pool {self.pool!r}"

    def _wait_until_idle(self, nodes: Sequence[Node]) -> None:
        if self.on_running_jobs != "wait":
            return
        what = f"waiting for what runs on nodes that leave resource pool {self.pool!r}"
        Drain(self.watch, self.pool, nodes).wait_until_idle(what, _waiting_for)

    def _delete(self, still_to_remove: Callable[[], Sequence[Node]]) -> _Deleted | None:
        """Drains and deletes the nodes that are still to be removed, under the pool's lock.

        Returns:
            What was deleted; None where nothing was, because the program waits and something has started on a node
            before it was drained.
        """
        with self.watch.writes.locked(self.pool) as writing:
            nodes = still_to_remove()
            if not nodes:
                return _Deleted()
            self.watch.report(f"draining {changes.names([node.name for node in nodes])}")
            drain = Drain(self.watch, self.pool, nodes)
            drain.mark(writing)
            began = {} if self.on_running_jobs == "ignore" else drain.busy()
            if began and self.on_running_jobs == "wait":
                return None
            going = [unit for unit in together(nodes) if not any(node.name in began for node in unit)]
            names = tuple(sorted(node.name for unit in going for node in unit))
            stay = {node.name: began.get(node.name, ()) for node in nodes if node.name not in names}
            return _Deleted(names, stay, self._send(writing, names))

    def _send(self, writing: Writing, names: Sequence[str]) -> ModelArtsError | None:
        """Asks for the deletion, once.

        Returns:
            Why the answer was lost; None where it was answered. Whether the nodes go shows in the list of nodes.

        Raises:
            CancelledError: A stop was requested before.
            OperationFailed: The service refused, or the request did not reach it; the nodes are left drained.
        """
        if not names:
            return None
        try:
            client = self.watch.session.client
            writing.send(sent.deletion(self.pool, names), lambda: client.nodes.delete(self.pool, names))
        except CancelledError:
            raise
        except ModelArtsError as error:
            if not may_have_arrived(error):
                left = f"{changes.nodes_are(names)} left drained, so that no further work comes"
                raise OperationFailed(self._what(names), f"{error} {left}", last="") from error
            return error
        return None

    def _await_gone(self, deleted: _Deleted) -> ResourcePool:
        """Waits until the nodes are gone, and returns the pool without them.

        That they are gone is believed only from a list that has as many nodes as the pool counts.
        """
        clock = self.watch.session.clock
        last_going = clock.monotonic()

        def observe() -> Observation[ResourcePool | None]:
            nonlocal last_going
            now = clock.monotonic()
            listed = {node.name: node for node in self.watch.session.client.nodes.list(self.pool)}
            left = [listed[name] for name in deleted.names if name in listed]
            if not left:
                return self._gone(deleted.names)
            if any(node.phase == "Deleting" for node in left):
                last_going = now
            stay = now - last_going >= STAYS_AFTER
            status = f"{len(deleted.names) - len(left)}/{number_of(len(deleted.names), 'node')} removed"
            return Observation(None, done=False, status=status, failed=_stuck(left, deleted) if stay else None)

        gone = self.watch.wait(self._what(deleted.names), observe) if deleted.names else None
        return gone or self._seen()

    def _seen(self) -> ResourcePool:
        return self.watch.pool(self.pool, self.watch.session.clock.monotonic())

    def _gone(self, names: Sequence[str]) -> Observation[ResourcePool | None]:
        """Returns whether nodes that a list lacks are gone, by what the pool counts at the same moment."""
        reader = PoolReader(self.watch.session, self.watch.session.clock.monotonic())
        pool, nodes = reader.together(self._seen())
        there = {node.name for node in nodes}.intersection(names)
        gone = not there and LivePool(pool).lists_all(nodes)
        return Observation(pool, done=gone, status="looking again whether the nodes are gone")


def _stuck(left: Sequence[Node], deleted: _Deleted) -> str:
    """Returns that nodes are not being deleted, although that was asked for."""
    there = changes.nodes_are([node.name for node in left])
    why = f"the answer was lost ({deleted.lost})" if deleted.lost else "the service accepted it"
    them = "it" if len(left) == 1 else "them"
    return f"{why}, and {there} still there, drained and not being deleted. Run `pulumi up` again to delete {them}"


def _why_they_stay(busy: Busy) -> str:
    """Returns that work has begun on nodes between the last look and their drain."""
    began = told_by_node({name: works for name, works in busy.items() if works})
    stay, are = ("stay", "are") if len(busy) > 1 else ("stays", "is")
    return (
        f"{began} began before the drain. {changes.names(sorted(busy))} {stay} in the pool and {are} left drained, so "
        'that no further work comes. Run `pulumi up` again when it has ended, or set on_running_jobs="wait"'
    )


def _waiting_for(busy: Busy) -> str:
    works = {work for running in busy.values() for work in running}
    return f"waiting for {told(works)} on {changes.names(sorted(busy))}"
