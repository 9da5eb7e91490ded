import copy
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic_core import from_json

from modelarts_emulator import Credentials, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import AuthenticationError, TransportError
from tests.api.credentials import PROJECT, USER, settings_with
from tests.api.wires import Script, Step, answer
from tests.clocks import FakeClock


class Iam:
    """An identity service and a ModelArts that takes only its newest token."""

    def __init__(self, clock: FakeClock, lifetime: float = 86_400.0) -> None:
        self.clock = clock
        self.lifetime = lifetime
        self.issued = 0
        self.served = 0
        self.questions: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer for whichever of the two is asked."""
        return self._issue(request) if request.url.path == "/v3/auth/tokens" else self._serve(request)

    def _issue(self, request: httpx.Request) -> httpx.Response:
        self.issued += 1
        self.questions.append((request.extensions.get("timeout"), from_json(request.content)))
        end = httpx.Response(201, json={"token": {"expires_at": utc(self.clock.time() + self.lifetime)}})
        end.headers["X-Subject-Token"] = f"issued-{self.issued}"
        return end

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.headers["x-auth-token"] != f"issued-{self.issued}":
            return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "token expired"})
        self.served += 1
        return httpx.Response(200, json={"items": []})


def utc(moment: float) -> str:
    """A moment as IAM writes it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def client_of(service: Step, clock: FakeClock) -> Client:
    """A client with a user and a password."""
    return Client(settings_with(USER), transport=Script(service), clock=clock)


class TestIamToken:
    def test_one_token_serves_many_requests(self, clock: FakeClock) -> None:
        """IAM is asked once, for a token of the project, with the same time limits as any request."""
        iam = Iam(clock)
        client = client_of(iam, clock)

        for _ in range(3):
            client.resource_pools.list()

        user = {"name": "ann", "password": "hunter2", "domain": {"name": "acme"}}
        timeout = {"connect": 10, "read": 60, "write": 30, "pool": 120}
        question = {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": PROJECT}},
        }
        assert iam.questions == [(timeout, {"auth": question})]
        assert iam.served == 3

    @pytest.mark.parametrize(
        ("lifetime", "later", "issued"),
        [(86_400.0, 85_000.0, 1), (86_400.0, 85_800.0, 2), (600.0, 299.0, 1), (600.0, 300.0, 2)],
    )
    def test_it_is_renewed_before_its_end(self, clock: FakeClock, lifetime: float, later: float, issued: int) -> None:
        """Ten minutes before, or half-way for a token that lives no longer than that."""
        iam = Iam(clock, lifetime)
        client = client_of(iam, clock)
        client.resource_pools.list()

        clock.sleep(later)
        client.resource_pools.list()

        assert (iam.issued, iam.served) == (issued, 2)

    def test_a_refused_token_is_renewed_once(self, clock: FakeClock) -> None:
        """A token that ended early costs one more question, and the request is sent again."""
        iam = Iam(clock)
        client = client_of(iam, clock)
        client.resource_pools.list()

        iam.issued += 1
        client.resource_pools.list()

        assert (iam.issued, iam.served) == (3, 2)

    def test_a_new_token_that_is_refused_too_is_the_end(self, clock: FakeClock) -> None:
        """A request is sent twice, not for ever."""
        token = httpx.Response(201, json={}, headers={"X-Subject-Token": "t"})
        refused = httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "no"})
        wire = Script(token, refused, copy.copy(token), copy.copy(refused))
        client = Client(settings_with(USER), transport=wire, clock=clock)

        with pytest.raises(AuthenticationError, match="list resource pools: no"):
            client.resource_pools.list()

        assert [request.url.path for request in wire.requests] == [
            "/v3/auth/tokens",
            f"/v2/{PROJECT}/pools",
            "/v3/auth/tokens",
            f"/v2/{PROJECT}/pools",
        ]

    def test_a_wrong_password_is_tried_once_a_minute(self, clock: FakeClock) -> None:
        """IAM locks a user after a few wrong passwords, so threads share its refusal; neither shows the password."""
        refusal = answer(401, {"error": {"code": 401, "message": "The username or password hunter2 is wrong."}})
        wire = Script(refusal)
        client = Client(settings_with(USER), transport=wire, clock=clock)

        for _ in range(3):
            with pytest.raises(
                AuthenticationError, match=r"get a token for user ann from IAM \(\S+\): .*is wrong"
            ) as caught:
                client.resource_pools.list()
        clock.sleep(61)
        with pytest.raises(AuthenticationError):
            client.resource_pools.list()

        assert len(wire.requests) == 2
        assert "hunter2" not in f"{caught.value} {caught.value!r} {vars(caught.value)}"

    def test_an_iam_that_is_down_is_asked_again(self, clock: FakeClock) -> None:
        """A server error is no refusal: retries, then an error, then the next request asks again."""
        wire = Script(answer(503))
        client = Client(settings_with(USER), transport=wire, clock=clock)

        for attempts in (1, 2):
            before = len(wire.requests)
            with pytest.raises(TransportError, match="get a token for user ann from IAM"):
                client.resource_pools.list()
            assert len(wire.requests) - before > attempts

    def test_an_answer_without_token_is_no_answer(self, clock: FakeClock) -> None:
        """IAM saying yes without a token is reported as such."""
        client = client_of(answer(201, {"token": {}}), clock)

        with pytest.raises(TransportError, match="the answer has no X-Subject-Token"):
            client.resource_pools.list()

    @pytest.mark.parametrize("body", [{}, {"token": None}, {"token": {"expires_at": "soon"}}, [1], "x"])
    def test_a_token_without_an_end_lives_as_documented(self, clock: FakeClock, body: Any) -> None:
        """Without a usable end a token is kept for a day less ten minutes."""
        wire = Script(answer(201, body, X_Subject_Token="t"), answer(body={"items": []}))  # noqa: S106 - made up
        client = Client(settings_with(USER), transport=wire, clock=clock)
        client.resource_pools.list()

        clock.sleep(85_000)
        client.resource_pools.list()

        assert [request.url.path.split("/")[1] for request in wire.requests] == ["v3", "v2", "v2"]

    def test_a_clock_that_is_wrong_does_not_ask_for_ever(self, clock: FakeClock) -> None:
        """A token that has ended when it is issued is used until it is refused, not renewed for each request."""
        iam = Iam(clock, lifetime=-10_000_000.0)
        client = client_of(iam, clock)

        for _ in range(3):
            client.resource_pools.list()

        assert (iam.issued, iam.served) == (1, 3)

    def test_the_emulators_tokens_expire_and_are_renewed(self) -> None:
        """End to end: a token that the service lets expire is replaced in the middle of the work."""
        with Emulator(credentials=Credentials(users={("acme", "ann"): "hunter2"})) as emulator:
            client = Client(settings_with(USER), transport=emulator.transport())
            client.resource_pools.list()

            emulator.clock.advance(90_000)
            pools = client.resource_pools.list().pools

            operations = [exchange.operation for exchange in emulator.journal.exchanges()]
        assert len(pools) == 3
        assert len([operation for operation in operations if operation == "listPools"]) == 3
