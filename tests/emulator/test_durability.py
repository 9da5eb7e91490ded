"""A world file holds what was answered, whatever happens to the processes that work on it."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Request
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.state.store import use_write_ahead_log
from tests.emulator import killed

MOVE_THE_CLOCK = """
import sys
from modelarts_emulator import Emulator, Request
with Emulator.open(sys.argv[1]) as emulator:
    for _ in range(int(sys.argv[2])):
        answer = emulator.handle(Request.of_json("POST", "/_emulator/clock", {"advance": 1}))
        assert answer.status == 200, answer
"""

LABEL = """
import sys
from modelarts_emulator import Emulator, PROJECT, TRAIN_POOL, Request
path = f"/v2/{PROJECT}/pools/{TRAIN_POOL}"
with Emulator.open(sys.argv[1]) as emulator:
    for number in range(int(sys.argv[2])):
        label = {"metadata": {"labels": {f"{sys.argv[3]}-{number}": "kept"}}}
        answer = emulator.handle(Request.of_json("PATCH", path, label))
        assert answer.status == 200, answer
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that runs a program."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(processes: list[subprocess.Popen[str]]) -> list[int]:
    """Exit statuses of processes, once all have ended."""
    for process in processes:
        process.communicate()
    return [process.returncode for process in processes]


@pytest.mark.long
def test_killed_before_every_single_statement(tmp_path: Path) -> None:
    """Killed between any two statements, a process leaves each request that it answered, and a further one or not."""
    command = [sys.executable, str(killed.__file__), str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["losses"], report["answered"]) == ([], len(killed.SCRIPT))
    assert report["killed"] > 500


def test_four_processes_move_one_clock(tmp_path: Path) -> None:
    """Four processes that each advance the clock a thousand times by a second make four thousand seconds."""
    Emulator.open(tmp_path / "world.db").close()

    codes = finish([start(MOVE_THE_CLOCK, tmp_path / "world.db", 1000) for _ in range(4)])

    with Emulator.open(tmp_path / "world.db") as emulator:
        assert (codes, emulator.clock.now()) == ([0] * 4, EPOCH + 4000)


def test_four_processes_patch_one_pool(tmp_path: Path) -> None:
    """Four processes that each merge labels into one pool lose none, and every exchange has a number of its own."""
    Emulator.open(tmp_path / "world.db").close()

    codes = finish([start(LABEL, tmp_path / "world.db", 100, name) for name in "abcd"])

    with Emulator.open(tmp_path / "world.db") as emulator:
        exchanges = emulator.journal.exchanges()
        answer = emulator.handle(Request("GET", f"/v2/{PROJECT}/pools/{TRAIN_POOL}"))
    labels = answer.json()["metadata"]["labels"]
    assert codes == [0] * 4
    assert {name for name, value in labels.items() if value == "kept"} == {
        f"{p}-{n}" for p in "abcd" for n in range(100)
    }
    assert len({item.response_headers["x-request-id"] for item in exchanges}) == len(exchanges) == 400


def test_without_write_ahead_log(tmp_path: Path) -> None:
    """Where a file system has no shared memory, as some network drives, SQLite's own journal does, with a warning."""
    path = tmp_path / "world.db"
    connection = sqlite3.connect(f"file:{path}?vfs=unix-dotfile", uri=True)

    with pytest.warns(UserWarning, match=f"{path} is on a file system without write-ahead log .journal mode delete."):
        use_write_ahead_log(connection, path)

    full = 2
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == full
    connection.close()
