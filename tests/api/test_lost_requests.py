import httpx
import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.settings import Settings
from tests.api.credentials import USER, settings_with
from tests.api.wires import Script, answer
from tests.clocks import FakeClock

REFUSED = httpx.ConnectError("Connection refused")
SLOW = httpx.ReadTimeout("slow")


def failure(client: Client, *, method: str = "POST") -> TransportError:
    """What a request without a usable answer is reported as."""
    with pytest.raises(TransportError) as caught:
        client.request(method, "/x", attempting="move a")
    return caught.value


class TestArrival:
    @pytest.mark.parametrize(
        ("error", "fate"),
        [
            (REFUSED, "the request did not reach the service"),
            (httpx.ConnectTimeout("slow"), "the request did not reach the service"),
            (httpx.PoolTimeout("busy"), "the request did not reach the service"),
            (httpx.ProxyError("403 Forbidden"), "the request did not reach the service"),
            (SLOW, "the service may have acted on it"),
            (httpx.ReadError("reset"), "the service may have acted on it"),
            (httpx.WriteError("reset"), "the service may have acted on it"),
            (httpx.RemoteProtocolError("cut"), "the service may have acted on it"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_it_is_told(self, settings: Settings, clock: FakeClock, error: httpx.TransportError, fate: str) -> None:
        """Whoever sent a move learns whether to look for its effect, and what went wrong."""
        lost = failure(Client(settings, transport=Script(error), clock=clock))

        assert str(lost) == f"move a: no usable answer, {fate}: {type(error).__name__}: {error}"
        assert lost.may_have_arrived is (fate == "the service may have acted on it")
        assert lost.__cause__ is error

    def test_one_try_that_may_have_arrived_is_enough(self, settings: Settings, clock: FakeClock) -> None:
        """A patch whose answer was lost may have been acted on, although no later try got through."""
        client = Client(settings, transport=Script(answer(), SLOW, REFUSED), clock=clock)
        client.request("GET", "/x", attempting="look")

        lost = failure(client, method="PATCH")

        assert str(lost) == (
            "move a: no usable answer, the service may have acted on it: ConnectError: Connection refused"
        )
        assert lost.may_have_arrived


class TestToken:
    def test_a_request_that_could_not_be_signed_was_not_sent(self, clock: FakeClock) -> None:
        """An IAM that times out is asked again, then named; nobody looks for the effect of what needs its token."""
        wire = Script(SLOW)

        lost = failure(Client(settings_with(USER), transport=wire, clock=clock))

        assert str(lost) == (
            "get a token for user ann from IAM: no usable answer, what needs the token was not sent: ReadTimeout: slow"
        )
        assert (lost.may_have_arrived, lost.__cause__) == (False, SLOW)
        assert len(wire.requests) > 1
        assert {request.url.host for request in wire.requests} == {"iam.example"}

    def test_an_iam_that_cannot_answer_is_no_service_that_cannot(self, clock: FakeClock) -> None:
        """A server error of IAM says nothing about what needs its token, except that it was not sent."""
        down = answer(503, {"error": {"code": 503, "message": "Down for a while."}}, X_Request_Id="r-1")

        lost = failure(Client(settings_with(USER), transport=Script(down), clock=clock))

        assert str(lost) == (
            "get a token for user ann from IAM: no usable answer, what needs the token was not sent: "
            "Down for a while (503, request r-1)"
        )
        assert not lost.may_have_arrived

    def test_one_that_cannot_be_signed_again_may_have_been_acted_on(self, clock: FakeClock) -> None:
        """A patch whose answer was lost is not reported as unsent when no token can be had for its next try."""
        issued = answer(201, {"token": {}}, X_Subject_Token="issued-1")  # noqa: S106 - made up
        expired = answer(401, {"error_code": "APIGW.0301", "error_msg": "token expired"})
        wire = Script(issued, SLOW, expired, REFUSED)

        lost = failure(Client(settings_with(USER), transport=wire, clock=clock), method="PATCH")

        assert str(lost) == "move a: no usable answer, the service may have acted on it: ReadTimeout: slow"
        assert lost.may_have_arrived
