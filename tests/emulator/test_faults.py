import httpx
import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator, Fault, Outcome, Request
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.wire import CPU, Wire, cpu, error

THROTTLED = Fault("patchPool", status=429, code="APIGW.0308", message="too many requests", retry_after=7)


class TestAnswers:
    @pytest.mark.loopback
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

    @pytest.mark.parametrize("body", [{}, {"items": None}, [], None, 3, "x", {"kind": "NodeList", "items": [{}]}])
    def test_body(self, wire: Wire, body: object) -> None:
        """A document of the rule's own is answered with 200 in place of the real one, and the request has no effect."""
        wire.emulator.faults.arm(Fault("patchPool", body=body))

        answer = wire.scale(cpu(3))

        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert (answer.json(), len(wire.nodes())) == (body, 2)
        assert [exchange.fault for exchange in wire.emulator.journal.exchanges("patchPool")] == ["body before"]

    def test_body_after_processing(self, wire: Wire) -> None:
        """With a status and `after`, the document comes with that status once the request has had its effect."""
        wire.emulator.faults.arm(Fault("patchPool", body={"odd": True}, status=202, when="after"))

        answer = wire.scale(cpu(3))

        assert (answer.status_code, answer.json(), len(wire.nodes())) == (202, {"odd": True}, 3)

    @pytest.mark.loopback
    def test_body_without_end(self, wire: Wire) -> None:
        """A page that always leads to another one is answered as often as it is asked for."""
        page = {"kind": "NodeList", "apiVersion": "v2", "metadata": {"continue": "more"}, "items": []}
        rule = {"operation": "listPoolNodes", "body": page, "times": None}
        wire.client.put(f"{wire.base}/_emulator/faults", json=rule).raise_for_status()

        answers = [wire.get(f"/pools/{TRAIN_POOL}/nodes", **{"continue": "more"}).json() for _ in range(3)]

        assert answers == [page] * 3

    def test_cut_json(self, wire: Wire) -> None:
        """Half a document arrives with a length that fits it, and the request has its effect."""
        wire.emulator.faults.arm(Fault("patchPool", cut_json=True))

        answer = wire.scale(cpu(3))

        assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["content-length"]))
        with pytest.raises(ValueError, match="column"):
            answer.json()
        assert len(wire.nodes()) == 3


class TestLatency:
    @pytest.mark.loopback
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


class TestEveryOperation:
    def test_an_outage(self, wire: Wire) -> None:
        """A rule for every operation hits whatever is asked, reading and writing."""
        wire.emulator.faults.arm(Fault("*", status=503, times=3))

        statuses = [wire.get("/pools").status_code, wire.scale(cpu(3)).status_code, wire.get("/jobs").status_code]

        assert (statuses, len(wire.nodes())) == ([503] * 3, 2)

    def test_of_one_pool(self, wire: Wire) -> None:
        """It can be matched by what only some operations have in their path."""
        wire.emulator.faults.arm(Fault("*", {"pool": TRAIN_POOL}, status=503, times=2))

        statuses = [wire.get(path).status_code for path in ("/pools", f"/pools/{GPU_POOL}", f"/pools/{TRAIN_POOL}")]

        assert (statuses, wire.get(f"/pools/{TRAIN_POOL}/nodes").status_code) == ([200, 200, 503], 503)

    def test_outcome(self, wire: Wire) -> None:
        """An outcome for every operation waits for one that sets such a thing going."""
        wire.emulator.faults.arm(Fault("*", outcome=Outcome(driver="Abnormal")))
        wire.scale(cpu(3))

        wire.patch({"spec": {"driver": {"gpuVersion": "515.65.01"}}}, GPU_POOL)
        wire.emulator.clock.advance(120)

        assert wire.pool(GPU_POOL)["status"]["driver"]["gpu"]["state"] == "Abnormal"


class TestWindows:
    def at(self, wire: Wire, *moments: float) -> list[int]:
        """Answers at these moments since the beginning."""
        statuses = []
        for moment in moments:
            wire.emulator.clock.jump_to(EPOCH + moment)
            statuses.append(wire.get("/pools").status_code)
        return statuses

    def test_an_outage_of_ten_minutes(self, wire: Wire) -> None:
        """A rule without a number hits every request of its window, and none before or after."""
        wire.emulator.clock.advance(50)
        wire.emulator.faults.arm(Fault("listPools", status=503, times=None, starts_in=100, lasts=600))

        assert self.at(wire, 149, 150, 400, 749, 750) == [200, 503, 503, 503, 200]
        [armed] = wire.emulator.faults.armed()
        assert (armed.seen, armed.hits, armed.left, armed.armed_at) == (3, 3, None, EPOCH + 50)

    def test_numbers_count_inside(self, wire: Wire) -> None:
        """Requests outside the window are neither let pass nor hit: numbers begin with it."""
        wire.emulator.faults.arm(Fault("listPools", status=503, after=1, times=1, starts_in=10))

        assert self.at(wire, 0, 5, 10, 11, 12) == [200, 200, 200, 503, 200]

    def test_that_nobody_met(self, wire: Wire) -> None:
        """A rule without a number fires once at least, or it has not fired."""
        wire.emulator.faults.arm(Fault("listPools", status=503, times=None, lasts=10))

        self.at(wire, 10)

        assert len(wire.emulator.faults.unfired()) == 1

    def test_of_an_outcome(self, wire: Wire) -> None:
        """Orders of a window can fail, too."""
        wire.emulator.faults.arm(Fault("patchPool", outcome=Outcome(nodes=0), times=None, lasts=100))
        wire.scale(cpu(3))
        wire.emulator.clock.advance(100)

        wire.scale(cpu(3))
        failed = wire.order()["phase"]
        wire.emulator.clock.advance(100)

        assert (failed, wire.order()["phase"], len(wire.nodes())) == ("pending", "successed", 3)

    def test_time_of_a_running_clock(self) -> None:
        """Windows follow virtual time however it runs."""
        wall = [0.0]
        with Emulator(clock="scaled:60", wall=lambda: wall[0]) as emulator:
            emulator.faults.arm(Fault("listPools", status=503, times=None, lasts=600))
            ask = Request("GET", f"/v2/{PROJECT}/pools")
            during = emulator.handle(ask).status

            wall[0] += 10

            assert (during, emulator.handle(ask).status) == (503, 200)


def test_all_or_none(wire: Wire) -> None:
    """Of several rules armed together none is armed when one is refused."""
    with pytest.raises(ValueError, match="unknown operation"):
        wire.emulator.faults.arm_all([Fault("listPools", status=503), Fault("listPool", status=503)])

    assert wire.emulator.faults.armed() == []
    assert wire.emulator.faults.arm_all([Fault("listPools", status=503), Fault("listJobs", status=503)]) == [1, 2]
