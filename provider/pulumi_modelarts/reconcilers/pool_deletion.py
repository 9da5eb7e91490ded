"""Deletes a pool that a program has made: looks, refuses or asks once, and waits until it is gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.errors import (
    CancelledError,
    ModelArtsError,
    NotFoundError,
    RefusedError,
)
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import footprint, pool_deletion, sent
from pulumi_modelarts.plans.effect import Kind
from pulumi_modelarts.reconcilers.absence import believe_gone
from pulumi_modelarts.reconcilers.pool_outlook import shown
from pulumi_modelarts.reconcilers.pool_reader import PoolReader
from pulumi_modelarts.reconcilers.stopped import stopped_deletion
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.pool_deletion import MadePool
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.reconcilers.watch import Watch

STAYS_AFTER: Final = 30.0
"""Seconds after which a pool that is not being deleted is taken to stay, once it was or the answer is lost (chosen)."""

BEGINS_WITHIN: Final = 300.0
"""Seconds in which a deletion that was accepted has to show (chosen)."""


@dataclass
class PoolDeletion:
    """Deletes one pool; made anew for every call.

    A pool that is being deleted already, be it by a run that was killed, is waited for and not looked at: there is
    nothing to guard any more. One that is gone is as good as deleted.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        made: What is on record of it.
    """

    watch: Watch
    pool: str
    made: MadePool
    _lost: ModelArtsError | None = field(default=None, init=False)
    _last_going: float | None = field(default=None, init=False)

    def delete(self) -> None:
        """Deletes the pool, and returns once the service knows it no more.

        Raises:
            RefusedError: Something stands against it, or could not be read; nothing was sent.
            OperationError: It was not gone in time, or before a requested stop, or the service keeps it.
            ModelArtsError: The service refused.
        """
        try:
            if self._ask():
                self._await_gone()
        except CancelledError as error:
            raise stopped_deletion(error, sent=self.watch.writes.accepted) from error

    def _ask(self) -> bool:
        """Asks for the deletion, where nothing stands against it and nobody has asked before.

        Returns:
            Whether there is anything to wait for.
        """
        with self.watch.writes.locked(self.pool) as writing:
            pool = shown(self.watch.session, self.pool)
            if pool is None:
                believe_gone(self.watch.session, "resource pool", self.pool)
                return False
            if pool.deleting:
                self.watch.writes.attach()
                return True
            self._refuse(pool)
            client = self.watch.session.client
            try:
                writing.send(sent.pool_deletion(self.pool), lambda: client.resource_pools.delete(self.pool))
            except NotFoundError:
                return False
            except ModelArtsError as error:
                if not may_have_arrived(error):
                    raise
                if self.watch.stopped:
                    when = f"after an answer was lost, and it is not known what it has led to ({error})"
                    raise CancelledError(self._what, when) from error
                self._lost = error
        return True

    def _refuse(self, pool: ResourcePool) -> None:
        """Refuses where something stands against the deletion.

        Raises:
            RefusedError: It does, or it could not be found out.
        """
        self.watch.report("looking at what is in the pool")
        try:
            found = standing_against(self.watch.session, pool, self.made)
        except CancelledError:
            raise
        except ModelArtsError as error:
            raise RefusedError(pool_deletion.refusal(self.pool, [pool_deletion.unread(error)])) from error
        found = found or self.watch.guard.against(footprint.of_deletion(Kind.POOL, self.pool, _left(pool)))
        if found:
            raise RefusedError(pool_deletion.refusal(self.pool, found))

    @property
    def _what(self) -> str:
        return f"deleting resource pool {self.pool!r}"

    def _await_gone(self) -> None:
        """Waits until the pool's own address says that it is gone: a list that lacks it says nothing."""
        since = self.watch.session.clock.monotonic()
        self.watch.wait(self._what, lambda: self._gone(since))
        self.watch.report("gone")

    def _gone(self, since: float) -> Observation[ResourcePool | None]:
        now = self.watch.session.clock.monotonic()
        try:
            pool = self.watch.pool(self.pool, since)
        except NotFoundError:
            return Observation(None, done=True, status="")
        if pool.deleting:
            self._last_going = now
        begun = self._lost is not None or self._last_going is not None
        quiet = now - (since if self._last_going is None else self._last_going)
        stays = quiet >= (STAYS_AFTER if begun else BEGINS_WITHIN)
        why = pool_deletion.stays(pool, None if self._lost is None else str(self._lost)) if stays else None
        return Observation(pool, done=False, status=_progress(pool), failed=why)


def foretold(session: Session, pool: ResourcePool, made: MadePool) -> list[str]:
    """Returns what somebody who looks at a made pool should know: that it goes, or why a destroy would not delete it.

    Raises:
        CancelledError: A stop was requested.
    """
    if pool.deleting:
        return [pool_deletion.being_deleted(pool.name)]
    try:
        found = standing_against(session, pool, made)
    except CancelledError:
        raise
    except ModelArtsError as error:
        found = [pool_deletion.unread(error)]
    return pool_deletion.foretold(pool.name, found)


def standing_against(session: Session, pool: ResourcePool, made: MadePool) -> list[str]:
    """Returns what stands against the deletion of a pool, read anew.

    Raises:
        ModelArtsError: Something could not be read.
    """
    reader = PoolReader(session, session.clock.monotonic())
    return pool_deletion.obstacles(made, reader.inhabited(pool))


def _left(pool: ResourcePool) -> int:
    """Returns how many nodes a pool has, those that come or go too."""
    resources = pool.status.resources
    groups = [*resources.creating, *resources.available, *resources.abnormal, *resources.deleting]
    return sum(group.count for group in groups)


def _progress(pool: ResourcePool) -> str:
    left = _left(pool)
    return f"deleting: {number_of(left, 'node')} left" if left else "deleting"
