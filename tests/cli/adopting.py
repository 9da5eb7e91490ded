"""A printed program, read back from its text, and run again and again as the engine runs it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_modelarts.resources.fleet import FleetPlacementProvider
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from pulumi_modelarts.specs.fleet_names import placement_of, pool_of
from pulumi_modelarts.specs.paths import property_name
from tests.resources.host import Resource
from tests.resources.scenario import configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi import dynamic

POOL_OF_FLEET = "Fleet$ResourcePool"
PROVIDERS: Mapping[str, type[dynamic.ResourceProvider]] = {
    "Network": NetworkProvider,
    "ResourcePool": ResourcePoolProvider,
    "FleetPlacement": FleetPlacementProvider,
    POOL_OF_FLEET: ResourcePoolProvider,
}
_COUNTED = ("poolName", "flavors", "nodePools")


class Registered(NamedTuple):
    """A resource that a program registers: its class, its name, and its inputs."""

    kind: str
    name: str
    inputs: dict[str, Any]


def registrations(text: str, secret: str) -> list[Registered]:
    """Return what a printed program registers, in its order.

    Args:
        text: The program.
        secret: The value of whatever it asks its configuration for.
    """
    calls = [node.value for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    found = [call for call in calls if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("modelarts.")]
    return [each for call in found for each in _registered(call, secret)]


def _registered(call: ast.Call, secret: str) -> Iterator[Registered]:
    """Yield a resource, or those that a fleet consists of."""
    kind, name, inputs = ast.unparse(call.func).partition(".")[2], ast.literal_eval(call.args[0]), _value(call, secret)
    if kind != "Fleet":
        yield Registered(kind, name, inputs)
        return
    placement, pools = placement_of(name), inputs["pools"]
    counted = {key: {each: pool[each] for each in _COUNTED if each in pool} for key, pool in pools.items()}
    yield Registered("FleetPlacement", placement, {"pools": counted})
    for key, pool in pools.items():
        yield Registered(POOL_OF_FLEET, pool_of(name, key), {**pool, "fleet": placement})


def _value(node: ast.expr, secret: str) -> Any:
    """Return an expression of the program as a property, numbers as Pulumi delivers them."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {ast.literal_eval(key): _value(value, secret) for key, value in pairs if key is not None}
    if isinstance(node, ast.List):
        return [_value(item, secret) for item in node.elts]
    if isinstance(node, ast.Call):
        if ast.unparse(node.func) == "config.require_secret":
            return secret
        return {property_name(each.arg or ""): _value(each.value, secret) for each in node.keywords}
    value = ast.literal_eval(node)
    return float(value) if isinstance(value, int) else value


@dataclass
class Adopting:
    """A program of an account, each command in a process of its own.

    Attributes:
        process: Begins a process; returns the configuration of providers in it.
        program: What it registers.
        resources: What the state holds, by name.
    """

    process: Callable[[], Mapping[str, str]]
    program: list[Registered]
    resources: dict[tuple[str, str], Resource] = field(default_factory=dict)

    def preview(self) -> dict[str, dict[str, str]]:
        """Return what each resource would do, by its class and name."""
        return self._command(lambda resource, inputs: resource.check(inputs))

    def up(self) -> dict[str, dict[str, str]]:
        """Run every resource; return what each said that it would do."""
        return self._command(lambda resource, inputs: resource.up(inputs))

    def refresh(self) -> dict[str, dict[str, Any]]:
        """Read every resource; return the inputs of each that are shown as changed."""
        config, found = self.process(), {}
        for (kind, name), resource in self.resources.items():
            configured(resource.provider, **config)
            found[f"{kind} {name}"] = resource.refresh()
        return found

    def _command(self, call: Callable[[Resource, Mapping[str, Any]], object]) -> dict[str, dict[str, str]]:
        config = self.process()
        found: dict[str, dict[str, str]] = {}
        for kind, name, inputs in self.program:
            computed = "moves" if kind == "FleetPlacement" else "changes"
            known = self.resources.setdefault((kind, name), Resource(PROVIDERS[kind](), name=name, computed=computed))
            known.urn = f"urn:pulumi:test::x::{kind}::{name}"
            configured(known.provider, **config)
            known.announce = partial(found.__setitem__, f"{kind} {name}")
            call(known, inputs)
        return found
