import ssl
from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_modelarts.api.exchange import Call
from pulumi_modelarts.api.outcomes import Answer, Lost, LostAnswer
from pulumi_modelarts.api.retry import LONGEST_PAUSE, TOTAL, UNKNOWN_HOST_TOTAL
from pulumi_modelarts.api.sending import Sender, Unsigned
from tests.api.wires import Script, Step, answer
from tests.clocks import FakeClock
from tests.operations import LOOK, operation_of

ADDRESS = "https://modelarts.example/x"

GONE = httpx.ConnectError("Connection refused")
NEVER_ARRIVED = [GONE, httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy"), httpx.ProxyError("403 Forbidden")]
LOST = [
    httpx.ReadError("reset"),
    httpx.ReadTimeout("slow"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("cut"),
]
CUT = httpx.Response(200, content=b'{"items": [', headers={"Content-Type": "application/json;charset=utf8"})


def send(
    clock: FakeClock,
    *steps: Step,
    method: str = "GET",
    only_reads: bool = False,
    jitter: Callable[[], float] = lambda: 0.0,
) -> tuple[int | httpx.RequestError, int]:
    """The status or error that came of a request, and how often it was sent."""
    wire = Script(*steps)
    sender = Sender(httpx.Client(transport=wire), clock, jitter=jitter)
    call = Call(method, ADDRESS, LOOK if only_reads else operation_of(method), "try")
    return result(sender.send(call, Unsigned())), len(wire.requests)


def result(outcome: Answer | Lost) -> int | httpx.RequestError:
    """The status of an answer, or the error in place of one."""
    return outcome.error if isinstance(outcome, Lost) else outcome.response.status_code


class TestWhatIsSentAgain:
    @pytest.mark.parametrize("error", NEVER_ARRIVED, ids=repr)
    @pytest.mark.parametrize("method", ["GET", "PATCH", "POST", "DELETE"])
    def test_whatever_did_not_arrive(self, clock: FakeClock, method: str, error: httpx.TransportError) -> None:
        """Without a connection nothing can have happened, so any request may go again."""
        assert send(clock, error, error, answer(200), method=method) == (200, 3)

    @pytest.mark.parametrize("lost", [*LOST, CUT], ids=repr)
    @pytest.mark.parametrize(("method", "only_reads"), [("GET", False), ("PATCH", False), ("POST", True)])
    def test_what_may_have_arrived_and_changes_nothing_the_second_time(
        self,
        clock: FakeClock,
        method: str,
        only_reads: bool,  # noqa: FBT001 - pytest passes it by name
        lost: Step,
    ) -> None:
        """A read, a patch of absolute counts and a search go again when the answer is lost, half an answer included."""
        assert send(clock, lost, answer(200), method=method, only_reads=only_reads) == (200, 2)

    @pytest.mark.parametrize("lost", [*LOST, CUT, answer(502), answer(503), answer(504), answer(500)])
    def test_never_a_post_that_may_have_arrived(self, clock: FakeClock, lost: Step) -> None:
        """A deletion whose answer was lost is left to whoever sent it: it looks first."""
        _, sent = send(clock, lost, answer(200), method="POST")

        assert (sent, clock.sleeps) == (1, [])

    @pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
    def test_whatever_was_throttled(self, clock: FakeClock, method: str) -> None:
        """A request refused with 429 was not processed, so any may go again."""
        assert send(clock, answer(429), answer(200), method=method) == (200, 2)

    @pytest.mark.parametrize(
        ("method", "only_reads", "status", "expected"),
        [
            ("GET", False, 500, 2),
            ("POST", True, 500, 2),
            ("PATCH", False, 500, 1),
            ("GET", False, 503, 2),
            ("PATCH", False, 502, 2),
            ("PATCH", False, 504, 2),
            ("DELETE", False, 503, 1),
            ("GET", False, 501, 1),
            ("GET", False, 404, 1),
            ("PATCH", False, 409, 1),
        ],
    )
    def test_what_the_service_could_not_answer(
        self,
        clock: FakeClock,
        method: str,
        only_reads: bool,  # noqa: FBT001 - pytest passes it by name
        status: int,
        expected: int,
    ) -> None:
        """Unavailability repeats what is idempotent, a server's own error only reads; every other answer stands."""
        _, sent = send(clock, answer(status), answer(200), method=method, only_reads=only_reads)

        assert sent == expected

    def test_not_what_a_bad_certificate_stopped(self, clock: FakeClock) -> None:
        """A refused certificate does not heal by waiting."""
        refused = httpx.ConnectError("handshake")
        refused.__cause__ = ssl.SSLCertVerificationError("CERTIFICATE_VERIFY_FAILED")

        outcome, sent = send(clock, refused, answer(200))

        assert (outcome, sent) == (refused, 1)

    def test_not_a_mistake_of_our_own(self, clock: FakeClock) -> None:
        """A request that the library itself rejects stays rejected."""
        mistake = httpx.LocalProtocolError("Illegal header value")

        assert send(clock, mistake, answer(200)) == (mistake, 1)


class TestWhatIsLost:
    def test_half_an_answer_that_stays_half_is_an_error(self, clock: FakeClock) -> None:
        """Truncated JSON is no answer, even when its length is right and the status is 200."""
        outcome, _ = send(clock, CUT)

        assert isinstance(outcome, LostAnswer)

    @pytest.mark.parametrize("kind", ["text/html", ""])
    def test_what_does_not_claim_to_be_json_is_an_answer(self, clock: FakeClock, kind: str) -> None:
        """A page of a gateway is left to whoever reads it."""
        page = httpx.Response(200, content=b"<html>", headers={"Content-Type": kind})

        assert send(clock, page, answer(404)) == (200, 1)

    def test_an_empty_answer_is_an_answer(self, clock: FakeClock) -> None:
        """Batch operations answer nothing, some of them as JSON."""
        nothing = httpx.Response(200, headers={"Content-Type": "application/json"})

        assert send(clock, nothing, answer(404), method="POST") == (200, 1)


class TestPauses:
    def test_they_double_up_to_half_a_minute(self, clock: FakeClock) -> None:
        """Half a second first, never more than thirty, until two minutes would be over."""
        assert send(clock, answer(503)) == (503, 9)

        assert clock.sleeps == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]

    @given(jitter=st.floats(0, 1), retry_after=st.none() | st.integers(0, 200))
    def test_they_never_pass_the_total(self, jitter: float, retry_after: int | None) -> None:
        """Whatever the service asks for and chance adds, no pause ends later than two minutes after the start."""
        clock = FakeClock()
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

        send(clock, answer(429, **headers), jitter=lambda: jitter)

        assert clock.now <= TOTAL

    def test_they_are_shorter_by_chance(self, clock: FakeClock) -> None:
        """Half of each pause is left to chance, so that many callers do not return at once."""
        send(clock, answer(503), answer(503), answer(200), jitter=lambda: 1.0)

        assert clock.sleeps == [0.25, 0.5]

    @pytest.mark.parametrize("status", [429, 503])
    def test_the_service_may_ask_for_one(self, clock: FakeClock, status: int) -> None:
        """Seconds of `Retry-After` are waited in full, and a little more by chance, never less."""
        send(clock, answer(status, Retry_After="17"), answer(200), jitter=lambda: 0.5)

        assert clock.sleeps == [17.25]

    def test_it_may_ask_by_date(self, clock: FakeClock) -> None:
        """A date in `Retry-After` is measured against the clock."""
        send(clock, answer(429, Retry_After=formatdate(clock.time() + 42, usegmt=True)), answer(200))

        assert clock.sleeps == [42]

    def test_a_date_that_has_passed_asks_for_nothing(self, clock: FakeClock) -> None:
        """The usual pause remains."""
        send(clock, answer(429, Retry_After=formatdate(clock.time() - 42, usegmt=True)), answer(200))

        assert clock.sleeps == [0.5]

    @pytest.mark.parametrize("year", ["0", "99999", "9" * 30])
    def test_what_is_no_date_asks_for_nothing(self, clock: FakeClock, year: str) -> None:
        """Neither is a date of a year that no computer has."""
        send(clock, answer(429, Retry_After=f"Fri, 31 Dec {year} 23:59:59 -0000"), answer(200))

        assert clock.sleeps == [0.5]

    def test_asking_for_no_pause_is_no_leave_to_hammer(self, clock: FakeClock) -> None:
        """A service that says `Retry-After: 0` for ever is asked less and less often, and given up in the end."""
        _, sent = send(clock, answer(429, Retry_After="0"))

        assert clock.sleeps == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
        assert sent == 9

    @pytest.mark.parametrize("text", ["soon", "-5", "1.5", "", "²", "Wed, 99 Foo 2026"])
    def test_nonsense_is_not_asking(self, clock: FakeClock, text: str) -> None:
        """A `Retry-After` that says nothing leaves the usual pause."""
        step = httpx.Response(429, headers=[(b"Retry-After", text.encode())])

        send(clock, step, answer(200))

        assert clock.sleeps == [0.5]

    def test_asking_for_too_much_ends_it_at_once(self, clock: FakeClock) -> None:
        """A pause beyond the total is not begun: the refusal is passed on without waiting."""
        assert send(clock, answer(429, Retry_After="121")) == (429, 1)

        assert clock.sleeps == []


class TestUnknownHost:
    def test_a_service_that_never_answered_is_not_tried_for_long(self, clock: FakeClock) -> None:
        """A mistyped address is found out within seconds."""
        outcome, _ = send(clock, GONE)

        assert outcome is GONE
        assert clock.now <= UNKNOWN_HOST_TOTAL

    def test_one_that_has_answered_is(self, clock: FakeClock) -> None:
        """An outage in the middle of work is waited for."""
        sender = Sender(httpx.Client(transport=Script(answer(200), GONE)), clock, jitter=lambda: 0.0)
        sender.send(Call("GET", ADDRESS, LOOK, "try"), Unsigned())

        outcome = sender.send(Call("GET", ADDRESS, LOOK, "try"), Unsigned())

        assert result(outcome) is GONE
        assert TOTAL - LONGEST_PAUSE <= clock.now <= TOTAL

    def test_what_another_service_answered_says_nothing(self, clock: FakeClock) -> None:
        """IAM may be there while the address of ModelArts is mistyped."""
        sender = Sender(httpx.Client(transport=Script(answer(200), GONE)), clock, jitter=lambda: 0.0)
        sender.send(Call("POST", "https://iam.example/v3/auth/tokens", LOOK, "get a token"), Unsigned())

        sender.send(Call("GET", ADDRESS, LOOK, "try"), Unsigned())

        assert clock.now <= UNKNOWN_HOST_TOTAL
