"""What will happen by itself at a known moment and changes more than a phase.

Whoever looks first settles what is due, in order of time, and each item acts as if at its own moment; the result does
not depend on who looked when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.service.models import (
    node,
    node_arrival,
    node_successor,
    occupation,
    resource_pool,
    set_aside,
    training_job,
    training_queue,
)
from modelarts_emulator.service.models.entry import EntryKey, key_of, with_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelarts_emulator.service.models.set_aside import SetAside
    from modelarts_emulator.service.models.tenant import Tenant


def note(tenant: Tenant, at: float, kind: str, payload: dict[str, Any]) -> None:
    """Write something down for later."""
    tenant.connection.execute(
        "INSERT INTO agenda (at, project, kind, payload) VALUES (?, ?, ?, ?)",
        (at, tenant.project, kind, to_json(payload).decode()),
    )


def forget(tenant: Tenant, pool: str) -> None:
    """Drop what was written down about a pool that is being deleted: one of its name may come, and is another one."""
    tenant.connection.execute(
        "DELETE FROM agenda WHERE project = ? AND json_extract(payload, '$.pool') = ?", (tenant.project, pool)
    )


_MAY_HAPPEN = """
SELECT EXISTS (SELECT 1 FROM agenda WHERE project = :project AND at <= :now)
    OR EXISTS (SELECT 1 FROM pools WHERE project = :project AND waiting)
    OR EXISTS (SELECT 1 FROM training_jobs WHERE project = :project AND waits_since <= :now)
"""


def settle(tenant: Tenant) -> list[SetAside]:
    """Let everything happen that is due in this project; mostly that is nothing, which one statement tells.

    Whoever looks has asked for none of it: what fails is undone, set aside and returned, and the rest goes on.
    """
    if not tenant.connection.execute(_MAY_HAPPEN, {"project": tenant.project, "now": tenant.now}).fetchone()[0]:
        return []
    failed: list[SetAside] = []
    while True:
        row = tenant.connection.execute(
            "SELECT * FROM agenda WHERE project = ? AND at <= ? ORDER BY at, number LIMIT 1",
            (tenant.project, tenant.now),
        ).fetchone()
        then = tenant if row is None else tenant._replace(now=row["at"])
        for pool in resource_pool.waiting(then):
            failed += set_aside.unless_it_works(then, "start_idle_upgrades", {"pool": pool.name}, _start_idle_upgrades)
        failed += set_aside.unless_it_works(then, "start_training_jobs", {}, _start_training_jobs)
        if row is None:
            return failed
        failed += set_aside.unless_it_works(then, row["kind"], from_json(row["payload"]), _ACTIONS.get(row["kind"]))
        tenant.connection.execute("DELETE FROM agenda WHERE number = ?", (row["number"],))


def _start_idle_upgrades(tenant: Tenant, given: dict[str, Any]) -> None:
    """Start driver upgrades of a pool that has been free of whatever runs since they were asked for."""
    pool = resource_pool.find(tenant, given["pool"])
    for driver in pool.drivers.values():
        if driver.requested_at is not None and driver.is_waiting:
            free = occupation.free_at(tenant, pool.name, driver.requested_at)
            if free is not None and free <= tenant.now:
                driver.ends_at = free + tenant.timings.driver
    resource_pool.save(tenant, pool)


def _start_training_jobs(tenant: Tenant, _given: dict[str, Any]) -> None:
    training_queue.start_waiting(tenant)


def _adjust_counts(tenant: Tenant, payload: dict[str, Any]) -> None:
    """Let the entries of an order count the nodes there are, whatever has happened to those and the pool meanwhile."""
    pool = resource_pool.look_for(tenant, payload["pool"])
    if pool is None:
        return
    keys = {EntryKey(*key) for key in payload["keys"]}
    there = [item for item in node.phase_counts(tenant, pool.name) if item.phase != "Deleting"]
    zones = {key: {item.az: 0 for item in there} for key in keys}
    for item in there:
        if item.key in keys:
            zones[item.key][item.az] += item.nodes
    pool.spec["resources"] = [
        with_nodes(entry, zones[key]) if (key := key_of(entry)) in keys else entry for entry in pool.entries
    ]
    resource_pool.save(tenant, pool)


def _fail_training_jobs(tenant: Tenant, payload: dict[str, Any]) -> None:
    """Fail the running training jobs of a node that breaks now, unless it has been mended or deleted meanwhile."""
    item = node.anywhere(tenant, payload["node"])
    if item is not None and item.phase == "Abnormal":
        training_job.lose_hosts(tenant, [item.private_ip], "node abnormal")


_ACTIONS: dict[str, Callable[[Tenant, dict[str, Any]], None]] = {
    "adjust_counts": _adjust_counts,
    "arrive": node_arrival.arrive,
    "fail_training_jobs": _fail_training_jobs,
    "replace": node_successor.succeed,
}
