"""The OpenAPI document, and generated requests that hold the emulator to it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance, unsupported_method

from modelarts_emulator import NETWORK, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator
from modelarts_emulator.__main__ import main
from modelarts_emulator.service.evidence.openapi import document
from modelarts_emulator.service.urls import ROUTES
from tests.emulator.wire import CPU
from tests.examples import examples

BASE = "http://emulator.test"
KNOWN = {
    "project": PROJECT,
    "pool": TRAIN_POOL,
    "node": NODE,
    "nodepool": f"{CPU}-default",
    "network": NETWORK,
    "job": TRAINING_JOB,
    "workspace": "0",
}
"""Path parameters that lead to something; an order and a job are there only once somebody has asked for one."""

# Everybody is let in by default; what no method is made for answers as the gateway does; and a request in the right
# shape may still ask for what cannot be.
EXCLUDED = [ignored_auth, unsupported_method, positive_data_acceptance]

FOUND = schemathesis.openapi.from_dict(document()).get_all_operations()
OPERATIONS = [found.ok() for found in FOUND if isinstance(found, Ok)]

Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of an emulator on the documented world."""
    with Emulator() as emulator, httpx.Client(transport=emulator.transport()) as client:
        yield client


def send(client: httpx.Client, case: Case[Any]) -> httpx.Response:
    """Send a generated request."""
    given = case.as_transport_kwargs(base_url=BASE)
    names = ("method", "url", "headers", "params", "cookies", "json", "data", "content")
    body = {name: given[name] for name in names if given.get(name) not in (None, {}, [])}
    if isinstance(body.get("data"), bytes | str):
        body["content"] = body.pop("data")
    return client.request(**body)


def is_one_text(value: Any) -> bool:
    """Whether a query parameter stands once, as a text or number.

    One that stands twice is not wrong, as the last one counts, nor is an empty one, which counts as left out
    (documented: ListOrders); an object becomes other parameters.
    """
    return not isinstance(value, list | dict) and value != ""


def hold(client: httpx.Client, operation: Operation, number: int, **how: Any) -> None:
    """Send generated requests of one operation and hold every answer to the document."""

    # Without the search for the smallest request that fails: it takes minutes, and one of these says enough.
    @settings(
        max_examples=number,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(**how))
    def check(case: Case[Any]) -> None:
        assume(all(map(is_one_text, (case.query or {}).values())))
        case.validate_response(send(client, case), excluded_checks=EXCLUDED)

    check()


every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
every_one_with_a_shape = pytest.mark.parametrize(
    "operation", [item for item in OPERATIONS if item.body or item.query], ids=lambda operation: operation.label
)


@pytest.mark.hypothesis
class TestGeneratedRequests:
    @every_operation
    def test_right_ones(self, client: httpx.Client, operation: Operation) -> None:
        """Requests in the right shape, of things that are there, are answered as the document says."""
        hold(client, operation, examples(2, long=6), path_parameters=known(operation))

    @every_one_with_a_shape
    def test_wrong_ones(self, client: httpx.Client, operation: Operation) -> None:
        """Requests in a wrong shape, of things that are there, are refused."""
        known_ones, wrong = known(operation), GenerationMode.NEGATIVE
        hold(client, operation, examples(2, long=6), path_parameters=known_ones, generation_mode=wrong)

    @every_operation
    def test_of_anything(self, client: httpx.Client, operation: Operation) -> None:
        """Requests of things that are not there, with all kinds of characters in their names, are answered too."""
        hold(client, operation, examples(1, long=3))


def known(operation: Operation) -> dict[str, str]:
    """Path parameters of an operation that lead to something."""
    return {name: KNOWN.get(name, "none") for name in (item.name for item in operation.path_parameters)}


def test_every_operation_is_described() -> None:
    """The document has every route, under its operation id and with its source."""
    paths = document()["paths"]

    described = {
        (item["operationId"], method.upper(), path, item["description"].rpartition("Known from: ")[2].rstrip("."))
        for path, methods in paths.items()
        for method, item in methods.items()
    }
    assert described == {(route.name, route.method, route.path, route.source) for route in ROUTES}


def test_it_is_served_and_printed(client: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    """The document is to be had from the control API and from the command line."""
    served = client.get(f"{BASE}/_emulator/openapi.json").json()
    code = main(["openapi"])

    assert (served, code, json.loads(capsys.readouterr().out)) == (document(), 0, document())


def test_everything_it_refers_to_is_there() -> None:
    """Every reference in the document leads to a schema, and every schema is referred to."""
    text = json.dumps(document())

    referred = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert referred == set(document()["components"]["schemas"])
