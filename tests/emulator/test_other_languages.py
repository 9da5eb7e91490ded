"""Programs in other languages, each with nothing but its own library, grow a pool of an emulator over loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator
from modelarts_emulator.service.evidence.clients import driven_by
from tests import missing
from tests.emulator.official_sdk import strict_emulator
from tests.emulator.wire import CPU

PROGRAMS = Path(__file__).with_name("clients")
LONGEST = 120
"""Seconds for a program; Go compiles its library once per machine."""


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """An emulator that lets in who can prove it, on a clock that moves with those who wait."""
    with strict_emulator() as emulator:
        emulator.clock.set_mode("auto")
        yield emulator


def program(name: str, shown: str) -> str:
    """Path of a program that runs the client; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        missing.skip(shown, f"no {name} on PATH")
    return found


def run(emulator: Emulator, *command: str | Path, **environment: str) -> str:
    """Run a client against the emulator, whose URL and project follow the command's `URL`; return what it prints."""
    with emulator.serve() as server:
        words = [server.url if word == "URL" else str(word) for word in command]
        given = {**os.environ, **environment}
        done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def operations(emulator: Emulator) -> set[str | None]:
    """Operations that were answered well."""
    return {exchange.operation for exchange in emulator.journal.exchanges() if exchange.status < 300}


def test_javascript(strict: Emulator) -> None:
    """Node.js, whose requests a third signer signs, grows a pool and finds its order in the list."""
    node = program("node", "Node.js")

    printed = run(strict, node, PROGRAMS / "pools.mjs", "URL", PROJECT, TRAIN_POOL, AK="AKFAKE", SK="SKFAKE")

    assert printed == f"{TRAIN_POOL}: 2 -> 3, successed\n"
    assert strict.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 3}
    assert operations(strict) == driven_by("JavaScript")


def test_javascript_with_a_wrong_key(strict: Emulator) -> None:
    """Node.js with a wrong secret key is let in nowhere."""
    node, before = program("node", "Node.js"), strict.world()

    with pytest.raises(AssertionError, match="signature not match"):
        run(strict, node, PROGRAMS / "pools.mjs", "URL", PROJECT, TRAIN_POOL, AK="AKFAKE", SK="wrong")

    assert (strict.world(), operations(strict)) == (before, set())


def test_go(strict: Emulator) -> None:
    """Go logs in, grows a pool and follows its order."""
    go = program("go", "Go")
    alone = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "PASSWORD": "secret"}

    printed = run(strict, go, "run", PROGRAMS / "pools.go", "URL", PROJECT, TRAIN_POOL, "acme", "ann", **alone)

    assert printed == f"{TRAIN_POOL}: 2 -> 3, createNode succeed\n"
    assert strict.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 3}
    assert operations(strict) == driven_by("Go")


def test_curl() -> None:
    """A shell with curl grows a pool of an emulator that lets everybody in."""
    program("curl", "curl")
    with Emulator(clock="auto") as emulator:
        printed = run(emulator, "sh", PROGRAMS / "pools.sh", "URL", PROJECT, TRAIN_POOL, CPU, "3")

        assert printed == f"{TRAIN_POOL}: 3 nodes, succeed\n"
        assert emulator.world()["pools"][TRAIN_POOL]["counts"] == {CPU: 3}
        assert operations(emulator) == driven_by("curl")
