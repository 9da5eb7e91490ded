"""States of earlier versions, opened by this one in the host of every SDK."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelarts_emulator import Emulator
from tests import missing
from tests.engine.engine import Stack, State
from tests.engine.environments import OWN_PYTHON, SDKS, Environment, UnavailableError
from tests.engine.host import Call, Host
from tests.states.kept import NAMES, Kept

pytestmark = pytest.mark.long

COMPUTED = {"__provider", "changes", "moves"}
"""Inputs that no program gives."""


@pytest.fixture(params=NAMES)
def kept(request: pytest.FixtureRequest) -> Kept:
    """The state of each version that is kept."""
    return Kept.read(request.param)


@pytest.fixture
def service(tmp_path: Path, kept: Kept) -> Iterator[Emulator]:
    """What the service had when it was written."""
    with Emulator.open(tmp_path / "emulator.db", clock="scaled:600") as emulator:
        emulator.seed(kept.world)
        yield emulator


@pytest.fixture(params=SDKS)
def start(request: pytest.FixtureRequest, tmp_path: Path, kept: Kept) -> Callable[[], Host]:
    """Makes a host of each SDK for that service, with the settings that the stack had; enter it to start it."""
    try:
        python = Environment(OWN_PYTHON, request.param).interpreter()
    except UnavailableError as error:
        missing.skip(f"SDK {request.param}", str(error))
    place = {"modelarts:endpoint": "emulator", "modelarts:emulatorFile": str(tmp_path / "emulator.db")}
    settings = {key: str(value).lower() for key, value in kept.config.items()}
    return lambda: Host("", python, place | settings)


def test_open_with_nothing_to_do(kept: Kept, service: Emulator, start: Callable[[], Host]) -> None:
    """Neither a preview nor a refresh shows anything, before and after it; a destroy takes away what was made alone."""
    adopted = {name for name in service.world()["pools"] if "team-" not in name}

    with start() as host:
        stacks = opened(kept, host)
        shown = [previews(stacks), refreshes(stacks), previews(stacks)]
    written = service.journal.writes()
    with start() as host:
        for stack, _ in reversed(opened(kept, host).values()):
            stack.destroy()

    assert shown == [{}, {}, {}]
    assert written == []
    assert service.world()["pools"].keys() == adopted


Opened = dict[str, tuple[Stack, dict[str, object]]]
"""Each resource of a stack with what its program declares of it, by name."""


def opened(kept: Kept, host: Host) -> Opened:
    """Return the resources of a state, as a command of this version meets them."""
    found: Opened = {}
    for resource in kept.resources():
        inputs, outputs = ({key: each[key] for key in each if key != "__provider"} for each in recorded(resource))
        stack = Stack(host.serving(resource["inputs"]["__provider"]), Call(urn=resource["urn"]))
        stack.state = State(resource["id"], inputs, outputs)
        declared = {key: value for key, value in inputs.items() if key not in COMPUTED}
        found[resource["urn"].rpartition("::")[2]] = stack, declared
    return found


def recorded(resource: dict[str, dict[str, object]]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the inputs and outputs of a resource."""
    return resource["inputs"], resource["outputs"]


def previews(stacks: Opened) -> dict[str, object]:
    """Return what a preview shows, by resource."""
    return {name: shown for name, (stack, declared) in stacks.items() if (shown := stack.preview(declared))}


def refreshes(stacks: Opened) -> dict[str, object]:
    """Return what a refresh shows, by resource."""
    return {name: shown for name, (stack, _) in stacks.items() if (shown := stack.refresh())}
