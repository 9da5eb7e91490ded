import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.__main__ import main


def run(*arguments: object) -> tuple[int, str, str]:
    """Run the command to its end: exit status, output, errors."""
    command = [sys.executable, "-m", "modelarts_emulator", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_until_stopped(tmp_path: Path, http: httpx.Client, ending: signal.Signals) -> None:
    """`serve` says where it listens, keeps the world in the file, and ends well when told to."""
    file = tmp_path / "world.db"
    command = [sys.executable, "-m", "modelarts_emulator", "serve", "--port", "0", "--file", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    banner = process.stdout.readline()

    status = http.get(f"{banner.split()[3].rstrip(',')}/v2/{PROJECT}/pools").status_code
    process.send_signal(ending)
    process.communicate()

    assert banner.startswith("ModelArts emulator on http://127.0.0.1:")
    assert (status, process.returncode) == (200, 0)
    with Emulator.open(file) as emulator:
        assert (emulator.clock.mode, len(emulator.journal.exchanges())) == ("scaled:60", 1)


def test_world(tmp_path: Path) -> None:
    """`world` prints a file's world as JSON."""
    with Emulator.open(tmp_path / "world.db") as emulator:
        expected = emulator.world()

    code, output, errors = run("world", "--file", tmp_path / "world.db")

    assert (code, json.loads(output), errors) == (0, expected, "")


def test_reset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`reset` takes a file's world back to its beginning."""
    with Emulator.open(tmp_path / "world.db") as emulator:
        before = emulator.world()
        emulator.set_node_phase(TRAIN_POOL, "os-node-created-mnmcf", "Abnormal")

    code = main(["reset", "--file", str(tmp_path / "world.db")])

    assert (code, capsys.readouterr().out) == (0, f"{tmp_path / 'world.db'} is back at its beginning\n")
    with Emulator.open(tmp_path / "world.db") as emulator:
        assert emulator.world() == before


@pytest.mark.parametrize("verb", ["world", "reset"])
def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    """A file that does not exist is an error that says how to name one, and none is made."""
    file = tmp_path / "none.db"

    code = main([verb, "--file", str(file)])

    expected = f"modelarts-emulator: {file} does not exist; name a world file with --file\n"
    assert (code, capsys.readouterr().err, file.exists()) == (1, expected, False)


def test_unknown_clock(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt clock setting is refused before anything is served."""
    with pytest.raises(SystemExit):
        main(["serve", "--clock", "fast"])

    assert "use real, frozen, auto or scaled:N" in capsys.readouterr().err
