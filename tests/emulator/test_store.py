import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault, UnsupportedFileError, read_world
from modelarts_emulator.messages import Request
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.state.tables import ADDITIONS, FORMAT
from tests.emulator.wire import CPU, cpu

ADD_ONE = """
import sys
from modelarts_emulator import Emulator, PROJECT, TRAIN_POOL
from modelarts_emulator.state.store import Store
from pathlib import Path
store = Store(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    with store.transaction():
        store.put("count", store.get("count", 0) + 1)
store.close()
"""

GROW_FOR_EVER = """
import sys
from modelarts_emulator import Emulator, PROJECT, TRAIN_POOL, Request
emulator = Emulator.open(sys.argv[1])
for count in range(3, 10_000):
    patch = {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.4ud", "count": count}]}}
    emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", patch))
    print(count, flush=True)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that runs a program."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def grow(emulator: Emulator, count: int) -> None:
    """Ask for this many nodes in the training pool."""
    patch = {"spec": {"resources": [cpu(count)]}}
    emulator.handle(Request.of_json("PATCH", f"/v2/{PROJECT}/pools/{TRAIN_POOL}", patch))


def test_file_outlives_the_process(tmp_path: Path) -> None:
    """A world file keeps pools, time, faults and journal."""
    with Emulator.open(tmp_path / "deep" / "world.db", clock="scaled:60") as first:
        grow(first, 3)
        first.clock.set_mode("frozen")
        first.clock.advance(100)
        first.faults.arm(Fault("showPool", status=500))
        before = (first.world(), first.clock.now(), first.faults.armed(), first.journal.exchanges())

    with Emulator.open(tmp_path / "deep" / "world.db") as second:
        assert (second.world(), second.clock.now(), second.faults.armed(), second.journal.exchanges()) == before
        assert second.clock.mode == "frozen"


def test_two_see_one_world(tmp_path: Path) -> None:
    """Two emulators on one file see each other's requests, clock and faults at once."""
    with Emulator.open(tmp_path / "world.db") as one, Emulator.open(tmp_path / "world.db") as other:
        grow(one, 3)
        other.clock.advance(100)
        other.faults.arm(Fault("listPools", status=503))

        answer = one.handle(Request("GET", f"/v2/{PROJECT}/pools"))

        assert (answer.status, other.faults.unfired()) == (503, [])
        assert one.world() == other.world()
        assert one.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 3}


def test_no_update_is_lost(tmp_path: Path) -> None:
    """Four processes that each read and write a thousand times lose nothing."""
    Emulator.open(tmp_path / "world.db").close()

    writers = [start(ADD_ONE, tmp_path / "world.db", 1000) for _ in range(4)]
    codes = [writer.wait() for writer in writers]
    for writer in writers:
        writer.communicate()

    with Emulator.open(tmp_path / "world.db") as emulator:
        assert (codes, emulator._store.get("count")) == ([0] * 4, 4000)


def test_processes_may_begin_at_once(tmp_path: Path) -> None:
    """Several processes that make the same world file at the same time all succeed, with one world."""
    open_it = (
        "import sys; from modelarts_emulator import Emulator; print(len(Emulator.open(sys.argv[1]).world()['pools']))"
    )

    processes = [start(open_it, tmp_path / "world.db") for _ in range(4)]

    assert [process.communicate()[0] for process in processes] == ["3\n"] * 4


def test_killed_process_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After `kill -9` the file holds every request that was answered, and at most the one under way."""
    process = start(GROW_FOR_EVER, tmp_path / "world.db")
    assert process.stdout is not None
    answered = [process.stdout.readline() for _ in range(20)][-1]

    process.send_signal(signal.SIGKILL)
    answered = [answered, *process.communicate()[0].splitlines()][-1]

    with Emulator.open(tmp_path / "world.db") as emulator:
        pool = emulator.world()["pools"][TRAIN_POOL]
    assert pool["counts"][CPU] in {int(answered), int(answered) + 1}
    assert len(pool["nodes"]) == pool["counts"][CPU]


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (FORMAT + 1, f"has format {FORMAT + 1}, this version understands up to {FORMAT}; upgrade the package"),
        *(
            (
                earlier,
                f"has format {earlier} of an earlier version, .* remove the file to begin with a new world, or choose",
            )
            for earlier in range(1, min(ADDITIONS))
        ),
    ],
)
def test_file_of_another_version_is_refused(tmp_path: Path, version: int, reason: str) -> None:
    """A file of a later or much earlier version is left alone, with what to do about it."""
    Emulator.open(tmp_path / "world.db").close()
    with sqlite3.connect(tmp_path / "world.db") as connection:
        connection.execute(f"PRAGMA user_version={version}")
    connection.close()

    with pytest.raises(UnsupportedFileError, match=reason):
        Emulator.open(tmp_path / "world.db")


def test_file_is_named_by_a_text_or_a_path(tmp_path: Path) -> None:
    """A text names the same world file as a path does, and so it does for a world to read."""
    (tmp_path / "world.json").write_text('{"projects": {}}')

    with Emulator(str(tmp_path / "world.db"), world=read_world(str(tmp_path / "world.json"))) as emulator:
        made = emulator.snapshot()

    with Emulator(tmp_path / "world.db") as emulator, Emulator.open(str(tmp_path / "world.db")) as same:
        assert emulator.snapshot() == same.snapshot() == made


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """A database that is no world keeps its content."""
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()

    with pytest.raises(UnsupportedFileError, match="another program"):
        Emulator.open(tmp_path / "other.db")

    with sqlite3.connect(tmp_path / "other.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    connection.close()


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A text file is recognised and kept."""
    (tmp_path / "notes.txt").write_text("remember the milk, twice" * 100)

    with pytest.raises(UnsupportedFileError, match="is not an emulator world file"):
        Emulator.open(tmp_path / "notes.txt")

    assert (tmp_path / "notes.txt").read_text().startswith("remember")


def fail_halfway(emulator: Emulator) -> None:
    """Write something inside a transaction and then fail."""
    with emulator._store.transaction():
        emulator._store.put("count", 1)
        raise ZeroDivisionError


def test_half_a_transaction_is_none(tmp_path: Path) -> None:
    """What happens before an error inside a transaction is undone."""
    with Emulator.open(tmp_path / "world.db") as emulator:
        with pytest.raises(ZeroDivisionError):
            fail_halfway(emulator)

        assert emulator._store.get("count") is None


def fail_after_advancing(emulator: Emulator) -> None:
    """Move the clock and look at it inside a transaction, and then fail."""
    with emulator._store.transaction():
        emulator.clock.advance(5)
        assert emulator.clock.now() == EPOCH + 5
        raise ZeroDivisionError


def test_settings_of_half_a_transaction_are_forgotten() -> None:
    """A clock that was moved before an error stands where it stood, for whoever looks first, and can be moved again."""
    with Emulator() as emulator:
        with pytest.raises(ZeroDivisionError):
            fail_after_advancing(emulator)
        stood = emulator.clock.now()
        emulator.clock.advance(7)

        assert (stood, emulator.clock.now()) == (EPOCH, EPOCH + 7)


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_its_files_are_private(tmp_path: Path, mask: int) -> None:
    """Nobody else reads a world, its log, a copy or a snapshot of it, whatever is usual on the machine."""
    usual = os.umask(mask)
    try:
        with Emulator.open(tmp_path / "new" / "world.db") as emulator:
            emulator.save(tmp_path / "snapshot.json")
            emulator.copy_to(tmp_path / "copy.db")
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    finally:
        os.umask(usual)

    names = {"world.db", "world.db-wal", "world.db-shm", "snapshot.json", "copy.db"}
    assert modes == dict.fromkeys(names, 0o600)


def test_a_file_that_was_shared_on_purpose(tmp_path: Path) -> None:
    """A file that is there keeps the mode that somebody gave it."""
    Emulator.open(tmp_path / "world.db").close()
    (tmp_path / "world.db").chmod(0o660)

    with Emulator.open(tmp_path / "world.db"):
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == {0o660}


def test_a_name_that_the_locale_does_not_know(tmp_path: Path) -> None:
    """Where names of files are ASCII, another one is refused as such."""
    program = "import sys; from modelarts_emulator import Emulator; Emulator(sys.argv[1] + '/w\\xf6rld.db')"
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=ascii_only, capture_output=True, text=True, check=False
    )

    assert "UnsupportedFileError: " in done.stderr
    assert "w\\xf6rld.db' cannot be the name of a file here: names are in ascii; choose another" in done.stderr
