"""The driver says to every SDK what the engine says, and reads its answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.host import CallFailedError, CheckFailure, Host
from tests.engine.toy import ToyProvider


@pytest.fixture
def host(python: Path) -> Iterator[Host]:
    """A host of the toy provider, in each environment."""
    with Host(ToyProvider(), python) as running:
        yield running


def test_a_resource_is_checked_created_compared_and_read(host: Host) -> None:
    """The calls of a resource's life go through with every SDK and Python."""
    inputs, failures = host.check({"size": 3})
    id_, outputs = host.create(inputs)
    same = host.diff(id_, outputs, inputs)
    other = host.diff(id_, outputs, {"size": 4})
    found = host.read(id_, outputs)

    assert (failures, id_, outputs) == ([], "toy", {"size": 3})
    assert (same.changes, other.changes) == (same.DIFF_NONE, other.DIFF_UNKNOWN)
    assert found[:2] == ("toy", {"size": 3})
    assert host.lines == []


def test_refusals_and_failures_are_told_apart(host: Host) -> None:
    """A refused property is an answer, a failed creation an error with the provider's text."""
    _, failures = host.check({"size": -1})

    assert failures == [CheckFailure("size", "it is negative")]
    with pytest.raises(CallFailedError, match="it does not fit"):
        host.create({"size": 101})
