"""What a program is told of the workloads of a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.queries.resource_pool import Answer, Arguments, not_found

if TYPE_CHECKING:
    from pulumi_modelarts.api.workload import Workload
    from pulumi_modelarts.reconcilers.session import Session


def workloads(session: Session, given: Arguments) -> Answer:
    """Returns the workloads of a pool, the oldest first.

    Raises:
        NotFoundError: There is no such pool.
        ModelArtsError: They could not be listed.
    """
    name = given["poolName"]
    try:
        return {"workloads": [_workload(each) for each in session.client.workloads.list(name)]}
    except NotFoundError as error:
        raise not_found(session, name, error) from error


def _workload(workload: Workload) -> Answer:
    return {
        "uid": workload.uid,
        "type": workload.type,
        "kind": workload.word,
        "name": workload.display_name,
        "jobId": workload.job_id,
        "flavor": workload.flavor,
        "status": workload.status,
        "owner": workload.owner,
        "holdsNodes": workload.holds_nodes,
        "endsByItself": workload.ends_by_itself,
        "hostIps": sorted(workload.hosts),
        "runningDuration": workload.running_duration,
        "pendingDuration": workload.pending_duration,
    }
