"""Makes a resource pool what its program declares: look, refuse or write, wait, remove named nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationError, RefusedError
from pulumi_modelarts.api.operations import Deadline, Observation
from pulumi_modelarts.plans import changes, progress
from pulumi_modelarts.plans.fields import Topic, driver_version
from pulumi_modelarts.plans.patch import unlike
from pulumi_modelarts.plans.progress import DONE
from pulumi_modelarts.plans.resource_pool import Plan, beyond
from pulumi_modelarts.reconcilers.facts import Facts
from pulumi_modelarts.reconcilers.node_removal import NodeRemoval, training_jobs
from pulumi_modelarts.reconcilers.watch import Watch, in_one_line

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

Report = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What one run was told.

    Attributes:
        spec: What the program declares.
        before: Counts the last run declared, by their keys in the `changes` map; None on a first adoption.
        announced: What the preview showed; None when previews are offline and the run decides alone.
    """

    spec: ResourcePoolSpec
    before: Mapping[str, int] | None
    announced: Mapping[str, str] | None

    @property
    def named(self) -> frozenset[str] | None:
        """Nodes the preview named for removal."""
        if self.announced is None:
            return None
        return frozenset(
            key.removeprefix("nodes.") for key, entry in self.announced.items() if entry == changes.REMOVED
        )


@dataclass
class ResourcePoolReconciler:
    """Executes runs on one pool; made anew for every call.

    Attributes:
        session: Client, listing, locks and clock of the project.
        deadline: When waiting ends.
        report: Takes one short line whenever something changes.
        accepted: Whether the service has accepted a write, so that a failure is one of half-done work.
    """

    session: Session
    deadline: Deadline
    report: Report
    accepted: bool = field(default=False, init=False)
    _sent: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Makes what everything in this call waits with."""
        self._watch = Watch(self.session, self.deadline, self.report)

    def apply(self, run: Run) -> ResourcePool:
        """Makes the pool what the program declares, and returns it.

        Does nothing that the preview did not announce: if the pool has moved since, it fails with the new difference.

        Raises:
            RefusedError: The pool has moved since the preview, or something stands against the run.
            OperationError: Something the service accepted did not come true.
            ModelArtsError: Anything else.
        """
        pool, plan = self._write(run)
        pool = self._await_made(run.spec, plan, pool)
        if plan.removals:
            pool = self._remove(run, plan.removals)
        self._watch.done(plan.changes)
        return pool

    def _write(self, run: Run) -> tuple[ResourcePool, Plan]:
        """Plans from the live pool and sends the patch, once nothing else is under way."""
        name = run.spec.pool_name
        while True:
            with self.session.writing(name):
                read_after = self.session.clock.monotonic()
                pool = self.session.client.resource_pools.get(name)
                if self._quiet(pool).done:
                    _, plan = Facts(self.session, read_after=read_after).plan(run.spec, pool, run.before, run.named)
                    self._refuse(run, plan)
                    return self._send(plan, pool), plan
            self._await_quiet(name)

    def _send(self, plan: Plan, pool: ResourcePool) -> ResourcePool:
        """Sends the patch of a plan, if it has one, and checks the answer."""
        if not plan.body:
            return pool
        self._watch.report(in_one_line(plan.changes))
        try:
            answer = self.session.client.resource_pools.patch(pool.name, dict(plan.body))
        finally:
            self._sent = self.session.changed(pool.name)
        self.accepted = True
        if different := unlike(plan.body, answer):
            raise OperationError(
                f"Changing resource pool {pool.name!r}: the service accepted the change but answered something else: "
                + "; ".join(different),
                last=answer.phase,
            )
        return answer

    def _refuse(self, run: Run, plan: Plan) -> None:
        name = run.spec.pool_name
        if plan.problems:
            reasons = "\n".join(f"    {problem.path}: {problem.reason}" for problem in plan.problems)
            raise RefusedError(f"Changing resource pool {name!r} was refused before anything was sent:\n{reasons}")
        if run.announced is None:
            return
        if more := beyond(plan.changes, run.announced):
            raise RefusedError(
                f"Changing resource pool {name!r} was refused before anything was sent: it has moved since the "
                f"preview, and this run would now do\n{changes.listed(more)}\nwhich the preview did not show. "
                "Run `pulumi up` again to see it."
            )

    def _await_quiet(self, name: str) -> None:
        since = self.session.clock.monotonic()
        self._watch.wait(
            f"waiting for the unfinished change of resource pool {name!r}",
            lambda: self._quiet(self._watch.pool(name, since)),
        )

    def _quiet(self, pool: ResourcePool) -> Observation[ResourcePool]:
        """Tells whether an earlier change is over, also one whose order has not begun to make nodes."""
        resources = pool.status.resources
        moving = sum(group.count for group in [*resources.creating, *resources.deleting])
        if moving:
            status = f"{moving} node{'s are' if moving > 1 else ' is'} being made or removed"
        else:
            status = f"order {pool.order_name} is unfinished"
        settled = Facts(self.session, read_after=self.session.clock.monotonic()).settled_view(pool).settled
        return Observation(pool, done=settled, status=f"waiting for an earlier change: {status}")

    def _await_made(self, spec: ResourcePoolSpec, plan: Plan, pool: ResourcePool) -> ResourcePool:
        """Waits until what was asked for is there; the answer to the patch counts as the first look.

        A failure in that answer is not believed yet: it may be that of an earlier order.
        """
        since = self.session.clock.monotonic()
        return self._watch.wait(
            f"changing resource pool {spec.pool_name!r}",
            lambda: self._made(spec, plan, self._watch.pool(spec.pool_name, since, self._sent)),
            seen=replace(self._made(spec, plan, pool), failed=None),
        )

    def _made(self, spec: ResourcePoolSpec, plan: Plan, pool: ResourcePool) -> Observation[ResourcePool]:
        """Tells how far the pool is; what was broken before and is not touched by this run does not fail it."""
        growing = [cell for cell in plan.cells if cell.growth]
        counts = progress.of_counts(growing, pool)
        driver, scope = self._driver(spec, plan, pool), progress.of_scope(spec.scope, pool) if spec.scope else DONE
        lost = self._order_failure(growing, pool) if counts.short else ""
        status = " · ".join(step.status for step in (DONE if lost else counts, driver, scope) if step.status)
        broken = progress.of_pool(pool).failed if status else ""
        failed = [reason for reason in (broken, driver.failed, scope.failed, lost) if reason]
        return Observation(pool, done=not status and not failed, status=status, failed="\n".join(failed) or None)

    def _order_failure(self, growing: Sequence[Cell], pool: ResourcePool) -> str:
        """Says what is missing once the order has failed and nothing is being made any more; empty otherwise."""
        if not pool.order_name:
            return ""
        order = self.session.client.orders.get(pool.order_name)
        lines = progress.missing(growing, pool)
        if not (order.finished and order.failed and lines):
            return ""
        why = f" ({order.reason})" if order.reason else ""
        ended = f"order {pool.order_name} ended {order.phase}{why}"
        return f"{ended}: {'; '.join(lines)}. Run `pulumi up` again to order what is missing"

    def _driver(self, spec: ResourcePoolSpec, plan: Plan, pool: ResourcePool) -> progress.Progress:
        if spec.driver is None:
            return DONE
        step = progress.of_driver(spec.driver, pool)
        if step.failed and not any(change.topic is Topic.DRIVER for change in plan.fields):
            return DONE
        if not step.status or spec.driver.update_strategy != "idle":
            return step
        jobs = self.session.training_names(pool.name)
        return progress.Progress(f"{step.status}, waiting for {training_jobs(jobs)}") if jobs else step

    def _remove(self, run: Run, names: Sequence[str]) -> ResourcePool:
        removal = NodeRemoval(self._watch, run.spec.pool_name, run.spec.on_running_jobs)
        try:
            return removal.remove(names, lambda: self._still_going(run))
        finally:
            self.accepted = self.accepted or removal.accepted

    def _still_going(self, run: Run) -> list[str]:
        """Returns the named nodes that are still to go, after looking again."""
        read_after = self.session.clock.monotonic()
        pool = self.session.client.resource_pools.get(run.spec.pool_name)
        _, plan = Facts(self.session, read_after=read_after).plan(run.spec, pool, run.before, run.named)
        self._refuse(run, plan)
        return list(plan.removals)


def adoptable(session: Session, name: str) -> tuple[ResourcePool, Facts]:
    """Returns the pool to adopt or to look at, from a listing that is fresh enough, and facts from then or later.

    Raises:
        NotFoundError: The pool does not exist; absence from the list was confirmed by its own GET.
    """
    listing = session.snapshot(name)
    return session.board.find(name, listing), Facts(session, read_after=listing.requested_at)


def facts(pool: ResourcePool) -> dict[str, object]:
    """Returns the volatile facts of a pool that become outputs: phase, node counts, driver status."""
    counts: dict[str, int] = {}
    for group in [*pool.status.resources.available, *pool.status.resources.abnormal]:
        counts[group.flavor] = counts.get(group.flavor, 0) + group.count
    drivers = {
        chip: f"{driver_version(pool, chip)} {status.state}"
        for chip in ("gpu", "npu")
        if (status := pool.status.driver.gpu if chip == "gpu" else pool.status.driver.npu) is not None
    }
    return {"phase": pool.phase or "", "nodeCounts": counts, "driverStatus": drivers}
