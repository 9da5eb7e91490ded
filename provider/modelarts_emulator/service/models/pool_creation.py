"""Making whole pools."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import bad_request, pool_already_exists
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
from modelarts_emulator.service.models.resource_pool import (
    BILLING_MODE,
    CREATION_FAILED,
    DISPLAY_NAME,
    PREPAID,
    WORKSPACE,
    Pool,
)
from modelarts_emulator.service.models.scope import Scope
from modelarts_emulator.state import ids
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.service.models.entry import Entry
    from modelarts_emulator.service.models.order import Order
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
    name = f"{display_name}-{tenant.project}"
    if resource_pool.look_for(tenant, name) is not None:
        raise pool_already_exists(name)
    _check_network(tenant, spec["network"]["name"])
    entries = _checked_entries(tenant, spec)
    quota.require(tenant, "pools", sum(1 for _ in resource_pool.existing(tenant)) + 1)
    pool = _begun(tenant, name, body, entries)
    resource_pool.make(tenant, pool)
    scaling.scale(tenant, pool, entries)
    pool.spec["resources"] = entries
    settle(tenant, pool, order.find(tenant, pool.labels[resource_pool.ORDER_NAME]))
    return pool


def _check_labels(tenant: Tenant, labels: dict[str, str]) -> None:
    if not re.fullmatch(DISPLAY_NAMES, labels[DISPLAY_NAME]):
        raise bad_request(
            f"metadata.labels[{DISPLAY_NAME}] {labels[DISPLAY_NAME]!r} must be 4 to 30 lower-case letters, digits and"
            " hyphens, and begin with a letter"
        )
    prefix = labels.get(resource_pool.NODE_PREFIX, "")
    if prefix and not re.fullmatch(PREFIXES, prefix):
        raise bad_request(f"metadata.labels[{resource_pool.NODE_PREFIX}] {prefix!r} cannot begin a node's name")
    project.require_workspace(tenant, labels.get(WORKSPACE, project.DEFAULT_WORKSPACE))


def _check_billing(annotations: dict[str, str]) -> None:
    """A pool that is paid by the month or year says for how long (documented: CreatePool)."""
    if annotations.get(BILLING_MODE) == PREPAID and not all(annotations.get(name) for name in PERIOD):
        raise bad_request(f"metadata.annotations: {BILLING_MODE} 1 needs {' and '.join(PERIOD)}")


def _check_network(tenant: Tenant, name: str) -> None:
    found = network.look_for(tenant, name)
    if found is None:
        raise bad_request(f"spec.network.name {name!r} not found")
    phase = found.phase_at(tenant.now)
    if phase != "Active" or found.deleting_at is not None:
        raise bad_request(f"the network {name} is {phase if found.deleting_at is None else 'being deleted'}")


def _checked_entries(tenant: Tenant, spec: dict[str, Any]) -> list[Entry]:
    """Resources of one CPU architecture (documented: user guide), and a driver only for accelerators that are there.

    A pool is made with a node or more (assumed).
    """
    if not spec["resources"]:
        raise bad_request("spec.resources must name a flavor: a pool is made with at least one node")
    if not any(entry["count"] for entry in spec["resources"]):
        raise bad_request("spec.resources: a pool is made with at least one node, every count is 0")
    entries = pool_update.check_entries(tenant, spec["resources"])
    catalogue = resource_flavor.catalogue(tenant.connection)
    flavors = [catalogue[entry["flavor"]] for entry in entries]
    if len({flavor.get("cpuArch") for flavor in flavors}) > 1:
        raise bad_request("spec.resources: the flavors of a pool have one CPU architecture")
    kinds = {resource_flavor.accelerator(flavor) for flavor in flavors}
    for kind, field in VERSION_FIELDS.items():
        if field in spec.get("driver", {}) and kind not in kinds:
            raise bad_request(f"spec.driver.{field}: the pool has no {kind.upper()} flavor")
    return [{**entry, "maxCount": entry["count"]} for entry in entries]


def _begun(tenant: Tenant, name: str, body: dict[str, Any], entries: list[Entry]) -> Pool:
    """The pool as it is before anything was ordered for it."""
    metadata, spec = body["metadata"], body["spec"]
    labels = {
        WORKSPACE: project.DEFAULT_WORKSPACE,
        **metadata["labels"],
        "os.modelarts/resource.id": f"maos-{metadata['labels'][DISPLAY_NAME]}-{ids.suffix(tenant.seed, 'pool', name)}",
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
        zone=next(iter(resource_flavor.catalogue(tenant.connection)[entries[0]["flavor"]]["zones"])),
        drivers=drivers,
        scopes=[Scope(scope, wanted=True, settles_at=tenant.now) for scope in spec["scope"]],
        ready_at=tenant.now,
    )


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
