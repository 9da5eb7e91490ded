"""What the jobs of the pool service say of nodes."""

from __future__ import annotations

from typing import Any

from pulumi_modelarts.api.job import PoolJob
from pulumi_modelarts.plans.live_nodes import NodeJobs
from pulumi_modelarts.reconcilers.node_jobs import node_jobs


def job(number: int, phase: str, *nodes: str, **fields: Any) -> PoolJob:
    """Return a job as the service lists it."""
    inputs = {"migrateNodeNames": list(nodes)}
    return PoolJob.model_validate({"jobId": f"job-{number}", "phase": phase, "inputs": inputs, **fields})


def test_jobs_are_told_apart_by_type_phase_and_node() -> None:
    """Migrations of declared nodes are followed, those of others are counted, other jobs hold their nodes."""
    found = node_jobs(
        [
            job(1, "Running", "a", "x", type="migrate-nodes"),
            job(2, "Success", "b"),
            job(3, "Failed", "y"),
            job(4, "Running", "c", type="reboot-node"),
            job(5, "Success", "c", type="reset-nodes"),
            job(6, "Success", "d", type="replace-node", startTimestamp=5000),
            job(7, "Running", "d", type="replace-node", startTimestamp=3000),
        ],
        {"a", "b", "c", "d"},
    )

    assert found == NodeJobs(
        migrating={"a": "job-1"},
        ended=frozenset({"job-2"}),
        leaving=frozenset({"x"}),
        holding={"c": "reboot-node job job-4", "d": "replace-node job job-7"},
        replacing={"d": 5.0},
    )
