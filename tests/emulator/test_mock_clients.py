import asyncio

import httpx
import pytest

from modelarts_emulator import Credentials, Emulator, Fault, mock_modelarts
from tests.emulator.asking import IAM, NOWHERE, POOLS, REGION, ask, ask_asynchronously, world_of


def test_those_made_before_are_met() -> None:
    """A client that was made before goes to the emulator while the block lasts."""
    with httpx.Client(proxy=NOWHERE) as client:
        with mock_modelarts(world=world_of("one")):
            assert ask(client=client) == ["one"]

        with pytest.raises(httpx.ConnectError):
            ask(client=client)


def test_asynchronous_ones_are_met() -> None:
    """An asynchronous client is answered alike."""
    with mock_modelarts(world=world_of("one")):
        assert asyncio.run(ask_asynchronously()) == ["one"]


def test_those_with_a_transport_of_their_own_are_left_alone(modelarts: Emulator) -> None:
    """A test's own transport answers its client."""
    mocked = httpx.MockTransport(lambda _: httpx.Response(200, json={"items": []}))
    with (
        mock_modelarts() as emulator,
        httpx.Client(transport=mocked) as one,
        httpx.Client(transport=modelarts.transport()) as other,
    ):
        assert ask(client=one) == []
        ask(client=other)

        assert (len(modelarts.journal.exchanges()), emulator.journal.exchanges()) == (1, [])


def test_those_that_end_in_httpx_s_own_transport_are_met() -> None:
    """A transport that adds something and hands on to httpx's own gets its answer from the emulator."""

    class Repeating(httpx.BaseTransport):
        def __init__(self) -> None:
            self.network = httpx.HTTPTransport()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = self.network.handle_request(request)
            return answer if answer.status_code == 200 else self.network.handle_request(request)

    with (
        mock_modelarts(world=world_of("one"), faults=[Fault("listPools", status=500)]),
        httpx.Client(transport=Repeating()) as client,
    ):
        assert ask(client=client) == ["one"]


def test_their_own_logic_runs() -> None:
    """Hooks, authentication, base address, default headers and timeouts of a client are those it was made with."""
    seen: list[int] = []
    with (
        mock_modelarts(faults=[Fault("listPools", latency=30)]) as emulator,
        httpx.Client(
            base_url=REGION,
            headers={"user-agent": "mine"},
            timeout=10,
            event_hooks={"response": [lambda answer: seen.append(answer.status_code)]},
        ) as client,
    ):
        began = emulator.clock.now()
        with pytest.raises(httpx.ReadTimeout):
            client.get(POOLS)
        answer = client.get(POOLS)

        assert emulator.clock.now() - began == 10
        assert (seen, answer.extensions["http_version"]) == ([200], b"HTTP/1.1")
        assert [item.headers["user-agent"] for item in emulator.journal.exchanges()] == ["mine", "mine"]


def test_the_same_world_answers_both_services() -> None:
    """A token that IAM's host gave opens ModelArts' host."""
    login = {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": "user", "password": "secret", "domain": {"name": "domain"}}},
            },
            "scope": {"project": {"name": "cn-north-4"}},
        }
    }
    with mock_modelarts(credentials=Credentials(users={("domain", "user"): "secret"})):
        token = httpx.post(f"{IAM}/v3/auth/tokens", json=login).raise_for_status().headers["x-subject-token"]

        assert httpx.get(REGION + POOLS, headers={"x-auth-token": token}).status_code == 200
        assert httpx.get(REGION + POOLS, headers={"x-auth-token": "another"}).status_code == 401
