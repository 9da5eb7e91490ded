"""100,000 nodes in the emulator: made by one patch, listed in pages of 500, and reset.

The budgets are absolute, in time on the processor. The same number of rows in a bare SQLite table stands beside making,
because it is the least that keeping them can cost on the machine at hand.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import httpx
from pydantic_core import from_json

from bench.figures import Figure, Ground, interleaved, processor_seconds, ratios
from bench.worlds import FLAVOR, pool_name, world
from modelarts_emulator import PROJECT, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES = 100_000
PAGE = 500
REPETITIONS = 5
ADDRESS = f"/v2/{PROJECT}/pools/{pool_name(0)}"


def measure(ground: Ground) -> Iterator[Figure]:
    """Make, list and reset so many nodes, over httpx and without a socket."""
    del ground
    with Emulator(world=world(1, 1)) as emulator:
        client = httpx.Client(transport=emulator.transport(), base_url="https://modelarts.invalid")
        listing, resetting = [], []

        def made() -> float:
            taken = processor_seconds(lambda: _grow(client))
            listing.append(processor_seconds(lambda: _list(client)))
            resetting.append(1000 * processor_seconds(emulator.reset))
            return taken

        pairs = interleaved(REPETITIONS, made, lambda: processor_seconds(_bare_rows))
    yield Figure(f"{NODES:,} nodes made", [pair[0] for pair in pairs], "s", 1, judged="least")
    yield Figure(f"{NODES:,} nodes made, over as many rows in a bare SQLite table", ratios(pairs))
    yield Figure(f"{NODES:,} nodes listed, in pages of {PAGE}", listing, "s", 2, judged="least")
    yield Figure(f"reset after {NODES:,} nodes", resetting, "ms", 10, judged="least")


def _grow(client: httpx.Client) -> None:
    body = {"spec": {"resources": [{"flavor": FLAVOR, "count": NODES}]}}
    headers = {"content-type": "application/merge-patch+json"}
    client.patch(ADDRESS, json=body, headers=headers).raise_for_status()


def _list(client: httpx.Client) -> None:
    found, mark = 0, None
    while found == 0 or mark:
        params = {"limit": str(PAGE), **({"continue": mark} if mark else {})}
        answer: dict[str, Any] = from_json(client.get(f"{ADDRESS}/nodes", params=params).raise_for_status().content)
        found += len(answer["items"])
        mark = answer["metadata"].get("continue")
    if found != NODES:
        raise AssertionError(f"{found} nodes were listed in place of {NODES}")


def _bare_rows() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE nodes (number INTEGER PRIMARY KEY, name TEXT, az TEXT, made REAL)")
    rows = ((f"os-node-created-{number:06}", "cn-north-7a", 0.0) for number in range(NODES))
    connection.executemany("INSERT INTO nodes (name, az, made) VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
