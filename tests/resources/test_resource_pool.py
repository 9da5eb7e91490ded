from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import PROJECT, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import ModelArtsError, RefusedError
from tests.resources.pools import CPU, train
from tests.resources.scenario import CheckFailedError, Stack

if TYPE_CHECKING:
    from modelarts_emulator import Emulator
    from tests.resources.service import Hand


class TestAdoption:
    def test_shows_what_it_will_do_and_does_it(self, stack: Stack, emulator: Emulator) -> None:
        """The first preview names the growth, and the run sends one patch that keeps what nobody declared."""
        shown = stack.preview(train(3))

        stack.up(train(3))

        assert shown["changes"] == {f"flavors.{CPU}": "2 -> 3"}
        assert [write.body for write in emulator.journal.writes()] == [
            {
                "spec": {
                    "resources": [
                        {
                            "flavor": CPU,
                            "count": 3,
                            "extendParams": {"dockerBaseSize": "50"},
                            "futureField": {"kept": True},
                        }
                    ]
                }
            }
        ]
        assert stack.state is not None
        assert stack.state.outs == IsPartialDict(
            poolName=TRAIN_POOL, flavors={CPU: 3}, nodeCounts={CPU: 3}, phase="Running"
        )

    def test_of_a_pool_that_is_as_declared_writes_nothing(self, stack: Stack, emulator: Emulator) -> None:
        """Adopting a pool that is as declared shows no change on the service and sends no write."""
        shown = stack.up(train(2))

        assert shown["changes"] == {}
        assert emulator.journal.writes() == []

    def test_of_a_missing_pool_fails_before_anything_is_sent(self, stack: Stack) -> None:
        """A pool that does not exist fails in the preview, with the pools that do."""
        missing = TRAIN_POOL.replace("auto", "lost")

        with pytest.raises(CheckFailedError) as failed:
            stack.preview({"poolName": missing, "flavors": {CPU: 3}})

        assert f"pool_name: {missing!r} does not exist: " in str(failed.value)
        assert f"The project has: {TRAIN_POOL} (auto-pool-os)" in str(failed.value)

    def test_with_fewer_nodes_than_live_has_to_be_allowed(self, stack: Stack) -> None:
        """A first declaration below the live count fails in the preview and says how to go on."""
        with pytest.raises(CheckFailedError) as failed:
            stack.preview(train(1))

        assert str(failed.value) == (
            f'flavors["{CPU}"]: declares 1 node where 2 are live; 1 would be removed and max_scale_in allows 0. '
            "To have nodes named in the preview, drained and deleted, set max_scale_in=1; to keep them, declare 2, "
            "or leave this key out to stop managing its count"
        )


class TestASecondRun:
    def test_changes_nothing(self, adopted: Stack, emulator: Emulator) -> None:
        """The same program run again is unchanged, and so is a refresh; neither writes."""
        changed = adopted.up(train(3)), adopted.refresh()

        assert changed == ({}, {})
        assert emulator.journal.writes() == []

    def test_costs_one_listing(self, adopted: Stack, emulator: Emulator) -> None:
        """A preview and a refresh at rest need one listing of the pools between them."""
        emulator.clock.advance(60)

        adopted.preview(train(3))
        adopted.refresh()

        assert [exchange.operation for exchange in emulator.journal.exchanges()] == ["listPools"]

    def test_shows_the_count_and_the_change_only(self, adopted: Stack) -> None:
        """Another count shows itself and what it will do to the service, nothing else."""
        assert adopted.preview(train(5)) == {"flavors": {CPU: 5}, "changes": {f"flavors.{CPU}": "3 -> 5"}}


class TestDrift:
    def test_downwards_is_repaired_without_a_refresh(self, adopted: Stack, hand: Hand) -> None:
        """A node taken away by hand shows in the next preview, and the run buys it again."""
        hand.scale(TRAIN_POOL, CPU, 2)

        shown = adopted.up(train(3))

        assert shown == {"changes": {f"flavors.{CPU}": "2 -> 3 (again)"}}
        assert hand.counts(TRAIN_POOL) == {CPU: 3}

    def test_that_repeats_itself_is_repaired_every_time(self, adopted: Stack, hand: Hand) -> None:
        """The same difference as the last time shows again, and a third time too."""
        shown = []

        for _ in range(3):
            hand.scale(TRAIN_POOL, CPU, 2)
            shown.append(adopted.up(train(3))["changes"][f"flavors.{CPU}"])

        assert shown == ["2 -> 3 (again)", "2 -> 3", "2 -> 3 (again)"]
        assert hand.counts(TRAIN_POOL) == {CPU: 3}

    def test_is_plain_once_a_run_had_nothing_to_do(self, adopted: Stack, hand: Hand) -> None:
        """What was done before a run at rest is forgotten, by a refresh too: the same repair is no repeat."""
        adopted.up(train(3))
        adopted.refresh()
        hand.scale(TRAIN_POOL, CPU, 2)

        shown = adopted.up(train(3))

        assert shown == {"changes": {f"flavors.{CPU}": "2 -> 3"}}
        assert hand.counts(TRAIN_POOL) == {CPU: 3}

    def test_after_the_preview_is_not_covered_by_the_run_before(
        self, adopted: Stack, hand: Hand, emulator: Emulator
    ) -> None:
        """What an earlier run did stands in the map and announces nothing: doing it again is refused."""
        checked = adopted.check(train(3, description="blue"))
        hand.scale(TRAIN_POOL, CPU, 2)
        emulator.journal.clear()

        with pytest.raises(RefusedError, match="2 -> 3"):
            adopted.run(checked)

        assert checked["changes"].keys() == {f"flavors.{CPU}", "description"}
        assert emulator.journal.writes() == []

    def test_shows_in_a_refresh_at_its_flavor(self, adopted: Stack, hand: Hand) -> None:
        """A refresh records the live count at the declared key and nothing else."""
        hand.scale(TRAIN_POOL, CPU, 2)

        assert adopted.refresh() == {"flavors": {CPU: 2}}

    def test_upwards_is_left_alone(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """Nodes somebody added stay, and the run goes on."""
        hand.scale(TRAIN_POOL, CPU, 4)
        emulator.journal.clear()

        changed = adopted.up(train(3))

        assert changed == {}
        assert emulator.journal.writes() == []

    def test_upwards_is_still_left_alone_after_a_refresh(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """A refresh does not turn nodes added by hand into nodes that the program asks to remove."""
        hand.scale(TRAIN_POOL, CPU, 4)
        emulator.journal.clear()

        refreshed = adopted.refresh()
        changed = adopted.up(train(3))

        assert (refreshed, changed) == ({}, {})
        assert adopted.state is not None
        assert adopted.state.outs["nodeCounts"] == {CPU: 4}
        assert emulator.journal.writes() == []

    def test_upwards_is_removed_by_name_where_the_program_allows_it(self, adopted: Stack, hand: Hand) -> None:
        """With a budget the surplus goes, and the preview says which node."""
        before = hand.nodes(TRAIN_POOL)
        hand.scale(TRAIN_POOL, CPU, 4)

        shown = adopted.up(train(3, maxScaleIn=1))

        (gone,) = [key.removeprefix("nodes.") for key in shown["changes"] if key.startswith("nodes.")]
        assert shown["changes"] == {f"flavors.{CPU}": "4 -> 3", f"nodes.{gone}": "removed"}
        assert gone not in hand.nodes(TRAIN_POOL)
        assert len(hand.nodes(TRAIN_POOL)) == len(before) == 3

    def test_can_be_ignored(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """With ignoreCountDrift neither preview nor refresh nor run cares about what others do to the count."""
        adopted.up(train(3, ignoreCountDrift=True))
        hand.scale(TRAIN_POOL, CPU, 2)
        emulator.journal.clear()

        seen = adopted.refresh(), adopted.up(train(3, ignoreCountDrift=True))

        assert seen == ({}, {})
        assert emulator.journal.writes() == []

    def test_ignored_or_not_a_new_count_is_sent(self, adopted: Stack, hand: Hand) -> None:
        """A count that the program itself changes is sent also when drift is ignored."""
        adopted.up(train(3, ignoreCountDrift=True))
        hand.scale(TRAIN_POOL, CPU, 2)

        adopted.up(train(4, ignoreCountDrift=True))

        assert hand.counts(TRAIN_POOL) == {CPU: 4}

    def test_between_preview_and_run_is_refused(self, adopted: Stack, hand: Hand, emulator: Emulator) -> None:
        """A run that would buy more than its preview said fails with the new difference and sends nothing."""
        checked = adopted.check(train(4))
        hand.scale(TRAIN_POOL, CPU, 2)
        emulator.journal.clear()
        assert adopted.state is not None

        with pytest.raises(RefusedError) as refused:
            adopted.provider.update(adopted.state.id, adopted.state.outs, checked)

        assert f'flavors["{CPU}"]: 2 -> 4' in str(refused.value)
        assert emulator.journal.writes() == []


class TestDeletion:
    def test_releases_the_pool(self, adopted: Stack, emulator: Emulator) -> None:
        """Deleting the resource calls nothing."""
        assert adopted.state is not None

        adopted.provider.delete(adopted.state.id, adopted.state.outs)

        assert emulator.journal.exchanges() == []


class TestNobodyThere:
    def test_is_gone_on_a_refresh(self, stack: Stack, emulator: Emulator) -> None:
        """A pool whose own address says 404 leaves the state."""
        stack.up(train(2))
        emulator.seed({"projects": {PROJECT: {"pools": {}}}})
        emulator.clock.advance(60)

        assert stack.refresh() == {"id": None}

    def test_an_unreachable_service_is_not_gone(self, adopted: Stack, emulator: Emulator) -> None:
        """A service that does not answer fails the refresh and keeps the state."""
        emulator.clock.advance(60)
        emulator.faults.arm(Fault("listPools", status=403, code="ModelArts.0108", message="not authorized"))
        before = adopted.state

        with pytest.raises(ModelArtsError, match="not authorized"):
            adopted.refresh()

        assert adopted.state is before
