"""What can go wrong with the marks of stacks: two at once, lost answers, missing rights."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from modelarts_emulator import TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import RefusedError, TransportError
from pulumi_modelarts.handlers._rpc import PartlyDoneError
from tests.resources.pools import CPU, train
from tests.resources.stacks import counts, mark, marks, pool_of, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator import Emulator
    from tests.resources.scenario import Stack

DEV, PROD = "organization/shop/dev", "organization/shop/prod"


@pytest.fixture
def dev(emulator: Emulator) -> Stack:
    """A stack that marks its pools."""
    return pool_of(emulator, "dev", claim="true")


class Meanwhile(httpx.BaseTransport):
    """Passes requests on, and lets somebody else act after the answer to one of them has been made."""

    def __init__(self, emulator: Emulator, path: str, act: Callable[[], Any]) -> None:
        self._inner = emulator.transport()
        self._path = path
        self._act = act

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        response = self._inner.handle_request(request)
        if request.url.path.endswith(self._path):
            self._act()
        return response


class Together(httpx.BaseTransport):
    """Passes requests on; with some, it waits before and after until somebody else makes the same."""

    def __init__(self, emulator: Emulator, path: str, company: threading.Barrier) -> None:
        self._inner = emulator.transport()
        self._path = path
        self._company = company

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        if not request.url.path.endswith(self._path):
            return self._inner.handle_request(request)
        self._company.wait(60)
        response = self._inner.handle_request(request)
        self._company.wait(60)
        return response


def test_two_at_the_same_moment(emulator: Emulator) -> None:
    """A stack that finds another mark beside its own takes its own away, changes nothing, and is no owner."""
    dev = pool_of(emulator, "dev", Meanwhile(emulator, "/tags/create", lambda: mark(emulator, PROD)), claim="true")

    with pytest.raises(RefusedError) as refused:
        dev.up(train(4))

    assert str(refused.value) == (
        f"Changing resource pool {TRAIN_POOL!r} was refused: resource pool {TRAIN_POOL!r} is marked by stack "
        f"{PROD}; this one marked it at the same moment, and has taken its mark away again. Run `pulumi up` "
        "again once it is clear which of them is to have the pool"
    )
    assert (dev.state, marks(emulator), counts(emulator)) == (None, [PROD], {CPU: 2})


def test_two_that_look_at_the_same_moment(emulator: Emulator) -> None:
    """Both have marked the pool before either looks: one of them goes on at most, and the pool is that one's."""
    both = threading.Barrier(2)
    rivals = [
        pool_of(emulator, name, Together(emulator, "/tags/create", both), claim="true") for name in ("dev", "prod")
    ]
    checked = [rival.check(train(4)) for rival in rivals]

    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(rival.run, inputs) for rival, inputs in zip(rivals, checked, strict=True)]
    errors = [run.exception() for run in runs]

    won = [name for name, error in zip((DEV, PROD), errors, strict=True) if error is None]
    assert {type(error) for error in errors if error is not None} == {RefusedError}
    assert (marks(emulator), counts(emulator)) == (won, {CPU: 2 + 2 * len(won)})


@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_answer(dev: Stack, emulator: Emulator, when: Any) -> None:
    """A mark whose answer was lost is looked for, and written again only where it is not there."""
    emulator.faults.arm(Fault("batchCreatePoolTags", drop="reset", when=when))

    dev.up(train(3))

    asked = 1 if when == "after" else 2
    assert [item for item in writes(emulator) if "Tags" in item] == ["batchCreatePoolTags"] * asked
    assert (marks(emulator), counts(emulator)) == ([DEV], {CPU: 3})


def test_lost_answer_of_a_release(dev: Stack, emulator: Emulator) -> None:
    """A release whose answer was lost has ended well if the mark is gone."""
    dev.up(train(2))
    emulator.faults.arm(Fault("batchDeletePoolTags", drop="reset", when="after"))

    dev.destroy()

    assert marks(emulator) == []


def test_release_that_did_not_happen(dev: Stack, emulator: Emulator) -> None:
    """A release that left the mark fails, so that the resource stays in state and can be released again."""
    dev.up(train(2))
    emulator.faults.arm(Fault("batchDeletePoolTags", drop="reset", when="before"))

    with pytest.raises(TransportError, match=f"delete tag pulumi-modelarts:.*={DEV} of resource pool {TRAIN_POOL}"):
        dev.destroy()

    dev.destroy()
    assert marks(emulator) == []


def test_mark_that_is_never_shown(dev: Stack, emulator: Emulator) -> None:
    """A service that accepts the mark and does not show it ends the run, which has changed nothing else."""
    emulator.faults.arm(Fault("batchCreatePoolTags", status=503, times=None))

    with pytest.raises(PartlyDoneError, match="it was asked for 3 times, and the pool does not show it"):
        dev.up(train(3))

    emulator.faults.clear()
    assert counts(emulator) == {CPU: 2}


def test_without_the_right(dev: Stack, emulator: Emulator) -> None:
    """Who may not change tags is told which operation has to be allowed, or what to set; nothing was sent."""
    emulator.faults.arm(Fault("batchCreatePoolTags", status=403, code="ModelArts.0010", message="no permission"))

    with pytest.raises(RefusedError) as refused:
        dev.up(train(3))

    assert "add tag pulumi-modelarts:" in str(refused.value)
    assert "Have the user allowed BatchCreatePoolTags in project " in str(refused.value)
    assert str(refused.value).endswith(
        "Marks of pools are tags: without the right to change those, set modelarts:claim to false"
    )
    assert (dev.state, counts(emulator)) == (None, {CPU: 2})
