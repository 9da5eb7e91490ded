"""When the line is told that says what a run is about to do."""

from dataclasses import replace

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Emulator
from tests.engine.engine import Stack
from tests.engine.host import Host
from tests.engine.pools import CALL, FLAVOR, Hosts, train
from tests.resources.service import Hand


class Told:
    """What a host has told of plans, to be kept, since it was last asked."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._seen = 0

    def __call__(self) -> list[str]:
        """Return it."""
        lines, self._seen = self._host.lines[self._seen :], len(self._host.lines)
        return [line.text for line in lines if not line.ephemeral and line.text.startswith("plan: ")]


@pytest.fixture
def stack(own_host: Host) -> Stack:
    """A program with one pool, never run."""
    return Stack(own_host)


def test_is_once_by_each_phase_that_has_something_to_do(stack: Stack, start: Hosts, emulator: Emulator) -> None:
    """A new pool is told by its check, another change by the diff, and a run or a refresh at rest tells nothing.

    A repair that repeats what was done before is told too.
    """
    told = Told(stack.host)
    plans = [f'plan: flavors["{FLAVOR}"] {step}' for step in ("2 -> 3", "3 -> 4")]

    assert (stack.preview(train(3)) != {}, told()) == (True, plans[:1])
    assert (stack.up(train(3)) != {}, told()) == (True, plans[:1])
    assert (stack.up(train(3)), stack.refresh(), told()) == ({}, {}, [])
    assert (stack.preview(train(4)) != {}, told()) == (True, plans[1:])
    assert (stack.up(train(4)) != {}, told()) == (True, plans[1:])
    assert (stack.refresh(), stack.up(train(4)), told()) == ({}, {}, [])
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 3)
    stack.host = start()
    told = Told(stack.host)
    assert (stack.preview(train(4)) != {}, told()) == (True, plans[1:])


def test_leaves_out_what_is_ignored(stack: Stack, start: Hosts, emulator: Emulator) -> None:
    """What `ignore_changes` hides from the engine is not told either, also where a transformation has added it."""
    stack.up(train(3))
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 2)
    stack.host = start()
    told = Told(stack.host)
    described = "description (none) -> blue"
    hidden = {
        "flavors": [f"plan: {described}"],
        f'flavors["{FLAVOR}"]': [f"plan: {described}"],
        "changes": [],
        "*": [],
        "scope": [f'plan: flavors["{FLAVOR}"] 2 -> 3 (again); {described}'],
    }

    said = {}
    for ignored in hidden:
        stack.call = replace(CALL, ignore_changes=[ignored])
        stack.preview(train(3, description="blue"))
        said[ignored] = told()

    assert said == hidden


def test_is_not_doubled_by_a_replacement(stack: Stack) -> None:
    """Another pool is told where it is checked as a new one, not by the diff that finds it to be another."""
    stack.up(train(3))
    told = Told(stack.host)
    told()

    stack.preview({**train(3), "poolName": INFER_POOL})

    assert told() == []
