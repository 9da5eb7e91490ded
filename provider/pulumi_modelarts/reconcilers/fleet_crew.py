"""Work that goes on side by side in one call: each piece in a thread, with a row that all of them share."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from pulumi_modelarts.reconcilers.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from types import TracebackType

    from pulumi_modelarts.reconcilers.watch import Watch as WatchType

TaskT = TypeVar("TaskT", bound="Hashable")

MOST = 32
"""Pieces that go on at once."""


@dataclass
class Crew(Generic[TaskT]):
    """Threads that work for one call; used in a `with` statement, the end of which waits for all of them.

    Attributes:
        watch: What the call waits with.
        head: Says how far the call is, for the row.
    """

    watch: WatchType
    head: Callable[[], str]
    _pool: ThreadPoolExecutor = field(init=False)
    _running: dict[Future[None], TaskT] = field(default_factory=dict, init=False)
    _rows: dict[TaskT, str] = field(default_factory=dict, init=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(MOST, thread_name_prefix="fleet")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)

    def start(self, task: TaskT, work: Callable[[TaskT, Watch], None]) -> None:
        """Begins a piece of work.

        Args:
            task: What it is about.
            work: Does it, and waits with what it is given: the deadline and the requests to stop are those of the call.
        """
        whole = self.watch
        watch = Watch(whole.session, whole.deadline, lambda text: self._show(task, text), whole.tell, whole.guard)
        context = copy_context()  # who asks, and what is secret, is known by the thread that was called

        def run() -> None:
            try:
                context.run(work, task, watch)
            finally:
                if watch.writes.accepted:
                    self.watch.writes.attach()

        self._running[self._pool.submit(run)] = task

    @property
    def tasks(self) -> list[TaskT]:
        """What is going on."""
        return list(self._running.values())

    def ended(self) -> list[tuple[TaskT, BaseException | None]]:
        """Waits until something has ended, and returns what has, with its error."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        found = [(self._running.pop(future), future.exception()) for future in done]
        with self._guard:
            for task, _ in found:
                self._rows.pop(task, None)
        return found

    def _show(self, task: TaskT, text: str) -> None:
        with self._guard:
            self._rows[task] = f"{task}: {text.partition(' · ')[2] or text}"
            row = "; ".join(self._rows.values())
        self.watch.report(f"{self.head()} · {row}")
