"""One at a time: a lock for which waiting can be ended, as a thread that waits for a plain one cannot be woken."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.cancellation import Cancellation


class Turns:
    """Lets one thread in at a time."""

    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._taken = False

    @contextmanager
    def turn(self, what: str, cancellation: Cancellation) -> Iterator[None]:
        """Holds a turn, waited for until reads end: whoever holds one may wait for the answer to a write.

        Args:
            what: What the turn is for, for the error.
            cancellation: Ends the wait.

        Raises:
            CancelledError: A stop was requested, and the turn has not come.
        """
        with cancellation.waking(self._wake), self._ended:
            self._ended.wait_for(lambda: not self._taken or cancellation.over)
            if self._taken:
                raise CancelledError(what)
            self._taken = True
        try:
            yield
        finally:
            with self._ended:
                self._taken = False
                self._ended.notify()

    def _wake(self) -> None:
        with self._ended:
            self._ended.notify_all()
