import httpx
import pytest
from pydantic import SecretStr

from pulumi_modelarts.api.auth import GivenToken
from pulumi_modelarts.api.clock import SystemClock
from pulumi_modelarts.api.credentials import Token
from pulumi_modelarts.api.sending import Sender
from pulumi_modelarts.api.settings import Settings
from tests.contract.account import REAL
from tests.contract.service import Answer, Service

POOLS = {"kind": "PoolList", "apiVersion": "v2"}


def saying(document: object, status: int = 200) -> Service:
    """A service that always says this."""
    token = Token(SecretStr("a-token"))
    settings = Settings("cn-north-4", "p", "https://modelarts.test", "https://iam.test", token)
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status, json=document)))
    return Service(REAL, settings, Sender(client, SystemClock()), GivenToken(token.token), lambda _: None)


def judged(service: Service) -> Answer:
    """What is made of its answer."""
    service.get("/pools")
    return service.answers[-1]


def test_fits() -> None:
    """An answer that fits its contract has nothing against it."""
    assert judged(saying({**POOLS, "items": []})) == Answer("listPools", 200, [], [])


def test_breaks_its_contract() -> None:
    """What an answer lacks, or has in another form, is a problem, which shows nothing of what it holds."""
    answer = judged(saying({**POOLS, "items": [{**POOLS, "kind": "Our secret project"}]}))

    assert {problem.partition(": ")[0] for problem in answer.problems} == {"GET listPools 200"}
    assert {problem.partition(": ")[2].partition(":")[0] for problem in answer.problems} == {
        f"('items', 0, '{field}')" for field in ("kind", "metadata", "spec", "status")
    }
    assert "secret" not in str(answer)


def test_is_more_than_its_contract() -> None:
    """A field that no contract knows is told once, and is no problem: the service may grow."""
    answer = judged(saying({**POOLS, "items": [], "total": 0}))

    assert answer == Answer("listPools", 200, [], ["listPools: total"])


def test_shows_no_secret() -> None:
    """What is said about an answer does not repeat who asks, though the service may."""
    service = saying({"error_code": "APIGW.0301", "error_msg": "wrong: a-token"}, status=401)

    with pytest.raises(AssertionError) as caught:
        service.document("/pools")

    assert "401" in str(caught.value)
    assert "a-token" not in str(caught.value)
