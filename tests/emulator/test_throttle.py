from pathlib import Path

import pytest
from dirty_equals import IsPartialDict
from hypothesis import given
from hypothesis import strategies as st

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, Fault, Request, Throttle
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.trouble.bucket import draw
from tests.emulator.wire import Wire, cpu, error

SHOW = f"/pools/{TRAIN_POOL}"


def statuses(wire: Wire, count: int, path: str = SHOW, scope: str = "") -> list[int]:
    """Answers to so many requests, one right after the other."""
    headers = {"x-emulator-scope": scope} if scope else {}
    return [wire.client.get(wire.url(path), headers=headers).status_code for _ in range(count)]


class TestRefusal:
    @pytest.mark.loopback
    def test_in_the_gateway_s_own_words(self, wire: Wire) -> None:
        """A request beyond the rate has the gateway's code, text and Retry-After, and no effect."""
        wire.emulator.faults.arm(Fault("patchPool", throttle=Throttle(rate=0.1, burst=1)))
        wire.scale(cpu(3))

        answer = wire.scale(cpu(4))

        text = "The throttling threshold has been reached: policy user over ratelimit,limit:1,time:10 second"
        assert error(answer) == (429, "APIGW.0308", text)
        assert (answer.headers["retry-after"], len(wire.nodes())) == ("10", 3)

    @pytest.mark.loopback
    def test_burst(self, wire: Wire) -> None:
        """As many requests pass at once as the bucket holds."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=2, burst=3)))

        assert statuses(wire, 5) == [200, 200, 200, 429, 429]

    def test_who_waits_as_told_is_served(self, wire: Wire) -> None:
        """After Retry-After there is a token, and not before; a refused request costs none."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=0.4, burst=1)))
        statuses(wire, 1)
        told = int(wire.get(SHOW).headers["retry-after"])

        wire.emulator.clock.advance(told - 1)
        early = statuses(wire, 2)
        wire.emulator.clock.advance(1)

        assert (told, early, statuses(wire, 2)) == (3, [429, 429], [200, 429])

    def test_tokens_come_back_up_to_the_burst(self, wire: Wire) -> None:
        """A long pause fills the bucket and no more."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=2, burst=2)))
        statuses(wire, 2)

        wire.emulator.clock.advance(1000)

        assert statuses(wire, 3) == [200, 200, 429]

    def test_seconds_are_virtual(self) -> None:
        """Under a clock that runs sixty times as fast, a token a minute is a token a second."""
        wall = [0.0]
        with Emulator(clock="scaled:60", wall=lambda: wall[0]) as emulator:
            emulator.faults.arm(Fault("listPools", throttle=Throttle(rate=1 / 60)))
            ask = Request("GET", f"/v2/{PROJECT}/pools")
            first = [emulator.handle(ask).status for _ in range(2)]

            wall[0] += 1

            assert (first, emulator.handle(ask).status) == ([200, 429], 200)


class TestBuckets:
    def test_one_for_every_operation(self, wire: Wire) -> None:
        """A throttle of all operations is one bucket for them together."""
        wire.emulator.faults.arm(Fault("*", throttle=Throttle(rate=1, burst=2)))

        assert [statuses(wire, 1, path) for path in (SHOW, "/pools", "/jobs")] == [[200], [200], [429]]

    def test_one_for_each_object(self, wire: Wire) -> None:
        """Requests that do not match cost no token."""
        wire.emulator.faults.arm(Fault("showPool", {"pool": TRAIN_POOL}, throttle=Throttle(rate=1)))

        assert statuses(wire, 3, "/pools") == [200] * 3
        assert statuses(wire, 2) == [200, 429]

    @pytest.mark.parametrize(("per_scope", "other"), [(False, [429, 429]), (True, [200, 429])])
    def test_one_for_each_client(self, wire: Wire, per_scope: bool, other: list[int]) -> None:  # noqa: FBT001 - a case of the test
        """Clients share a bucket, unless each scope is to have one of its own."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=1, per_scope=per_scope)))

        mine = statuses(wire, 2, scope="mine")

        assert (mine, statuses(wire, 2, scope="other")) == ([200, 429], other)

    def test_first_requests_pass_uncounted(self, wire: Wire) -> None:
        """Requests that a throttle lets pass first take no token."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=1), after=2))

        assert statuses(wire, 4) == [200, 200, 200, 429]

    def test_processes_share_it(self, tmp_path: Path) -> None:
        """The bucket lies in the world's file: what one process takes is gone for the others."""
        with Emulator.open(tmp_path / "world.db") as one, Emulator.open(tmp_path / "world.db") as two:
            one.faults.arm(Fault("listPools", throttle=Throttle(rate=1, burst=2)))

            answers = [emulator.handle(Request("GET", f"/v2/{PROJECT}/pools")) for emulator in (one, two, one)]

            assert [answer.status for answer in answers] == [200, 200, 429]

    def test_a_new_world_begins_with_full_ones(self, wire: Wire) -> None:
        """Seeding sets time back, and rules that stay armed begin anew with it."""
        wire.emulator.clock.advance(500)
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=0.001), starts_in=10))
        wire.emulator.clock.advance(10)
        before = statuses(wire, 2)

        wire.emulator.seed({})

        wire.emulator.clock.advance(9)
        assert (before, statuses(wire, 1)) == ([200, 429], [404])
        wire.emulator.clock.advance(1)
        assert statuses(wire, 2) == [404, 429]


class TestAccounts:
    def test_refusals_and_passes(self, wire: Wire) -> None:
        """A throttle counts what it refused and what it let pass, and has no end."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=1, burst=2)))

        statuses(wire, 5)

        [armed] = wire.emulator.faults.armed()
        assert (armed.seen, armed.hits, armed.passes, armed.left) == (5, 3, 2, None)
        assert armed.document() == IsPartialDict(seen=5, hits=3, passes=2, armed_at=EPOCH)

    def test_fired_once_it_refused(self, wire: Wire) -> None:
        """A throttle that refused nobody has not fired."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=1)))

        statuses(wire, 1)
        idle = len(wire.emulator.faults.unfired())
        statuses(wire, 1)

        assert (idle, wire.emulator.faults.unfired()) == (1, [])

    def test_in_the_journal(self, wire: Wire) -> None:
        """The journal says which exchange was refused."""
        wire.emulator.faults.arm(Fault("showPool", throttle=Throttle(rate=1)))

        statuses(wire, 2)

        assert [item.fault for item in wire.emulator.journal.exchanges("showPool")] == [None, "429 before"]


rates = st.floats(0.01, 100, allow_nan=False)
bursts = st.integers(1, 20)
pauses = st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=60)


class TestArithmetic:
    @given(rates, bursts, pauses)
    def test_never_more_than_the_rate(self, rate: float, burst: int, gaps: list[float]) -> None:
        """In any span no more requests pass than the bucket holds and the rate brings back."""
        throttle, now, full_at = Throttle(rate, burst), EPOCH, EPOCH
        passed = []
        for gap in gaps:
            now += gap
            drawn = draw(throttle, full_at, now)
            full_at = drawn.full_at
            passed += [now] * (drawn.wait == 0)

        for index, first in enumerate(passed):
            for count, last in enumerate(passed[index:], 1):
                assert count <= burst + (last - first) * rate * 1.0001 + 0.01

    @given(rates, bursts, pauses)
    def test_waiting_as_told_is_enough(self, rate: float, burst: int, gaps: list[float]) -> None:
        """Whoever is refused and comes back after the seconds it was told is served."""
        throttle, now, full_at = Throttle(rate, burst), EPOCH, EPOCH
        for gap in gaps:
            now += gap / 10
            drawn = draw(throttle, full_at, now)
            if drawn.wait:
                now += drawn.wait
                drawn = draw(throttle, drawn.full_at, now)
            full_at = drawn.full_at

            assert drawn.wait == 0
