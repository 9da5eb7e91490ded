"""Everything a pool declares besides counts: drivers, scope, job flavors, description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.resource_pool import DriverState, ResourcePool
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

ENABLE_FAILED = "EnableFailed"
_FROZEN = {8: "frozen", 16: "frozen by the authorities"}
_RUNNING = "Running"


class Topic(Enum):
    """What a change is about; the service restricts some topics in some states."""

    COUNTS = "counts"
    DRIVER = "driver"
    SCOPE = "scope"
    JOB_FLAVORS = "job flavors"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class FieldChange:
    """One field that is not as declared.

    Attributes:
        key: Its name in the `changes` map.
        topic: What it is about.
        live: Its live value.
        declared: The value the program wants.
        secret: Whether both are never told.
    """

    key: str
    topic: Topic
    live: object
    declared: object
    secret: bool = False


def field_changes(spec: ResourcePoolSpec, pool: ResourcePool) -> list[FieldChange]:
    """Returns the declared fields that differ from the live ones."""
    return [
        replace(change, secret=spec.hidden.touch(*change.key.split(".")))
        for change in _compared(spec, pool)
        if change.live != change.declared
    ]


def _compared(spec: ResourcePoolSpec, pool: ResourcePool) -> Iterator[FieldChange]:
    if spec.driver is not None:
        for chip, declared in (("gpu", spec.driver.gpu_version), ("npu", spec.driver.npu_version)):
            if declared is not None:
                yield FieldChange(f"driver.{chip}Version", Topic.DRIVER, driver_version(pool, chip), declared)
    if spec.scope is not None:
        yield FieldChange("scope", Topic.SCOPE, frozenset(live_scope(pool)), frozenset(spec.scope))
    if spec.job_flavors is not None:
        live = frozenset(pool.spec.job_flavors)
        yield FieldChange("jobFlavors", Topic.JOB_FLAVORS, live, frozenset(spec.job_flavors))
    if spec.description is not None:
        yield FieldChange("description", Topic.DESCRIPTION, pool.description, spec.description)


def driver_version(pool: ResourcePool, chip: str) -> str | None:
    """Returns the driver version that runs on the nodes, else the one the pool's spec asks for; None without either.

    Args:
        pool: The live pool.
        chip: "gpu" or "npu".
    """
    running = driver_state(pool, chip)
    if running is not None and running.version:
        return running.version
    asked = pool.spec.driver
    if asked is None:
        return None
    return (asked.gpu_version if chip == "gpu" else asked.npu_version) or None


def driver_state(pool: ResourcePool, chip: str) -> DriverState | None:
    """Returns version and state of the driver for a kind of chip, "gpu" or "npu"; None where the pool has none."""
    return pool.status.driver.gpu if chip == "gpu" else pool.status.driver.npu


def live_scope(pool: ResourcePool) -> list[str]:
    """Returns the job types a pool serves or is about to serve; one that failed to be enabled does not count."""
    failed = {scope.scope_type for scope in pool.status.scope if scope.state == ENABLE_FAILED}
    return sorted(set(pool.spec.scope) - failed)


def forbidden(pool: ResourcePool, touched: dict[Topic, str]) -> list[Problem]:
    """Returns why the service would refuse this run now.

    Documented (ListPools, controlMode; user manual): scaling, scope and driver need a Running pool; 2 restricts flavor
    changes, 4 the service, 8 and 16 freeze it.

    Args:
        pool: The live pool.
        touched: The input path of one change for each topic that this run touches.
    """
    mode = pool.spec.control_mode
    reasons: dict[Topic, str] = {}
    for topic in touched:
        frozen = [why for bit, why in _FROZEN.items() if mode & bit]
        if frozen:
            reasons[topic] = f"is {' and '.join(frozen)} (controlMode {mode}) and takes no change"
        elif topic is Topic.COUNTS and mode & 2:
            reasons[topic] = f"may not change its flavors and counts (controlMode {mode})"
        elif topic is Topic.SCOPE and mode & 4:
            reasons[topic] = f"may not change its services (controlMode {mode})"
        elif topic in {Topic.COUNTS, Topic.DRIVER, Topic.SCOPE} and pool.status.phase != _RUNNING:
            phase = changes.text(pool.status.phase)
            note = f": {pool.status.message}" if pool.status.message else ""
            reasons[topic] = f"is {phase}, not Running, and takes no change of its {topic.value}{note}"
    return [
        Problem(
            touched[topic],
            f"cannot be changed now: resource pool {pool.name!r} {why}; resolve that in the console first, or take "
            "this change out of the program",
        )
        for topic, why in reasons.items()
    ]
