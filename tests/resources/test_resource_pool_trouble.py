from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from modelarts_emulator import TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.api.errors import BadRequestError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack
from tests.resources.service import Hand, world

if TYPE_CHECKING:
    from modelarts_emulator import Emulator


class TestAPartialOrder:
    @pytest.mark.parametrize("left", ["wanted", "real"])
    def test_lists_what_is_missing_and_is_finished_by_the_next_run(
        self, adopted: Stack, hand: Hand, emulator: Emulator, left: Literal["wanted", "real"]
    ) -> None:
        """Whether the service leaves the wanted or the real count behind, the next run buys just what is missing."""
        emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=1, spec=left)))

        with pytest.raises(PartlyDoneError) as failed:
            adopted.up(train(6))
        asked_last = emulator.journal.exchanges()[-1].operation
        shown = adopted.up(train(6))

        assert f'flavors["{CPU}"]: 4 of 6 nodes are there, 2 missing' in str(failed.value)
        assert asked_last == "showOrder"  # the error has the pool: nobody asks for it again
        assert shown["changes"] == {f"flavors.{CPU}": "4 -> 6"}
        assert hand.counts(TRAIN_POOL) == {CPU: 6}


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [
            Fault("patchPool", status=429, code="APIGW.0308", retry_after=7),
            Fault("patchPool", status=503),
            Fault("patchPool", drop="reset"),
            Fault("patchPool", drop="reset", when="after"),
            Fault("patchPool", drop="truncate", when="after"),
            Fault("patchPool", cut_json=True, when="after"),
            Fault("showPool", status=500),
            Fault("listPools", status=502, times=3),
            Fault("listPools", cut_json=True),
        ],
        ids=lambda fault: f"{fault.operation}-{fault.status or fault.drop or 'cut'}-{fault.when}",
    )
    def test_on_the_way_is_survived_without_a_double_order(
        self, adopted: Stack, hand: Hand, emulator: Emulator, trouble: Fault
    ) -> None:
        """Throttling, errors and lost answers end in the declared count, bought once."""
        emulator.clock.advance(60)
        emulator.faults.arm(trouble)

        adopted.up(train(5))

        assert hand.counts(TRAIN_POOL) == {CPU: 5}
        assert len(hand.orders(TRAIN_POOL)) == 2


class TestALostAnswer:
    def test_to_a_patch_keeps_what_may_have_been_done(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """A patch that nobody ever answered may have arrived: the run is half done, and the next one finishes it."""
        emulator.faults.arm(Fault("patchPool", drop="reset", when="after", times=None))

        with pytest.raises(PartlyDoneError, match="the service may have acted on it"):
            adopted.up(train(5))
        emulator.faults.clear()
        adopted.up(train(5))

        assert hand.counts(TRAIN_POOL) == {CPU: 5}
        assert len(hand.orders(TRAIN_POOL)) == 2

    def test_to_nothing_that_was_sent_is_no_work(self, adopted: Stack, emulator: Emulator) -> None:
        """A patch that the service refuses is an error, and nothing is half done."""
        emulator.faults.arm(Fault("patchPool", status=400, code="ModelArts.50004000", message="no such flavor"))

        with pytest.raises(BadRequestError, match="no such flavor"):
            adopted.up(train(5))


class TestAPoolThatTakesNoChange:
    def test_is_left_in_peace_when_nothing_would_change(self, stack: Stack, emulator: Emulator) -> None:
        """A frozen pool can be adopted, previewed and refreshed."""
        emulator.seed(world(pool=TRAIN_POOL, control_mode=8))

        seen = stack.up(train(2))["changes"], stack.up(train(2)), stack.refresh()

        assert seen == ({}, {}, {})

    def test_fails_only_where_the_run_would_touch_it(self, stack: Stack, emulator: Emulator) -> None:
        """Growing a frozen pool fails in the preview, with the state that forbids it."""
        emulator.seed(world(pool=TRAIN_POOL, control_mode=8))

        with pytest.raises(CheckFailedError, match=r"is frozen \(controlMode 8\)"):
            stack.preview(train(3))


class TestAPoolThatIsBroken:
    def test_takes_what_does_not_need_it_whole(self, stack: Stack, emulator: Emulator) -> None:
        """A pool in Error takes another description; that it is broken is not this run's failure."""
        emulator.seed(world(pool=TRAIN_POOL, phase="Error"))
        stack.up(train(2))

        stack.up(train(2, description="to be repaired"))

        assert stack.refresh() == {}
