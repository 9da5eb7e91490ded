from typing import Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests.emulator.wire import CPU, Wire, cpu

GROWN = {"spec": {"resources": [cpu(3)]}}


class TestAsked:
    @pytest.mark.loopback
    def test_returns_what_was_asked(self, wire: Wire) -> None:
        """What was asked is given back, by operation, path and body."""
        wire.patch(GROWN)
        wire.pool()

        found = wire.emulator.journal.assert_asked("patchPool", path=TRAIN_POOL, body=GROWN, times=1)

        assert [(item.method, item.status) for item in found] == [("PATCH", 200)]

    @pytest.mark.parametrize(
        ("wanted", "complaint"),
        [
            ({"operation": "deletePool"}, "deletePool was asked 0 times, not at least once; asked was: patchPool"),
            ({"operation": "patchPool", "times": 2}, "patchPool was asked 1 time, not 2 times"),
            ({"operation": "patchPool", "path": INFER_POOL}, f"patchPool about {INFER_POOL} was asked 0 times"),
            ({"operation": "patchPool", "body": {}}, "patchPool with {} was asked 0 times"),
        ],
    )
    def test_complains(self, wire: Wire, wanted: dict[str, Any], complaint: str) -> None:
        """What was not asked, or not so often, is a failure that says what was asked instead."""
        wire.patch(GROWN)

        with pytest.raises(AssertionError) as caught:
            wire.emulator.journal.assert_asked(**wanted)

        assert complaint in str(caught.value)

    @pytest.mark.loopback
    def test_nothing(self, wire: Wire) -> None:
        """An empty journal says so."""
        with pytest.raises(AssertionError, match="not at least once; nothing was asked"):
            wire.emulator.journal.assert_asked("listPools")

    def test_not_asked(self, wire: Wire) -> None:
        """What must not be asked is a failure once it was."""
        wire.emulator.journal.assert_not_asked("listPools")
        wire.get("/pools")

        with pytest.raises(AssertionError, match="listPools was asked 1 time, not 0 times"):
            wire.emulator.journal.assert_not_asked("listPools")


class TestWrites:
    def test_reading_is_no_write(self, wire: Wire) -> None:
        """Looking, and searching for training jobs, asks for no change."""
        wire.get("/pools")
        wire.post("/training-job-searches", {})

        wire.emulator.journal.assert_no_writes()

    def test_refused_ones_count(self, wire: Wire) -> None:
        """A change that was asked for is one, even when it was refused."""
        wire.patch({}, pool="none")

        with pytest.raises(AssertionError, match=r"changes were asked for: patchPool .*/pools/none 404"):
            wire.emulator.journal.assert_no_writes()


class TestUnread:
    @pytest.mark.parametrize(
        ("body", "unread"),
        [
            (GROWN, []),
            ({"spec": {"drvier": {"gpuVersion": "1"}}}, ["spec.drvier"]),
            ({"spec": {"resources": [cpu(2, colour="red")]}}, ["spec.resources[0].colour"]),
            ({"metadata": {"labels": {"team": "a"}, "owner": None}}, ["metadata.owner"]),
        ],
    )
    def test_fields_of_a_patch(self, wire: Wire, body: dict[str, Any], unread: list[str]) -> None:
        """A field that nobody knows is named with its path, though a merge patch keeps it."""
        wire.patch(body)

        assert wire.emulator.journal.exchanges()[-1].unread == unread

    def test_query(self, wire: Wire) -> None:
        """A query parameter that nobody knows is named with a question mark."""
        wire.get("/pools", status="created", colour="red")
        wire.get(f"/pools/{TRAIN_POOL}", limit="1")

        assert [item.unread for item in wire.emulator.journal.exchanges()] == [["?colour"], ["?limit"]]

    def test_spelling_of_a_migration(self, wire: Wire) -> None:
        """Fields that are understood in any case are read in any case."""
        body = {
            "migratenodenames": [NODE],
            "fromClusterName": TRAIN_POOL,
            "TOCLUSTERNAME": INFER_POOL,
            "toPoolName": INFER_POOL,
            "resourcespec": {"flavor": CPU, "nodepool": "", "speed": 1},
        }
        wire.post(f"/pools/{TRAIN_POOL}/nodes/batch-migrate", body)

        assert wire.emulator.journal.exchanges()[-1].unread == ["resourcespec.speed"]

    def test_assertion(self, wire: Wire) -> None:
        """A test that wants everything to be read fails on what was not, and says where it was sent."""
        wire.patch(GROWN)
        wire.emulator.journal.assert_all_read()
        wire.patch({"spec": {"drvier": {}}})

        with pytest.raises(
            AssertionError, match=f"nobody read what was sent: patchPool .*{TRAIN_POOL} 200: spec.drvier"
        ):
            wire.emulator.journal.assert_all_read()

    def test_control_api(self, wire: Wire) -> None:
        """Other processes see it in the journal's items."""
        wire.patch({"spec": {"drvier": {}}})

        items = wire.client.get(f"{wire.base}/_emulator/journal").json()["items"]

        assert [item["unread"] for item in items] == [["spec.drvier"]]
