"""Credentials that end in the middle of a run: which of them the run outlives, and what the next one needs."""

from __future__ import annotations

import httpx
import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Credentials, Emulator
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.interference import Executioner, led_to
from tests.resources.pools import CPU, train
from tests.resources.scenario import Stack, configured
from tests.resources.service import Hand

DAY = 24 * 3600
USER = {"userName": "robot", "password": "open sesame", "domainName": "acme"}
PERMANENT = {"accessKey": "AK", "secretKey": "SK"}
TEMPORARY = {"accessKey": "TEMPORARY", "secretKey": "SK", "securityToken": "issued"}
KEYS = {"AK": "SK", "TEMPORARY": "SK"}
"""Secret keys by access key, as the service knows them; the temporary one ends with the day."""


class Account:
    """Somebody whose pool grows, at a service that verifies who asks."""

    def __init__(self) -> None:
        self.keys = dict(KEYS)
        users = {(USER["domainName"], USER["userName"]): USER["password"]}
        known = Credentials(self.keys, {"TEMPORARY": "issued"}, users, max_skew=None)
        self.emulator = Emulator(credentials=known)
        self.way = Executioner(self.emulator)

    def stack(self, credentials: dict[str, str]) -> Stack:
        """A program of that account that has never run, with some credentials."""
        place = {"region": "cn-north-7", "projectId": PROJECT, "iamEndpoint": "https://iam.invalid"}
        config = led_to(self.emulator, self.way, {**place, "endpoint": "https://modelarts.invalid", **credentials})
        return Stack(configured(ResourcePoolProvider(), **config))

    def token(self) -> str:
        """Get a token from IAM."""
        user = {"name": USER["userName"], "password": USER["password"], "domain": {"name": USER["domainName"]}}
        scope = {"project": {"id": PROJECT}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}
        with httpx.Client(transport=self.emulator.transport()) as client:
            return client.post("https://iam.invalid/v3/auth/tokens", json=body).headers["x-subject-token"]

    def ends_after_the_patch(self) -> None:
        """Let the day pass once the pool is being changed."""

        def pass_by() -> None:
            if self.emulator.journal.exchanges("patchPool") and "TEMPORARY" in self.keys:
                del self.keys["TEMPORARY"]
                self.emulator.clock.advance(DAY)

        self.way.before_each = pass_by


@pytest.fixture
def account() -> Account:
    """An account of the test's own."""
    return Account()


@pytest.mark.parametrize("credentials", [PERMANENT, USER], ids=["an access key", "a user"])
def test_outlived(account: Account, credentials: dict[str, str]) -> None:
    """An access key has no end, and a user gets a new token; nobody notices."""
    account.ends_after_the_patch()

    account.stack(credentials).up(train(4))

    assert Hand(account.emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert len(Hand(account.emulator).orders(TRAIN_POOL)) == 1


@pytest.mark.parametrize("kind", ["a token", "a temporary access key"])
def test_not_renewed(account: Account, kind: str) -> None:
    """The run ends with what to do, and the next one, with credentials that hold, finds the nodes and orders none."""
    credentials = {"token": account.token()} if kind == "a token" else TEMPORARY
    account.ends_after_the_patch()

    with pytest.raises(PartlyDoneError) as ended:
        account.stack(credentials).up(train(4))
    account.stack(USER).up(train(4))

    assert str(ended.value).endswith(
        f"A{kind[1:]} lives for 24 hours at most and is not renewed here: set a new one, of this region and project, "
        "then run the same command again. What was asked for before goes on at the service."
    )
    assert Hand(account.emulator).counts(TRAIN_POOL) == {CPU: 4}
    assert len(Hand(account.emulator).orders(TRAIN_POOL)) == 1
