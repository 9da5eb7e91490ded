"""Waits until a pool is what a run has asked for: it is, it has failed, or it cannot come true any more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.nodes import LIST_POOL_NODES
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes, progress
from pulumi_modelarts.plans.fields import Topic
from pulumi_modelarts.plans.progress import DONE, Progress
from pulumi_modelarts.plans.work import told
from pulumi_modelarts.reconcilers.pool_reader import last_order
from pulumi_modelarts.reconcilers.watch import TOGETHER
from pulumi_modelarts.reconcilers.work import UnknownWorkError, work_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.order import Order
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

SHOWN_AFTER = 60.0
"""Seconds within which the service shows a pool that it has accepted to make (assumed)."""


@dataclass
class PoolWait:
    """Waits for what one patch has asked for; made anew for every run.

    Attributes:
        watch: What the call waits with.
        spec: What the program declares.
        plan: What the run does.
        before: The pool as it was planned from.
        noted: Notes that the pool was seen so.
        making: Whether the whole pool is being made.
    """

    watch: Watch
    spec: ResourcePoolSpec
    plan: PoolPlan
    before: ResourcePool
    noted: Callable[[ResourcePool], ResourcePool]
    making: bool = False
    _complete_since: float | None = field(default=None, init=False)

    def until_made(self, answer: ResourcePool) -> ResourcePool:
        """Waits until what was asked for has been made.

        Args:
            answer: What the patch was answered with, which counts as the first look. Neither a failure nor an end of
                growth in it is believed yet: it may be that of an earlier order.

        Raises:
            OperationFailed: It has failed, or cannot come true any more.
            OperationTimeout: The deadline passed.
            ModelArtsError: The pool could not be read.
        """
        name, since = self.before.name, self.watch.session.clock.monotonic()
        counts = progress.of_counts(self._growing, answer)

        def look() -> Observation[ResourcePool]:
            try:
                pool = self.watch.pool(name, self._complete_since or since)
            except NotFoundError:
                if not self.making or self.watch.session.clock.monotonic() - since > SHOWN_AFTER:
                    raise
                return Observation(answer, done=False, status="the service does not show the pool yet")
            return self._made(self.noted(pool))

        doing = "making" if self.making else "changing"
        return self.watch.wait(
            f"{doing} resource pool {name!r}", look, known=self._first(answer, counts), pace=TOGETHER
        )

    @property
    def _growing(self) -> list[Cell]:
        return [cell for cell in self.plan.cells if cell.growth]

    def _first(self, answer: ResourcePool, counts: Progress) -> Observation[ResourcePool]:
        first = self._observed(answer, counts)
        return replace(first, done=first.done and not self._growing, failed=None)

    def _made(self, pool: ResourcePool) -> Observation[ResourcePool]:
        return self._observed(pool, self._growth(pool))

    def _observed(self, pool: ResourcePool, counts: Progress) -> Observation[ResourcePool]:
        """Returns how far the pool is; what was broken before and is not touched by this run does not fail it."""
        steps = (counts, self._driver(pool), self._scope(pool))
        phase = progress.of_creation(pool) if self.making else DONE
        status = " · ".join(step.status for step in (phase, *steps) if step.status)
        broken = progress.of_pool(pool) if status and not self.making else phase
        lost = self.making and pool.phase == progress.FAILED  # nothing more is to be said of what it was to have
        failed = [step.failed for step in (broken, *([] if lost else steps)) if step.failed]
        return Observation(
            pool,
            done=not status and not failed,
            status=status,
            failed="\n".join(failed) or None,
            reference=f"order {pool.order_name}" if self._has_an_order(pool) else "",
        )

    def _has_an_order(self, pool: ResourcePool) -> bool:
        """Returns whether an order has come of this run, or of another one since."""
        return pool.order_name not in {"", self.before.order_name}

    def _growth(self, pool: ResourcePool) -> Progress:
        """Returns how far growth is; once nothing is being made any more, its order tells how it went.

        The order is asked for where nodes are missing, and where some are broken, which count as made.
        """
        counts, broken = progress.of_counts(self._growing, pool), progress.broken(self._growing, pool)
        asks = counts.short or (broken and not counts.status)
        if not asks or not self._has_an_order(pool):
            return counts
        order = last_order(self.watch.session, pool)
        if order is not None and not order.finished:
            waiting = f"order {pool.order_name} is unfinished and {changes.nodes(broken)} Abnormal"
            return counts if counts.status else Progress(waiting)
        if order is not None and order.failed:
            return Progress(failed=self._why_failed(order, pool, broken=bool(broken)))
        return self._taken(pool) if counts.short else counts

    def _why_failed(self, order: Order, pool: ResourcePool, *, broken: bool) -> str:
        why = f" ({order.reason})" if order.reason else ""
        lines = progress.missing(self._growing, pool)
        named = [node.name for node in self._abnormal()] if broken else []
        found = [*lines, *([f"{changes.names(named)} came Abnormal"] if named else [])]
        outs = [
            *(["repair what is Abnormal, or delete it in the console"] if named else []),
            *(["run `pulumi up` again to order what is missing"] if lines else []),
        ]
        out = "; ".join(outs) or "run `pulumi up` again"
        lacks = "; ".join(found) or "the service names nothing that is missing"
        return f"order {order.order_name} ended {order.phase}{why}: {lacks}. {out[0].upper()}{out[1:]}"

    def _abnormal(self) -> list[Node]:
        flavors = {cell.entry[0] for cell in self._growing}
        session, pool = self.watch.session, self.before.name
        without = "which nodes came Abnormal is not told"
        nodes = session.rights.if_told(LIST_POOL_NODES, lambda: session.client.nodes.list(pool), without)
        return sorted(
            (node for node in nodes or () if node.phase == "Abnormal" and node.flavor in flavors),
            key=lambda node: node.name,
        )

    def _taken(self, pool: ResourcePool) -> Progress:
        """Returns that nodes are missing for good: their order has ended well, and a later listing still lacks them."""
        if self._complete_since is None:
            self._complete_since = self.watch.session.clock.monotonic()
            return progress.of_counts(self._growing, pool)
        return Progress(
            failed=f"order {pool.order_name} has ended and no node is being made, yet "
            f"{'; '.join(progress.missing(self._growing, pool))}: nodes were taken from the pool meanwhile. "
            "Run `pulumi up` again, which shows what it takes now"
        )

    def _driver(self, pool: ResourcePool) -> Progress:
        driver = self.spec.driver
        if driver is None:
            return DONE
        step = progress.of_driver(driver, pool)
        if self.spec.hidden.touch("driver"):
            step = progress.untold(step, "driver")
        if step.failed and not any(change.topic is Topic.DRIVER for change in self.plan.fields):
            return DONE
        if not step.status or driver.update_strategy != "idle":
            return step
        if works := self._works(pool):
            return Progress(f"{step.status}, waiting for {works}")
        return step

    def _works(self, pool: ResourcePool) -> str:
        """Returns what an idle upgrade waits for, as far as it is known: it is only told."""
        try:
            return told({each.work for each in work_in(self.watch.session, pool.name)})
        except UnknownWorkError:
            return ""

    def _scope(self, pool: ResourcePool) -> Progress:
        if not self.spec.scope:
            return DONE
        step = progress.of_scope(self.spec.scope, pool)
        hidden = self.spec.hidden.touch("scope")
        touched = any(change.topic is Topic.SCOPE for change in self.plan.fields)
        if touched and step.status and set(pool.spec.scope) != set(self.spec.scope):
            asked = changes.text(pool.spec.scope)
            step = Progress(failed=f"somebody has asked for scope {asked} meanwhile. Run `pulumi up` again")
        return progress.untold(step, "scope") if hidden else step
