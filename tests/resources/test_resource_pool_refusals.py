"""What the service would refuse is refused in the preview, at the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import UnreadableError
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand


class TestSeveralProblems:
    def test_are_told_at_once(self, stack: Stack) -> None:
        """What is wrong by itself, and what only the service shows to be wrong, come together."""
        with pytest.raises(CheckFailedError) as refused:
            stack.preview({"poolName": TRAIN_POOL, "flavors": {"modelarts.vm.cpu.4u": 1.0}, "scope": ["Tram"]})

        assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
            "scope[0]",
            'flavors["modelarts.vm.cpu.4u"]',
        ]

    def test_are_those_of_the_program_where_a_rule_of_it_is_wrong(self, stack: Stack, emulator: Emulator) -> None:
        """Without the budget nobody can tell what may be removed: the service is not asked."""
        with pytest.raises(CheckFailedError) as refused:
            stack.preview(train(1, maxScaleIn=-1))

        assert str(refused.value).startswith("max_scale_in: ")
        assert emulator.journal.exchanges() == []

    def test_are_those_of_the_program_where_the_service_does_not_answer(self, stack: Stack, emulator: Emulator) -> None:
        """A scope that no pool can have is refused whatever the service says."""
        emulator.faults.arm(Fault("listPools", status=403, code="ModelArts.0112"))

        with pytest.raises(CheckFailedError) as refused:
            stack.preview(train(1, scope=["Tram"]))

        assert str(refused.value).startswith("scope[0]: ")
        assert len(str(refused.value).splitlines()) == 1


class TestAPoolThatCannotBeRead:
    def test_is_an_error_of_its_own(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """One odd pool of the listing fails its own resource, at once; another one is previewed as ever."""
        before = emulator.clock.now()
        listed = hand.listed()
        next(pool for pool in listed["items"] if pool["metadata"]["name"] == INFER_POOL)["spec"]["resources"] = "x"
        emulator.faults.arm(Fault("listPools", body=listed))

        shown = stack.preview(train(3))["changes"]
        with pytest.raises(UnreadableError, match=f"read resource pool {INFER_POOL} in the list of resource pools"):
            stack.preview({"poolName": INFER_POOL, "flavors": {CPU: 1.0}})

        assert shown == {f"flavors.{CPU}": "2 -> 3"}
        assert emulator.clock.now() == before
