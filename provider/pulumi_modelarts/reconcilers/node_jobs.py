"""What the jobs of the pool service do to the nodes of a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.plans.live_nodes import NodeJobs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.api.job import PoolJob

REPLACING = "replace-node"
OTHERS = frozenset({REPLACING, "reboot-node", "reset-nodes"})
"""Types of jobs that move nothing (documented: ListJobs). The word for a migration is on no page."""


def moves_nodes(job: PoolJob) -> bool:
    """Returns whether a job may be a migration: it is of no type that is known to be another."""
    return job.type not in OTHERS


def node_jobs(jobs: Iterable[PoolJob], declared: AbstractSet[str]) -> NodeJobs:
    """Returns what jobs do to nodes.

    Args:
        jobs: The jobs, as listed.
        declared: The nodes of the migration.
    """
    migrating: dict[str, str] = {}
    holding: dict[str, str] = {}
    replacing: dict[str, float] = {}
    ended: set[str] = set()
    leaving: set[str] = set()
    for job in jobs:
        ours = job.node_names & declared
        if job.type == REPLACING:
            began = job.start_timestamp / 1000
            replacing |= {name: max(began, replacing.get(name, began)) for name in ours}
        if not moves_nodes(job):
            holding |= {} if job.finished else dict.fromkeys(ours, f"{job.type} job {job.job_id}")
        elif not job.finished:
            migrating |= dict.fromkeys(ours, job.job_id)
            leaving |= job.node_names - declared
        elif ours:
            ended.add(job.job_id)
    return NodeJobs(migrating, frozenset(ended), frozenset(leaving), holding, replacing)
