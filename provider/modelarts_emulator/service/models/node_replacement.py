"""Replacement of a node by the service: from the decision to a job, and to the moment at which another one is there.

Documented (ListJobs; guide of October 2024): the job's type, that the new node has a new name and the same flavor, and
that the old one is gone then. That it takes the old one's place in pool, node pool, zone and supernode is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import agenda, job
from modelarts_emulator.service.models.job import Job, Move

if TYPE_CHECKING:
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant


def start(tenant: Tenant, pool: Pool, item: Node) -> Job:
    """Begin to replace a node, which takes no other operation until it is gone.

    Raises:
        ApiError: 400 for a pool that is not Running, or a node that is under way or being deleted.
    """
    pool.require_running(tenant.now, "replace nodes")
    job.require_free(tenant, [item])
    if item.phase == "Deleting":
        raise bad_request(f'node "{item.name}" is being deleted')
    ends_at = tenant.now + tenant.timings.creating + tenant.timings.checking
    number, job_id = job.next_identity(tenant)
    made = Job(
        number=number,
        id=job_id,
        type=job.REPLACE,
        source=pool.name,
        target=pool.name,
        created_at=tenant.now,
        ends_at=ends_at,
        outcome="Success",
        message="",
        inputs={"nodeNames": [item.name]},
        spelling="camelCase",
        hidden=False,
    )
    job.make(tenant, made, [Move(item.name, ends_at, arrives=True)])
    agenda.note(tenant, ends_at, "replace", {"pool": pool.name, "node": item.name})
    return made
