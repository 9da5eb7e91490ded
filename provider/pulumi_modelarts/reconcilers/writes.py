"""What one call has sent to the service, and the one way to send more."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.errors import ModelArtsError, ServerError, TransportError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_modelarts.reconcilers.session import Session

T = TypeVar("T")


@dataclass
class Writes:
    """The writes of one call.

    Attributes:
        session: Locks, and what is known of the pools.
        accepted: Whether the service has accepted a write, or may have: a failure after that is half-done work.
        number: Number of the last write that changed a pool, to wait behind it; None before the first.
    """

    session: Session
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


@dataclass(frozen=True)
class Writing:
    """The right to write to some pools, as long as their locks are held.

    Attributes:
        writes: What the call has sent.
        pools: Ids of the pools.
    """

    writes: Writes
    pools: tuple[str, ...]

    def send(self, request: Callable[[], T]) -> T:
        """Sends a request that changes the pools, and drops what was known of them, also when its answer is lost.

        Raises:
            ModelArtsError: As the request raised it.
        """
        try:
            return self.mark(request)
        finally:
            self.writes.number = self.writes.session.changed(*self.pools)

    def mark(self, request: Callable[[], T]) -> T:
        """Sends a request that only marks nodes of the pools: no count and no place changes, so what is known is kept.

        Raises:
            ModelArtsError: As the request raised it.
        """
        try:
            answer = request()
        except ModelArtsError as error:
            self.writes.accepted = self.writes.accepted or may_have_arrived(error)
            raise
        self.writes.accepted = True
        return answer


def may_have_arrived(error: ModelArtsError) -> bool:
    """Returns whether the service may have acted on a request that ended so.

    Its answer was lost, or not understood, or it broke down.
    """
    answered = isinstance(error, ServerError | UnreadableError)
    return answered or (isinstance(error, TransportError) and error.may_have_arrived)
