"""The pool's provider in Pulumi's own host process, on every supported SDK and Python.

What is shown here depends on the host: its pickling, its threads and calls, and what the bridge finds in them.
"""

import re
from dataclasses import replace

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from tests.engine.host import UNKNOWN, Host, InitFailedError, LogLine
from tests.engine.pools import CALL, FLAVOR, URN, train


def test_a_pool_is_adopted_and_grows(host: Host) -> None:
    """The check names what will change, the creation does it and shows its progress in the resource's row."""
    inputs, failures = host.check(train(3), call=CALL)
    id_, outputs = host.create(inputs, CALL)

    assert (failures, inputs["changes"]) == ([], {f"flavors.{FLAVOR}": "2 -> 3"})
    assert (id_, outputs["nodeCounts"]) == (TRAIN_POOL, {FLAVOR: 3})
    assert LogLine(URN, f"2/3 nodes of {FLAVOR}", "INFO", ephemeral=True) in host.lines
    plan, sent = (line for line in host.lines if not line.ephemeral)
    assert plan == LogLine(URN, f'plan: flavors["{FLAVOR}"] 2 -> 3', "INFO", ephemeral=False)
    assert re.fullmatch(
        rf"sent: change pool {TRAIN_POOL}: flavors\[\"{FLAVOR}\"\] 2 -> 3 \(order \S+, request [0-9a-f]{{32}}\)",
        sent.text,
    )


def test_half_an_order_keeps_the_resource(host: Host, emulator: Emulator) -> None:
    """What a partial order got is kept with the reason, as an initialisation failure; an update finishes the rest."""
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))
    inputs, _ = host.check(train(4), call=CALL)

    with pytest.raises(InitFailedError) as failure:
        host.create(inputs, CALL)
    kept = failure.value
    again, _ = host.check(inputs, inputs, CALL)
    outputs = host.update(kept.id, kept.properties, again, replace(CALL, old_inputs=inputs))

    assert (kept.id, kept.properties["flavors"]) == (TRAIN_POOL, {FLAVOR: 4})
    assert FLAVOR in kept.reasons[0]
    assert again["changes"] == {f"flavors.{FLAVOR}": "3 -> 4"}
    assert outputs["nodeCounts"] == {FLAVOR: 4}


def test_custom_timeouts_bound_the_wait(host: Host, emulator: Emulator) -> None:
    """The engine's timeout is the deadline, and what was seen last is in the reason."""
    emulator.clock.set_mode("scaled:1")
    inputs, _ = host.check(train(3), call=CALL)

    with pytest.raises(InitFailedError) as failure:
        host.create(inputs, replace(CALL, timeout=0.3))

    assert f"2/3 nodes of {FLAVOR}" in str(failure.value)


def test_what_is_not_known_yet_stays_so(host: Host, emulator: Emulator) -> None:
    """A count that another resource will give makes the whole map of changes unknown, and nothing is sent."""
    inputs, failures = host.check(train(UNKNOWN), call=CALL)

    assert (failures, inputs["changes"]) == ([], UNKNOWN)
    assert emulator.journal.writes() == []
