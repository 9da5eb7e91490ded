"""A write that the service has accepted, with what it can be followed by."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from pulumi_modelarts.api.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Accepted(Generic[T]):
    """A write that the service has accepted.

    Attributes:
        value: What it answered.
        request_id: What to quote to the service's support; empty where it gave none.
        handle: What the change can be followed by, such as `order 0a1b…` or `job 17`; empty for none.
    """

    value: T
    request_id: str = ""
    handle: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """What it can be followed by, in words."""
        return tuple(each for each in (self.handle, self.request_id and f"request {self.request_id}") if each)

    def reading(self, value: U) -> Accepted[U]:
        """The same with what its answer was read as."""
        return Accepted(value, self.request_id, self.handle)

    @contextmanager
    def quoted(self) -> Iterator[None]:
        """Read the answer.

        Raises:
            UnreadableError: as it is raised meanwhile, with the id of the request.
        """
        try:
            yield
        except UnreadableError as error:
            given = (error.attempting, error.place, error.found)
            raise UnreadableError(*given, accepted=True, request_id=self.request_id) from error

    def followed_by(self, handle: str) -> Accepted[T]:
        """The same with what it can be followed by."""
        return replace(self, handle=handle)
