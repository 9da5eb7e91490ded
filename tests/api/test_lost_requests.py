import httpx
import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.settings import Settings
from tests.api.credentials import USER, settings_with
from tests.api.wires import Script, answer
from tests.clocks import FakeClock
from tests.operations import LOOK, operation_of

REFUSED = httpx.ConnectError("Connection refused")
SLOW = httpx.ReadTimeout("slow")
LATE = "modelarts.example:443 did not answer within 60 s"
NOT_ASKED = "modelarts.example:443 could not be asked (LocalProtocolError)"
FORBIDDEN = (
    "the proxy does not lead to modelarts.example:443 (403 Forbidden); have it allowed there, or name the host in "
    "NO_PROXY if it can be reached without"
)
SECRET = "token-of-ann"  # noqa: S105 - made up


def failure(client: Client, *, method: str = "POST") -> TransportError:
    """What a request without a usable answer is reported as."""
    with pytest.raises(TransportError) as caught:
        client.request(method, "/x", operation=operation_of(method), attempting="move a")
    return caught.value


class TestArrival:
    @pytest.mark.parametrize(
        ("error", "arrived", "reason"),
        [
            (REFUSED, False, "no connection to modelarts.example:443 (Connection refused)"),
            (httpx.ConnectTimeout("slow"), False, "modelarts.example:443 did not take a connection within 10 s"),
            (httpx.PoolTimeout("busy"), False, "no connection became free within 120 s; run with a lower `--parallel`"),
            (
                httpx.ProxyError("403 Forbidden"),
                False,
                FORBIDDEN,
            ),
            (httpx.LocalProtocolError(f"Illegal header value {SECRET}"), False, NOT_ASKED),
            (SLOW, True, LATE),
            (httpx.WriteTimeout("slow"), True, "modelarts.example:443 did not take the request within 30 s"),
            (httpx.ReadError("reset"), True, "modelarts.example:443 broke the connection (reset)"),
            (httpx.WriteError(""), True, "modelarts.example:443 broke the connection"),
            (httpx.RemoteProtocolError("cut"), True, "modelarts.example:443 broke the connection (cut)"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_it_is_told(
        self,
        settings: Settings,
        clock: FakeClock,
        error: httpx.TransportError,
        arrived: bool,  # noqa: FBT001 - pytest passes it by name
        reason: str,
    ) -> None:
        """Whoever sent a move learns whether to look for its effect, and what went wrong."""
        lost = failure(Client(settings, transport=Script(error), clock=clock))

        fate = "the service may have acted on it" if arrived else "the request did not reach the service"
        assert str(lost) == f"move a: no usable answer, {fate}: {reason}"
        assert lost.may_have_arrived is arrived
        assert lost.__cause__ is error

    def test_one_try_that_may_have_arrived_is_enough(self, settings: Settings, clock: FakeClock) -> None:
        """A patch whose answer was lost may have been acted on, although no later try got through."""
        client = Client(settings, transport=Script(answer(), SLOW, REFUSED), clock=clock)
        client.request("GET", "/x", operation=LOOK, attempting="look")

        lost = failure(client, method="PATCH")

        assert str(lost) == (
            "move a: no usable answer, the service may have acted on it: "
            "no connection to modelarts.example:443 (Connection refused)"
        )
        assert lost.may_have_arrived


class TestToken:
    def test_a_request_that_could_not_be_signed_was_not_sent(self, clock: FakeClock) -> None:
        """An IAM that times out is asked again, then named; nobody looks for the effect of what needs its token."""
        wire = Script(SLOW)

        lost = failure(Client(settings_with(USER), transport=wire, clock=clock))

        assert str(lost) == (
            "get a token for user ann from IAM (https://iam.example): no usable answer, what needs the token was not "
            "sent: iam.example:443 did not answer within 60 s"
        )
        assert (lost.may_have_arrived, lost.__cause__) == (False, SLOW)
        assert len(wire.requests) > 1
        assert {request.url.host for request in wire.requests} == {"iam.example"}

    def test_an_iam_that_cannot_answer_is_no_service_that_cannot(self, clock: FakeClock) -> None:
        """A server error of IAM says nothing about what needs its token, except that it was not sent."""
        down = answer(503, {"error": {"code": 503, "message": "Down for a while."}}, X_Request_Id="r-1")

        lost = failure(Client(settings_with(USER), transport=Script(down), clock=clock))

        assert str(lost) == (
            "get a token for user ann from IAM (https://iam.example): no usable answer, what needs the token was not "
            "sent: "
            "Down for a while (503, request r-1)"
        )
        assert not lost.may_have_arrived

    def test_one_that_cannot_be_signed_again_may_have_been_acted_on(self, clock: FakeClock) -> None:
        """A patch whose answer was lost is not reported as unsent when no token can be had for its next try."""
        issued = answer(201, {"token": {}}, X_Subject_Token="issued-1")  # noqa: S106 - made up
        expired = answer(401, {"error_code": "APIGW.0301", "error_msg": "token expired"})
        wire = Script(issued, SLOW, expired, REFUSED)

        lost = failure(Client(settings_with(USER), transport=wire, clock=clock), method="PATCH")

        assert str(lost) == f"move a: no usable answer, the service may have acted on it: {LATE}"
        assert lost.may_have_arrived
