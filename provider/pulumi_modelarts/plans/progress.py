"""How far a pool is from what was asked of it: pure functions of one observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fields import ENABLE_FAILED, driver_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.resource_pool import FlavorCount, ResourcePool
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.specs.resource_pool import DriverSpec

FAILED = "CreationFailed"
BEGUN = frozenset({"", "Creating", "Waiting"})
"""Phases of a pool that is being made; one that was just asked for has none (documented: CreatePool, example)."""
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

REPAIR = "Have it repaired in the console, then run `pulumi up` again"


def of_pool(pool: ResourcePool) -> Progress:
    """Returns a failure when the pool itself has broken; any other phase, known or not, may still come right."""
    if pool.status.phase not in _BROKEN_PHASES:
        return DONE
    note = f": {pool.status.message}" if pool.status.message else ""
    return Progress(failed=f"the pool is {pool.status.phase}{note}. {REPAIR}")


def of_creation(pool: ResourcePool) -> Progress:
    """Returns how far a pool is that is being made; one that is there and broken is no success."""
    note = f": {pool.status.message}" if pool.status.message else ""
    if pool.phase == FAILED:
        return Progress(failed=f"the service could not make the pool{note}. Run `pulumi up` again to make it anew")
    if pool.phase in BEGUN:
        return Progress(status=f"the pool is {pool.phase or 'Creating'}")
    if pool.phase in {"Abnormal", *_BROKEN_PHASES}:
        if pool.status.resources.creating:
            return Progress(status=f"the pool is {pool.phase}")
        return Progress(failed=f"the pool has been made and is {pool.phase}{note}. {REPAIR}")
    return DONE


def of_counts(cells: Sequence[Cell], pool: ResourcePool) -> Progress:
    """Returns how many of the nodes that were asked for have been made."""
    waiting = [
        f"nodes of {cell.path} being made" if cell.secret else f"{made}/{number_of(cell.due, 'node')} of {_label(cell)}"
        for cell, made in _lacking(cells, pool)
    ]
    return Progress(status=", ".join(waiting), short=bool(waiting) and not pool.status.resources.creating)


def broken(cells: Sequence[Cell], pool: ResourcePool) -> int:
    """Returns how many nodes of the flavors of these cells are Abnormal."""
    flavors = {cell.entry[0] for cell in cells}
    return sum(group.count for group in pool.status.resources.abnormal if group.flavor in flavors)


def missing(cells: Sequence[Cell], pool: ResourcePool) -> list[str]:
    """Returns what did not come, one line for each cell."""
    return [
        f"{cell.path}: nodes are missing"
        if cell.secret
        else f"{cell.path}: {made} of {number_of(cell.due, 'node')} {is_are(made)} there, {cell.due - made} missing"
        for cell, made in _lacking(cells, pool)
    ]


def _lacking(cells: Sequence[Cell], pool: ResourcePool) -> list[tuple[Cell, int]]:
    """Returns the cells that have fewer nodes than are due, each with the number of its nodes."""
    counted = [(cell, _made(cell, pool)) for cell in cells]
    return [(cell, made) for cell, made in counted if made < cell.due]


def untold(step: Progress, what: str) -> Progress:
    """Returns how far something secret is, without what it is; `what` names it."""
    failed = f"{what} cannot come true any more, or is broken. Run `pulumi up` again" if step.failed else ""
    return Progress(status=f"{what} being changed" if step.status else "", failed=failed, short=step.short)


def of_driver(driver: DriverSpec, pool: ResourcePool) -> Progress:
    """Returns whether the declared driver versions run on the nodes."""
    waiting: list[str] = []
    asked = pool.spec.driver
    for chip, version in (("gpu", driver.gpu_version), ("npu", driver.npu_version)):
        status = driver_state(pool, chip)
        running, state = (status.version, status.state) if status is not None else ("", "")
        if version is None or (running == version and state in {"Running", ""}):
            continue
        wanted = (asked.gpu_version if chip == "gpu" else asked.npu_version) if asked else ""
        if wanted not in {"", version}:
            return Progress(
                failed=f"somebody has asked for {chip.upper()} driver {wanted} instead of {version} meanwhile. "
                "Run `pulumi up` again"
            )
        if state == "Abnormal":
            at = changes.text(running)
            return Progress(
                failed=f"the {chip.upper()} driver is Abnormal at version {at}, {version} was asked for. {REPAIR}"
            )
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
        return Progress(failed=f"{'; '.join(failed)}. Run `pulumi up` again, or take it out of scope")
    enabling = [name for name in wanted if name not in states or states[name].state != "Enabled"]
    off = {"Disabled", ENABLE_FAILED, ""}
    disabling = [name for name, scope in states.items() if name not in wanted and scope.state not in off]
    lists = (("enabling", enabling), ("disabling", disabling))
    return Progress(status=", ".join(f"{verb} {', '.join(names)}" for verb, names in lists if names))


def _label(cell: Cell) -> str:
    flavor, node_pool = cell.entry
    place = "" if node_pool == f"{flavor}-default" else f" in {node_pool}"
    return f"{flavor}{place}{f' in {cell.az}' if cell.az else ''}"


def _made(cell: Cell, pool: ResourcePool) -> int:
    """Returns the nodes of a cell that have been made, whatever state they are in.

    Where the status does not tell node pools of one flavor apart, what the flavor lacks is taken to be lacking here.
    """
    flavor, node_pool = cell.entry
    resources = pool.status.resources
    groups = [group for group in (*resources.available, *resources.abnormal) if group.flavor == flavor]
    asked = [entry for entry in pool.entries if entry.flavor == flavor]
    here = [group for group in groups if group.effective_node_pool == node_pool]
    if [entry.effective_node_pool for entry in asked] == [node_pool]:
        here = groups
    elif groups and not any(group.node_pool for group in groups):
        wanted = sum(entry.count for entry in asked if entry.effective_node_pool == node_pool)
        lacking = sum(entry.count for entry in asked) - sum(group.count for group in groups)
        return max(0, wanted - max(0, lacking))
    return sum(_placed(group, cell.az) for group in here)


def _placed(group: FlavorCount, az: str | None) -> int:
    """Returns the nodes of a group in a zone; all of them when the group names no zones."""
    if az is None or not group.azs:
        return group.count
    return sum(zone.count for zone in group.azs if zone.az == az)
