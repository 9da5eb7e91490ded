"""Makes nodes live where their program says: one idempotent loop of look, decide, do, that any run can resume.

Every round reads the service anew and asks the plan what to do now, so a run that was killed, whose answer was lost, or
that met somebody else's changes, goes on from what is true. Nothing is repeated that has not been looked for first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationFailed, RefusedError, TransportError
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.node_migration import Attach, Batch, Done, Settle, Whereabouts, arrived, next_step
from pulumi_modelarts.plans.resource_pool import beyond
from pulumi_modelarts.reconcilers.draining import Draining, of_jobs
from pulumi_modelarts.reconcilers.migration_job import MigrationJob
from pulumi_modelarts.reconcilers.whereabouts import Finder
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


@dataclass(frozen=True)
class Placement:
    """What one run was told.

    Attributes:
        spec: What the program declares.
        placed: Nodes that an earlier run has placed.
        announced: What the preview showed; None when previews are offline and the run decides alone.
    """

    spec: NodeMigrationSpec
    placed: frozenset[str]
    announced: Mapping[str, str] | None


@dataclass
class NodeMigrationReconciler:
    """Executes one run; made anew for every call.

    Attributes:
        told: What the run was told.
        watch: What the call waits with.
        accepted: Whether the service has accepted a write, so that a failure is one of half-done work.
        moved: Nodes this run has moved.
        skipped: Nodes this run could not drain and leaves where they are, with their jobs.
    """

    told: Placement
    watch: Watch
    accepted: bool = field(default=False, init=False)
    moved: set[str] = field(default_factory=set, init=False)
    skipped: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def apply(self) -> Whereabouts:
        """Makes every declared node live in its pool, and returns where they are.

        Raises:
            RefusedError: A node has moved since the preview, or something stands against the run.
            OperationError: Something the service accepted did not come true; what did is kept.
            ModelArtsError: Anything else.
        """
        self._await_training()
        while True:
            seen = self._look()
            step = next_step(self.told.spec, seen, self.moved, self.skipped.keys())
            if isinstance(step, Done):
                return self._finished(seen)
            if isinstance(step, Batch):
                self._move(seen, step)
            else:
                self._attend(seen, step)

    def _look(self) -> Whereabouts:
        """Reads the service anew; refuses when it is not what the preview was made from."""
        spec, announced = self.told.spec, self.told.announced
        finder = self._finder()
        seen, plan = finder.plan(spec, self.told.placed | self.moved)
        if plan.problems:
            reasons = "\n".join(f"    {problem.path}: {problem.reason}" for problem in plan.problems)
            raise RefusedError(f"{self._tally(seen)}; going on was refused:\n{reasons}")
        if announced is not None and (more := beyond(plan.moves, announced)):
            raise RefusedError(
                f"{self._tally(seen)}; going on was refused, because nodes have moved since the preview, and this run "
                f"would now do\n{changes.listed(more)}\nwhich it did not show. Run `pulumi up` again to see it."
            )
        if plan.moves and seen.migrating is None:
            return replace(seen, migrating=finder.migrating(spec, seen))
        return seen

    def _move(self, seen: Whereabouts, batch: Batch) -> None:
        """Prepares a batch, looks again under the pools' locks, and sends it if nothing has changed."""
        spec = self.told.spec
        drained = Draining(spec, self._finder(), self.watch, self._head(seen)).prepare(seen, batch)
        self.accepted = self.accepted or spec.strategy.drain
        self.skipped |= drained.busy
        if not drained.able:
            return
        with self.watch.session.writing(batch.pool, spec.target_pool):
            now = self._look()
            again = next_step(spec, now, self.moved, self.skipped.keys())
            if not isinstance(again, Batch) or not set(again.nodes) <= set(drained.able):
                return
            job = self._start(again)
        if job is not None:
            self._follow(now, Attach(job, again.nodes))

    def _start(self, batch: Batch) -> str | None:
        """Sends the request; the next round looks for what a lost answer has led to, before anything is repeated."""
        spec, session = self.told.spec, self.watch.session
        move = Move(
            nodes=batch.nodes,
            from_cluster=spec.source_cluster or batch.pool,
            to_cluster=spec.target_cluster or spec.target_pool,
            to_pool=spec.target_pool,
            flavor=batch.flavor,
            node_pool=spec.target_node_pool or "",
        )
        try:
            job = session.client.node_migrations.start(batch.pool, move)
        except TransportError as error:
            if not error.may_have_arrived:
                raise
            job = None
            self.watch.report(f"the answer was lost: looking for what became of {changes.names(batch.nodes)}")
        self.accepted = True
        session.changed()
        return job

    def _attend(self, seen: Whereabouts, step: Attach | Settle) -> None:
        """Waits for what is under way already."""
        if isinstance(step, Attach):
            self.accepted = True
            self._follow(seen, step)
        else:
            self._job(seen, "", step.nodes).settle()
            self._soak(seen)

    def _follow(self, seen: Whereabouts, step: Attach) -> None:
        job = self._job(seen, step.job, step.nodes)
        try:
            job.follow()
            job.settle()
        except OperationFailed as error:
            now = self._finder().all_over(self.told.spec)
            raise OperationFailed(
                f"{self._tally(now)}; {error}", "run `pulumi up` to resume with the rest", last=error.last
            ) from error
        self.moved |= set(step.nodes)
        self._soak(seen)

    def _job(self, seen: Whereabouts, job: str, nodes: tuple[str, ...]) -> MigrationJob:
        return MigrationJob(self.told.spec, job, nodes, self.watch, self._head(seen))

    def _soak(self, seen: Whereabouts) -> None:
        soak = self.told.spec.strategy.soak
        if seconds(soak) and len(self.moved) < len(self.told.spec.nodes):
            self.watch.report(f"{self._head(seen)} · soaking for {soak}")
            self.watch.rest(seconds(soak))

    def _await_training(self) -> None:
        """Waits for the training jobs that the program wants to see ended, if anything has to move."""
        jobs = self.told.spec.await_jobs
        if not jobs or not self._look().places:
            return
        client = self.watch.session.client

        def observe() -> Observation[None]:
            running = [job for job in map(client.training_jobs.get, jobs) if not job.terminal]
            named = [f"{job.name} ({job.phase})" for job in running]
            return Observation(None, done=not running, status=f"waiting for training job {changes.names(named)}")

        self.watch.wait(f"waiting for training job {changes.names(jobs)}", observe)

    def _finished(self, seen: Whereabouts) -> Whereabouts:
        left = {name: self.skipped[name] for name in self.skipped if not arrived(self.told.spec, seen.places[name])}
        if left:
            raise OperationFailed(
                f"{self._tally(seen)}; {changes.names(sorted(left))} skipped, not drained in time",
                f"{of_jobs(left)}. Run `pulumi up` to try again",
                last="",
            )
        return seen

    def _finder(self) -> Finder:
        session = self.watch.session
        return Finder(session, session.board.listing(requested_after=session.clock.monotonic()))

    def _head(self, seen: Whereabouts) -> str:
        there, whole = self._count(seen)
        return f"{there}/{whole} moved"

    def _tally(self, seen: Whereabouts) -> str:
        there, whole = self._count(seen)
        return f"Placing nodes in resource pool {self.told.spec.target_pool!r}: {there} of {whole} moved"

    def _count(self, seen: Whereabouts) -> tuple[int, int]:
        spec = self.told.spec
        there = [name for name in spec.nodes if name in seen.places and arrived(spec, seen.places[name])]
        return len(there), len(spec.nodes)
