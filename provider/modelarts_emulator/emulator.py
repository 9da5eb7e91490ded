"""The emulator: one world, in memory or in a file, and everything that can be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from modelarts_emulator import control
from modelarts_emulator.clock import Clock
from modelarts_emulator.dispatch import Dispatcher
from modelarts_emulator.faults import Faults
from modelarts_emulator.journal import Journal
from modelarts_emulator.models import (
    job,
    node,
    node_failure,
    order,
    pool_creation,
    training_job,
)
from modelarts_emulator.store import WORLD_TABLES, Store
from modelarts_emulator.urls import OPERATIONS
from modelarts_emulator.worlds import loading
from modelarts_emulator.worlds.documented import PROJECT, WORLD
from modelarts_emulator.worlds.view import view

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.server import Server
    from modelarts_emulator.signing import Credentials
    from modelarts_emulator.transport import EmulatorTransport


class Emulator:
    """A ModelArts of one's own, in memory or in a file.

    Args:
        path: World file, made with the documented world when absent; None: in memory.
        clock: Clock setting (real, frozen, auto, scaled:N); None: what the file says, frozen in a new world.
        world: World to begin with, instead of the documented one; an existing file keeps its own.
        seed: What generated names and spreads come from, instead of the world's own, also after a reset; an existing
            file keeps its own.
        credentials: Whom to accept; None accepts everybody.
        wall: Wall time in seconds since 1970; None: the system's.
        sleep: Waits that many wall seconds; None: the system's.

    Attributes:
        clock: Virtual time.
        faults: Armed faults.
        journal: What was asked and answered.

    Raises:
        ImpossibleWorldError: The world cannot exist.
        UnsupportedFileError: The file is from a newer version or another program.
        ValueError: An unknown clock setting.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: str | None = None,
        world: Mapping[str, Any] | None = None,
        seed: str | int | None = None,
        credentials: Credentials | None = None,
        wall: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._store = Store(path)
        times: dict[str, Any] = {name: value for name, value in (("wall", wall), ("sleep", sleep)) if value}
        self.clock = Clock(self._store, **times)
        self.faults = Faults(self._store, OPERATIONS, self.clock)
        self.journal = Journal(self._store)
        self._dispatcher = Dispatcher(self._store, self.clock, self.faults, self.journal, credentials)
        with self._store.transaction():
            if clock is not None and clock != self.clock.mode:
                self.clock.set_mode(clock)
            if self._store.get("world") is None:
                self.seed({**(WORLD if world is None else world), **({} if seed is None else {"seed": seed})})

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        clock: str | None = None,
        *,
        credentials: Credentials | None = None,
    ) -> Emulator:
        """Open a world file, made with the documented world when absent; several processes may have it open."""
        return cls(Path(path), clock=clock, credentials=credentials)

    def handle(self, request: Request) -> Response:
        """Answer one request; those under `/_emulator/` go to the control API."""
        if request.path == control.PREFIX or request.path.startswith(control.PREFIX + "/"):
            return control.answer(self, request)
        return self._dispatcher.handle(request)

    def seed(self, world: Mapping[str, Any]) -> None:
        """Replace the world by this one, at the beginning of time; `reset` comes back to it.

        Args:
            world: Plain data as `modelarts_emulator.worlds.loading` describes.

        Raises:
            ImpossibleWorldError: It cannot exist; the old world stays.
        """
        seed, timings, choices = loading.seed_of(world), loading.timings_of(world), loading.choices_of(world)
        chances = loading.chances_of(world)
        with self._store.transaction() as connection:
            with self._store.attempt():
                for table in WORLD_TABLES:
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are constants
                self.clock.reset()
                loading.load(connection, world, self.clock.now())
            self._store.put("world", dict(world))
            self._store.put("seed", seed)
            self._store.put("timings", vars(timings))
            self._store.put("choices", vars(choices))
            self._store.put("chances", vars(chances))
            self.faults.restart()

    def reset(self) -> None:
        """Back to the world last seeded: no orders, no faults, an empty journal, time at its beginning."""
        with self._store.transaction():
            self.faults.clear()
            self.journal.clear()
            self.seed(self._store.get("world"))

    def world(self, project: str = PROJECT) -> dict[str, Any]:
        """One project at this moment as plain data: pools with counts and nodes, orders, training jobs."""
        with self._store.transaction() as connection:
            return view(self._dispatcher.tenant(connection, project))

    def projects(self) -> list[str]:
        """Projects that have pools."""
        with self._store.transaction() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT project FROM pools ORDER BY project")]

    def finish_training_job(self, job_id: str, phase: str = "Completed", project: str = PROJECT) -> None:
        """End a training job now.

        Raises:
            ApiError: No such job.
            ValueError: Not a phase in which a job ends.
        """
        if phase not in training_job.TERMINAL:
            raise ValueError(f"{phase!r} is not one of {', '.join(training_job.TERMINAL)}")
        with self._store.transaction() as connection:
            tenant = self._dispatcher.tenant(connection, project)
            training_job.finish(tenant, training_job.find(tenant, job_id), phase)

    def set_node_phase(self, pool: str, name: str, phase: str, project: str = PROJECT) -> None:
        """Make a node Abnormal, or Available again.

        Raises:
            ApiError: No such node.
            ValueError: Another phase.
        """
        if phase not in {"Available", "Abnormal"}:
            raise ValueError(f"{phase!r} is neither Available nor Abnormal")
        if phase == "Abnormal":
            self.break_node(pool, name, project=project)
            return
        with self._store.transaction() as connection:
            tenant = self._dispatcher.tenant(connection, project)
            node_failure.mend(tenant, node.find(tenant, pool, name))

    def break_node(
        self, pool: str, name: str, *, after: float = 0.0, lasts: float | None = None, project: str = PROJECT
    ) -> None:
        """Let a node become Abnormal by itself, and fail its training jobs then; what was planned before is forgotten.

        Args:
            pool: Pool id.
            name: Node name.
            after: Virtual seconds from now until it breaks.
            lasts: Virtual seconds until it is Available again then; None: until somebody mends it.
            project: Project id.

        Raises:
            ApiError: No such node.
            ValueError: A moment that lies in the past, or a failure that lasts no time.
        """
        if after < 0 or (lasts is not None and lasts <= 0):
            raise ValueError(f"node {name} cannot break in {after} s for {lasts} s: after is at least 0, lasts above 0")
        with self._store.transaction() as connection:
            tenant = self._dispatcher.tenant(connection, project)
            breaks_at = tenant.now + after
            mends_at = None if lasts is None else breaks_at + lasts
            node_failure.plan(tenant, node.find(tenant, pool, name), breaks_at, mends_at)

    def fail_order(self, name: str, project: str = PROJECT) -> None:
        """End a stuck order; nodes that it never got ready vanish. An order that ends by itself keeps its end.

        A pool that it was to make is Running with the nodes that came, or CreationFailed without any.

        Raises:
            ApiError: No such order.
        """
        with self._store.transaction() as connection:
            tenant = self._dispatcher.tenant(connection, project)
            pool_creation.give_up(tenant, order.find(tenant, name))

    def fail_job(self, job_id: str, project: str = PROJECT) -> None:
        """End a stuck job as Failed; its nodes stay where they are. A job that ends by itself keeps its end.

        Raises:
            ApiError: No such job.
        """
        with self._store.transaction() as connection:
            tenant = self._dispatcher.tenant(connection, project)
            job.fail(tenant, job.find(tenant, job_id))

    def transport(self) -> EmulatorTransport:
        """Transport for httpx clients, synchronous and asynchronous, that goes to this emulator without a socket."""
        from modelarts_emulator.transport import EmulatorTransport  # noqa: PLC0415 - only here is httpx needed

        return EmulatorTransport(self)

    def serve(self, port: int = 0, host: str = "127.0.0.1") -> Server:
        """Serve over HTTP on the loopback interface; use it in a `with` statement, or call `close`.

        Args:
            port: Port; 0 takes a free one.
            host: Address to listen on; one beyond loopback lets everybody in who can reach it.
        """
        from modelarts_emulator.server import Server  # noqa: PLC0415 - in-process use needs no server

        return Server(self, host, port)

    def close(self) -> None:
        """Close the world's store."""
        self._store.close()

    def __enter__(self) -> Self:
        """The emulator itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
