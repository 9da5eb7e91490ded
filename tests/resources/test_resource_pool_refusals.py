"""What the service would refuse is refused in the preview, at the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import UnreadableError
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack, configured, connect
from tests.resources.service import world
from tests.resources.subjects import LONG_AFTER

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


class TestADisplayName:
    """What people read in the console is no id."""

    def test_is_answered_with_the_id(self, stack: Stack) -> None:
        """Whoever gives the display name in place of the id is told the id to write."""
        with pytest.raises(CheckFailedError) as refused:
            stack.preview({"poolName": "auto-pool-os", "scope": ["Train"]})

        assert str(refused.value) == (
            f"pool_name: 'auto-pool-os' is the display name of {TRAIN_POOL!r}, and a label only; "
            f'write pool_name="{TRAIN_POOL}"'
        )

    def test_that_looks_like_an_id_is_too(self, stack: Stack, hand: Hand, emulator: Emulator) -> None:
        """A display name may have the form of an id; then the pool of that name is the one that is meant."""
        listed, label = hand.listed(), TRAIN_POOL.replace("auto", "train")
        for found in listed["items"]:
            if found["metadata"]["name"] == TRAIN_POOL:
                found["metadata"]["labels"]["os.modelarts/name"] = label
        emulator.faults.arm(Fault("listPools", body=listed))

        with pytest.raises(CheckFailedError) as refused:
            stack.preview({"poolName": label})

        assert f'write pool_name="{TRAIN_POOL}"' in str(refused.value)

    @pytest.mark.parametrize("name", ["train", "auto-pool"])
    def test_of_no_pool_is_answered_with_what_an_id_is(self, stack: Stack, name: str) -> None:
        """A name that is nobody's gets the rule."""
        with pytest.raises(CheckFailedError, match=f"^pool_name: '{name}' is not the id of a resource pool; give its"):
            stack.preview({"poolName": name})

    def test_is_answered_so_where_the_service_does_not_answer(self, stack: Stack, emulator: Emulator) -> None:
        """What is wrong by itself is told whatever the service says."""
        emulator.faults.arm(Fault("listPools", status=403, code="ModelArts.0112"))

        with pytest.raises(CheckFailedError, match=r"^pool_name: 'auto-pool-os' is not the id of a resource pool; "):
            stack.preview({"poolName": "auto-pool-os"})

    def test_is_not_looked_up_by_an_offline_preview(self, emulator: Emulator, request: pytest.FixtureRequest) -> None:
        """Who previews offline is not asked for names either."""
        config = connect(emulator, request.node.nodeid, livePreview="false")
        stack = Stack(configured(ResourcePoolProvider(), **config))

        with pytest.raises(CheckFailedError, match="is not the id of a resource pool"):
            stack.preview({"poolName": "auto-pool-os"})

        assert emulator.journal.exchanges() == []


class TestAPoolThatIsGone:
    def test_is_told_with_what_to_do(self, adopted: Stack, emulator: Emulator) -> None:
        """A run of its program says that it does not exist, which ones do, and how to go on."""
        made = world()
        del made["projects"][PROJECT]["pools"][TRAIN_POOL]
        made["projects"][PROJECT]["training_jobs"] = {}
        emulator.seed(made)
        emulator.clock.advance(LONG_AFTER)

        with pytest.raises(CheckFailedError) as refused:
            adopted.up(train(3))

        assert str(refused.value).startswith(f"pool_name: {TRAIN_POOL!r} does not exist: ")
        assert f"The project has: {GPU_POOL} (gpu-pool-os), {INFER_POOL} (infer-pool-os)." in str(refused.value)
        assert str(refused.value).endswith(
            "Correct pool_name; if the pool has been deleted, take this resource out of the program, which changes "
            "nothing at the service"
        )


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
