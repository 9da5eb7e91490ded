"""What the service has answered lately about what hardly changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Answers:
    """What was answered lately, for all sessions of one project."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[float, Any]] = {}

    def asked(self, what: str, ask: Callable[[], T], *, now: float, since: float) -> T:
        """Returns what was asked for lately, or asks; one thread asks, and the others wait for its answer.

        Args:
            what: Names the question.
            ask: Asks the service.
            now: Monotonic second.
            since: Monotonic second; an answer that was asked for earlier is not believed.
        """
        with self._lock:
            read_at, known = self._answers.get(what, (float("-inf"), None))
            if read_at < since:
                known = ask()
                self._answers[what] = (now, known)
        found: T = known
        return found

    def forget(self, *questions: str) -> None:
        """Drops what was answered to some questions."""
        with self._lock:
            for what in questions:
                self._answers.pop(what, None)
