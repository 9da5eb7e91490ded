from datetime import datetime
from typing import Any

import pytest

from tests.contract.service import Service, refusal, third

EVENTS = "/v1/events"
BAD_REQUEST = (400, "ModelArts.50004000")


def busiest(service: Service, least: int) -> tuple[str, list[dict[str, Any]]]:
    """A pool with events, and those events."""
    for item in service.items("/pools"):
        name: str = item["metadata"]["name"]
        if len(events := service.items(EVENTS, resource="pools", name=name)) >= least:
            return name, events
    return service.lacks(f"a pool with {least} events")


@pytest.mark.behaviour("events", "The newest comes first, and pages follow each other by `continue`")
def test_order(service: Service) -> None:
    """The newest event comes first, and its time is in RFC 3339."""
    events = busiest(service, least=2)[1]

    moments = [datetime.fromisoformat(item["firstTimestamp"]) for item in events]

    assert moments == sorted(moments, reverse=True)


@pytest.mark.behaviour("events", "The newest comes first, and pages follow each other by `continue`")
def test_pages(service: Service) -> None:
    """Pages follow each other and have every event once."""
    pool, everything = busiest(service, least=2)

    pages = service.pages(EVENTS, limit=third(everything), resource="pools", name=pool)

    assert [item for page in pages for item in page] == everything


@pytest.mark.behaviour("events", "Changes of a pool's phase, and of what its nodes do")
def test_reasons(service: Service) -> None:
    """A pool's phase and its nodes are what events are about."""
    events = busiest(service, least=1)[1]

    assert {item["reason"] for item in events} <= {"PoolStatusChange", "PoolResourcesStatusChange"}


@pytest.mark.behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`")
@pytest.mark.parametrize("query", [{}, {"resource": "pools"}, {"name": "missing-5f2b8c"}], ids=str)
def test_of_nothing(service: Service, query: dict[str, str]) -> None:
    """Events are asked for with what they are about: the kind and the name."""
    assert refusal(service.get(EVENTS, **query)) == BAD_REQUEST


@pytest.mark.behaviour("errors", "A missing pool is 404 `ModelArts.50015001`")
def test_of_a_missing_pool(service: Service) -> None:
    """A pool that is not there has no list of events."""
    response = service.get(EVENTS, resource="pools", name=service.nothing("pool"))

    assert refusal(response) == (404, "ModelArts.50015001")
