"""What one call has sent to the service, and the one way to send more, which tells of everything that it sends."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.errors import ApiError, ModelArtsError, ServerError, TransportError, UnreadableError
from pulumi_modelarts.plans import sent
from pulumi_modelarts.reconcilers.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.reconcilers.session import Session

T = TypeVar("T")


@dataclass
class Writes:
    """The writes of one call.

    Attributes:
        session: Locks, and what is known of the pools.
        tell: Prints a line under the resource, to be kept: one for each write.
        guard: What stands between the call and the service.
        accepted: Whether the service has accepted a write, or may have: a failure after that is half-done work.
        number: Number of the last write that changed a pool, to wait behind it; None before the first.
    """

    session: Session
    tell: Callable[[str], None]
    guard: Guard = field(default_factory=Guard)
    accepted: bool = field(default=False, init=False)
    number: int | None = field(default=None, init=False)

    @contextmanager
    def locked(self, *pools: str) -> Iterator[Writing]:
        """Holds the write locks of some pools, taken in sorted order; never hold them while waiting.

        Raises:
            CancelledError: A stop was requested, and somebody else holds one of them.
        """
        with self.session.writing(*pools):
            yield Writing(self, pools)

    def attach(self) -> None:
        """Notes that the call goes on with what an earlier one has sent."""
        self.accepted = True

    def take_back(self) -> None:
        """Notes that what the call has sent is undone, so that nothing of it is left."""
        self.accepted = False


@dataclass(frozen=True)
class Writing:
    """The right to write to some pools, as long as their locks are held.

    Attributes:
        writes: What the call has sent.
        pools: Ids of the pools.
    """

    writes: Writes
    pools: tuple[str, ...]

    def send(self, what: str, request: Callable[[], Accepted[T]]) -> T:
        """Sends a request that changes the pools, and drops what was known of them, also when its answer is lost.

        Args:
            what: What it asks for, in words that are told once it is known what became of it.
            request: Sends it.

        Raises:
            RefusedError: Nothing may be sent.
            ModelArtsError: As the request raised it.
        """
        try:
            return self._sent(what, request, tries=1)
        finally:
            self.writes.number = self.writes.session.changed(*self.pools)

    def mark(self, what: str, request: Callable[[], Accepted[T]]) -> T:
        """Sends a request that only marks nodes of the pools: no count and no place changes, so what is known is kept.

        One whose answer was lost is sent once more: marking twice does no harm.

        Raises:
            ModelArtsError: As the request raised it; the second time, where it was sent twice.
        """
        return self._sent(what, request, tries=2)

    def _sent(self, what: str, request: Callable[[], Accepted[T]], tries: int) -> T:
        """Sends a request, once more where its answer is lost, and tells of it once."""
        self.writes.guard.admit_write(what)
        lost: ModelArtsError | None = None
        for left in reversed(range(tries)):
            try:
                accepted = request()
            except ModelArtsError as error:
                lost = error if may_have_arrived(error) else lost
                self.writes.accepted = self.writes.accepted or lost is not None
                if left and isinstance(error, _WORTH_ANOTHER):
                    continue
                if lost is not None:
                    self.writes.tell(sent.in_doubt(what, _why(lost)))
                raise
            self.writes.accepted = True
            self.writes.tell(sent.accepted(what, accepted.ids))
            return accepted.value
        raise AssertionError(tries)


_WORTH_ANOTHER = (TransportError, ServerError, UnreadableError)


def _why(error: ModelArtsError) -> str:
    """Returns why nobody knows what a write has led to, for the line that tells of it."""
    match error:
        case TransportError():
            return error.reason
        case UnreadableError():
            request = f", request {error.request_id}" if error.request_id else ""
            return f"the answer was not understood{request}"
        case ApiError():
            return error.said
    return str(error)


def may_have_arrived(error: ModelArtsError) -> bool:
    """Returns whether the service may have acted on a request that ended so.

    Its answer was lost, or not understood, or it broke down.
    """
    answered = isinstance(error, ServerError | UnreadableError)
    return answered or (isinstance(error, TransportError) and error.may_have_arrived)
