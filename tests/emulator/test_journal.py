import pytest
from dirty_equals import IsPartialDict, IsStr

from modelarts_emulator import TRAIN_POOL, Fault
from modelarts_emulator.state.clock import EPOCH
from modelarts_emulator.wire.journal import Exchange
from tests.emulator.wire import Wire, cpu

SECRETS = {"authorization": "secret-a", "x-auth-token": "secret-b", "x-security-token": "secret-c"}


@pytest.mark.loopback
def test_exchange(wire: Wire) -> None:
    """An exchange keeps the request and its answer as they went over the wire."""
    answer = wire.scale(cpu(3))

    exchange = wire.emulator.journal.exchanges()[0]

    assert exchange == Exchange(
        number=1,
        at=EPOCH,
        method="PATCH",
        path=f"/v2/{wire.project}/pools/{TRAIN_POOL}",
        operation="patchPool",
        query={},
        headers=exchange.headers,
        body={"spec": {"resources": [cpu(3)]}},
        status=200,
        response_headers={"content-type": "application/json", "x-request-id": answer.headers["x-request-id"]},
        response=answer.json(),
        fault=None,
    )
    assert exchange.headers == IsPartialDict({"content-type": "application/merge-patch+json"})
    assert answer.headers["x-request-id"] == IsStr(regex="[0-9a-f]{32}")


def test_selection(wire: Wire) -> None:
    """Exchanges are picked by operation, method, path and number."""
    wire.pool()
    wire.get("/pools", status="created")
    wire.scale(cpu(3))

    pick = wire.emulator.journal.exchanges
    assert [item.query for item in pick("listPools")] == [{"status": "created"}]
    assert [item.operation for item in pick(method="GET")] == ["showPool", "listPools"]
    assert [item.operation for item in pick(path=TRAIN_POOL)] == ["showPool", "patchPool"]
    assert [item.operation for item in pick(since=2)] == ["patchPool"]


def test_writes(wire: Wire) -> None:
    """Writes are what asked for a change; a search that is a POST is none."""
    wire.pool()
    wire.post("/training-job-searches", {})
    wire.scale(cpu(3))

    assert [item.operation for item in wire.emulator.journal.writes()] == ["patchPool"]


def test_secrets(wire: Wire) -> None:
    """Tokens, signatures and passwords are in no exchange."""
    wire.client.get(wire.url("/pools"), headers=SECRETS)
    user = {"name": "u", "password": "secret-d", "domain": {"name": "d"}}
    login = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    token = wire.client.post(wire.base + "/v3/auth/tokens", json=login).headers["x-subject-token"]

    kept = repr(wire.emulator.journal.exchanges())

    assert not [secret for secret in (*SECRETS.values(), "secret-d", token) if secret in kept]


@pytest.mark.loopback
def test_refusals_and_faults(wire: Wire) -> None:
    """What failed is kept as well: paths that are not served, refusals, and what a fault did."""
    wire.emulator.faults.arm(Fault("listPools", status=503))
    wire.get("/no-such-path")
    wire.get("/pools/none")
    wire.get("/pools")

    kept = [(item.operation, item.status, item.fault) for item in wire.emulator.journal.exchanges()]

    assert kept == [(None, 404, None), ("showPool", 404, None), ("listPools", 503, "503 before")]


def test_clear(wire: Wire) -> None:
    """A cleared journal is empty, and its numbers go on."""
    wire.pool()
    wire.emulator.journal.clear()

    wire.pool()

    assert [item.number for item in wire.emulator.journal.exchanges()] == [2]


def test_large_bodies_are_not_kept(wire: Wire) -> None:
    """A very large body is left out of the journal, so that long lists stay cheap."""
    wire.scale(cpu(200))
    wire.get(f"/pools/{TRAIN_POOL}/nodes")

    assert wire.emulator.journal.exchanges("listPoolNodes")[0].response is None
