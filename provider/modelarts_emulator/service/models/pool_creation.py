"""Making whole pools."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import pool_already_exists
from modelarts_emulator.service.models import (
    network,
    order,
    pool_update,
    project,
    quota,
    resource_flavor,
    resource_pool,
    scaling,
)
from modelarts_emulator.service.models.driver import VERSION_FIELDS, Driver
from modelarts_emulator.service.models.order import Order
from modelarts_emulator.service.models.resource_pool import (
    BILLING_MODE,
    CREATION_FAILED,
    DISPLAY_NAME,
    PREPAID,
    WORKSPACE,
    Pool,
)
from modelarts_emulator.service.models.scope import Scope
from modelarts_emulator.service.preconditions import named, unmet
from modelarts_emulator.state import ids
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.tenant import Tenant

DISPLAY_NAMES = r"[a-z][a-z0-9-]{2,28}[a-z0-9]"
"""Four to 30 characters: the pages say 25 or 32, and with a project id behind it an id has 63 at most (documented)."""

PREFIXES = r"[a-z]([a-z0-9-]{0,62}[a-z0-9])?"
PERIOD = ("os.modelarts/period.num", "os.modelarts/period.type")
DEFAULT_DRIVERS = {"gpu": "440.33", "npu": "C78"}
"""Versions where a request names none: the examples of PatchPool (documented), as defaults assumed."""

RECORD_KEPT = 3 * 24 * 3600.0
"""Seconds for which the record of a failed creation is listed (documented: ListPools, three days)."""


def create(tenant: Tenant, body: dict[str, Any]) -> Pool:
    """Begin to make a pool under an order for its nodes; it is Running when that ends (client: Terraform).

    Raises:
        ApiError: 400 with what cannot be, 409 for a name that is taken.
    """
    metadata, spec = body["metadata"], body["spec"]
    labels, annotations = metadata["labels"], metadata.get("annotations", {})
    display_name = labels[DISPLAY_NAME]
    _check_labels(tenant, labels)
    _check_billing(annotations)
    pool_update.check_description({"annotations": annotations})
    pool_update.check_scopes(spec["scope"])
    name = f"{display_name}-{tenant.project}"
    _free(tenant, name)
    _check_network(tenant, spec["network"]["name"])
    entries = _checked_entries(tenant, spec)
    quota.require(tenant, "pools", sum(1 for _ in resource_pool.existing(tenant)) + 1)
    pool = _begun(tenant, name, body, entries)
    resource_pool.make(tenant, pool)
    scaling.scale(tenant, pool, entries)
    if resource_pool.ORDER_NAME not in pool.labels:
        _order_nothing(tenant, pool, entries)
    pool.spec["resources"] = entries
    settle(tenant, pool, order.find(tenant, pool.labels[resource_pool.ORDER_NAME]))
    return pool


def _free(tenant: Tenant, name: str) -> None:
    """Refuse a name that is taken; the record of a failed creation may give it up.

    Raises:
        ApiError: 409 (documented: CreatePool).
    """
    there = resource_pool.look_for(tenant, name)
    if there is None:
        return
    if not (there.is_record_at(tenant.now) and tenant.choices.failed_creation == "frees_name"):
        raise named("free_name", pool_already_exists(name))
    there.gone_at = tenant.now
    resource_pool.save(tenant, there)


def _order_nothing(tenant: Tenant, pool: Pool, entries: list[Entry]) -> None:
    """The order of a pool without nodes, which ends as soon as it is processed."""
    number, pool.labels[resource_pool.ORDER_NAME] = order.next_identity(tenant, pool)
    processed = tenant.now + tenant.timings.queue
    moments = (tenant.now, processed, processed)
    name = pool.labels[resource_pool.ORDER_NAME]
    order.make(tenant, Order(number, name, pool.name, *moments, "successed", "", [], entries, entries))


def _check_labels(tenant: Tenant, labels: dict[str, str]) -> None:
    if not re.fullmatch(DISPLAY_NAMES, labels[DISPLAY_NAME]):
        raise unmet(
            "display_name",
            f"metadata.labels[{DISPLAY_NAME}] {labels[DISPLAY_NAME]!r} must be 4 to 30 lower-case letters, digits and"
            " hyphens, and begin with a letter",
        )
    prefix = labels.get(resource_pool.NODE_PREFIX, "")
    if prefix and not re.fullmatch(PREFIXES, prefix):
        raise unmet(
            "node_prefix", f"metadata.labels[{resource_pool.NODE_PREFIX}] {prefix!r} cannot begin a node's name"
        )
    project.require_workspace(tenant, labels.get(WORKSPACE, project.DEFAULT_WORKSPACE))


def _check_billing(annotations: dict[str, str]) -> None:
    """A pool that is paid by the month or year says for how long (documented: CreatePool)."""
    if annotations.get(BILLING_MODE) == PREPAID and not all(annotations.get(name) for name in PERIOD):
        raise unmet("paid_period", f"metadata.annotations: {BILLING_MODE} 1 needs {' and '.join(PERIOD)}")


def _check_network(tenant: Tenant, name: str) -> None:
    found = network.look_for(tenant, name)
    if found is None:
        raise unmet("active_network", f"spec.network.name {name!r} not found")
    phase = found.phase_at(tenant.now)
    if phase != "Active" or found.deleting_at is not None:
        why = phase if found.deleting_at is None else "being deleted"
        raise unmet("active_network", f"the network {name} is {why}")


def _checked_entries(tenant: Tenant, spec: dict[str, Any]) -> list[Entry]:
    """Resources of one CPU architecture (documented: user guide), and a driver only for accelerators that are there.

    A pool is made with a node or more, unless the world chooses otherwise (assumed).
    """
    if tenant.choices.empty_pool == "refuse" and not any(entry["count"] for entry in spec["resources"]):
        count = "every count is 0" if spec["resources"] else "it names no flavor"
        raise unmet("some_node", f"spec.resources: a pool is made with at least one node, and {count}")
    entries = pool_update.check_entries(tenant, spec["resources"])
    catalogue = resource_flavor.catalogue(tenant.connection)
    flavors = [catalogue[entry["flavor"]] for entry in entries]
    if len({flavor.get("cpuArch") for flavor in flavors}) > 1:
        raise unmet("cpu_architecture", "spec.resources: the flavors of a pool have one CPU architecture")
    kinds = {resource_flavor.accelerator(flavor) for flavor in flavors}
    for kind, field in VERSION_FIELDS.items():
        if field in spec.get("driver", {}) and kind not in kinds:
            raise unmet("driver_has_chip", f"spec.driver.{field}: the pool has no {kind.upper()} flavor")
    return [{**entry, "maxCount": entry["count"]} for entry in entries]


def _begun(tenant: Tenant, name: str, body: dict[str, Any], entries: list[Entry]) -> Pool:
    """The pool as it is before anything was ordered for it."""
    metadata, spec = body["metadata"], body["spec"]
    suffix = ids.suffix(tenant.seed, "pool", name, tenant.now)  # one made later under the same name is another one
    labels = {
        WORKSPACE: project.DEFAULT_WORKSPACE,
        **metadata["labels"],
        "os.modelarts/resource.id": f"maos-{metadata['labels'][DISPLAY_NAME]}-{suffix}",
        "os.modelarts/tenant.project.id": tenant.project,
        "os.modelarts.pool/biz": "public",
    }
    annotations = {BILLING_MODE: "0", **metadata.get("annotations", {})}
    drivers = _drivers(tenant, spec.get("driver", {}), entries)
    shown = {VERSION_FIELDS[kind]: driver.target for kind, driver in drivers.items()}
    return Pool(
        name=name,
        metadata={"creationTimestamp": rfc3339(tenant.now), "labels": labels, "annotations": annotations},
        spec={"type": "Dedicate", **spec, "resources": []} | ({"driver": shown} if shown else {}),
        phase="Running",
        zone=_zone(tenant, entries),
        drivers=drivers,
        scopes=[Scope(scope, wanted=True, settles_at=tenant.now) for scope in spec["scope"]],
        ready_at=tenant.now,
    )


def _zone(tenant: Tenant, entries: list[Entry]) -> str:
    """Zone of nodes that are placed in none: the first one that offers the pool's first flavor (assumed)."""
    catalogue = resource_flavor.catalogue(tenant.connection)
    flavor = catalogue[entries[0]["flavor"]] if entries else next(iter(catalogue.values()))
    return next(iter(flavor["zones"]), "")


def _drivers(tenant: Tenant, wished: dict[str, str], entries: list[Entry]) -> dict[str, Driver]:
    catalogue = resource_flavor.catalogue(tenant.connection)
    kinds = {resource_flavor.accelerator(catalogue[entry["flavor"]]) for entry in entries}
    versions = {kind: wished.get(field, DEFAULT_DRIVERS[kind]) for kind, field in VERSION_FIELDS.items()}
    return {kind: Driver(version, version) for kind, version in versions.items() if kind in kinds}


def settle(tenant: Tenant, pool: Pool, made: Order) -> None:
    """Say when the pool is ready, and whether it is anything then; job types are enabled after that (assumed)."""
    pool.ready_at = made.ends_at
    for scope in pool.scopes:
        scope.settles_at = None if made.ends_at is None else made.ends_at + tenant.timings.scope
    if made.outcome == "failed" and made.ends_at is not None:
        pool.phase, pool.message = CREATION_FAILED, made.reason
        pool.gone_at = made.ends_at + RECORD_KEPT
        pool.scopes = [replace(scope, settles_at=made.ends_at, fails=True) for scope in pool.scopes]
    resource_pool.save(tenant, pool)
