"""What ModelArts does, case by case, on the emulator: in process, and over loopback where a client may go anywhere."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from modelarts_emulator import Emulator
from modelarts_emulator.manifest import running, surroundings
from modelarts_emulator.manifest.case import Case
from modelarts_emulator.manifest.endpoint import Endpoint
from modelarts_emulator.manifest.reading import cases
from modelarts_emulator.manifest.remote import connected
from tests.contract.places import ACCESS_KEY, SECRET_KEY, WHOM, beside

CASES = [pytest.param(case, id=case.name) for case in cases() if case.steps]
LOOPBACK = [
    pytest.param(case, id=case.name, marks=() if case.reach == "anywhere" else pytest.mark.long)
    for case in cases()
    if case.steps and not case.open
]


@pytest.fixture(scope="module")
def verifying() -> Iterator[Endpoint]:
    """An emulator of this process: each case gives it a world of its own."""
    with Emulator(credentials=WHOM) as emulator:
        yield beside(emulator)


@pytest.fixture(scope="module")
def open_one() -> Iterator[Endpoint]:
    """One that lets everybody in."""
    with Emulator() as emulator:
        yield replace(beside(emulator), verifies=False)


@pytest.fixture(scope="module")
def over_loopback() -> Iterator[Endpoint]:
    """An emulator behind a socket, reached as `evidence --check` reaches it."""
    around = surroundings.read({"HW_ACCESS_KEY": ACCESS_KEY, "HW_SECRET_KEY": SECRET_KEY})
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(clock="real", credentials=WHOM))
        server = stack.enter_context(emulator.serve())
        yield stack.enter_context(connected(server.url, around))


def came_of(case: Case, endpoint: Endpoint) -> running.Verdict:
    """What comes of a case."""
    (verdict,) = running.run([case], endpoint, changes=True)
    return verdict


@pytest.mark.parametrize("case", CASES)
def test_in_process(verifying: Endpoint, open_one: Endpoint, case: Case) -> None:
    """The emulator does what the case says, and no answer has a field that is in no contract."""
    assert came_of(case, open_one if case.open else verifying) == running.Verdict(case, "agrees")


@pytest.mark.parametrize("case", LOOPBACK)
def test_over_loopback(over_loopback: Endpoint, case: Case) -> None:
    """It does so over HTTP, too, for who signs as the service wants it."""
    assert came_of(case, over_loopback) == running.Verdict(case, "agrees")
