"""A creation that is killed at each of its requests, once the service has acted on it and before it has answered."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.resources.auditor import Auditor
from tests.resources.interference import Killed, mortal
from tests.resources.lifetime import Life
from tests.resources.service import Hand
from tests.resources.team import BLUE, QUICK, RED, Team

if TYPE_CHECKING:
    from modelarts_emulator import Emulator

pytestmark = pytest.mark.long  # hundreds of runs; some of them are drawn in `make test`

TEAM = Team(blue=2, red=1)


@pytest.mark.parametrize("refreshed", [False, True], ids=["at-once", "after-a-refresh"])
def test_one_run_finishes_what_was_killed(emulator: Emulator, *, refreshed: bool) -> None:
    """Wherever it was killed, the next run ends as declared, each pool is made once, and the run after it is silent."""
    requests = 0
    killed = True
    while killed:
        requests += 1
        emulator.seed(QUICK)
        emulator.journal.clear()
        auditor = Auditor(emulator, requests, answered=True, program=TEAM.program())
        life = Life(partial(mortal, emulator, auditor, f"killed-{id(emulator)}"), auditor.begin)
        with suppress(Killed):
            life.up(TEAM.program())
        killed, auditor.requests = auditor.requests is None, None
        if refreshed:
            life.refresh()

        life.up(TEAM.program())
        made = [exchange.status for exchange in emulator.journal.exchanges("createPool")]
        auditor.writes.clear()
        life.up(TEAM.program())

        hand = Hand(emulator)
        assert (life.said, auditor.faults, len(hand.nodes(BLUE)), len(hand.nodes(RED))) == ({}, [], 2, 1)
        assert (made, auditor.writes) == ([200, 200], [])
    assert requests > 10
