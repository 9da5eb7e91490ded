"""One world, in memory or in a file, and everything that can be done with it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelarts_emulator.interventions import Interventions
from modelarts_emulator.state import snapshots
from modelarts_emulator.state.clock import Clock, rfc3339
from modelarts_emulator.state.store import Store
from modelarts_emulator.trouble import Faults
from modelarts_emulator.version import version
from modelarts_emulator.wire.journal import Journal
from modelarts_emulator.worlds import files
from modelarts_emulator.worlds.documented import PROJECT, WORLD
from modelarts_emulator.worlds.view import view

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from modelarts_emulator.messages import Request, Response
    from modelarts_emulator.service.models.set_aside import SetAside
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.service.operation import Operation
    from modelarts_emulator.wire.dispatch import Dispatcher
    from modelarts_emulator.wire.signing import Credentials
    from modelarts_emulator.worlds.seeding import Seeder


class World(Interventions):
    """A world that answers requests. `Emulator` adds the ways into it, and says what the arguments mean."""

    def __init__(  # noqa: PLR0913 - one argument for each thing that a world can begin with
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        clock: str | None = None,
        new_clock: str | None = None,
        begins: float | str | None = None,
        world: Mapping[str, Any] | None = None,
        seed: str | int | None = None,
        credentials: Credentials | None = None,
        wall: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._store = Store(None if path is None else Path(path))
        self.clock = Clock(self._store, wall, sleep)
        self.faults = Faults(self._store, _operations, self.clock)
        self.journal = Journal(self._store)
        self._credentials = credentials
        with self._store.transaction():
            is_new = self._store.get("world") is None
            setting = clock or (new_clock if is_new else None)
            if setting is not None and setting != self.clock.mode:
                self.clock.set_mode(setting)
            if is_new:
                if begins is not None:
                    self.clock.begin_at(begins)
                self.seed({**(WORLD if world is None else world), **({} if seed is None else {"seed": seed})})

    @cached_property
    def _seeder(self) -> Seeder:
        from modelarts_emulator.worlds.seeding import Seeder  # noqa: PLC0415 - a world file that exists needs none

        return Seeder(self._store, self.clock)

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        from modelarts_emulator.wire.dispatch import Dispatcher  # noqa: PLC0415 - with it come all operations

        return Dispatcher(self._store, self.clock, self.faults, self.journal, self._credentials)

    def handle(self, request: Request) -> Response:
        """Answer one request to the service.

        Raises:
            DefectError: The emulator itself failed; the journal has the request, which had no effect.
            LockedFileError: Another process does not let go of the world file.
        """
        return self._dispatcher.handle(request)

    def seed(self, world: Mapping[str, Any]) -> None:
        """Replace the world by this one, at the beginning of time; `reset` comes back to it.

        Args:
            world: Plain data as `modelarts_emulator.worlds.loading` describes.

        Raises:
            ImpossibleWorldError: It cannot exist; the old world stays.
        """
        with self._store.transaction():
            self._seeder.seed(world)
            self.faults.restart()

    def seeded(self) -> dict[str, Any]:
        """The world last seeded, as plain data."""
        world: dict[str, Any] = self._store.get("world")
        return world

    def reset(self, project: str | None = None) -> None:
        """Back to the world last seeded: no orders, no faults, an empty journal, time at its beginning.

        Args:
            project: Only this project's pools, nodes, orders and jobs; time, faults and journal stay.
        """
        with self._store.transaction():
            if project is not None:
                self._seeder.reset_project(project)
                return
            self.faults.clear()
            self.journal.clear()
            self._seeder.reset()

    def snapshot(self, *, journal: bool = False) -> dict[str, Any]:
        """The whole world as plain JSON data: `restore` makes it again, here or elsewhere, and it goes on likewise.

        Args:
            journal: Take what was asked and answered along.
        """
        with self._store.transaction():
            for project in self.projects():
                self._settle(project)
            return snapshots.take(self._store, self.clock, journal=journal)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Replace everything by what `snapshot` gave, time included, which then goes on from there.

        Raises:
            UnsupportedSnapshotError: It is from another version, or damaged; the old world stays.
        """
        snapshots.restore(self._store, self.clock, snapshot, self._look)

    def save(self, path: str | os.PathLike[str], *, journal: bool = False) -> None:
        """Write a snapshot into a JSON file, which is replaced as a whole."""
        files.write(Path(path), self.snapshot(journal=journal))

    def load(self, path: str | os.PathLike[str]) -> None:
        """Restore a snapshot from a JSON file.

        Raises:
            UnsupportedSnapshotError: It is from another version, damaged, or no snapshot; the old world stays.
        """
        self.restore(files.read_snapshot(Path(path)))

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Copy the world, faults and journal included, into a new world file.

        Raises:
            FileExistsError: The file exists.
        """
        self._store.copy_to(Path(path))

    def _in(self, project: str) -> AbstractContextManager[Tenant]:
        return self._dispatcher.inside(project)

    def _settle(self, project: str) -> None:
        """Let everything happen that is due, so that two snapshots of one moment are alike."""
        with self._in(project):
            pass

    def _look(self) -> None:
        """See everything there is, which fails where something is not as it should be."""
        self._seeder.check()
        self.faults.armed()
        self.journal.exchanges()
        for project in self.projects():
            self.world(project)

    def world(self, project: str = PROJECT) -> dict[str, Any]:
        """One project at this moment as plain data: pools with counts and nodes, orders, training jobs."""
        with self._in(project) as tenant:
            return view(tenant)

    @contextmanager
    def moment(self) -> Iterator[Callable[[str], Tenant]]:
        """One transaction, in which everything that is read belongs together; yields what opens a project."""
        with self._store.transaction() as connection:
            yield lambda project: self._dispatcher.tenant(connection, project)

    def projects(self) -> list[str]:
        """Projects that have pools."""
        with self._store.transaction() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT project FROM pools ORDER BY project")]

    def set_aside(self) -> list[SetAside]:
        """What fell due and failed, by a defect of the emulator: it is undone, and the world goes on without it."""
        from modelarts_emulator.service.models import set_aside  # noqa: PLC0415 - most worlds have nothing such

        with self._store.transaction() as connection:
            return set_aside.every(connection)

    def health(self) -> dict[str, Any]:
        """That it lives, and how it is: version, store, clock, projects, who is let in, and what is set aside."""
        path = self._store.path
        return {
            "status": "ok",
            "emulator": "modelarts",
            "version": version(),
            "store": "memory" if path is None else path.name,
            "clock": {"mode": self.clock.mode, "now": rfc3339(self.clock.now())},
            "projects": self.projects(),
            "verifies_callers": self._credentials is not None,
            "set_aside": [item.document() for item in self.set_aside()],
        }

    def close(self) -> None:
        """Close the world's store."""
        self._store.close()


def _operations() -> Mapping[str, Operation]:
    from modelarts_emulator.service.urls import OPERATIONS  # noqa: PLC0415 - most worlds meet no fault

    return OPERATIONS
