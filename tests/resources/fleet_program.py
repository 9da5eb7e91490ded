"""The engine's side of a program with a fleet: its placement first, then its pools, with the counts it has come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, PROJECT, TRAIN_POOL
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources.fleet import FleetPlacementProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.host import Resource
from tests.resources.pools import CPU
from tests.resources.scenario import CheckFailedError, configured
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

PLACEMENT = "fleet-placement"
Pools = dict[str, dict[str, Any]]
"""What a program declares of each pool, by the name that it has for it."""


THIRTY = [f"{letter}{number}" for letter in "abc" for number in range(10)]
"""Names of many pools."""

IDS = {
    "train": TRAIN_POOL,
    "infer": INFER_POOL,
    **{name: TRAIN_POOL.replace("auto", name) for name in ("east", "west", *THIRTY)},
}
"""Ids of pools by the names that programs have for them."""


def fleet_world(**counts: int | dict[str, int]) -> dict[str, Any]:
    """Return the documented world with other pools: so many nodes in each, by name, or so many of each flavor.

    The nodes are called by the beginning of the name of their pool: `os-node-created-tr000` and on.
    """
    made = world()
    project = made["projects"][PROJECT]
    like = project["pools"][INFER_POOL]
    project["pools"] = {
        IDS.get(name, name): {**like, **_nodes(name, {CPU: count} if isinstance(count, int) else count)}
        for name, count in counts.items()
    }
    project["training_jobs"] = {}
    return made


def _nodes(name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    flavors = [flavor for flavor, count in counts.items() for _ in range(count)]
    return {
        "resources": [{"flavor": flavor, "count": count} for flavor, count in counts.items()],
        "nodes": {node(name, number): {"flavor": flavor} for number, flavor in enumerate(flavors)},
    }


def node(pool: str, number: int) -> str:
    """Return the name of a node that a pool has in the beginning."""
    return f"os-node-created-{pool[:2]}{number:03d}"


def pools(**counts: int | dict[str, int]) -> Pools:
    """Declare counts of pools, by name."""
    return {
        name: {
            "poolName": IDS.get(name, name),
            "flavors": {CPU: float(count)}
            if isinstance(count, int)
            else {key: float(each) for key, each in count.items()},
        }
        for name, count in counts.items()
    }


@dataclass
class FleetProgram:
    """One program with a fleet, run again and again, each command in a process of its own.

    Attributes:
        process: Begins a process; returns the configuration of providers in it.
        resources: What the state holds, by name.
        said: What each resource that failed in the last command said.
        policy: Inputs of the placement beside its pools.
    """

    process: Callable[[], Mapping[str, str]]
    resources: dict[str, Resource] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)

    def preview(self, declared: Pools, targets: Collection[str] | None = None) -> dict[str, dict[str, str]]:
        """Return what each resource would do, by its name; what stands against it is in `said`."""
        found: dict[str, dict[str, str]] = {}

        def look(resource: Resource, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
            resource.announce = partial(found.__setitem__, resource.name)
            return resource.check(inputs)

        self._command(declared, targets, look)
        return found

    def up(
        self,
        declared: Pools,
        targets: Collection[str] | None = None,
        announce: Callable[[str, dict[str, str]], None] = lambda _name, _entries: None,
    ) -> None:
        """Run every resource, until one fails.

        Args:
            declared: What the program declares.
            targets: The only resources that are run; None for all of them.
            announce: Told what each resource will do, just before it does.
        """

        def run(resource: Resource, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
            resource.announce = partial(announce, resource.name)
            resource.up(inputs)
            assert resource.state is not None
            return resource.state.outs

        self._command(declared, targets, run)

    def refresh(self) -> None:
        """Read every resource into the state."""
        config = self.process()
        for resource in self.resources.values():
            if resource.state is not None:
                configured(resource.provider, **config)
                resource.refresh()

    def _command(
        self,
        declared: Pools,
        targets: Collection[str] | None,
        call: Callable[[Resource, Mapping[str, Any]], Mapping[str, Any]],
    ) -> None:
        """Call each resource, a pool with the counts that the placement has; what is no target has those it had."""
        self.said = {}
        known = list(self._resources(declared))
        placement, *rest = known
        counts: Mapping[str, Any] = placement.state.outs["pools"] if placement.state else {}
        if targets is None or PLACEMENT in targets:
            inputs = {**self.policy, "pools": declared}
            answer = self._ends_well(placement, partial(call, placement, inputs))
            if answer is None:
                return
            counts = answer["pools"]
        for pool in rest:
            if targets is None or pool.name in targets:
                inputs = {**declared[pool.name], **_counts(counts.get(pool.name, {})), "fleet": PLACEMENT}
                self._ends_well(pool, partial(call, pool, inputs))

    def _resources(self, declared: Pools) -> Iterator[Resource]:
        config = self.process()
        for name in [PLACEMENT, *declared]:
            provider, computed = (
                (FleetPlacementProvider, "moves") if name == PLACEMENT else (ResourcePoolProvider, "changes")
            )
            if name not in self.resources:
                self.resources[name] = Resource(provider(), name=name, computed=computed)
            configured(self.resources[name].provider, **config)
            yield self.resources[name]

    def _ends_well(self, resource: Resource, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | None:
        try:
            return call()
        except (ModelArtsError, CheckFailedError) as error:
            self.said[resource.name] = str(error)
            return None


def _counts(placed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in placed.items() if name in {"flavors", "nodePools"}}
