"""What this user may not do: found out before a run needs it, and told once where a run goes on without it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pulumi_modelarts.api.errors import ApiError, PermissionDeniedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.operation import Operation

T = TypeVar("T")


@dataclass(frozen=True)
class Loss:
    """Something that the service does not tell this user.

    Attributes:
        text: Which operation it refuses, and what a run does without it.
        grave: Whether a run may do harm for want of it.
    """

    text: str
    grave: bool


@dataclass
class Rights:
    """What is known of the rights in one project, in this process; safe to use from many threads."""

    _allowed: set[str] = field(default_factory=set)
    _losses: dict[str, Loss] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _asking: threading.Lock = field(default_factory=threading.Lock)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def denial(self, operation: Operation, ask: Callable[[], object]) -> str:
        """Returns why this user may not do what a run will do later; empty where it may, or that cannot be told.

        What was allowed once is not asked again.

        Args:
            operation: What it is.
            ask: Does it, and changes nothing.

        Raises:
            ModelArtsError: The service did not answer.
        """
        with self._asking:
            if operation.name not in self._allowed:
                try:
                    ask()
                except PermissionDeniedError as error:
                    return str(error)
                except (ApiError, UnreadableError):
                    return ""
                self._allowed.add(operation.name)
        return ""

    def if_told(self, operation: Operation, ask: Callable[[], T], without: str) -> T | None:
        """Returns what the service tells; None where its answer is no, which is noted.

        Args:
            operation: What is asked.
            ask: Asks.
            without: What a run does without it.

        Raises:
            ModelArtsError: The service did not answer.
        """
        try:
            return ask()
        except ApiError as error:
            self.lose(operation, without, error)
            return None

    def lose(self, operation: Operation, without: str, error: ApiError | None = None, *, grave: bool = False) -> None:
        """Notes that a run goes on without what an operation would tell.

        Args:
            operation: What was asked.
            without: What a run does without it.
            error: The refusal, where it is known.
            grave: Whether a run may do harm for want of it.
        """
        said = f" ({error.said})" if error is not None else ""
        text = f"{operation.right} {_fate(error)}{said}: {without}"
        with self._guard:
            self._losses.setdefault(operation.name, Loss(text, grave))

    def untold(self) -> list[Loss]:
        """Returns the losses that nobody has been told yet; whoever asks tells them."""
        with self._guard:
            new = [loss for name, loss in self._losses.items() if name not in self._told]
            self._told |= self._losses.keys()
            return new


def _fate(error: ApiError | None) -> str:
    if error is None:
        return "is refused to this user, or not served here"
    if isinstance(error, PermissionDeniedError):
        return "is refused to this user"
    return "is not served here" if error.out_of_reach else "was not answered"
