"""What state records of a live pool: its values, projected onto the declared keys, and the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.plans.counts import Cell, cells
from pulumi_modelarts.plans.fields import driver_state, driver_version, live_scope
from pulumi_modelarts.plans.health import node_states
from pulumi_modelarts.specs.paths import reset
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import LivePool


def projected(inputs: Mapping[str, Any], live: LivePool) -> dict[str, Any]:
    """Returns recorded inputs with their live values.

    A declared key that the pool no longer has reads as 0; what is not declared is left out. Where there are more nodes
    than declared, the declared count stays: the program never asked for fewer than it says, so a surplus is no
    difference of what it declares, and a recorded one would look like a program that was edited since. What the program
    leaves alone stays as it is recorded.

    Args:
        inputs: The recorded inputs.
        live: The pool.
    """
    values, spec = {**inputs, **_fields(inputs, live.pool)}, counted(inputs)
    if not inputs.get("ignoreCountDrift"):
        values |= _counts(inputs, cells(spec, live))
    return reset(values, inputs, spec.left_alone)


def beyond_declared(inputs: Mapping[str, Any], live: LivePool) -> list[str]:
    """Returns where a pool has more nodes than recorded inputs declare, which is no difference to record."""
    if inputs.get("ignoreCountDrift"):
        return []
    return [
        f"{cell.path}: more live than declared"
        if cell.secret
        else f"{cell.path}: {cell.declared} declared and {cell.live} live"
        for cell in cells(counted(inputs).managed, live)
        if cell.surplus
    ]


def outputs_of(pool: ResourcePool, spares: Mapping[str, int]) -> dict[str, object]:
    """Returns the outputs of a pool beside its inputs: phase, node counts and states by flavor, drivers.

    Args:
        pool: The live pool.
        spares: Nodes that stand by for others, by flavor.
    """
    counts: dict[str, int] = {}
    for group in [*pool.status.resources.available, *pool.status.resources.abnormal]:
        counts[group.flavor] = counts.get(group.flavor, 0) + group.count
    drivers = {
        chip: f"{driver_version(pool, chip)} {status.state}"
        for chip in ("gpu", "npu")
        if (status := driver_state(pool, chip)) is not None
    }
    states = node_states(pool, spares)
    return {"phase": pool.phase or "", "nodeCounts": counts, "nodeStates": states, "driverStatus": drivers}


def counted(inputs: Mapping[str, Any]) -> ResourcePoolSpec:
    """Returns the counts that recorded inputs declare, and nothing else.

    An earlier refresh may have recorded live values that no program could declare, such as a pool without any scope.
    """
    names = ("poolName", "flavors", "nodePools", "arrivals", "ignored", "secrets")
    return ResourcePoolSpec.model_validate({name: inputs[name] for name in names if name in inputs})


def _fields(inputs: Mapping[str, Any], pool: ResourcePool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "scope": live_scope(pool),
        "jobFlavors": sorted(set(pool.spec.job_flavors)),
        "description": pool.description,
    }
    if declared := inputs.get("driver"):
        versions = {f"{chip}Version": driver_version(pool, chip) or "" for chip in ("gpu", "npu")}
        values["driver"] = {**declared, **{key: version for key, version in versions.items() if key in declared}}
    return {name: value for name, value in values.items() if inputs.get(name) is not None}


def _counts(inputs: Mapping[str, Any], found: list[Cell]) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    if inputs.get("flavors") is not None:
        counts["flavors"] = {cell.entry[0]: _present(cell) for cell in found if cell.key.startswith("flavors.")}
    if inputs.get("nodePools") is not None:
        counts["nodePools"] = {
            name: _node_pool(declared, [cell for cell in found if _belongs(cell, name)])
            for name, declared in inputs["nodePools"].items()
        }
    return counts


def _node_pool(declared: Mapping[str, Any], found: list[Cell]) -> dict[str, Any]:
    present = {cell.az: _present(cell) for cell in found}
    if declared.get("azs"):
        present = {az: present.get(az, int(count)) for az, count in declared["azs"].items()}
    zones = {"azs": present} if declared.get("azs") else {}
    return {**declared, **zones, **({"count": sum(present.values())} if "count" in declared else {})}


def _present(cell: Cell) -> int:
    """Returns how many of the declared nodes there are."""
    return min(cell.declared, cell.live)


def _belongs(cell: Cell, node_pool: str) -> bool:
    return cell.key == f"nodePools.{node_pool}" or (cell.az is not None and cell.entry[1] == node_pool)
