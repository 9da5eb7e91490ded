"""PATCH of a pool: merge, refuse what cannot be, set the rest going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import entry_details, node, resource_flavor, resource_pool, scaling, supernode
from modelarts_emulator.service.models.driver import VERSION_FIELDS, Driver
from modelarts_emulator.service.models.entry import Entry, key_of, refreshed, with_count
from modelarts_emulator.service.models.merge_patch import merge_patch
from modelarts_emulator.service.models.resource_pool import DESCRIPTION, DISPLAY_NAME, TAGS, Pool
from modelarts_emulator.service.models.scope import changed
from modelarts_emulator.service.preconditions import unmet

if TYPE_CHECKING:
    from modelarts_emulator.service.models.tenant import Tenant

FORBIDDEN_IN_DESCRIPTION = "!<>=&\"'"
MOST_FLAVORS = 10
MOST_NODES = 1_000_000
"""Nodes of one entry, a limit of the emulator: more would take it minutes and gigabytes."""

FLAVOR_CHANGE_RESTRICTED = 2
CHANGEABLE_METADATA = {"labels", "annotations"}
IMMUTABLE_SPEC = ("type", "network", "controlMode")
IMMUTABLE_LABELS = (DISPLAY_NAME, "os.modelarts/node.prefix", "os.modelarts/resource.id")


def update(tenant: Tenant, pool: Pool, patch: dict[str, Any]) -> None:
    """Apply a merge patch to a pool; either all of it is taken or none.

    Raises:
        ApiError: 400 with what is wrong.
    """
    _check_patch(patch)
    metadata = merge_patch(pool.metadata, patch.get("metadata", {}))
    spec = merge_patch(pool.spec, patch.get("spec", {}))
    _check_immutable(pool, metadata, spec)
    check_description(metadata)
    pool.metadata = metadata
    if "resources" in patch.get("spec", {}):
        _update_resources(tenant, pool, spec)
    if "scope" in patch.get("spec", {}):
        _update_scope(tenant, pool, spec)
    if "driver" in patch.get("spec", {}):
        _update_driver(tenant, pool, spec)
    pool.spec = spec
    resource_pool.save(tenant, pool)


def _check_patch(patch: dict[str, Any]) -> None:
    for name in patch:
        if name in {"apiVersion", "kind"}:
            raise unmet("patchable_field", f"{name} must not be sent")
        if name not in {"metadata", "spec"}:
            raise unmet("patchable_field", f"{name} cannot be updated")


def _check_immutable(pool: Pool, metadata: dict[str, Any], spec: dict[str, Any]) -> None:
    kept = {"name": pool.name, **pool.metadata}
    for name in metadata.keys() - CHANGEABLE_METADATA:
        if metadata[name] != kept.get(name):
            raise unmet("changeable_field", f"metadata.{name} cannot be updated")
    for name in IMMUTABLE_LABELS:
        if metadata.get("labels", {}).get(name) != pool.labels.get(name):
            raise unmet("changeable_field", f"metadata.labels[{name}] cannot be updated")
    if metadata.get("annotations", {}).get(TAGS) != pool.annotations.get(TAGS):
        raise unmet("changeable_field", f"metadata.annotations[{TAGS}] cannot be updated, add or delete tags instead")
    for name in IMMUTABLE_SPEC:
        if spec.get(name) != pool.spec.get(name):
            raise unmet("changeable_field", f"spec.{name} cannot be updated")


def check_description(metadata: dict[str, Any]) -> None:
    """Refuse a description with characters that it must not have (documented: PatchPool).

    Raises:
        ApiError: 400 with one of them.
    """
    description = metadata.get("annotations", {}).get(DESCRIPTION, "")
    forbidden = sorted(set(description) & set(FORBIDDEN_IN_DESCRIPTION))
    if forbidden:
        raise unmet("description_characters", f"the description must not contain {forbidden[0]}")


def check_scopes(scopes: list[str]) -> None:
    """Refuse to name a job type twice.

    Raises:
        ApiError: 400; that it is refused, code and wording are assumed.
    """
    if len(set(scopes)) != len(scopes):
        raise unmet("distinct_scopes", "spec.scope names a job type twice")


def _update_resources(tenant: Tenant, pool: Pool, spec: dict[str, Any]) -> None:
    wanted = spec["resources"] = check_entries(tenant, spec.get("resources"))
    require_nodes(wanted)
    if wanted == pool.entries and not scaling.differs(tenant, pool, wanted):
        return
    pool.require_running(tenant.now, "scale")
    _check_architecture(tenant, wanted)
    if {key_of(entry) for entry in wanted} != {key_of(entry) for entry in pool.entries}:
        require_flavor_change(pool)
    scaling.check_direction(pool.entries, wanted)
    _refresh(tenant, pool, wanted)
    scaling.scale(tenant, pool, wanted)


def _refresh(tenant: Tenant, pool: Pool, wanted: list[Entry]) -> None:
    """Let nodes that are there follow what has changed of their entry (documented: CreatePool, `extendParams`)."""
    before = {key_of(entry): entry for entry in pool.entries}
    for entry in wanted:
        key = key_of(entry)
        details = refreshed(before[key], entry) if key in before else {}
        if details:
            node.show(tenant, pool.name, key, details)


def _check_architecture(tenant: Tenant, entries: list[Entry]) -> None:
    """Refuse flavors of several CPU architectures (documented: user guide; code and wording assumed)."""
    catalogue = resource_flavor.catalogue(tenant.connection)
    if len({catalogue[entry["flavor"]].get("cpuArch") for entry in entries}) > 1:
        raise unmet("cpu_architecture", "spec.resources: the flavors of a pool have one CPU architecture")


def require_flavor_change(pool: Pool) -> None:
    """Refuse another set of entries where `controlMode` forbids it (documented: PatchPool).

    Raises:
        ApiError: 400; code and wording assumed.
    """
    if int(pool.spec.get("controlMode") or 0) & FLAVOR_CHANGE_RESTRICTED:
        raise unmet("flavor_change", f"The pool {pool.name} does not allow its flavors to be changed now (controlMode)")


def check_entries(tenant: Tenant, entries: Any) -> list[Entry]:
    """Validate `spec.resources`, and return it as it is kept: `count` decides, `maxCount` follows where it is sent.

    Raises:
        ApiError: 400 with the first thing that is wrong.
    """
    if not isinstance(entries, list):
        raise unmet("flavor_remains", "cannot remove all flavors of a pool, delete the pool instead")
    catalogue = resource_flavor.catalogue(tenant.connection)
    for index, entry in enumerate(entries):
        _check_entry(f"spec.resources[{index}]", entry, catalogue)
    keys = [key_of(entry) for entry in entries]
    for key in keys:
        if keys.count(key) > 1:
            raise unmet("distinct_entries", f"flavor {key.flavor} stands twice in node pool {key.node_pool}")
    if len({key.flavor for key in keys}) > MOST_FLAVORS:
        raise unmet("flavor_limit", f"a pool takes at most {MOST_FLAVORS} flavors")
    return [with_count(entry, entry["count"]) for entry in entries]


def require_nodes(entries: list[Entry]) -> None:
    """Refuse to leave a pool without a flavor or a node (documented: user guide).

    Raises:
        ApiError: 400, code and wording assumed.
    """
    if not entries:
        raise unmet("flavor_remains", "cannot remove all flavors of a pool, delete the pool instead")
    if not any(entry["count"] for entry in entries):
        raise unmet("node_remains", "a pool keeps at least one node, delete the pool instead")


def _check_entry(where: str, entry: Any, catalogue: dict[str, resource_flavor.Flavor]) -> None:
    if not isinstance(entry, dict):
        raise bad_request(f"{where} must be an object")
    flavor = entry.get("flavor")
    if not isinstance(flavor, str) or flavor not in catalogue:
        raise unmet("known_flavor", f"{where}.flavor {flavor!r} not found")
    _check_count(f"{where}.count", entry.get("count"))
    if not isinstance(entry.get("nodePool", ""), str):
        raise bad_request(f"{where}.nodePool must be a string")
    if not isinstance(entry.get("creatingStep") or {}, dict):
        raise bad_request(f"{where}.creatingStep must be an object")
    _check_zones(f"{where}.azs", entry, catalogue[flavor]["zones"])
    entry_details.check(where, entry)
    supernode.require_whole_counts(where, entry)


def _check_count(where: str, count: Any) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise bad_request(f"{where} must be an integer of at least 0")
    if count > MOST_NODES:
        raise unmet("count_limit", f"{where} must be at most {MOST_NODES}")


def _check_zones(where: str, entry: Entry, known: dict[str, str]) -> None:
    zones = entry.get("azs") or []
    if not isinstance(zones, list) or not all(isinstance(zone, dict) for zone in zones):
        raise bad_request(f"{where} must be a list of objects")
    for index, zone in enumerate(zones):
        if zone.get("az") not in known:
            raise unmet(
                "zone_offers_flavor", f"{where}[{index}].az {zone.get('az')!r} does not offer flavor {entry['flavor']}"
            )
        _check_count(f"{where}[{index}].count", zone.get("count"))
    if sum(zone["count"] for zone in zones) > entry["count"]:
        raise unmet("zones_within_count", f"{where} name more nodes than count")


def _update_scope(tenant: Tenant, pool: Pool, spec: dict[str, Any]) -> None:
    wanted = spec["scope"]
    check_scopes(wanted)
    if set(wanted) != set(pool.spec.get("scope", [])):
        pool.require_running(tenant.now, "change scope")
        pool.scopes = changed(pool.scopes, wanted, tenant.now, tenant.timings.scope)


def _update_driver(tenant: Tenant, pool: Pool, spec: dict[str, Any]) -> None:
    driver = spec["driver"]
    strategy = driver.get("updateStrategy", "force")
    for kind, field in VERSION_FIELDS.items():
        if field in driver:
            _upgrade(tenant, pool, kind, driver[field], strategy)


def _upgrade(tenant: Tenant, pool: Pool, kind: str, version: str, strategy: str) -> None:
    field = VERSION_FIELDS[kind]
    driver = pool.drivers.get(kind)
    if driver is None:
        raise unmet("driver_has_chip", f"spec.driver.{field}: the pool {pool.name} has no {kind.upper()} flavor")
    settled = not driver.is_upgrading(tenant.now)
    asked = driver.version_at(tenant.now) if settled else driver.target
    if version == asked and driver.state_at(tenant.now) != "Abnormal":
        return
    pool.require_running(tenant.now, "upgrade the driver")
    pool.drivers[kind] = _begin(tenant, pool, kind, driver.upgraded(version, strategy, tenant.now))


def _begin(tenant: Tenant, pool: Pool, kind: str, driver: Driver) -> Driver:
    outcome = tenant.outcome("driver", {"pool": pool.name})
    if outcome is not None and outcome.driver is not None:
        driver.outcome = outcome.driver
    else:
        driver.outcome = tenant.chance("driver", pool.name, kind, driver.upgrades)
    if driver.strategy == "force":
        driver.ends_at = tenant.now + tenant.timings.driver
    return driver
