"""The most memory that a host of dynamic providers holds, in which unchanged resources are read."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pulumi_modelarts
from bench.nothing import LoadingProvider, NothingProvider
from bench.worlds import FLAVOR, NODES, pool_name
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.engine.host import Call, Host
from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.dynamic import ResourceProvider

PARALLEL = 8
"""Resources that are looked at together: what the engine does by itself on two cores."""


class Recorded(NamedTuple):
    """A resource in a state."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Held(NamedTuple):
    """The most memory of three hosts, in MiB: of pools, and of the resources that do nothing."""

    pools: float
    nothing: float
    loading: float


def held(pools: int, config: Mapping[str, str | None]) -> Held:
    """Read unchanged pools in one host, and resources that do nothing in others.

    Args:
        pools: How many.
        config: What leads to the service that has them.
    """
    known = {key: value for key, value in config.items() if value is not None}
    return Held(
        _held(ResourcePoolProvider(), pools, known),
        _held(NothingProvider(), pools, {}),
        _held(LoadingProvider(), pools, {}),
    )


def _held(provider: ResourceProvider, pools: int, config: Mapping[str, str]) -> float:
    with _host(provider, config) as host:
        recorded = [_recorded(host, number) for number in range(pools)]
    with _host(provider, config) as host, ThreadPoolExecutor(PARALLEL) as engine:
        list(engine.map(lambda each: host.read(each.id, each.outputs, each.inputs, _call(each.id)), recorded))
        return host.peak


def _host(provider: ResourceProvider, config: Mapping[str, str]) -> Host:
    measured = Path(pulumi_modelarts.__file__).parents[1]  # which may be that of another checkout
    return Host(provider, Path(sys.executable), config, {"PYTHONPATH": os.pathsep.join([str(measured), str(ROOT)])})


def _recorded(host: Host, number: int) -> Recorded:
    inputs, _ = host.check({"poolName": pool_name(number), "flavors": {FLAVOR: NODES}}, None, _call(pool_name(number)))
    id_, outputs = host.create(inputs, _call(pool_name(number)))
    return Recorded(id_, inputs, outputs)


def _call(name: str) -> Call:
    return Call(urn=f"urn:pulumi:bench::bench::modelarts:ResourcePool::{name}")
