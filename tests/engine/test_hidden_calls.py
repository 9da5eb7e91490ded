"""An SDK that hides the engine's calls takes comfort away, not function."""

from pathlib import Path

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from tests.engine.engine import Stack
from tests.engine.host import CallFailedError, InitFailedError
from tests.engine.pools import FLAVOR, Hosts, train
from tests.resources.service import Hand

HIDING = (Path(__file__).parent / "hiding" / "pulumi" / "dynamic" / "__main__.py",)


def test_a_pool_is_managed_all_the_same_and_the_loss_is_said_once(start: Hosts, emulator: Emulator) -> None:
    """Without urn, trailer, workers and cancel a pool is adopted, grown and released, with a warning for each loss.

    What was sent is told under the stack, as there is no row.
    """
    host = start(program=HIDING)
    stack = Stack(host)

    shown = stack.up(train(3))["changes"], stack.up(train(4))["changes"]
    stack.destroy()

    assert shown == ({f"flavors.{FLAVOR}": "2 -> 3"}, {f"flavors.{FLAVOR}": "3 -> 4"})
    assert emulator.world()["pools"][TRAIN_POOL]["counts"] == {FLAVOR: 4}
    assert {(line.urn, line.ephemeral) for line in host.lines} == {("", False)}
    sent = [line.text.partition(": ")[0] for line in host.lines if line.severity == "INFO"]
    lost = [line.text.partition(": ")[2] for line in host.lines if line.severity == "WARNING"]
    assert sent == ["sent", "sent"]
    assert sorted(lost) == [
        "Ctrl-C ends no wait. Everything else works as usual.",
        "no more calls at once than it serves by itself. Everything else works as usual.",
        "no status lines, and unfinished work fails as a plain error. Everything else works as usual.",
    ]
    assert host.printed == ""


def test_the_same_repair_as_before_a_run_at_rest_is_made(start: Hosts, emulator: Emulator) -> None:
    """What outputs tell of an earlier run does not pass for what is recorded, which hidden calls do not tell."""
    stack = Stack(start(program=HIDING))
    stack.up(train(3))
    stack.up(train(3))
    Hand(emulator).scale(TRAIN_POOL, FLAVOR, 2)
    stack.host = start(program=HIDING)

    shown = stack.up(train(3))

    assert shown == {"changes": {f"flavors.{FLAVOR}": "2 -> 3"}}
    assert emulator.world()["pools"][TRAIN_POOL]["counts"] == {FLAVOR: 3}


def test_unfinished_work_is_a_plain_error_and_the_next_run_finishes_it(start: Hosts, emulator: Emulator) -> None:
    """A partial order fails in one sentence, without traceback or the errors behind it; the state stays as it was."""
    stack = Stack(start(program=HIDING))
    stack.up(train(3))
    before = stack.state
    emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1)))

    with pytest.raises(CallFailedError) as failed:
        stack.up(train(6))
    kept = stack.state
    stack.up(train(6))

    assert not isinstance(failed.value, InitFailedError)
    assert str(failed.value).startswith(f"PartlyDoneError: changing resource pool '{TRAIN_POOL}'")
    assert "4 of 6 nodes are there, 2 missing" in str(failed.value)
    assert "Traceback" not in str(failed.value)
    assert "above exception" not in str(failed.value)
    assert kept is before
    assert emulator.world()["pools"][TRAIN_POOL]["counts"] == {FLAVOR: 6}
