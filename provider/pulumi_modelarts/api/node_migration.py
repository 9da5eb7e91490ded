"""Node migration: moving nodes from one resource pool to another, or between clusters of one.

Documented: BatchMigratePoolNodes. Its page spells the fields of the request in lower case in one edition and in camel
case in the others; the official SDK and the Terraform provider send camel case. The page's answer is that of a training
job, by mistake as it seems; the SDK and the Terraform provider get the id of a job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

BATCH_MIGRATE_POOL_NODES: Final = Operation(
    "BatchMigratePoolNodes", "to move nodes to another pool", stated=Stated.AS_NONE
)


@dataclass(frozen=True)
class Move:
    """What to move, and where to.

    Attributes:
        nodes: Names of the nodes, at least one; all in one pool, of one flavor.
        from_cluster: Cluster they are in: the id of their pool, unless it is a pool of several clusters.
        to_cluster: Cluster they go to: the id of the target pool, unless it is a pool of several clusters.
        to_pool: Id of the target pool; empty or their own pool for a move between its clusters.
        flavor: Their flavor, which the target pool must be able to take; needed between pools.
        node_pool: Node pool in the target; empty for the flavor's default one.
        creating_step: Their supernode, `{"step": …, "type": "hyperinstance"}`, where a whole one moves.
    """

    nodes: tuple[str, ...]
    from_cluster: str
    to_cluster: str
    to_pool: str
    flavor: str
    node_pool: str = ""
    creating_step: Mapping[str, Any] | None = None

    def to_wire(self) -> dict[str, Any]:
        """The body of the request."""
        creating_step = dict(self.creating_step) if self.creating_step else None
        spec = {"flavor": self.flavor, "nodePool": self.node_pool, "creatingStep": creating_step}
        body = {
            "migrateNodeNames": list(self.nodes),
            "fromClusterName": self.from_cluster,
            "toClusterName": self.to_cluster,
            "toPoolName": self.to_pool,
            "resourceSpec": {name: value for name, value in spec.items() if value},
        }
        return {name: value for name, value in body.items() if value}


class NodeMigrations:
    """Moves of nodes in the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def start(self, pool: str, move: Move) -> Accepted[str]:
        """Ask for a move; it is made a while later, node by node.

        Args:
            pool: Id of the pool that the nodes are in.
            move: What to move, and where to.

        Returns:
            Id of the job that moves them; empty if the answer has none, or none that can be read: an answer means that
            the move was accepted, whatever it says, and the list of jobs has it. An id from the answer that the page
            describes may be unknown to `Jobs.get`.

        Raises:
            NotFoundError: There is no such pool.
            TransportError: No answer; whether the nodes move shows in the lists of jobs and nodes. Never sent again.
        """
        attempting = f"move {', '.join(move.nodes)} from resource pool {pool} to {move.to_pool or move.to_cluster}"
        path = f"/v2/{{project_id}}/pools/{segment(pool)}/nodes/batch-migrate"
        accepted = self._service.write(
            "POST", path, operation=BATCH_MIGRATE_POOL_NODES, attempting=attempting, json=move.to_wire()
        )
        job = job_id_of(accepted.value)
        return accepted.reading(job).followed_by(f"job {job}" if job else "")


def job_id_of(answer: Any) -> str:
    """Id in `{"job_id"}`, or in the metadata of the document that the page describes; empty without one."""
    fields = answer if isinstance(answer, dict) else {}
    metadata = fields.get("metadata")
    given = [fields.get("job_id"), fields.get("jobId"), metadata.get("id") if isinstance(metadata, dict) else None]
    return next((str(job) for job in given if job and isinstance(job, str | int)), "")
