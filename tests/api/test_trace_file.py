import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pulumi_modelarts.api.trace_file import TraceFile

WRITER = """
import sys
from pathlib import Path
from pulumi_modelarts.api.trace_file import TraceFile

file = TraceFile(Path(sys.argv[1]), print)
for number in range(50):
    file.append(sys.argv[2] * 20_000)
"""

FULL = """
import resource, sys
from pathlib import Path
from pulumi_modelarts.api.trace_file import TraceFile

file = TraceFile(Path(sys.argv[1]), print)
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (8, most))
file.append("abcdef")
file.append("is cut off")
file.append("is lost")
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
file.append("is whole")
"""


def untold(text: str) -> None:
    """Fail: nothing is to be said."""
    raise AssertionError(text)


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read it."""
    TraceFile(tmp_path / "t.jsonl", untold).append("{}")

    assert stat.S_IMODE((tmp_path / "t.jsonl").stat().st_mode) == 0o600


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    """Also by a second run."""
    for line in ("one", "two"):
        TraceFile(tmp_path / "t.jsonl", untold).append(line)

    assert (tmp_path / "t.jsonl").read_text(encoding="utf-8") == "one\ntwo\n"


def test_processes_and_threads_write_whole_lines(tmp_path: Path) -> None:
    """Several hosts with several threads each append to one file, and no line is mixed with another."""
    path, file = tmp_path / "t.jsonl", TraceFile(tmp_path / "t.jsonl", untold)
    barrier = threading.Barrier(4)

    def write(letter: str) -> None:
        barrier.wait()
        for _ in range(50):
            file.append(letter * 20_000)

    others = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), letter]) for letter in "ab"]
    threads = [threading.Thread(target=write, args=(letter,)) for letter in "cdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [other.wait(60) for other in others]

    lines = path.read_text(encoding="utf-8").splitlines()
    assert codes == [0, 0]
    assert sorted(lines) == sorted(letter * 20_000 for letter in "abcdef" for _ in range(50))


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """At once: a pipe that nobody reads would be waited for."""
    path = tmp_path / "t.jsonl"
    path.mkdir() if kind == "folder" else os.mkfifo(path)

    with pytest.raises(OSError, match="it is no ordinary file"):
        TraceFile(path, untold)


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    """Nobody meant to make it."""
    with pytest.raises(FileNotFoundError):
        TraceFile(tmp_path / "no" / "t.jsonl", untold)


def test_a_full_disk_is_told_once_and_stops_nobody(tmp_path: Path) -> None:
    """What is cut off stays a line of its own, so that those after it can be read."""
    path = tmp_path / "t.jsonl"

    run = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines() == [
        (
            f"MODELARTS_TRACE: {path} cannot be written any more: it took a part of a line only. The run goes on, "
            "and its trace is not complete."
        )
    ]
    assert path.read_text(encoding="utf-8").splitlines() == ["abcdef", "i", "is whole"]
