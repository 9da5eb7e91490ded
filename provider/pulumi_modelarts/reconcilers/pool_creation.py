"""Makes a pool: look, ask for it, look; then it is kept as declared like any other.

There is one pool of a name at most, and its id follows from the name. So whoever was stopped, or never got an answer,
looks for it and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ConflictError, ModelArtsError, OperationError, RefusedError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes, pool_creation, progress, sent
from pulumi_modelarts.plans.ownership import marks_on
from pulumi_modelarts.plans.patch import unlike
from pulumi_modelarts.plans.pool_creation import Stage, stage_of
from pulumi_modelarts.reconcilers.half_done import keeping_what_is_done
from pulumi_modelarts.reconcilers.pool_outlook import Creation, creation, shown
from pulumi_modelarts.reconcilers.pool_reader import SeenPool
from pulumi_modelarts.reconcilers.pool_wait import SHOWN_AFTER, PoolWait
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.run import PoolRun
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


@dataclass
class PoolCreation:
    """Executes one run on a pool that is to be made, or that is being made; made anew for every call.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
    """

    run: PoolRun
    watch: Watch
    _seen: SeenPool | None = field(default=None, init=False)

    def apply(self) -> SeenPool:
        """Makes the pool, and whatever else the program declares of it; returns it.

        Does nothing that the preview did not announce: if the pool has moved since, it fails with the new difference.

        Raises:
            HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have.
                Carries the `SeenPool`.
            RefusedError: The pool was made by somebody else, has moved since the preview, or a problem must be resolved
                first.
            ModelArtsError: Anything else, before anything was sent.
        """
        with keeping_what_is_done(self.watch, lambda: self._seen):
            begun, made = self._begin()
            if made is None:
                self._until_made(begun)
            else:
                PoolWait(self.watch, self._spec.to_make, made.plan, made.before, self._noted, making=True).until_made(
                    begun
                )
            seen = ResourcePoolReconciler(self.run, self.watch).apply()
            if made is not None:
                self.watch.done(made.changes)
            return seen

    def _begin(self) -> tuple[ResourcePool, Creation | None]:
        """Asks for the pool, unless it is there; what is on its way out goes first.

        Returns:
            The pool as the service answered, and what was asked for; None for one that an earlier run has asked for.
        """
        while True:
            with self.watch.writes.locked(self._id) as writing:
                pool = self._look()
                stage = stage_of(self._spec, pool, recorded=self.run.recorded)
                if stage is Stage.FOREIGN:
                    raise RefusedError(f"{self._doing} was refused: {pool_creation.foreign(self._spec).reason}")
                if pool is not None and not stage.is_to_be_made:
                    return pool, None
                made = self._plan(stage)
                if stage is Stage.ABSENT:
                    return self._ask(writing, made)
                if stage is Stage.FAILED:
                    writing.send(
                        sent.record(self._id), lambda: self.watch.session.client.resource_pools.delete(self._id)
                    )
            self._until_gone()

    def _look(self) -> ResourcePool | None:
        pool = shown(self.watch.session, self._id)
        return None if pool is None else self._noted(pool)

    def _plan(self, stage: Stage) -> Creation:
        """Plans from what there is now; refuses a run that has problems or was not announced."""
        made = creation(self.watch.session, self._spec.to_make, stage, self.run.named, ahead=False)
        planned = pool_creation.allowed(made.changes, self.run.announced)
        so_far = "was stopped half-way" if self.watch.writes.accepted else "was refused before anything was sent"
        self.run.refuse(
            made.problems, planned, refusal=f"{self._doing} {so_far}", since_preview="something has changed"
        )
        return made

    def _ask(self, writing: Writing, made: Creation) -> tuple[ResourcePool, Creation | None]:
        """Asks for the pool once; looks for one whose answer was lost, and for one that is there already."""
        session = self.watch.session
        body = pool_creation.body(self._spec.to_make, made.plan, session.client.settings.workspace_id)
        self.watch.report(changes.in_one_line(made.changes))
        try:
            answer = writing.send(sent.pool(self._id, made.changes), lambda: session.client.resource_pools.create(body))
        except ConflictError as error:
            return self._taken(error), None
        except ModelArtsError as error:
            if not may_have_arrived(error):
                raise
            return self._found(error), made
        if answer.name != self._id:
            raise OperationError(
                f"{self._doing}: the service has made it under the id {answer.name!r}, not {self._id!r} as expected. "
                f"Adopt it with pool_name={answer.name!r} in place of name and network, or delete it in the console",
                last=answer.phase,
                seen=answer,
            )
        if different := unlike(made.plan.body, answer):
            raise OperationError(
                f"{self._doing}: the service accepted it but answered something else"
                + (", of which some is secret" if made.plan.secret else f": {'; '.join(different)}")
                + ". Run `pulumi up` again; if it persists, report it to the service's support",
                last=answer.phase,
                seen=self._noted(answer),
            )
        return self._noted(answer), made

    def _found(self, error: ModelArtsError) -> ResourcePool:
        """Returns the pool that was asked for by a request whose answer was lost, once the service shows it.

        Raises:
            OperationError: It does not, or shows another one.
        """
        since = self.watch.session.clock.monotonic()

        def look() -> Observation[ResourcePool | None]:
            pool = self._look()
            late = self.watch.session.clock.monotonic() - since >= SHOWN_AFTER
            return Observation(pool, done=pool is not None or late, status="an answer was lost: looking for the pool")

        pool = self.watch.wait(f"{self._doing}: looking for it", look)
        if pool is None:
            raise OperationError(
                f"{self._doing}: its answer was lost ({error}), and {SHOWN_AFTER:.0f} s later the pool is not there. "
                "Run `pulumi up` again: it looks once more, and there is one pool of a name at most",
                last="",
            ) from error
        if marks_on(pool) and stage_of(self._spec, pool, recorded=False) is Stage.FOREIGN:
            raise OperationError(f"{self._doing}: {pool_creation.foreign(self._spec).reason}", last="") from error
        return pool

    def _taken(self, error: ConflictError) -> ResourcePool:
        """Returns the pool of this name that the service speaks of, if this resource has made it.

        Raises:
            RefusedError: It was made by somebody else, or cannot be seen.
        """
        pool = self._look()
        if pool is None:
            raise RefusedError(
                f"{self._doing} was refused: there is a pool of this name that cannot be seen, such as one in another "
                f"workspace ({error.said}). Give the pool another name"
            ) from error
        if stage_of(self._spec, pool, recorded=self.run.recorded) is Stage.FOREIGN:
            raise RefusedError(f"{self._doing} was refused: {pool_creation.foreign(self._spec).reason}") from error
        return pool

    def _until_made(self, begun: ResourcePool) -> None:
        """Waits for a pool that an earlier run has asked for; what it lacks then is for the run that follows.

        One on record that has been made is broken or not like any other.
        """
        if self.run.recorded and begun.phase not in progress.BEGUN:
            return
        since = self.watch.session.clock.monotonic()

        def look() -> Observation[ResourcePool]:
            return self._observed(self._noted(self.watch.pool(self._id, since)))

        self.watch.wait(f"making resource pool {self._id!r}", look, known=self._observed(begun))

    def _observed(self, pool: ResourcePool) -> Observation[ResourcePool]:
        step = progress.of_creation(pool)
        order = f"order {pool.order_name}" if pool.order_name else ""
        return Observation(
            pool,
            done=not step.status and not step.failed,
            status=step.status,
            failed=step.failed or None,
            reference=order,
        )

    def _until_gone(self) -> None:
        def look() -> Observation[None]:
            gone = shown(self.watch.session, self._id) is None
            return Observation(None, done=gone, status="waiting for what was there to be gone")

        self.watch.wait(f"{self._doing}: waiting for what was there to be gone", look)

    def _noted(self, pool: ResourcePool) -> ResourcePool:
        """Notes that the pool was seen so, for the error that may come."""
        self._seen = SeenPool(pool)
        return pool

    @property
    def _spec(self) -> ResourcePoolSpec:
        return self.run.spec

    @property
    def _id(self) -> str:
        return self._spec.pool_name

    @property
    def _doing(self) -> str:
        return f"Making resource pool {self._id!r}"
