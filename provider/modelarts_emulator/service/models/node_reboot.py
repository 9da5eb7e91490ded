"""Reboot of nodes: from a request to a job, and to the moments at which its nodes are back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import history, job, node_failure, training_job
from modelarts_emulator.service.models.job import Job, Move

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

REBOOTABLE = ("Available", "Abnormal")
"""Phases in which a node can be rebooted (assumed)."""


def start(tenant: Tenant, pool: Pool, nodes: list[Node], inputs: dict[str, Any]) -> Job:
    """Reboot nodes, all of them at once (assumed); locked and drained ones too.

    Until it is back, a node checks itself and takes no other operation; training jobs on it fail, and it comes back
    Available even if it was Abnormal (all assumed).

    Args:
        tenant: The project.
        pool: Their pool.
        nodes: The nodes, in the order of the request, none of them under way.
        inputs: Body of the request.

    Raises:
        ApiError: 400 when the pool or a node is in a state that does not allow it (assumed).
    """
    pool.require_running(tenant.now, "reboot nodes")
    for item in nodes:
        if item.phase not in REBOOTABLE:
            raise bad_request(f'node "{item.name}" is {item.phase}, only Available and Abnormal nodes can be rebooted')
    outcome = tenant.outcome("reboot", {"pool": pool.name})
    good = len(nodes) if outcome is None or outcome.nodes is None else min(outcome.nodes, len(nodes))
    moves = [
        Move(item.name, tenant.now + tenant.timings.rebooting + tenant.timings.spread_of(item.name), index < good)
        for index, item in enumerate(nodes)
    ]
    left = len(nodes) - good
    number, job_id = job.next_identity(tenant)
    made = Job(
        number=number,
        id=job_id,
        type=job.REBOOT,
        source=pool.name,
        target=pool.name,
        created_at=tenant.now,
        ends_at=max(move.ends_at for move in moves if move.ends_at is not None),
        outcome="Failed" if left else "Success",
        message=f"{left} of {len(nodes)} nodes failed: {outcome.reason}" if left and outcome is not None else "",
        inputs=inputs,
        spelling="camelCase",
        hidden=False,
    )
    job.make(tenant, made, moves)
    _reboot(tenant, nodes, moves)
    return made


def _reboot(tenant: Tenant, nodes: list[Node], moves: list[Move]) -> None:
    for item, move in zip(nodes, moves, strict=True):
        if not move.arrives:
            node_failure.set_moments(tenant, item, tenant.now, None)
        elif item.phase == "Abnormal":
            node_failure.mend(tenant, item)
        else:
            history.close_stay(tenant, item.number)
        tenant.connection.execute(
            "UPDATE nodes SET checking_at = ?, ready_at = ?, driver_before = NULL WHERE number = ?",
            (tenant.now, move.ends_at, item.number),
        )
    training_job.lose_hosts(tenant, [item.private_ip for item in nodes], "node rebooted")
