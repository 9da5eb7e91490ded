from typing import Any

import httpx
import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL, Emulator, Fault, Outcome
from modelarts_emulator.clock import EPOCH
from tests.emulator.wire import CPU, Wire, cpu, error

THROTTLED = Fault("patchPool", status=429, code="APIGW.0308", message="too many requests", retry_after=7)


class TestAnswers:
    def test_error_in_the_service_s_own_words(self, wire: Wire) -> None:
        """An armed error has the status, body and headers of the real one, and the request has no effect."""
        wire.emulator.faults.arm(THROTTLED)

        answer = wire.scale(cpu(3))

        assert error(answer) == (429, "APIGW.0308", "too many requests")
        assert (answer.headers["retry-after"], len(wire.nodes())) == ("7", 2)

    def test_error_after_processing(self, wire: Wire) -> None:
        """An error armed for after processing hides an effect that did happen."""
        wire.emulator.faults.arm(Fault("patchPool", status=502, when="after"))

        answer = wire.scale(cpu(3))

        assert (answer.status_code, len(wire.nodes())) == (502, 3)

    def test_cut_json(self, wire: Wire) -> None:
        """Half a document arrives with a length that fits it, and the request has its effect."""
        wire.emulator.faults.arm(Fault("patchPool", cut_json=True))

        answer = wire.scale(cpu(3))

        assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["content-length"]))
        with pytest.raises(ValueError, match="column"):
            answer.json()
        assert len(wire.nodes()) == 3


class TestConnections:
    @pytest.mark.parametrize(
        ("drop", "exception", "text"),
        [
            ("reset", httpx.ReadError, "reset by peer"),
            ("close", httpx.RemoteProtocolError, "Server disconnected"),
            ("truncate", httpx.RemoteProtocolError, "without sending complete message body"),
        ],
    )
    @pytest.mark.parametrize(("when", "nodes"), [("before", 2), ("after", 3)])
    def test_drops(self, wire: Wire, drop: Any, exception: type[Exception], text: str, when: Any, nodes: int) -> None:
        """A dropped connection is the same exception in process and over a socket, and has its effect or has not."""
        wire.emulator.faults.arm(Fault("patchPool", drop=drop, when=when))

        with pytest.raises(exception, match=text):
            wire.scale(cpu(3))

        assert len(wire.nodes()) == (3 if drop == "truncate" else nodes)

    def test_latency_moves_virtual_time(self, wire: Wire) -> None:
        """A slow answer takes virtual seconds where time stands still."""
        wire.emulator.faults.arm(Fault("showPool", latency=3))

        answer = wire.get(f"/pools/{TRAIN_POOL}")

        assert (answer.status_code, wire.emulator.clock.now()) == (200, EPOCH + 3)

    def test_latency_beyond_the_client_s_patience(self) -> None:
        """In process, an answer that takes longer than the read timeout is that timeout, and takes only so long."""
        with Emulator() as emulator, httpx.Client(transport=emulator.transport(), timeout=10) as client:
            wire = Wire(emulator, client)
            emulator.faults.arm(Fault("showPool", latency=30))

            with pytest.raises(httpx.ReadTimeout):
                wire.pool()

            assert emulator.clock.now() == EPOCH + 10
            assert [exchange.fault for exchange in emulator.journal.exchanges("showPool")] == ["timeout latency before"]


class TestRules:
    def test_times_and_after(self, wire: Wire) -> None:
        """A rule lets some matching requests pass, then fires as often as it was armed for, then is spent."""
        wire.emulator.faults.arm(Fault("showPool", status=500, times=2, after=1))

        statuses = [wire.get(f"/pools/{TRAIN_POOL}").status_code for _ in range(5)]

        assert statuses == [200, 500, 500, 200, 200]
        assert [(armed.seen, armed.hits, armed.left) for armed in wire.emulator.faults.armed()] == [(3, 2, 0)]

    def test_first_rule_that_fires_wins(self, wire: Wire) -> None:
        """Rules are tried in the order they were armed, and one request spends one of them."""
        wire.emulator.faults.arm(Fault("showPool", status=503))
        wire.emulator.faults.arm(Fault("showPool", status=500))

        statuses = [wire.get(f"/pools/{TRAIN_POOL}").status_code for _ in range(3)]

        assert statuses == [503, 500, 200]

    def test_match(self, wire: Wire) -> None:
        """A rule for one pool leaves the others alone."""
        wire.emulator.faults.arm(Fault("showPool", {"pool": GPU_POOL}, status=500))

        statuses = {pool: wire.get(f"/pools/{pool}").status_code for pool in (TRAIN_POOL, GPU_POOL)}

        assert statuses == {TRAIN_POOL: 200, GPU_POOL: 500}

    def test_scope(self, wire: Wire) -> None:
        """A rule for one client's scope leaves other clients alone."""
        wire.emulator.faults.arm(Fault("showPool", status=500, scope="mine"))
        url = wire.url(f"/pools/{TRAIN_POOL}")

        statuses = [
            wire.client.get(url, headers={"x-emulator-scope": scope}).status_code for scope in ("other", "mine")
        ]

        assert statuses == [200, 500]

    def test_outcome_waits_for_what_it_is_for(self, wire: Wire) -> None:
        """A rule for the outcome of an order is not spent by a request that orders nothing."""
        wire.emulator.faults.arm(Fault("patchPool", {"pool": INFER_POOL}, outcome=Outcome(nodes=0)))

        wire.patch({"metadata": {"annotations": {"os.modelarts/description": "x"}}}, INFER_POOL)
        wire.scale(cpu(3))
        unfired = len(wire.emulator.faults.unfired())
        wire.scale(cpu(3), pool=INFER_POOL)
        wire.emulator.clock.advance(100)

        assert (unfired, wire.emulator.faults.unfired()) == (1, [])
        assert (wire.status(), wire.status(INFER_POOL)) == ({"available": {CPU: 3}}, {"available": {CPU: 2}})

    def test_refused_request_spends_no_outcome(self, wire: Wire) -> None:
        """A request that is refused leaves the rule for an outcome armed."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0)))

        wire.patch({"spec": {"resources": [cpu(3)], "scope": ["Serve"]}})

        assert len(wire.emulator.faults.unfired()) == 1

    def test_clear(self, wire: Wire) -> None:
        """Cleared rules do nothing."""
        wire.emulator.faults.arm(THROTTLED)

        wire.emulator.faults.clear()

        assert (wire.scale(cpu(3)).status_code, wire.emulator.faults.armed()) == (200, [])


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("patchPools", status=500), "unknown operation 'patchPools'"),
        (Fault("patchPool"), "needs one of status, latency, drop, cut_json, outcome"),
        (Fault("patchPool", {"node": "a"}, status=500), "patchPool cannot be matched by 'node': use pool, project"),
        (Fault("patchPool", status=500, times=0), "times must be at least 1"),
        (Fault("patchPool", status=500, after=-1), "after at least 0"),
        (Fault("patchPool", status=500, outcome=Outcome(nodes=1)), "as two faults"),
    ],
)
def test_rules_that_could_do_nothing(fault: Fault, reason: str) -> None:
    """A rule that can never fire, or does nothing, is refused when it is armed."""
    with Emulator() as emulator:
        with pytest.raises(ValueError, match=reason):
            emulator.faults.arm(fault)

        assert emulator.faults.armed() == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"operation": "patchPool", "statsu": 500}, "unknown fields of a fault: statsu"),
        ({"status": 500}, "operation is missing"),
        ({"operation": "patchPool", "outcome": {"node": 1}}, "not a fault"),
    ],
)
def test_rules_of_another_form(rule: dict[str, Any], reason: str) -> None:
    """A rule given as plain data with unknown fields is refused with their names."""
    with pytest.raises(ValueError, match=reason):
        Fault.parse(rule)
