"""The table of foreign clients says what they did: the official SDK drives every operation that it has, once."""

import re
from typing import Any, NamedTuple

import huaweicloudsdkmodelarts.v1 as sdk  # type: ignore[import-untyped] # ships no types
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.region.region import Region  # type: ignore[import-untyped] # ships no types
from huaweicloudsdkcore.utils.http_utils import (  # type: ignore[import-untyped] # ships no types
    sanitize_for_serialization,
)

from modelarts_emulator import NETWORK, PROJECT
from modelarts_emulator.service.evidence.clients import DEVIATIONS, deviations, driven_by, drivers
from modelarts_emulator.service.urls import OPERATIONS
from tests.emulator import official_sdk_course
from tests.emulator.official_sdk import client_of, strict_emulator
from tests.emulator.official_sdk_models import FOR_THE_CLIENTS_SAKE, misread, without_deviations
from tests.emulator.wire import cpu

SDK_METHODS = {"listWorkspaces": "list_workspace", "keystoneListProjects": "with_region"}
"""Method of the official SDK's client or its builder, where it is not named as the operation is."""


class Answer(NamedTuple):
    """What the emulator sent, and what the SDK made of it."""

    operation: str
    sent: Any
    read: Any

    @property
    def model(self) -> str:
        """Name of the SDK's model."""
        return type(self.read).__name__


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """The answers of a course through every operation of the SDK, signatures checked."""
    with strict_emulator() as emulator, emulator.serve() as server:
        world = emulator.seeded()
        divided = {"network": NETWORK, "resources": [cpu(1)], "clusters": ["one", "two"]}
        world["projects"][PROJECT]["pools"][f"divided-{PROJECT}"] = divided
        emulator.seed(world)
        client = client_of(server.url)
        found = []
        for read in official_sdk_course.run(client, emulator):
            exchange = emulator.journal.exchanges()[-1]
            assert exchange.operation is not None
            # The SDK has a model for every answer: one that is a list is the model's body.
            sent = {"body": exchange.response} if isinstance(exchange.response, list) else exchange.response
            found.append(Answer(exchange.operation, sent, read))
        return found


@pytest.fixture(scope="module")
def by_region() -> set[str | None]:
    """Operations that the SDK asks for when it is given a region in place of a project."""
    with strict_emulator() as emulator, emulator.serve() as server:
        credentials = BasicCredentials("AKFAKE", "SKFAKE").with_iam_endpoint(server.url)
        builder = sdk.ModelArtsClient.new_builder().with_credentials(credentials)
        builder.with_region(Region("cn-north-7", server.url)).build()
        return {exchange.operation for exchange in emulator.journal.exchanges() if exchange.status == 200}


def test_driven(answers: list[Answer], by_region: set[str | None]) -> None:
    """The SDK drives the operations that say so, and no others."""
    assert {answer.operation for answer in answers} | by_region == driven_by("official SDK")


def test_every_operation_is_driven_or_says_why() -> None:
    """Every operation that is served is driven by the SDK or has a reason, and none has both."""
    driven = driven_by("official SDK")

    assert [name for name, item in OPERATIONS.items() if (name in driven) == bool(item.not_by_sdk)] == []


def test_methods() -> None:
    """What the SDK drives it has a method for, and what it has a method for it drives."""
    known = {*dir(sdk.ModelArtsClient), *dir(sdk.ModelArtsClient.new_builder())}

    snake = {name: re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name) for name in OPERATIONS}
    assert {name for name in OPERATIONS if SDK_METHODS.get(name, snake[name]) in known} == driven_by("official SDK")


def test_deviations(answers: list[Answer]) -> None:
    """What the SDK does not know or reads as something else is what the table says, field by field."""
    found = {where for answer in answers if answer.sent is not None for where in misread(answer.model, answer.sent)}

    found = {where for where in found if not FOR_THE_CLIENTS_SAKE.fullmatch(where[1])}
    assert found == {(item.model, item.field) for item in DEVIATIONS}


def test_values(answers: list[Answer]) -> None:
    """The SDK's models, written down again, say what was sent, the deviations left aside."""
    for answer in answers:
        again = without_deviations(answer.model, sanitize_for_serialization(answer.read))
        assert again == without_deviations(answer.model, answer.sent or {}), answer.operation


def test_drivers() -> None:
    """An operation names its clients in words, and why the SDK is not among them."""
    assert drivers(OPERATIONS["showPool"]) == "official SDK"
    assert drivers(OPERATIONS["listPools"]) == "official SDK, JavaScript, Go, curl"
    assert drivers(OPERATIONS["listOrders"]).startswith("JavaScript; the SDK has no such method")
    assert drivers(OPERATIONS["showJob"]).startswith("the SDK has no such method")


def test_table_of_deviations() -> None:
    """The table of deviations has a row for each."""
    rows = deviations().splitlines()[2:]

    assert [row.split(" | ")[:2] for row in rows] == [[f"| `{item.model}`", f"`{item.field}`"] for item in DEVIATIONS]
