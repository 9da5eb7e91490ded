"""Makes a resource pool what its program declares: look, refuse or write, wait, remove named nodes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import CancelledError, ModelArtsError, OperationError, RefusedError
from pulumi_modelarts.api.nodes import LIST_POOL_NODES
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes, sent
from pulumi_modelarts.plans.health import spares_of
from pulumi_modelarts.plans.node_details import altered
from pulumi_modelarts.plans.patch import unlike
from pulumi_modelarts.plans.secrets import told
from pulumi_modelarts.reconcilers.half_done import keeping_what_is_done
from pulumi_modelarts.reconcilers.node_removal import NodeRemoval
from pulumi_modelarts.reconcilers.pool_marks import PoolMarks
from pulumi_modelarts.reconcilers.pool_reader import PoolReader, SeenPool
from pulumi_modelarts.reconcilers.pool_wait import PoolWait
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.reconcilers.run import PoolRun
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass
class ResourcePoolReconciler:
    """Executes one run on one pool; made anew for every call.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
    """

    run: PoolRun
    watch: Watch
    _seen: SeenPool | None = field(default=None, init=False)
    _lists_nodes: bool = field(default=False, init=False)
    _awaited: tuple[str, ...] = field(default=(), init=False)
    _marks: PoolMarks = field(init=False)

    def __post_init__(self) -> None:
        """Begins with no mark written."""
        self._marks = PoolMarks(self.watch, self._spec.pool_name)

    def apply(self) -> SeenPool:
        """Makes the pool what the program declares, and returns it.

        Does nothing that the preview did not announce: if the pool has moved since, it fails with the new difference.

        Raises:
            HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have.
                Carries the `SeenPool`.
            RefusedError: The pool has moved since the preview, or a problem must be resolved first.
            OperationError: An earlier change of the pool took too long, or a stop was requested, before anything was
                sent.
            ModelArtsError: Anything else, before anything was sent.
        """
        with keeping_what_is_done(self.watch, lambda: self._seen):
            return self._reconcile()

    def _reconcile(self) -> SeenPool:
        pool, live, plan = self._write()
        pool = PoolWait(self.watch, self._spec, plan, live.pool, self._noted).until_made(pool)
        if plan.removals:
            removal = NodeRemoval(self.watch, self._spec.pool_name, self._spec.on_running_jobs)
            pool = self._noted(removal.remove(live.named(plan.removals), self._still_to_remove))
        self.watch.done({**self._marks.made, **plan.changes})
        return SeenPool(pool, self._spares(), self._awaited)

    def _write(self) -> tuple[ResourcePool, LivePool, PoolPlan]:
        """Plans from the live pool and sends the patch, once nothing else is under way.

        A mark goes before the patch, and everything is read again after it.

        Returns:
            The pool as the service answered, what was known of it before, and the plan.
        """
        while True:
            with self.watch.writes.locked(self._spec.pool_name) as writing:
                reader, pool = self._read()
                if self._quiet(pool).done:
                    live, plan = self._own_plan(writing, reader, pool)
                    if plan.marking is None:
                        return self._send(writing, plan, pool), live, plan
                    self._marks.write(writing, plan.marking)
                    continue
            self._await_quiet()

    def _own_plan(self, writing: Writing, reader: PoolReader, pool: ResourcePool) -> tuple[LivePool, PoolPlan]:
        """Plans from the live pool; takes back a mark of this run that came at the same moment as another stack's."""
        try:
            return self._plan(reader, pool)
        except RefusedError as error:
            self._marks.withdraw(writing, pool, self._spec.stack, error)
            raise

    def _send(self, writing: Writing, plan: PoolPlan, pool: ResourcePool) -> ResourcePool:
        """Sends the patch of a plan, if it has one, and checks the answer."""
        if not plan.body:
            return pool
        self.watch.report(changes.in_one_line(plan.changes))
        try:
            answer = self._noted(writing.send(sent.patch(pool.name, plan.patched), lambda: self._patch(plan, pool)))
        except ModelArtsError as error:
            if self.watch.stopped and may_have_arrived(error):
                raise self._lost(error, pool) from error
            raise
        if different := unlike(plan.body, answer):
            raise OperationError(
                f"Changing resource pool {pool.name!r}: the service accepted the change but answered something else"
                + (", of which some is secret" if plan.secret else f": {'; '.join(different)}")
                + ". Run `pulumi up` again; if it persists, report it to the service's support",
                last=answer.phase,
                seen=answer,
            )
        return answer

    def _patch(self, plan: PoolPlan, before: ResourcePool) -> Accepted[ResourcePool]:
        """Sends the patch; an order that the pool did not have before has come of it."""
        accepted = self.watch.session.client.resource_pools.patch(before.name, dict(plan.body))
        order = accepted.value.order_name
        return accepted.followed_by("" if order in {"", before.order_name} else f"order {order}")

    def _lost(self, error: ModelArtsError, before: ResourcePool) -> CancelledError:
        """Returns that the answer to the patch was lost when a stop was requested, after looking what it has led to."""
        found = "it is not known what it has led to"
        with suppress(ModelArtsError):
            _, pool = self._read()
            known = pool.order_name not in {"", before.order_name}
            found = f"order {pool.order_name} has come of it" if known else "no order shows that it took effect"
        return CancelledError(
            f"changing resource pool {before.name!r}", f"after an answer was lost, and {found} ({error})"
        )

    def _read(self) -> tuple[PoolReader, ResourcePool]:
        """Reads the pool by itself; returns it, and the reader of whatever else is needed from now on."""
        session = self.watch.session
        reader = PoolReader(session, session.clock.monotonic())
        return reader, self._noted(session.client.resource_pools.get(self._spec.pool_name))

    def _plan(self, reader: PoolReader, pool: ResourcePool) -> tuple[LivePool, PoolPlan]:
        """Plans from the live pool; refuses a run that has problems or was not announced."""
        live, plan = reader.plan(self._spec, pool, self.run.before, self.run.named)
        sent = self.watch.writes.accepted
        ended = "was stopped half-way" if sent else "was refused before anything was sent"
        refusal = f"Changing resource pool {pool.name!r} {ended}"
        self._lists_nodes = self._lists_nodes or live.nodes is not None
        self._awaited = plan.awaited
        problems = (*plan.problems, *told(altered(self._spec, live, self.run.node_pools), self._spec.hidden))
        self.run.refuse(problems, plan.changes, refusal=refusal, since_preview="it has changed")
        return live, plan

    def _noted(self, pool: ResourcePool) -> ResourcePool:
        """Notes that the pool was seen so, for the error that may come."""
        self._seen = SeenPool(pool, awaited=self._awaited)
        return pool

    def _spares(self) -> Mapping[str, int] | None:
        """Returns the spares of a pool that is adopted, or whose nodes this run has listed; None for any other."""
        if self.run.before is not None and not self._lists_nodes:
            return None
        with suppress(CancelledError):  # the run has done what it was to do, which no stop can take back
            session, pool = self.watch.session, self._spec.pool_name
            nodes = session.rights.if_told(
                LIST_POOL_NODES,
                lambda: session.nodes_of(pool, read_after=float("-inf")),
                "node_states does not tell spares from other nodes",
            )
            return None if nodes is None else spares_of(nodes)
        return None

    def _await_quiet(self) -> None:
        name, since = self._spec.pool_name, self.watch.session.clock.monotonic()
        self.watch.wait(
            f"waiting for the unfinished change of resource pool {name!r}",
            lambda: self._quiet(self._noted(self.watch.pool(name, since))),
        )

    def _quiet(self, pool: ResourcePool) -> Observation[ResourcePool]:
        """Returns whether an earlier change has ended, also one whose order has not begun to make nodes."""
        resources = pool.status.resources
        moving = sum(group.count for group in [*resources.creating, *resources.deleting])
        order = f"order {pool.order_name}" if pool.order_name else ""
        status = f"{changes.nodes(moving)} being made or removed" if moving else f"{order} is unfinished"
        session = self.watch.session
        settled = PoolReader(session, session.clock.monotonic()).settled_view(pool).settled
        waits = f"waiting for an earlier change: {status}"
        return Observation(pool, done=settled, status=waits, reference=order if moving else "")

    def _still_to_remove(self) -> Sequence[Node]:
        """Returns the named nodes that are still to be removed, after looking again."""
        live, plan = self._plan(*self._read())
        return live.named(plan.removals)

    @property
    def _spec(self) -> ResourcePoolSpec:
        return self.run.spec
