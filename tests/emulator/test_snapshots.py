"""A snapshot is the whole world: what is made of it goes on exactly like the world it was taken from."""

import json
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, Emulator, Request
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.state.tables import FORMAT
from tests.emulator.snapshots import POOLS, REQUESTS, busy, scaled
from tests.emulator.wire import cpu, world


def test_snapshot_is_plain_and_says_what_it_is() -> None:
    """A snapshot is JSON with format, version and time at its head, and holds no secret."""
    with busy() as emulator:
        snapshot = emulator.snapshot(journal=True)

    text = json.dumps(snapshot)
    assert json.loads(text) == snapshot
    assert {name: snapshot[name] for name in ("format", "version", "clock")} == {
        "format": "modelarts-emulator snapshot",
        "version": FORMAT,
        "clock": {"mode": "frozen", "now": EPOCH + 12.5, "time": "2026-01-01T00:00:12Z"},
    }
    assert "secret-1" not in text
    assert "emulated-" not in text


def test_restoring_turns_time_back() -> None:
    """Time is what it was when the snapshot was taken, in the same mode, and runs on from there."""
    wall = Wall()
    with Emulator(clock="scaled:60.5", wall=wall) as emulator:
        wall.now += 2
        snapshot = emulator.snapshot()
        wall.now += 1000

        emulator.restore(snapshot)

        assert (emulator.clock.mode, emulator.clock.now()) == ("scaled:60.5", EPOCH + 121)
        wall.now += 1
        assert emulator.clock.now() == EPOCH + 181.5


class Wall:
    """A wall clock that a test sets."""

    now = 5_000.0

    def __call__(self) -> float:
        """The time set."""
        return self.now


def test_restoring_replaces_everything(tmp_path: Path) -> None:
    """World, faults and the world that a reset goes back to are those of the snapshot; the journal begins anew."""
    content = world(pool={"resources": [cpu(2)]})
    with busy() as one, Emulator.open(tmp_path / "world.db") as other:
        other.seed(content)
        other.handle(scaled(3))

        other.restore(one.snapshot())

        assert (other.world(), other.faults.armed(), other.clock.now()) == (
            one.world(),
            one.faults.armed(),
            EPOCH + 12.5,
        )
        assert other.journal.exchanges() == []
        one.reset()
        other.reset()
        assert (other.world(), other.seeded()) == (one.world(), one.seeded())


def test_journal_can_come_along() -> None:
    """With its journal, a snapshot brings every exchange, bodies that are no text included."""
    with busy() as one, Emulator() as other:
        one.handle(Request("POST", POOLS, {"content-type": "application/json"}, b"\xff\x00{"))

        other.restore(one.snapshot(journal=True))

        assert other.journal.exchanges() == one.journal.exchanges()
        assert other.handle(REQUESTS["nodes"]) == one.handle(REQUESTS["nodes"])


def test_other_processes_see_a_restored_world(tmp_path: Path) -> None:
    """Whoever has the file open sees the restored world at once, its time included."""
    with busy() as source, Emulator.open(tmp_path / "w.db") as one, Emulator.open(tmp_path / "w.db") as other:
        other.world()

        one.restore(source.snapshot())

        assert (other.world(), other.clock.now(), other.seeded()) == (source.world(), EPOCH + 12.5, source.seeded())


def test_saved_and_loaded(tmp_path: Path) -> None:
    """A snapshot in a file is as good as one in hand, and nothing is left beside it."""
    with busy() as one, Emulator() as other:
        one.save(tmp_path / "deep" / "s.json")
        one.save(tmp_path / "deep" / "s.json", journal=True)

        other.load(tmp_path / "deep" / "s.json")

        assert other.snapshot(journal=True) == one.snapshot(journal=True)
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["s.json"]


@pytest.mark.parametrize("in_memory", [True, False])
def test_copied_as_a_database(tmp_path: Path, in_memory: bool) -> None:  # noqa: FBT001 - given by name
    """A world in memory or in a file is copied into a new world file, journal and all, and the two part ways."""
    with Emulator(None if in_memory else tmp_path / "world.db") as one:
        one.handle(scaled(3))

        one.copy_to(tmp_path / "deep" / "copy.db")
        one.clock.advance(5)

        with Emulator.open(tmp_path / "deep" / "copy.db") as other:
            assert (other.world(), other.clock.now()) != (one.world(), one.clock.now())
            other.clock.advance(5)
            assert other.snapshot(journal=True) == one.snapshot(journal=True)
        with pytest.raises(FileExistsError, match="a world is copied into a new file"):
            one.copy_to(tmp_path / "deep" / "copy.db")


def test_many_nodes() -> None:
    """A large world is taken and restored."""
    with Emulator(world=world(pool={"resources": [cpu(10_000)]})) as one, Emulator() as other:
        other.restore(one.snapshot())

        assert other.handle(pool_request()).body == one.handle(pool_request()).body


def pool_request() -> Request:
    """A look at the pool of the large world."""
    return Request("GET", f"{POOLS}/pool-{PROJECT}")
