"""Any number of emulators live in one process, and none sees another one's requests, time, rules or names."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelarts_emulator import TRAIN_POOL, Emulator, Fault, mock_modelarts
from modelarts_emulator.state.clock import EPOCH
from tests.emulator.asking import REGION
from tests.emulator.wire import CPU, Wire, cpu


@contextmanager
def in_process(_: Path) -> Iterator[Wire]:
    """An emulator in memory, without a socket."""
    with Emulator() as emulator, httpx.Client(transport=emulator.transport()) as client:
        yield Wire(emulator, client)


@contextmanager
def in_a_file(path: Path) -> Iterator[Wire]:
    """An emulator in a file, without a socket."""
    with Emulator.open(path) as emulator, httpx.Client(transport=emulator.transport()) as client:
        yield Wire(emulator, client)


@contextmanager
def over_loopback(_: Path) -> Iterator[Wire]:
    """An emulator in memory behind a server."""
    with Emulator() as emulator, emulator.serve() as server, httpx.Client() as client:
        yield Wire(emulator, client, server.url)


@contextmanager
def on_two_servers(_: Path) -> Iterator[Wire]:
    """An emulator behind two servers, of which one is asked."""
    with Emulator() as emulator, emulator.serve() as server, emulator.serve(), httpx.Client() as client:
        yield Wire(emulator, client, server.url)


@pytest.fixture(params=[in_process, in_a_file, over_loopback, on_two_servers], ids=lambda kind: kind.__name__)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Wire, Wire]]:
    """Two of a kind."""
    with request.param(tmp_path / "one.db") as one, request.param(tmp_path / "other.db") as other:
        yield one, other


def state(wire: Wire) -> dict[str, Any]:
    """All that somebody could see of an emulator."""
    emulator = wire.emulator
    return {
        "world": emulator.world(),
        "time": emulator.clock.now(),
        "mode": emulator.clock.mode,
        "faults": emulator.faults.armed(),
        "journal": emulator.journal.exchanges(),
    }


@pytest.mark.parametrize(
    "act",
    [
        lambda one: one.scale(cpu(5)),
        lambda one: one.emulator.clock.advance(90),
        lambda one: one.emulator.clock.set_mode("auto"),
        lambda one: one.emulator.faults.arm(Fault("listPools", status=500)),
        lambda one: one.emulator.seed({"projects": {}}),
        lambda one: one.emulator.close(),
    ],
    ids=["order", "time", "mode", "fault", "world", "end"],
)
def test_they_do_not_know_each_other(pair: tuple[Wire, Wire], act: Callable[[Wire], object]) -> None:
    """Whatever happens to one, the other stays as it was and serves."""
    one, other = pair
    before = state(other)

    act(one)

    assert state(other) == before
    assert other.get("/pools").status_code == 200


def test_they_give_the_same_answers(pair: tuple[Wire, Wire]) -> None:
    """The same requests get the same answers, names and request ids, whatever was asked of the other in between."""
    one, other = pair
    answers = []
    for wire in (one, other):
        wire.scale(cpu(5))
        wire.emulator.clock.advance(100)
        answers.append([wire.order(), wire.nodes(), wire.get("/pools").headers["x-request-id"]])

    assert answers[0] == answers[1]
    assert len(answers[0][1]) == 5


def test_a_seed_tells_them_apart() -> None:
    """Emulators with different seeds never give the same name."""
    with Emulator(seed=1) as one, Emulator(seed=2) as other:
        names = []
        for emulator in (one, other):
            with httpx.Client(transport=emulator.transport()) as client:
                Wire(emulator, client).scale(cpu(5))
            names.append(set(emulator.world()["pools"][TRAIN_POOL]["nodes"]))

    assert len(names[0] & names[1]) == 2  # those that the documented world names


def test_many_in_threads() -> None:
    """Each thread makes one, works on it by itself and sees nothing but its own work."""

    def work(number: int) -> tuple[dict[str, int], float, int]:
        with in_process(Path()) as wire:
            wire.emulator.clock.advance(number)
            for count in range(3, 4 + number):
                assert wire.scale(cpu(count)).status_code == 200
            counts = wire.emulator.world()["pools"][TRAIN_POOL]["counts"]
            return counts, wire.emulator.clock.now(), len(wire.emulator.journal.writes())

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))

    assert found == [({CPU: 3 + number}, EPOCH + number, 1 + number) for number in range(8)]


def test_threads_on_two_servers(http: httpx.Client) -> None:
    """Clients in many threads that ask two servers by turns each reach the emulator they ask."""
    with ExitStack() as stack:
        emulators = [stack.enter_context(Emulator(seed=number)) for number in range(2)]
        urls = [stack.enter_context(emulator.serve()).url for emulator in emulators]
        wires = [Wire(emulator, http, url) for emulator, url in zip(emulators, urls, strict=True)]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda turn: wires[turn % 2].scale(cpu(4 + turn % 2)).status_code, range(32)))

        assert answers == [200] * 32
        counts = [emulator.world()["pools"][TRAIN_POOL]["counts"] for emulator in emulators]
        assert counts == [{CPU: 4}, {CPU: 5}]
        assert [len(emulator.journal.writes()) for emulator in emulators] == [16, 16]


def test_a_mock_beside_an_emulator_and_a_server(pair: tuple[Wire, Wire]) -> None:
    """Requests to the service reach the mock, those to an emulator that one, and each keeps its own journal."""
    one, other = pair
    with mock_modelarts() as mocked, httpx.Client() as client:
        Wire(mocked, client, REGION).scale(cpu(3))
        one.scale(cpu(4))
        other.scale(cpu(5))

        emulators = (mocked, one.emulator, other.emulator)
        assert [item.world()["pools"][TRAIN_POOL]["counts"][CPU] for item in emulators] == [3, 4, 5]
        assert [len(item.journal.writes()) for item in emulators] == [1, 1, 1]
