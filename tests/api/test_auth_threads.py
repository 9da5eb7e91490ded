import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import TransportError
from pulumi_modelarts.api.operations import Deadline
from tests.api.credentials import USER, settings_with
from tests.clocks import FakeClock

CROWD = 16
ALONE_FOR = 0.2
"""Seconds, real ones, for which IAM looks out for a second question before it answers the first."""


class BusyIam(httpx.BaseTransport):
    """An identity service that holds a question until another one comes, or none does, and ModelArts beside it.

    Attributes:
        issued: how many tokens there were; ModelArts takes the newest only.
        served: how many requests it took.
        asked: set when IAM has a question.
        answering: set while IAM answers at all.
    """

    def __init__(self) -> None:
        self.issued = 0
        self.served = 0
        self.asked = threading.Event()
        self.answering = threading.Event()
        self.answering.set()
        self._company = threading.Barrier(2)
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for whichever of the two is asked."""
        if request.url.path == "/v3/auth/tokens":
            return self._issue()
        with self._lock:
            if request.headers["x-auth-token"] != f"issued-{self.issued}":
                return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "token expired"})
            self.served += 1
            return httpx.Response(200, json={"items": []})

    def _issue(self) -> httpx.Response:
        self.asked.set()
        assert self.answering.wait(10)
        try:
            self._company.wait(ALONE_FOR)
        except threading.BrokenBarrierError:
            self._company.reset()
        with self._lock:
            self.issued += 1
            return httpx.Response(201, json={}, headers={"X-Subject-Token": f"issued-{self.issued}"})


@pytest.fixture
def iam() -> BusyIam:
    """An identity service that several may ask at once."""
    return BusyIam()


@pytest.fixture
def client(iam: BusyIam, clock: FakeClock) -> Iterator[Client]:
    """A client with a user and a password."""
    client = Client(settings_with(USER), transport=iam, clock=clock)
    yield client
    client.close()


def all_at_once(call: Callable[[], object]) -> None:
    """Let a crowd of threads call, none of them before all are there."""
    ready = threading.Barrier(CROWD)

    def run(_: int) -> None:
        ready.wait(10)
        call()

    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(run, range(CROWD)))


def test_threads_share_one_question(iam: BusyIam, client: Client) -> None:
    """While one thread asks IAM the others wait for its token."""
    all_at_once(client.resource_pools.list)

    assert (iam.issued, iam.served) == (1, CROWD)


def test_threads_with_a_refused_token_share_its_renewal(iam: BusyIam, client: Client) -> None:
    """Whoever finds that another thread has renewed the token takes that one."""
    client.resource_pools.list()
    iam.issued += 1

    all_at_once(client.resource_pools.list)

    assert (iam.issued, iam.served) == (3, 1 + CROWD)


def test_waiting_for_the_token_of_another_ends_with_the_deadline(
    iam: BusyIam, client: Client, clock: FakeClock
) -> None:
    """Whoever has no time left is not held by a question that hangs; what needs the token was not sent."""
    iam.answering.clear()
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(client.resource_pools.list)
        assert iam.asked.wait(10)

        with pytest.raises(TransportError) as caught:
            client.until(Deadline.after(0, clock)).resource_pools.list()

        iam.answering.set()
        hanging.result(10)
    assert str(caught.value) == (
        "get a token for user ann from IAM (https://iam.example): no usable answer, what needs the token was not sent: "
        "another request for one has not been answered yet"
    )
    assert (caught.value.may_have_arrived, iam.issued, iam.served) == (False, 1, 1)
