"""What can be made to happen in a world by hand, and by no request to the service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from modelarts_emulator.service.models import (
    job,
    node,
    node_failure,
    node_replacement,
    order,
    resource_pool,
    stuck_order,
    training_job,
    workload,
)
from modelarts_emulator.worlds.documented import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from modelarts_emulator.service.models.tenant import Tenant


class Interventions(ABC):
    """The part of an emulator that intervenes."""

    @abstractmethod
    def _in(self, project: str) -> AbstractContextManager[Tenant]:
        """One project now, in a transaction."""

    def finish_training_job(self, job_id: str, phase: str = "Completed", project: str = PROJECT) -> None:
        """End a training job now.

        Raises:
            ApiError: No such job.
            ValueError: Not a phase in which a job ends.
        """
        if phase not in training_job.TERMINAL:
            raise ValueError(f"{phase!r} is not one of {', '.join(training_job.TERMINAL)}")
        with self._in(project) as tenant:
            training_job.finish(tenant, training_job.find(tenant, job_id), phase)

    def start_workload(
        self,
        pool: str,
        nodes: Sequence[str],
        type: str = "infer",  # noqa: A002 - the service's own word
        *,
        name: str = "",
        user: str = "",
        flavor: str = "",
        hosts_hidden: bool = False,
        project: str = PROJECT,
    ) -> str:
        """Start an inference service or a notebook, which then runs until somebody ends it or its nodes are deleted.

        Args:
            pool: Pool id.
            nodes: Names of the nodes that it is on; they may be busy already.
            type: `infer`, `x-infer` or `notebook`.
            name: What its user calls it.
            user: Who starts it.
            flavor: Flavor that it names.
            hosts_hidden: True lets no answer tell on which nodes it is.
            project: Project id.

        Returns:
            Its id.

        Raises:
            ApiError: No such pool or node.
            ValueError: Another type, or no nodes.
        """
        if type not in workload.TYPES or not nodes:
            raise ValueError(f"a workload has one of the types {', '.join(workload.TYPES)}, and a node or more")
        with self._in(project) as tenant:
            about = workload.About(type, name, user, flavor, hosts_hidden)
            return workload.start(tenant, resource_pool.find(tenant, pool).name, nodes, about).id

    def set_workload_status(self, workload_id: str, status: str, project: str = PROJECT) -> None:
        """Let an inference service or notebook be something else now; Completed, Terminated and Failed end it.

        Raises:
            ValueError: No such one, one that has ended, or no status.
        """
        if status not in workload.STATUSES:
            raise ValueError(f"{status!r} is not one of {', '.join(workload.STATUSES)}")
        with self._in(project) as tenant:
            found = workload.look_for(tenant, workload_id)
            if found is None or found.status in workload.TERMINAL:
                raise ValueError(f"there is no service or notebook {workload_id} that has not ended")
            workload.set_status(tenant, found, status)

    def end_workload(self, workload_id: str, project: str = PROJECT) -> None:
        """End an inference service or notebook now, as its user does: it is Terminated, and its nodes are free.

        Raises:
            ValueError: No such one, or one that has ended.
        """
        self.set_workload_status(workload_id, "Terminated", project)

    def set_node_phase(self, pool: str, name: str, phase: str, project: str = PROJECT) -> None:
        """Make a node Abnormal, or Available again.

        Raises:
            ApiError: No such node.
            ValueError: Another phase.
        """
        if phase not in {"Available", "Abnormal"}:
            raise ValueError(f"{phase!r} is neither Available nor Abnormal")
        if phase == "Abnormal":
            self.break_node(pool, name, project=project)
            return
        with self._in(project) as tenant:
            node_failure.mend(tenant, node.find(tenant, pool, name))

    def break_node(
        self, pool: str, name: str, *, after: float = 0.0, lasts: float | None = None, project: str = PROJECT
    ) -> None:
        """Let a node become Abnormal by itself, and fail its training jobs then; what was planned before is forgotten.

        Args:
            pool: Pool id.
            name: Node name.
            after: Virtual seconds from now until it breaks.
            lasts: Virtual seconds until it is Available again then; None: until somebody mends it.
            project: Project id.

        Raises:
            ApiError: No such node.
            ValueError: A moment that lies in the past, or a failure that lasts no time.
        """
        if after < 0 or (lasts is not None and lasts <= 0):
            raise ValueError(f"node {name} cannot break in {after} s for {lasts} s: after is at least 0, lasts above 0")
        with self._in(project) as tenant:
            breaks_at = tenant.now + after
            mends_at = None if lasts is None else breaks_at + lasts
            node_failure.plan(tenant, node.find(tenant, pool, name), breaks_at, mends_at)

    def replace_node(self, pool: str, name: str, project: str = PROJECT) -> str:
        """Let the service replace a node, which takes a while: another one comes under a new name, the old one goes.

        Returns:
            Id of the job.

        Raises:
            ApiError: No such node, or one that cannot be replaced now.
        """
        with self._in(project) as tenant:
            return node_replacement.start(tenant, resource_pool.find(tenant, pool), node.find(tenant, pool, name)).id

    def fail_order(self, name: str, project: str = PROJECT) -> None:
        """End a stuck order; nodes that it never got ready vanish. An order that ends by itself keeps its end.

        A pool that it was to make is Running with the nodes that came, or CreationFailed without any. One that it was
        to delete is in Error with its nodes, and can be deleted again.

        Raises:
            ApiError: No such order.
        """
        with self._in(project) as tenant:
            stuck_order.give_up(tenant, order.find(tenant, name))

    def fail_job(self, job_id: str, project: str = PROJECT) -> None:
        """End a stuck job as Failed; its nodes stay where they are. A job that ends by itself keeps its end.

        Raises:
            ApiError: No such job.
        """
        with self._in(project) as tenant:
            job.fail(tenant, job.find(tenant, job_id))
