from typing import Any

import pytest

from tests.contract.service import Service, refusal

BAD_REQUEST = (400, "ModelArts.50004000")
NO_POOL = (404, "ModelArts.50015001")


def within(pool: str, **more: Any) -> dict[str, Any]:
    """Body that moves an unknown node from a pool to itself: refused for either reason."""
    clusters = {"fromClusterName": pool, "toClusterName": pool}
    return {"migrateNodeNames": ["missing-5f2b8c"], **clusters, "resourceSpec": {}, **more}


def migrate(service: Service, pool: str, body: dict[str, Any]) -> tuple[int, str]:
    """Refusal of a migration."""
    return refusal(service.post(f"/pools/{pool}/nodes/batch-migrate", body))


@pytest.mark.behaviour("migration", "All these are 400 `ModelArts.50004000`; a missing target is the 404 of pools")
@pytest.mark.parametrize("cluster", ["", "missing-5f2b8c"], ids=["same cluster", "unknown cluster"])
def test_nowhere(service: Service, cluster: str) -> None:
    """An unknown node cannot be migrated to where it is said to be, nor to nowhere, and the nodes stay as they were."""
    pool = service.pool(nodes=2)
    before = service.items(f"/pools/{pool}/nodes")

    found = migrate(service, pool, within(pool, toClusterName=cluster or pool))

    assert found == BAD_REQUEST
    assert service.items(f"/pools/{pool}/nodes") == before


@pytest.mark.behaviour("migration", "Node names and both clusters are required")
@pytest.mark.parametrize("field", ["migrateNodeNames", "fromClusterName", "toClusterName"])
def test_incomplete(service: Service, field: str) -> None:
    """A migration that does not say which nodes, whence or whither is refused."""
    pool = service.pool(nodes=2)
    body = within(pool)

    del body[field]

    assert migrate(service, pool, body) == BAD_REQUEST


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
def test_missing_source(service: Service) -> None:
    """A migration out of a missing pool is refused as what it is."""
    assert migrate(service, service.nothing("pool"), within(service.nothing("pool"))) == NO_POOL


@pytest.mark.behaviour("migration", "All these are 400 `ModelArts.50004000`; a missing target is the 404 of pools")
def test_missing_target(service: Service) -> None:
    """A migration of an unknown node into a missing pool is refused for the pool."""
    pool, target = service.pool(nodes=2), service.nothing("pool")

    found = migrate(service, pool, within(pool, toClusterName=target, toPoolName=target))

    assert found == NO_POOL
