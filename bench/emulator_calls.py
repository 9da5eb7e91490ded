"""One call to the emulator: in process, and over the loopback server from several connections.

A call in process is what every step of a run of the example stack makes. Through an httpx client it is compared with
the same client over a transport that answers a constant, because the client costs something too, which the budget does
not count; and with loopback, to see what a socket costs. How many listings a second a server gives to four clients
stands beside.
"""

from __future__ import annotations

import statistics
import threading
from typing import TYPE_CHECKING

import httpx

from bench.figures import Figure, Ground, interleaved, processor_seconds, ratios, seconds
from bench.worlds import pool_name, world
from modelarts_emulator import PROJECT, Emulator, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS = 500
CLIENTS = 4
REPETITIONS = 7
POOLS = 10
SHOW = f"/v2/{PROJECT}/pools/{pool_name(0)}"
LIST = f"/v2/{PROJECT}/pools"
NOWHERE = "https://modelarts.invalid"


def measure(ground: Ground) -> Iterator[Figure]:
    """Show a pool in each way, two ways at a time in turns; then list pools from several clients."""
    del ground
    with (
        Emulator(world=world(POOLS)) as emulator,
        emulator.serve() as server,
        httpx.Client(transport=emulator.transport(), base_url=NOWHERE) as inside,
        httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)), base_url=NOWHERE) as constant,
        httpx.Client(base_url=server.url) as outside,
    ):
        request = Request("GET", SHOW, {}, b"", None)
        bare = [_middle(processor_seconds, lambda: emulator.handle(request)) for _ in range(REPETITIONS)]
        over_constant = interleaved(
            REPETITIONS, _showing(processor_seconds, inside), _showing(processor_seconds, constant)
        )
        over_inside = interleaved(REPETITIONS, _showing(seconds, outside), _showing(seconds, inside))
        throughput = [_throughput(server.url) for _ in range(REPETITIONS)]
    yield Figure("showing a pool, the emulator alone", [1000 * value for value in bare], "ms", 0.3, judged="least")
    yield Figure("showing a pool in process, through httpx", [1000 * pair[0] for pair in over_constant], "ms")
    added = [1000 * (whole - constant) for whole, constant in over_constant]
    yield Figure("through httpx, what the emulator adds to a constant answer", added, "ms", 0.3, judged="least")
    yield Figure("through httpx, the emulator over a constant answer", ratios(over_constant))
    yield Figure("showing a pool over loopback", [1000 * pair[0] for pair in over_inside], "ms")
    yield Figure("loopback over in process", ratios(over_inside))
    yield Figure(f"listings of {POOLS} pools over loopback, {CLIENTS} clients", throughput, "a second")


def _showing(measured: Callable[[Callable[[], object]], float], client: httpx.Client) -> Callable[[], float]:
    return lambda: _middle(measured, lambda: client.get(SHOW).raise_for_status())


def _middle(measured: Callable[[Callable[[], object]], float], call: Callable[[], object]) -> float:
    """Return the median of many calls, in seconds."""
    return statistics.median(measured(call) for _ in range(CALLS))


def _throughput(url: str) -> float:
    """Return answers a second while all clients ask."""

    def ask() -> None:
        with httpx.Client(base_url=url) as client:
            for _ in range(CALLS // CLIENTS):
                client.get(LIST).raise_for_status()

    def all_ask() -> None:
        threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return CALLS / seconds(all_ask)
