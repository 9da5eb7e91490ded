"""From a world as plain data to rows; a world that cannot exist is refused with the reason.

    {"seed": "...", "timings": {"driver": 30}, "choices": {"drain": "evict"}, "chances": {"node": {"Abnormal": 1, ...}},
     "flavors": {id: {cpu, memory, gpu?, npu?, zones, stock?}},
     "projects": {project id: {
        "quotas": {"nodes": 40, ...},
        "pools": {pool name: {"network", "resources"; optionally "created", "resource_id", "labels", "annotations",
                  "scope", "zone", "driver", "phase", "message", "control_mode", "spec", "clusters", "capacity",
                  "nodes"}},
        "training_jobs": {job id: {"pool", "nodes"; optionally "phase", "ends_in", "final_phase", "document"}}}}}

`nodes` maps names to {flavor, node_pool, az, phase, locked, private_ip, cluster, breaks_in, mends_in}, all optional, or
lists names; nodes that `resources` counts beyond those get generated names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from modelarts_emulator.chances import BRANCHES, Chances
from modelarts_emulator.choices import Choices
from modelarts_emulator.exceptions import ApiError, ImpossibleWorldError
from modelarts_emulator.lifecycle import Timings
from modelarts_emulator.models import node, pool_update, resource_flavor, resource_pool
from modelarts_emulator.models.driver import VERSION_FIELDS, Driver
from modelarts_emulator.models.entry import EntryKey, key_of
from modelarts_emulator.models.node import NewNodes
from modelarts_emulator.models.resource_pool import DISPLAY_NAME, WORKSPACE, Pool
from modelarts_emulator.models.scaling import zones_for
from modelarts_emulator.models.scope import SCOPES, Scope
from modelarts_emulator.models.tenant import Tenant
from modelarts_emulator.worlds.breaking import plan_breaking
from modelarts_emulator.worlds.capacity import load_flavors, load_quotas, load_stock
from modelarts_emulator.worlds.fields import refuse_unknown, whole_numbers
from modelarts_emulator.worlds.flavors import FLAVORS
from modelarts_emulator.worlds.jobs import load_jobs
from modelarts_emulator.worlds.surroundings import load_surroundings

if TYPE_CHECKING:
    import sqlite3

POOL_NAME = re.compile(r"(?=.{36,63}\Z)[a-z][a-z0-9-]*[a-z0-9]")
POOL_PHASES = ("Creating", "Running", "Abnormal", "Deleting", "Error", "CreationFailed", "ScalingFailed", "Waiting")
POOL_FIELDS = frozenset(
    {"network", "resources", "created", "resource_id", "labels", "annotations", "scope", "zone", "driver", "phase"}
    | {"message", "control_mode", "spec", "clusters", "capacity", "nodes"}
)
PROJECT_FIELDS = frozenset({"region", "quotas", "workspaces", "networks", "pools", "training_jobs"})
NODE_FIELDS = frozenset(
    {"flavor", "node_pool", "az", "phase", "locked", "private_ip", "cluster", "breaks_in", "mends_in"}
)
WORLD_FIELDS = frozenset({"seed", "timings", "choices", "chances", "flavors", "projects"})


def seed_of(world: Mapping[str, Any]) -> str:
    """Seed of a world as text, `modelarts` where it names none.

    Raises:
        ImpossibleWorldError: Neither a text nor a whole number.
    """
    seed = world.get("seed", "modelarts")
    if not isinstance(seed, str | int):
        raise ImpossibleWorldError(f"seed: {seed!r} is neither a text nor a whole number")
    return str(seed)


def timings_of(world: Mapping[str, Any]) -> Timings:
    """Durations of a world.

    Raises:
        ImpossibleWorldError: An unknown duration, or a negative one.
    """
    given = dict(world.get("timings", {}))
    refuse_unknown("timings", given, frozenset(item.name for item in fields(Timings)))
    if any(not isinstance(value, int | float) or value < 0 for value in given.values()):
        raise ImpossibleWorldError("timings: durations are numbers of at least 0")
    return Timings(**given)


def choices_of(world: Mapping[str, Any]) -> Choices:
    """Choices of a world.

    Raises:
        ImpossibleWorldError: An unknown choice.
    """
    given = dict(world.get("choices", {}))
    offered = {name: get_args(kind) for name, kind in get_type_hints(Choices).items()}
    refuse_unknown("choices", given, frozenset(offered))
    for name, value in given.items():
        if value not in offered[name]:
            raise ImpossibleWorldError(f"choices.{name}: {value!r} is not one of {', '.join(offered[name])}")
    return Choices(**given)


def chances_of(world: Mapping[str, Any]) -> Chances:
    """Chances of a world.

    Raises:
        ImpossibleWorldError: An unknown transition or branch, or weights of which nothing can follow.
    """
    given = dict(world.get("chances", {}))
    refuse_unknown("chances", given, BRANCHES)
    for name, weights in given.items():
        where = f"chances.{name}"
        refuse_unknown(where, whole_numbers(where, weights), BRANCHES[name])
        if not any(weights.values()):
            raise ImpossibleWorldError(f"{where}: give one of {', '.join(BRANCHES[name])} a weight above 0")
    return Chances(**given)


def load(connection: sqlite3.Connection, world: Mapping[str, Any], now: float) -> None:
    """Put a world into an empty store.

    Args:
        connection: The open transaction.
        world: The world as plain data.
        now: Virtual time at which it begins.

    Raises:
        ImpossibleWorldError: With the statement that cannot be and why.
    """
    refuse_unknown("world", world, WORLD_FIELDS)
    flavors = world.get("flavors", FLAVORS)
    load_flavors(connection, flavors)
    seed, timings, choices, chances = (
        seed_of(world),
        timings_of(world),
        choices_of(world),
        chances_of(world),
    )
    for project, content in world.get("projects", {}).items():
        refuse_unknown(f"projects[{project}]", content, PROJECT_FIELDS)
        tenant = Tenant(connection, project, now, seed, timings, choices, chances)
        load_quotas(tenant, content.get("quotas", {}))
        for name, pool in content.get("pools", {}).items():
            _load_pool(tenant, name, pool)
        load_surroundings(tenant, content)
        load_jobs(tenant, content.get("training_jobs", {}))
    load_stock(connection, flavors, now)


def _load_pool(tenant: Tenant, name: str, given: Mapping[str, Any]) -> None:
    where = f"pools[{name}]"
    refuse_unknown(where, given, POOL_FIELDS)
    if not POOL_NAME.fullmatch(name):
        raise ImpossibleWorldError(f"{where}: a pool name has 36 to 63 lower-case letters, digits and hyphens")
    phase = given.get("phase", "Running")
    if phase not in POOL_PHASES:
        raise ImpossibleWorldError(f"{where}.phase: {phase!r} is not one of {', '.join(POOL_PHASES)}")
    spec = _spec(tenant, where, given)
    pool = Pool(
        name=name,
        metadata=_metadata(tenant, name, given),
        spec=spec,
        phase=phase,
        zone=given.get("zone") or _default_zone(tenant, spec),
        message=given.get("message", ""),
        drivers=_drivers(tenant, where, spec),
        scopes=[Scope(scope, wanted=True, settles_at=tenant.now) for scope in spec["scope"]],
        clusters=list(given.get("clusters", [])),
        capacity=given.get("capacity"),
    )
    nodes = _nodes(tenant, where, pool, given.get("nodes", {}))
    if pool.capacity is not None and pool.capacity < sum(entry["count"] for entry in pool.entries):
        raise ImpossibleWorldError(f"{where}.capacity: the pool has more nodes than that")
    resource_pool.make(tenant, pool)
    for alike in nodes:
        node.make(tenant, name, alike)
    for breaking, facts in _named(given.get("nodes", {})).items():
        plan_breaking(tenant, f"{where}.nodes[{breaking}]", node.find(tenant, name, breaking), facts)


def _metadata(tenant: Tenant, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    display_name = name.removesuffix(f"-{tenant.project}")
    labels = {
        DISPLAY_NAME: display_name,
        WORKSPACE: "0",
        "os.modelarts/resource.id": given.get("resource_id", f"maos-{display_name}"),
        **given.get("labels", {}),
    }
    created = given.get("created", "2022-09-16T03:10:40Z")
    return {"creationTimestamp": created, "labels": labels, "annotations": dict(given.get("annotations", {}))}


def _spec(tenant: Tenant, where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        entries = pool_update.check_entries(tenant, given.get("resources"))
    except ApiError as error:
        raise ImpossibleWorldError(f"{where}: {error.message}") from error
    scope = given.get("scope", ["Train"])
    if not scope or any(name not in SCOPES for name in scope):
        raise ImpossibleWorldError(f"{where}.scope: name at least one of {', '.join(SCOPES)}")
    if not given.get("network"):
        raise ImpossibleWorldError(f"{where}.network: a dedicated pool has a network")
    spec = {"type": "Dedicate", "scope": list(scope), "resources": entries, "network": {"name": given["network"]}}
    if "driver" in given:
        spec["driver"] = dict(given["driver"])
    if "control_mode" in given:
        spec["controlMode"] = given["control_mode"]
    return {**spec, **given.get("spec", {})}


def _default_zone(tenant: Tenant, spec: dict[str, Any]) -> str:
    flavor = resource_flavor.catalogue(tenant.connection)[spec["resources"][0]["flavor"]]
    return str(next(iter(flavor["zones"])))


def _drivers(tenant: Tenant, where: str, spec: dict[str, Any]) -> dict[str, Driver]:
    catalogue = resource_flavor.catalogue(tenant.connection)
    kinds = {resource_flavor.accelerator(catalogue[entry["flavor"]]) for entry in spec["resources"]}
    given = spec.get("driver", {})
    for kind, field in VERSION_FIELDS.items():
        if (field in given) != (kind in kinds):
            raise ImpossibleWorldError(
                f"{where}.driver.{field}: stands exactly where the pool has {kind.upper()} flavors"
            )
    return {kind: Driver(given[field], given[field]) for kind, field in VERSION_FIELDS.items() if field in given}


def _nodes(tenant: Tenant, where: str, pool: Pool, given: Mapping[str, Any] | list[str]) -> list[NewNodes]:
    named = _named(given)
    if len(named) != len(given):
        raise ImpossibleWorldError(f"{where}.nodes: a name stands twice")
    taken = node.names(tenant)
    left = {key_of(entry): entry["count"] for entry in pool.entries}
    nodes = []
    for name, facts in named.items():
        if not name:
            raise ImpossibleWorldError(f"{where}.nodes: a node has a name")
        if name in taken:
            raise ImpossibleWorldError(f"{where}.nodes[{name}]: the name is used by another pool")
        nodes.append(_named_node(tenant, f"{where}.nodes[{name}]", pool, name, facts, left))
    taken.update(named)
    fresh = resource_pool.node_names(tenant, pool, taken)
    for entry in pool.entries:
        key = key_of(entry)
        held = Counter(item.az for item in nodes if item.key == key)
        for zone, same in groupby(zones_for(entry, held, left[key], pool.zone)):
            drawn = list(islice(fresh, sum(1 for _ in same)))
            nodes.append(NewNodes(drawn, key, zone, tenant.now, tenant.now, tenant.now))
    return nodes


def _named(given: Mapping[str, Any] | list[str]) -> dict[str, Any]:
    """Facts about nodes by name; a mere list of names says nothing about them."""
    return dict(given) if isinstance(given, Mapping) else {name: {} for name in given}


def _named_node(
    tenant: Tenant, where: str, pool: Pool, name: str, facts: Mapping[str, Any], left: dict[EntryKey, int]
) -> NewNodes:
    refuse_unknown(where, facts, NODE_FIELDS)
    keys = [
        key
        for key in left
        if facts.get("flavor", key.flavor) == key.flavor and facts.get("node_pool", key.node_pool) == key.node_pool
    ]
    fitting = [key for key in keys if left[key] > 0]
    if not fitting:
        raise ImpossibleWorldError(f"{where}: resources count no further node of its flavor and node pool")
    if facts.get("phase", "Available") not in {"Available", "Abnormal"}:
        raise ImpossibleWorldError(f"{where}.phase: a node begins Available or Abnormal")
    left[fitting[0]] -= 1
    if facts.get("cluster", pool.cluster_names[0]) not in pool.cluster_names:
        raise ImpossibleWorldError(f"{where}.cluster: the pool has no cluster {facts['cluster']!r}")
    return _ready(tenant, name, fitting[0], facts.get("az", pool.zone), facts)


def _ready(tenant: Tenant, name: str, key: EntryKey, az: str, facts: Mapping[str, Any]) -> NewNodes:
    fate, locked = facts.get("phase", "Available"), bool(facts.get("locked"))
    now = tenant.now
    address, cluster = facts.get("private_ip"), facts.get("cluster", "")
    return NewNodes([name], key, az, now, now, now, fate=fate, locked=locked, private_ip=address, cluster=cluster)
