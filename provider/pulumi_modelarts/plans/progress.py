"""How far a pool is from what was asked of it: pure functions of one observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import ENABLE_FAILED
from pulumi_modelarts.plans.live import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.specs.resource_pool import DriverSpec

_BROKEN_PHASES = ("Error", "CreationFailed", "ScalingFailed", "Deleting")


@dataclass(frozen=True)
class Progress:
    """One thing that is waited for.

    Attributes:
        status: Where it stands, in a few words; empty when it is done.
        failed: Why it will not happen any more; empty while it may.
        short: Whether nodes are missing although none is being made, so that the order tells whether to go on.
    """

    status: str = ""
    failed: str = ""
    short: bool = False


DONE = Progress()


def of_pool(pool: ResourcePool) -> Progress:
    """Returns a failure when the pool itself has broken; any other phase, known or not, may still come right."""
    if pool.status.phase not in _BROKEN_PHASES:
        return DONE
    note = f": {pool.status.message}" if pool.status.message else ""
    return Progress(failed=f"the pool is {pool.status.phase}{note}")


def of_counts(cells: Sequence[Cell], pool: ResourcePool) -> Progress:
    """Returns how many of the nodes that were asked for are there."""
    found = {entry.key: entry for entry in entries(pool)}
    waiting: list[str] = []
    for cell in cells:
        making = _making(cell, pool)
        there = _present(cell, found.get(cell.entry)) - making
        if there < cell.declared:
            waiting.append(f"{there}/{cell.declared} nodes of {_label(cell)}")
    if not waiting:
        return DONE
    making_any = bool(pool.status.resources.creating)
    return Progress(status=", ".join(waiting), short=not making_any)


def missing(cells: Sequence[Cell], pool: ResourcePool) -> list[str]:
    """Returns what did not come, one line for each cell."""
    found = {entry.key: entry for entry in entries(pool)}
    lines = []
    for cell in cells:
        there = _present(cell, found.get(cell.entry))
        if there < cell.declared:
            lines.append(f"{cell.path}: {there} of {cell.declared} nodes are there, {cell.declared - there} missing")
    return lines


def of_driver(driver: DriverSpec, pool: ResourcePool) -> Progress:
    """Returns whether the declared driver versions run on the nodes."""
    waiting: list[str] = []
    for chip, version in (("gpu", driver.gpu_version), ("npu", driver.npu_version)):
        status = pool.status.driver.gpu if chip == "gpu" else pool.status.driver.npu
        running, state = (status.version, status.state) if status is not None else ("", "")
        if version is None or (running == version and state in {"Running", ""}):
            continue
        if state == "Abnormal":
            at = changes.text(running)
            return Progress(failed=f"the {chip.upper()} driver is Abnormal at version {at}, {version} was asked for")
        waiting.append(f"{chip.upper()} driver {changes.text(running)} -> {version}: {changes.text(state)}")
    return Progress(status=", ".join(waiting))


def of_scope(wanted: Sequence[str], pool: ResourcePool) -> Progress:
    """Returns whether exactly the declared job types are enabled."""
    states = {scope.scope_type: scope for scope in pool.status.scope}
    failed = [
        f"{name} could not be enabled" + (f": {states[name].message}" if states[name].message else "")
        for name in wanted
        if name in states and states[name].state == ENABLE_FAILED
    ]
    if failed:
        return Progress(failed="; ".join(failed))
    enabling = [name for name in wanted if name not in states or states[name].state != "Enabled"]
    disabling = [name for name, scope in states.items() if name not in wanted and scope.state not in {"Disabled", ""}]
    words = [f"enabling {', '.join(enabling)}"] * bool(enabling) + [f"disabling {', '.join(disabling)}"] * bool(
        disabling
    )
    return Progress(status=", ".join(words))


def _label(cell: Cell) -> str:
    flavor, node_pool = cell.entry
    place = "" if node_pool == f"{flavor}-default" else f" in {node_pool}"
    return f"{flavor}{place}{f' in {cell.az}' if cell.az else ''}"


def _present(cell: Cell, entry: Entry | None) -> int:
    if entry is None:
        return 0
    if entry.present is None:
        return entry.wire.count
    return sum(count for az, count in entry.present.items() if cell.az in {None, az})


def _making(cell: Cell, pool: ResourcePool) -> int:
    flavor, node_pool = cell.entry
    making = 0
    for group in pool.status.resources.creating:
        if group.flavor == flavor and (group.node_pool or node_pool) == node_pool:
            zones = {zone.az: zone.count for zone in group.azs}
            making += group.count if cell.az is None else zones.get(cell.az, 0)
    return making
