"""From a checked world to rows; a world that cannot exist is refused with the reason.

    {"seed": "...", "timings": {"driver": 30}, "choices": {"drain": "evict"}, "chances": {"node": {"Abnormal": 1, ...}},
     "flavors": {id: {cpu, memory, gpu?, npu?, zones, stock?}},
     "projects": {project id: {
        "quotas": {"nodes": 40, ...},
        "pools": {pool name: {"network", "resources"; optionally "created", "resource_id", "labels", "annotations",
                  "tags", "scope", "zone", "driver", "phase", "message", "control_mode", "spec", "clusters", "capacity",
                  "nodes"}},
        "algorithms": {algorithm id: what a training job of it shows},
        "training_jobs": {job id: {"pool", "nodes"; optionally "phase", "ends_in", "final_phase", "document"}},
        "services", "notebooks": {id: {"pool", "nodes"; optionally "name", "user", "status", "flavor", "hosts_hidden",
                                  of a service "type"}}}}}

`nodes` maps names to {flavor, node_pool, az, phase, locked, spare, private_ip, cluster, breaks_in, mends_in, tags}, all
optional, or lists names; nodes that `resources` counts beyond those get generated names. The kinds of all these values
are in `schema`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import pool_tag, pool_update, quota, resource_flavor, resource_pool
from modelarts_emulator.service.models.driver import VERSION_FIELDS, Driver
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME, TAGS, WORKSPACE, Pool
from modelarts_emulator.service.models.scope import SCOPES, Scope
from modelarts_emulator.service.models.tenant import Tenant
from modelarts_emulator.state.choices import Choices
from modelarts_emulator.state.errors import ImpossibleWorldError
from modelarts_emulator.state.lifecycle import Timings
from modelarts_emulator.trouble.chances import BRANCHES, Chances
from modelarts_emulator.worlds.capacity import load_flavors, load_stock
from modelarts_emulator.worlds.flavors import FLAVORS
from modelarts_emulator.worlds.jobs import load_jobs
from modelarts_emulator.worlds.nodes import described_nodes, load_nodes
from modelarts_emulator.worlds.surroundings import load_surroundings
from modelarts_emulator.worlds.workloads import load_workloads

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

POOL_NAME = re.compile(r"(?=.{36,63}\Z)[a-z][a-z0-9-]*[a-z0-9]")


def seed_of(world: Mapping[str, Any]) -> str:
    """Seed of a checked world as text, `modelarts` where it names none."""
    return str(world.get("seed", "modelarts"))


def timings_of(world: Mapping[str, Any]) -> Timings:
    """Durations of a checked world."""
    return Timings(**world.get("timings", {}))


def choices_of(world: Mapping[str, Any]) -> Choices:
    """Choices of a checked world."""
    return Choices(**world.get("choices", {}))


def chances_of(world: Mapping[str, Any]) -> Chances:
    """Chances of a checked world.

    Raises:
        ImpossibleWorldError: Weights of which nothing can follow.
    """
    given = world.get("chances", {})
    for name, weights in given.items():
        if not any(weights.values()):
            raise ImpossibleWorldError(f"chances.{name}: give one of {', '.join(BRANCHES[name])} a weight above 0")
    return Chances(**given)


def load(connection: sqlite3.Connection, world: Mapping[str, Any], now: float) -> None:
    """Put a world into an empty store.

    Args:
        connection: The open transaction.
        world: The world as `schema.checked` gives it.
        now: Virtual time at which it begins.

    Raises:
        ImpossibleWorldError: With the statement that cannot be and why.
    """
    flavors = world.get("flavors", FLAVORS)
    load_flavors(connection, flavors)
    seed, timings, choices, chances = seed_of(world), timings_of(world), choices_of(world), chances_of(world)
    for project, content in world.get("projects", {}).items():
        tenant = Tenant(connection, project, now, seed, timings, choices, chances)
        quota.save(tenant, content.get("quotas", {}))
        for name, pool in content.get("pools", {}).items():
            _load_pool(tenant, name, pool)
        load_surroundings(tenant, content)
        load_jobs(tenant, content.get("training_jobs", {}))
        load_workloads(tenant, content)
    load_stock(connection, flavors, now)


def _load_pool(tenant: Tenant, name: str, given: Mapping[str, Any]) -> None:
    where = f"pools[{name}]"
    if not POOL_NAME.fullmatch(name):
        raise ImpossibleWorldError(f"{where}: a pool name has 36 to 63 lower-case letters, digits and hyphens")
    spec = _spec(tenant, where, given)
    pool = Pool(
        name=name,
        metadata=_metadata(tenant, name, given),
        spec=spec,
        phase=given.get("phase", "Running"),
        zone=given.get("zone") or _default_zone(tenant, spec),
        message=given.get("message", ""),
        drivers=_drivers(tenant, where, spec),
        scopes=[Scope(scope, wanted=True, settles_at=tenant.now) for scope in spec["scope"]],
        clusters=_clusters(where, given),
        capacity=given.get("capacity"),
    )
    nodes = described_nodes(tenant, where, pool, given.get("nodes", {}))
    if pool.capacity is not None and pool.capacity < sum(entry["count"] for entry in pool.entries):
        raise ImpossibleWorldError(f"{where}.capacity: the pool has more nodes than that")
    _put_tags(where, pool, given.get("tags", {}))
    resource_pool.make(tenant, pool)
    load_nodes(tenant, where, pool, nodes, given.get("nodes", {}))


def _put_tags(where: str, pool: Pool, tags: dict[str, str]) -> None:
    if TAGS in pool.annotations:
        raise ImpossibleWorldError(f"{where}.annotations[{TAGS}]: a pool states its tags in tags")
    try:
        for key, value in tags.items():
            pool_tag.check(key, value)
        pool_tag.put(pool, pool_tag.check_number(tags))
    except ApiError as error:
        raise ImpossibleWorldError(f"{where}.tags: {error.message.removeprefix('Bad request. ')}") from error


def _clusters(where: str, given: Mapping[str, Any]) -> list[str]:
    clusters: list[str] = given.get("clusters", [])
    if len(set(clusters)) != len(clusters):
        raise ImpossibleWorldError(f"{where}.clusters: a name stands twice")
    return clusters


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
        if not entries or tenant.choices.empty_pool == "refuse":
            pool_update.require_nodes(entries)
    except ApiError as error:
        raise ImpossibleWorldError(f"{where}: {error.message}") from error
    scope = given.get("scope", ["Train"])
    if not scope or len(set(scope)) != len(scope):
        raise ImpossibleWorldError(f"{where}.scope: name at least one of {', '.join(SCOPES)}, and none twice")
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
