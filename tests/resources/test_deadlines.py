"""The deadline of a call ends everything that is done for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import ServerError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.reconcilers.watch import Watch
from pulumi_modelarts.reconcilers.work import work_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator
    from pulumi_modelarts.reconcilers.session import Session

REQUESTS = {
    "listPools": lambda session: session.snapshot(),
    "listPoolNodes": lambda session: session.nodes_of(TRAIN_POOL, read_after=0.0),
    "listWorkloads": lambda session: work_in(session, TRAIN_POOL),
    "listWorkspaces": lambda session: session.workspaces,
    "patchPool": lambda session: session.client.resource_pools.patch(TRAIN_POOL, {}),
}


@pytest.mark.parametrize(("operation", "ask"), REQUESTS.items(), ids=REQUESTS)
def test_a_request_is_given_up_with_the_call_it_is_made_for(
    emulator: Emulator, session: Session, operation: str, ask: Callable[[Session], object]
) -> None:
    """A service that breaks down is asked again until the call's patience ends, not for two minutes more."""
    emulator.faults.arm(Fault(operation, status=503, times=None))
    watch = Watch(session, Deadline.after(10, session.clock), lambda _: None, lambda _: None)
    began = session.clock.monotonic()

    with pytest.raises(ServerError):
        ask(watch.session)

    assert session.clock.monotonic() - began <= 10
    assert len([exchange for exchange in emulator.journal.exchanges() if exchange.operation == operation]) > 2
    emulator.faults.clear()
