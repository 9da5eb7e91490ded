"""What the doctor says of the way to a service, and of whatever is there in its place."""

from collections.abc import Callable
from email.utils import formatdate

import httpx
import pytest

from modelarts_emulator import Emulator
from tests.api.wires import Script, answer
from tests.cli.doctor import ENVIRON, REGION, TOKEN, doctor, examined
from tests.clocks import FakeClock

Step = Callable[[httpx.Request], httpx.Response]
MODELARTS = f"https://modelarts.{REGION}.myhuaweicloud.com"


def by_host(modelarts: httpx.BaseTransport, iam: httpx.BaseTransport) -> httpx.BaseTransport:
    """ModelArts and IAM, each by its own way."""
    return httpx.MockTransport(
        lambda request: (iam if request.url.host.startswith("iam.") else modelarts).handle_request(request)
    )


def dating(emulator: Emulator, clock: FakeClock, ahead: float) -> httpx.BaseTransport:
    """A service whose clock is ahead of the one here."""
    inner = emulator.transport()

    def dated(request: httpx.Request) -> httpx.Response:
        response = inner.handle_request(request)
        response.headers["date"] = formatdate(clock.time() + ahead, usegmt=True)
        return response

    return httpx.MockTransport(dated)


class TestAServiceThatIsNotThere:
    def test_is_told_with_the_reason(self) -> None:
        """One failure, and nothing else is asked."""
        silence = Script(httpx.ConnectError("[Errno 111] Connection refused"))

        done = doctor("--json", transport=by_host(silence, Script(answer(403))))

        finding = done.section("connection")["ModelArts"]
        why = f"no connection to modelarts.{REGION}.myhuaweicloud.com:443 ([Errno 111] Connection refused)"
        assert finding["state"] == "failed"
        assert finding["text"] == f"{MODELARTS}, reached directly; no answer: {why}"
        assert done.section("rights")["service"]["text"] == "not asked: the service cannot be reached"
        assert done.code == 1

    def test_is_given_up_after_a_while(self) -> None:
        """A service that answers nothing is asked no longer than the patience for one question, and one request."""
        clock = FakeClock()

        def slow(request: httpx.Request) -> httpx.Response:
            clock.sleep(request.extensions["timeout"]["read"])
            raise httpx.ReadTimeout("timed out", request=request)

        done = doctor("--json", transport=httpx.MockTransport(slow), clock=clock)

        assert done.states("connection")["ModelArts"] == "failed"
        assert clock.now <= 21

    def test_leaves_iam_to_be_told_by_itself(self, emulator: Emulator) -> None:
        """Where only IAM cannot be reached, all else is seen."""
        silence = Script(httpx.ConnectError("[Errno 111] Connection refused"))

        done = doctor("--json", transport=by_host(emulator.transport(), silence))

        assert (done.states("connection")["ModelArts"], done.states("connection")["IAM"]) == ("ok", "failed")
        assert done.states("identity")["project"] == "not known"
        assert done.states("inventory")["pool-1"] == "ok"

    def test_leaves_iam_to_refuse_by_itself(self, emulator: Emulator) -> None:
        """Where only IAM does not let in who asks, all else is seen too."""
        done = doctor("--json", transport=by_host(emulator.transport(), Script(answer(401))))

        assert (done.states("connection")["ModelArts"], done.states("connection")["IAM"]) == ("ok", "ok")
        assert (done.states("identity")["let in"], done.states("identity")["project"]) == ("ok", "not known")
        assert done.states("inventory")["pool-1"] == "ok"

    @pytest.mark.parametrize(
        ("step", "state", "said"),
        [
            (
                lambda _: httpx.Response(200, html="<h1>Sign in to gate.zenith.example</h1>"),
                "failed",
                "not as a service does: the answer is not JSON (text/html; charset=utf-8)",
            ),
            (
                lambda _: httpx.Response(404, json={"error_code": "APIGW.0101", "error_msg": "gate.zenith.example"}),
                "failed",
                "serves nothing there: HTTP 404 APIGW.0101",
            ),
            (lambda _: httpx.Response(200, json={"items": "none"}), "ok", "answers in 0.00 s"),
        ],
        ids=["a portal", "another address", "nonsense"],
    )
    def test_may_have_something_else_in_its_place(self, step: Step, state: str, said: str) -> None:
        """Whatever answers is told by what it does, and never in its own words."""
        done = doctor("--json", transport=Script(step))

        finding = done.section("connection")["ModelArts"]
        assert (finding["state"], finding["text"].endswith(said)) == (state, True)
        assert "zenith" not in done.text
        assert done.code == 1


class TestTheClock:
    @pytest.mark.parametrize(
        ("off", "state", "text"),
        [
            (0, "ok", "agrees with the service's"),
            (30, "ok", "30 s ahead of the service's"),
            (-300, "warning", "300 s behind the service's"),
            (16 * 60, "failed", "960 s ahead of the service's: signatures are refused from 15 minutes on"),
        ],
    )
    def test_is_compared_with_the_date_of_an_answer(self, emulator: Emulator, off: int, state: str, text: str) -> None:
        """Some seconds do not matter, minutes should not be, and from fifteen on no signature is accepted."""
        clock = FakeClock()

        found = doctor("--json", transport=dating(emulator, clock, -off), clock=clock).section("connection")["clock"]

        assert (found["state"], found["text"], found["facts"]) == (state, text, {"seconds_ahead": off})

    def test_matters_less_to_a_token(self, emulator: Emulator) -> None:
        """Tokens have no date."""
        clock = FakeClock()

        done = doctor("--json", environ=TOKEN, transport=dating(emulator, clock, 3600), clock=clock)

        assert done.section("connection")["clock"]["state"] == "warning"

    def test_is_not_known_where_no_answer_has_a_date(self, emulator: Emulator) -> None:
        """Nothing is made up."""
        assert examined(emulator).states("connection")["clock"] == "not known"


class TestProxies:
    def test_are_told_by_their_variable_and_host_by_host(self, emulator: Emulator) -> None:
        """Neither the password nor the name of an office's proxy is shown; each host has its own way."""
        environ = {
            **ENVIRON,
            "HTTPS_PROXY": "http://annabel:PWPLANTED@gate.zenith.example:3128",
            "NO_PROXY": f"iam.{REGION}.myhuaweicloud.com",
        }

        done = examined(emulator, environ=environ)
        shown = examined(emulator, "--names", environ=environ)

        connection = done.section("connection")
        assert connection["ModelArts"]["facts"]["proxy"] == "http://host-1:3128 (HTTPS_PROXY)"
        assert connection["IAM"]["facts"]["proxy"] is None
        assert "zenith" not in done.text
        assert (
            shown.section("connection")["ModelArts"]["facts"]["proxy"]
            == "http://gate.zenith.example:3128 (HTTPS_PROXY)"
        )
        assert [text for text in (done.text, shown.text) if "PWPLANTED" in text or "annabel" in text] == []

    def test_are_not_named_where_they_fail_either(self) -> None:
        """However their name is written."""
        silence = Script(httpx.ConnectError("[Errno 111] Connection refused"))

        done = doctor("--json", environ={**ENVIRON, "HTTPS_PROXY": "http://Zenith01:3128"}, transport=silence)

        why = "no connection to the proxy http://host-1:3128 (HTTPS_PROXY) ([Errno 111] Connection refused)"
        assert done.section("connection")["ModelArts"]["text"].endswith(why)
        assert "zenith" not in done.text.lower()

    def test_that_cannot_be_used_and_lead_to_iam_alone_are_no_trouble(self, emulator: Emulator) -> None:
        """A proxy on the way to nobody who has to be asked may be as wrong as it likes; IAM is then not asked."""
        environ = {**ENVIRON, "HTTPS_PROXY": "http://gate:port", "NO_PROXY": f"modelarts.{REGION}.myhuaweicloud.com"}

        done = examined(emulator, environ=environ)

        assert "IAM" not in done.section("connection")
        assert (
            done.section("identity")["project"]["text"]
            == "IAM is not asked: HTTPS_PROXY, which leads there, cannot be used"
        )
        assert done.code == 0

    def test_that_cannot_be_used_are_failed_settings(self) -> None:
        """Their value is not repeated."""
        done = doctor("--json", environ={**ENVIRON, "HTTPS_PROXY": "http://annabel:PW/PLANTED@gate.zenith.example:1"})

        finding = done.section("settings")["HTTPS_PROXY"]
        assert finding["state"] == "failed"
        assert finding["text"].startswith("has a sign in its user or password that has to be written otherwise")
        assert "PLANTED" not in done.text.replace(ENVIRON["HW_ACCESS_KEY"], "")
