"""Worlds and programs that measurements begin with: many pools of one flavor."""

from __future__ import annotations

from typing import Any

from modelarts_emulator import NETWORK, PROJECT

FLAVOR = "modelarts.vm.cpu.4ud"
NODES = 2
"""Nodes of every pool at the beginning."""


def pool_name(number: int) -> str:
    """Return the id of a pool."""
    return f"bench-{number:04}-os-{PROJECT}"


def world(pools: int, nodes: int = NODES, **timings: float) -> dict[str, Any]:
    """Return a world of equal pools.

    Args:
        pools: How many.
        nodes: Nodes of each.
        timings: Durations in virtual seconds; those not named are 0, so that a measurement knows what it waits for.
    """
    still = dict.fromkeys(("queue", "creating", "checking", "spread", "deleting", "driver", "scope"), 0.0)
    pool = {"network": NETWORK, "resources": [{"flavor": FLAVOR, "count": nodes}]}
    content = {"pools": {pool_name(number): pool for number in range(pools)}}
    return {"timings": still | timings, "projects": {PROJECT: content}}


def pools_program(pools: int, count: int) -> str:
    """Return a program that declares every pool with a count."""
    return f"""
for number in range({pools}):
    modelarts.ResourcePool(
        f"pool-{{number:04}}", pool_name=f"bench-{{number:04}}-os-{PROJECT}", flavors={{"{FLAVOR}": {count}}}
    )
"""


def nothing_program(resources: int, count: int = NODES, kind: str = "Nothing") -> str:
    """Return a program that declares as many resources with the same inputs, of a provider that does nothing.

    Args:
        resources: How many.
        count: Nodes of each.
        kind: Which of `bench.nothing` they are.
    """
    return f"""
from bench.nothing import {kind}

for number in range({resources}):
    {kind}(f"pool-{{number:04}}", f"bench-{{number:04}}-os-{PROJECT}", {{"{FLAVOR}": {count}}})
"""
