"""Training jobs: what they look like. How to ask for them is in `training_jobs`. They say which nodes are busy.

Documented: ShowTrainingJobDetails, ListTrainingJobs.
"""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict

from pulumi_modelarts.api.wire import Wire

TERMINAL: Final = frozenset({"Completed", "Failed", "Terminated", "Abnormal"})
ON_NODES: Final = ("Creating", "Running", "Terminating")
"""Phases in which a job may hold nodes. `Pending` is queued and holds none."""

NOT_PLACED: Final = frozenset({"Creating", "Pending"})
"""Phases in which a job that shows no hosts has none; in other phases it may have some that are not shown."""


class JobWire(Wire):
    """Training jobs are spelled in snake_case, unlike pools and nodes."""

    model_config = ConfigDict(alias_generator=None)


class JobMetadata(JobWire):
    """Id, name, and whose it is.

    Attributes:
        create_time: milliseconds since 1970.
    """

    id: str
    name: str = ""
    user_name: str = ""
    workspace_id: str = ""
    create_time: int = 0


class TaskIp(JobWire):
    """Where a task of a job runs.

    Attributes:
        task: such as `worker-0`.
        host_ip: the private address of the node.
    """

    task: str = ""
    host_ip: str = ""


class JobStatus(JobWire):
    """What a job is doing and where.

    Attributes:
        duration: how long it has been running, in milliseconds.
    """

    phase: str = ""
    duration: int = 0
    task_ips: list[TaskIp] | None = None


class JobResource(JobWire):
    """What a job runs on."""

    pool_id: str = ""
    flavor_id: str = ""
    node_count: int = 0


class JobSpec(JobWire):
    """What a job asked for."""

    resource: JobResource = JobResource()


class TrainingJob(JobWire):
    """A training job."""

    metadata: JobMetadata
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()

    @property
    def id(self) -> str:
        """The job's id."""
        return self.metadata.id

    @property
    def name(self) -> str:
        """The name it was given."""
        return self.metadata.name

    @property
    def phase(self) -> str:
        """Its phase: `Creating`, `Pending`, `Running`, `Terminating`, `Completed`, …; others may come."""
        return self.status.phase

    @property
    def terminal(self) -> bool:
        """Whether it will not change any more. An unknown phase is taken as running."""
        return self.phase in TERMINAL

    @property
    def pool_id(self) -> str:
        """Id of the pool it runs in; empty for a public pool."""
        return self.spec.resource.pool_id

    @property
    def host_ips(self) -> frozenset[str]:
        """Private addresses of the nodes it runs on; none where the service does not say."""
        return frozenset(task.host_ip for task in self.status.task_ips or () if task.host_ip)

    @property
    def owner(self) -> str:
        """Whose it is; empty if the service does not say."""
        return self.metadata.user_name

    @property
    def holds_nodes(self) -> bool:
        """Whether it is on nodes. One that is still being created and shows no hosts has none yet (assumed)."""
        return bool(self.host_ips) or self.phase not in NOT_PLACED
