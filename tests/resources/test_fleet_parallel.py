"""Moves of a fleet that have nothing to do with each other go on at the same time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.resources.fleet_program import IDS, FleetProgram, fleet_world, pools
from tests.resources.interference import mortal
from tests.resources.pools import CPU

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand

PATIENCE = 60.0
"""Seconds for which a request waits for another one; none does where both are sent."""


class Together(httpx.BaseTransport):
    """Answers no request to move nodes before there is another one."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = emulator.transport()
        self._both = threading.Barrier(2, timeout=PATIENCE)
        self._guard = threading.Lock()
        self.sent: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, once there is another one like it."""
        if request.url.path.endswith("/nodes/batch-migrate"):
            with self._guard:
                self.sent.append(request.url.path.split("/")[-3])
            self._both.wait()
        return self._inner.handle_request(request)


@pytest.mark.parametrize("policy", [{"strategy": {"maxUnavailable": 2.0}}], ids=["two-away"])
def test_go_side_by_side_within_what_may_be_away(
    emulator: Emulator, hand: Hand, request: pytest.FixtureRequest, policy: dict[str, Any]
) -> None:
    """Two pairs of pools, of different flavors: both requests are sent before either is answered."""
    other = "modelarts.vm.cpu.8ud"
    emulator.seed(fleet_world(train={CPU: 2}, infer={CPU: 1}, east={other: 2}, west={other: 1}))
    together = Together(emulator)
    program = FleetProgram(lambda: mortal(emulator, together, request.node.nodeid), policy=policy)

    program.up(pools(train={CPU: 1}, infer={CPU: 2}, east={other: 1}, west={other: 2}))

    assert program.said == {}
    assert sorted(together.sent) == sorted([IDS["train"], IDS["east"]])
    assert (hand.counts(IDS["infer"]), hand.counts(IDS["west"])) == ({CPU: 2}, {other: 2})
