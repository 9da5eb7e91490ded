import pytest

from modelarts_emulator import PROJECT, Emulator, Fault
from modelarts_emulator.messages import Request
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.page import fetch, state
from tests.emulator.wire import Wire, error_code


class TestJournal:
    @pytest.mark.loopback
    def test_what_was_asked_since(self, wire: Wire) -> None:
        """A line says when, what and how it went; those that the page knows are left out."""
        wire.emulator.faults.arm(Fault("listPools", status=503))
        wire.get("/pools")
        wire.emulator.clock.advance(7)
        wire.client.get(f"{wire.base}/v9/none")

        lines = state(wire)["journal"]

        pools = {"method": "GET", "path": f"/v2/{PROJECT}/pools", "operation": "listPools"}
        first = {**pools, "number": 1, "at": EPOCH, "status": 503, "fault": "503 before"}
        none = {"method": "GET", "path": "/v9/none", "operation": None, "status": 404, "fault": None}
        second = {**none, "number": 2, "at": EPOCH + 7}
        assert lines == {"first": 1, "last": 2, "items": [first, second]}
        assert state(wire, "?since=1")["journal"] == {"first": 1, "last": 2, "items": [second]}
        assert state(wire, "?since=2")["journal"] == {"first": 1, "last": 2, "items": []}

    def test_a_journal_that_was_cleared(self, wire: Wire) -> None:
        """The page learns which lines it has to forget."""
        wire.get("/pools")
        wire.emulator.journal.clear()

        assert state(wire)["journal"] == {"first": 2, "last": 1, "items": []}

    def test_more_than_a_page_reads(self, modelarts: Emulator) -> None:
        """Of many exchanges the newest are shown."""
        for _ in range(205):
            modelarts.handle(Request("GET", "/v9/none"))

        found = modelarts.handle(Request("GET", "/_emulator/state")).json()["journal"]

        assert (found["last"], [item["number"] for item in found["items"]]) == (205, list(range(6, 206)))

    @pytest.mark.parametrize("since", ["now", "-1", "1.5", "", "9" * 30, "\N{SUPERSCRIPT TWO}"])
    def test_since_is_a_number(self, wire: Wire, since: str) -> None:
        """Anything else is refused."""
        assert error_code(fetch(wire, f"state?since={since}")) == (400, "Emulator.0002")
