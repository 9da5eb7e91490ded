from pathlib import Path
from typing import Any

import pytest
from dirty_equals import IsPartialDict

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, Outcome
from modelarts_emulator.console.page import rules
from modelarts_emulator.messages import Request
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.trouble import Throttle
from tests.emulator.page import state
from tests.emulator.wire import Wire


class TestFaults:
    @pytest.mark.loopback
    def test_a_rule_with_its_counts(self, wire: Wire) -> None:
        """A rule says what it waits for, what it does, and how often it did."""
        rule = Fault("showPool", {"pool": TRAIN_POOL}, status=429, retry_after=2, scope="mine", times=3, after=1)
        wire.emulator.faults.arm(rule)
        for _ in range(2):
            wire.client.get(wire.url(f"/pools/{TRAIN_POOL}"), headers={"x-emulator-scope": "mine"})

        assert state(wire)["faults"] == [
            {
                "number": 1,
                "operation": "showPool",
                "match": {"pool": TRAIN_POOL},
                "scope": "mine",
                "does": "answers 429 ModelArts.50005000 with Retry-After 2",
                "waits": 0,
                "hits": 1,
                "left": 2,
                "from": EPOCH,
                "until": None,
                "active": True,
            }
        ]

    def test_a_window(self, wire: Wire) -> None:
        """A rule says when it is active, and whether it is; one without end has no number left."""
        wire.emulator.faults.arm(Fault("*", status=503, starts_in=60, lasts=30, times=None, after=2))

        (before,) = state(wire)["faults"]
        wire.emulator.clock.advance(60)

        common = {"waits": 2, "hits": 0, "left": None, "from": EPOCH + 60, "until": EPOCH + 90}
        assert before == IsPartialDict(active=False, **common)
        assert state(wire)["faults"] == [IsPartialDict(active=True, **common)]

    @pytest.mark.parametrize(
        ("operation", "does", "words"),
        [
            ("*", {"latency": 30, "status": 503, "code": "A"}, "takes 30 s, answers 503 A"),
            ("*", {"drop": "reset", "when": "after"}, "resets the connection, once it has had its effect"),
            ("*", {"drop": "close"}, "closes the connection"),
            ("*", {"drop": "truncate", "keep": 9}, "sends a part of the body and closes, of which 9 bytes arrive"),
            ("*", {"drop": "stall"}, "sends a part of the body and falls silent"),
            ("*", {"cut_json": True}, "answers a part of the JSON"),
            ("*", {"body": {}}, "answers 200 with {}"),
            ("*", {"body": "x" * 70, "status": 503}, f'answers 503 with "{"x" * 59}…'),
            ("*", {"throttle": Throttle(0.5, 3)}, "lets 0.5 requests a second through, 3 at once"),
            (
                "*",
                {"throttle": Throttle(2, per_scope=True)},
                "lets 2 requests a second through, 1 at once for each scope",
            ),
            (
                "patchPool",
                {"outcome": Outcome(nodes=1, spec="real", others="Abnormal")},
                (
                    "lets 1 of its nodes succeed (insufficient resources), leaves the others Abnormal, "
                    "sets the counts to what there is"
                ),
            ),
            ("patchPool", {"outcome": Outcome(driver="Abnormal")}, "leaves the driver Abnormal"),
            ("patchPool", {"outcome": Outcome(order="stuck")}, "leaves its order processing for ever"),
            ("deletePool", {"outcome": Outcome(order="stuck")}, "leaves its order processing for ever"),
            ("createNetwork", {"outcome": Outcome(network="Abnormal")}, "makes the network Abnormal"),
            ("batchMigratePoolNodes", {"outcome": Outcome(job="stuck")}, "leaves its job running for ever"),
            ("batchMigratePoolNodes", {"outcome": Outcome(job="vanished")}, "hides its job"),
        ],
    )
    def test_what_it_does_in_words(self, modelarts: Emulator, operation: str, does: dict[str, Any], words: str) -> None:
        """Each effect has its words."""
        modelarts.faults.arm(Fault(operation, **does))

        (shown,) = modelarts.handle(Request("GET", "/_emulator/state")).json()["faults"]
        modelarts.faults.clear()

        assert shown["does"] == words

    def test_no_field_is_forgotten(self) -> None:
        """Whatever a rule can say has words, or a place of its own."""
        elsewhere = {"operation", "match", "scope", "times", "after", "starts_in", "lasts", "message", "rate", "burst"}
        text = Path(rules.__file__).read_text(encoding="utf-8")
        names = {*Fault._fields, *Outcome._fields, *Throttle._fields}

        assert {name for name in names - elsewhere if f".{name}" not in text} == set()
