"""Writes the marks of pools: what says, at the service, which stack a pool belongs to.

Whoever has written a mark looks at the pool again before anything else is sent: if another stack has marked it at the
same moment, this one takes its own mark away and refuses. Both may do so; both never go on.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.errors import (
    ApiError,
    ModelArtsError,
    NotFoundError,
    OperationError,
    PermissionDeniedError,
    RefusedError,
    TransportError,
    UnreadableError,
)
from pulumi_modelarts.plans import marks, sent
from pulumi_modelarts.reconcilers.absence import believe_gone
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.marks import Marking
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.stack import Stack

TRIES: Final = 3
"""Times that a mark is written while the pool does not show it; writing it again changes nothing more."""

PAUSE: Final = 2.0
"""Seconds after which the service is believed to show a mark (assumed)."""

RIGHT: Final = "Marks of pools are tags: without the right to change those, set modelarts:claim to false"


@dataclass
class PoolMarks:
    """Writes the marks of one pool for one run; made anew for every call.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        made: What has been done, as an entry of the `changes` map.
    """

    watch: Watch
    pool: str
    made: dict[str, str] = field(default_factory=dict, init=False)
    _tries: Counter[str] = field(default_factory=Counter, init=False)
    _own: Mapping[str, str] = field(default_factory=dict, init=False)

    def write(self, writing: Writing, marking: Marking) -> None:
        """Adds the stack's mark, or deletes what is to go once that is there; whoever calls looks again.

        Raises:
            OperationError: It was sent several times, and the pool does not show it.
            ModelArtsError: The service refused.
        """
        kind = "adding" if marking.adds else "deleting"
        if self._tries[kind] == TRIES:
            raise self._without_effect(marking)
        if self._tries[kind]:
            self.watch.session.rest(PAUSE, f"waiting for the mark of resource pool {self.pool!r}")
        self._tries[kind] += 1
        self.made = self.made or {marks.KEY: marking.entry}
        self.watch.report(f"{marks.KEY} {marking.entry}")
        tags = self.watch.session.client.pool_tags
        if marking.adds:
            self._own = marking.adds
            self._send(writing, sent.marked(self.pool, marking.adds), lambda: tags.add(self.pool, marking.adds))
        else:
            what = sent.unmarked(self.pool, marking.deletes)
            self._send(writing, what, lambda: tags.delete(self.pool, marking.deletes))

    def _without_effect(self, marking: Marking) -> OperationError:
        doing, shows = (
            ("Adding a mark to", "does not show it") if marking.adds else ("Deleting marks of", "still has them")
        )
        return OperationError(
            f"{doing} resource pool {self.pool!r}: it was asked for {TRIES} times, and the pool {shows}. Run "
            "`pulumi up` again; if it persists, report it to the service's support",
            last="",
        )

    def _send(self, writing: Writing, what: str, request: Callable[[], Accepted[Any]]) -> None:
        """Sends a request once; whether one whose answer was lost took effect shows in the pool.

        Raises:
            ModelArtsError: The service refused, or the request did not arrive.
        """
        try:
            _allowed(lambda: writing.send(what, request))
        except ModelArtsError as error:
            if not may_have_arrived(error):
                raise

    def withdraw(self, writing: Writing, pool: ResourcePool, stack: Stack, refusal: RefusedError) -> None:
        """Takes away the mark that this run has added, where another stack has marked the pool as well.

        Args:
            writing: The right to write to the pool.
            pool: The pool, as it was when the run was refused.
            stack: This stack.
            refusal: Why.

        Raises:
            RefusedError: It was taken away; nothing is left of this run.
            ModelArtsError: It could not be taken away.
        """
        others = marks.others_on(pool, stack)
        if not self._own or not others:
            return
        _take_off(self.watch, writing, self.pool, self._own)
        self.watch.writes.take_back()
        raise RefusedError(
            f"Changing resource pool {self.pool!r} was refused: {marks.belongs(self.pool, others)}; this one marked it "
            "at the same moment, and has taken its mark away again. Run `pulumi up` again once it is clear which of "
            "them is to have the pool"
        ) from refusal


def release(watch: Watch, pool: str, stack: Stack) -> bool:
    """Takes the mark of a stack off a pool that it no longer manages; does nothing where there is none.

    Returns:
        Whether there was one.

    Raises:
        ModelArtsError: The service refused, or could not be asked.
    """
    session, own = watch.session, marks.mark_of(stack)
    try:
        found = session.board.find(pool, session.snapshot(pool))
    except NotFoundError:
        believe_gone(session, "resource pool", pool)
        return False
    if not own or not own.items() <= marks.marks_on(found).items():
        return False
    with watch.writes.locked(pool) as writing:
        _take_off(watch, writing, pool, own)
    return True


def _take_off(watch: Watch, writing: Writing, pool: str, own: Mapping[str, str]) -> None:
    """Deletes a mark; that it is gone already is as good.

    Raises:
        ModelArtsError: The service refused, or the answer was lost and the mark is still there.
    """
    client = watch.session.client
    try:
        what = sent.unmarked(pool, own)
        _allowed(lambda: writing.send(what, lambda: client.pool_tags.delete(pool, own)))
    except (ApiError, TransportError, UnreadableError):
        with suppress(NotFoundError):
            if own.items() & marks.marks_on(client.resource_pools.get(pool)).items():
                raise


def _allowed(request: Callable[[], Any]) -> None:
    """Sends a request.

    Raises:
        RefusedError: The user may not change tags.
        ModelArtsError: As the request raised it.
    """
    try:
        request()
    except PermissionDeniedError as error:
        raise RefusedError(f"{error} {RIGHT}") from error
