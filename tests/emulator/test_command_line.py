import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from modelarts_emulator import NODE, PROJECT, TRAIN_POOL, Emulator, read_world
from modelarts_emulator.__main__ import main
from modelarts_emulator.state.clock import EPOCH


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


def test_serve_begins_now(http: httpx.Client) -> None:
    """A served world begins when it is served, as its clients look for what they did by their own clocks."""
    before = time.time()
    served = Served()

    now = http.get(served.url + "/_emulator/clock").json()["now"]

    served.stop()
    assert now >= before


def test_serve_begins_when_it_is_told_to(http: httpx.Client) -> None:
    """A moment that is given is the beginning, to the second."""
    served = Served("--begins", "2026-01-01T00:00:00Z", "--clock", "frozen")

    now = http.get(served.url + "/_emulator/clock").json()["now"]

    served.stop()
    assert now == EPOCH


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


def test_reset_of_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`reset --project` takes one project back, and no time."""
    with Emulator.open(tmp_path / "world.db") as emulator:
        before = emulator.world()
        emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        emulator.clock.advance(5)

    code = main(["reset", "--file", str(tmp_path / "world.db"), "--project", PROJECT])

    assert (code, capsys.readouterr().out) == (
        0,
        f"project {PROJECT} of {tmp_path / 'world.db'} is back at its beginning\n",
    )
    with Emulator.open(tmp_path / "world.db") as emulator:
        assert (emulator.world(), emulator.clock.now()) == (before, EPOCH + 5)


def test_check_and_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The example that is printed can exist, and a world file can begin anew with it."""
    code = main(["example"])
    (tmp_path / "world.yaml").write_text(capsys.readouterr().out)
    Emulator.open(tmp_path / "world.db").close()

    codes = [
        code,
        main(["check", str(tmp_path / "world.yaml")]),
        main(["seed", "--file", str(tmp_path / "world.db"), str(tmp_path / "world.yaml")]),
    ]

    holds = "3 pools, 6 nodes, 1 training job"
    assert (codes, capsys.readouterr().out) == ([0] * 3, f"ok: {holds}\n{tmp_path / 'world.db'} holds {holds}\n")
    with Emulator.open(tmp_path / "world.db") as emulator:
        assert emulator.seeded() == read_world(tmp_path / "world.yaml")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pools: {}", "impossible world: world: unknown field 'pools', use"),
        ("seed: on", "world.yaml:1:7: 'on' is read as bool by YAML"),
        (None, "No such file or directory"),
    ],
)
@pytest.mark.parametrize("verb", ["check", "seed", "serve"])
def test_worlds_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str, text: str | None, reason: str
) -> None:
    """A world that cannot be is refused with the reason and exit status 1, and a file stays as it was."""
    if text is not None:
        (tmp_path / "world.yaml").write_text(text)
    with Emulator.open(tmp_path / "old.db") as emulator:
        before = emulator.snapshot()
    arguments = {
        "check": ["check", str(tmp_path / "world.yaml")],
        "seed": ["seed", "--file", str(tmp_path / "old.db"), str(tmp_path / "world.yaml")],
        "serve": ["serve", "--file", str(tmp_path / "new.db"), "--world", str(tmp_path / "world.yaml")],
    }

    code = main(arguments[verb])

    output = capsys.readouterr()
    assert (code, output.out) == (1, "")
    assert output.err.startswith("modelarts-emulator: ")
    assert reason in output.err
    assert not (tmp_path / "new.db").exists()
    with Emulator.open(tmp_path / "old.db") as emulator:
        assert emulator.snapshot() == before


def test_snapshot_and_restore(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`snapshot` prints a world file, and `restore` makes another one of it."""
    with Emulator.open(tmp_path / "one.db") as emulator:
        emulator.set_node_phase(TRAIN_POOL, NODE, "Abnormal")
        emulator.clock.advance(5)
        expected = emulator.snapshot()
    code = main(["snapshot", "--file", str(tmp_path / "one.db")])
    (tmp_path / "s.json").write_text(capsys.readouterr().out)

    codes = [code, main(["restore", "--file", str(tmp_path / "other.db"), str(tmp_path / "s.json")])]

    assert codes == [0, 0]
    assert capsys.readouterr().out == f"{tmp_path / 'other.db'} holds 3 pools, 6 nodes, 1 training job\n"
    assert json.loads((tmp_path / "s.json").read_text()) == expected
    with Emulator.open(tmp_path / "other.db") as emulator:
        assert emulator.snapshot() == expected


def test_restoring_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no snapshot is refused, and no new file comes of it."""
    (tmp_path / "s.json").write_text("{}")

    code = main(["restore", "--file", str(tmp_path / "world.db"), str(tmp_path / "s.json")])

    assert (code, capsys.readouterr().err[:41]) == (1, "modelarts-emulator: this is no snapshot: ")
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`copy` copies a world file while another process has it open, and overwrites nothing."""
    with Emulator.open(tmp_path / "one.db") as emulator:
        emulator.clock.advance(5)
        arguments = ["copy", "--file", str(tmp_path / "one.db"), str(tmp_path / "other.db")]

        codes = [main(arguments), main(arguments)]

        assert (codes, "a world is copied into a new file" in capsys.readouterr().err) == ([0, 1], True)
        with Emulator.open(tmp_path / "other.db") as other:
            assert other.snapshot() == emulator.snapshot()


class Served:
    """A `serve` command that is stopped at the end."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "modelarts_emulator", "serve", "--port", "0", *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[3].rstrip(",")

    def stop(self) -> str:
        """End it; what it said to its log."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate()[1]


def test_serve_a_world(tmp_path: Path, http: httpx.Client) -> None:
    """`serve --world` begins with a world; a file that exists keeps its own, and says so."""
    world = {"projects": {"p": {"pools": {}}}, "seed": "mine"}
    (tmp_path / "world.json").write_text(json.dumps(world))
    Emulator.open(tmp_path / "old.db").close()

    seen = []
    for file in ("new.db", "old.db"):
        served = Served("--world", tmp_path / "world.json", "--file", tmp_path / file)
        seeded = http.get(served.url + "/_emulator/seed").json()
        seen.append((seeded == world, served.stop()))

    warning = f"{tmp_path / 'old.db'} keeps its world; `modelarts-emulator seed` begins it anew"
    assert seen == [(True, ""), (False, f"modelarts-emulator: warning: {warning}\n")]


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o644, True)])
def test_serve_with_credentials(tmp_path: Path, http: httpx.Client, mode: int, warned: bool) -> None:  # noqa: FBT001 - given by name
    """`serve --credentials` lets in whom the file names, warns when others can read it, and shows no secret."""
    user = {"domain": "acme", "name": "ann", "password": "correct horse"}
    path = tmp_path / "credentials.yaml"
    path.write_text(json.dumps({"access_keys": {"AKFAKE": "SKFAKE"}, "users": [user], "max_skew": None}))
    path.chmod(mode)
    identity = {"password": {"user": {"name": "ann", "password": "correct horse", "domain": {"name": "acme"}}}}

    served = Served("--credentials", path)
    refused = http.get(f"{served.url}/v2/{PROJECT}/pools").status_code
    token = http.post(f"{served.url}/v3/auth/tokens", json={"auth": {"identity": identity}}).headers["x-subject-token"]
    granted = http.get(f"{served.url}/v2/{PROJECT}/pools", headers={"x-auth-token": token}).status_code
    verifies = http.get(f"{served.url}/_emulator/health").json()["verifies_callers"]
    log = served.stop()

    assert (refused, granted, verifies) == (401, 200, True)
    assert (f"others can read {path}: chmod 600 it" in log) == warned
    assert "SKFAKE" not in log


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"keys": {}}, "unknown field 'keys', use access_keys"),
        ({"access_keys": ["SKFAKE"]}, "access_keys must be a map from access keys to strings"),
        ({"access_keys": {"AKFAKE": 1}}, "access_keys must be a map from access keys to strings"),
        ({"users": [{"name": "ann", "password": "SKFAKE"}]}, "users must be a list of maps with domain, name"),
        ({"max_skew": "SKFAKE"}, "max_skew must be a number of seconds, or null"),
    ],
)
def test_credentials_that_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: object, reason: str
) -> None:
    """A file of another form is refused with what is wrong, and with nothing of what it holds."""
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps(document))
    path.chmod(0o600)

    code = main(["serve", "--port", "0", "--credentials", str(path)])

    errors = capsys.readouterr().err
    assert (code, errors.startswith(f"modelarts-emulator: {path}: {reason}")) == (1, True)
    assert "SKFAKE" not in errors


def test_serving_openly_warns() -> None:
    """`serve` on another address than loopback says what that means."""
    log = Served("--host", "0.0.0.0").stop()  # noqa: S104 - that is what it warns of

    expected = "modelarts-emulator: warning: 0.0.0.0 is not loopback; whoever reaches it can change this world\n"
    assert log == expected


@pytest.mark.parametrize("verb", ["world", "reset", "snapshot"])
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
