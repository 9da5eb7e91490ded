"""Makes nodes live where their program says: one idempotent loop of look, decide, do, that any run can resume.

Every round reads the service anew and asks the plan what to do now, so a run that was killed, whose answer was lost, or
that met somebody else's changes, goes on from what is true. Nothing is repeated that has not been looked for first.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import (
    ModelArtsError,
    OperationError,
    OperationFailed,
    OperationTimeout,
    RefusedError,
    ServerError,
    TransportError,
)
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.migration_step import Attach, Batch, Done, Settle, next_step
from pulumi_modelarts.plans.placement import Whereabouts, there
from pulumi_modelarts.plans.resource_pool import beyond
from pulumi_modelarts.reconcilers.draining import Draining, of_jobs
from pulumi_modelarts.reconcilers.migration_job import MigrationJob
from pulumi_modelarts.reconcilers.whereabouts import Finder
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

LOST_ANSWERS = 3
"""Lost answers one after the other before a run gives up; between them it looks for what they have led to."""
PAUSE = 5.0
"""Seconds after a lost answer until the service is believed to show what it has led to (assumed)."""


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
    _seen: Whereabouts = field(default=Whereabouts({}, {}, {}), init=False)
    _lost: int = field(default=0, init=False)
    _unsoaked: bool = field(default=False, init=False)
    _awaited: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Notes when the run began."""
        self._started = self.watch.session.clock.monotonic()

    def apply(self) -> None:
        """Makes every declared node live in its pool.

        Raises:
            RefusedError: A node has moved since the preview, or something stands against the run.
            OperationError: Something the service accepted did not come true, or waiting took too long; what has
                moved stays moved.
            ModelArtsError: Anything else.
        """
        try:
            self._run()
        except RefusedError as error:
            raise RefusedError(f"{self._attempt}: {self._tally}; {error}") from error
        except ModelArtsError as error:
            if not self.accepted and not isinstance(error, OperationError):
                raise
            raise self._half_done(error) from error

    def _run(self) -> None:
        while not isinstance(step := next_step(self.told.spec, self._look(), self.moved, self.skipped.keys()), Done):
            if isinstance(step, Attach):
                self.accepted = True
                self._follow(MigrationJob(self.told.spec, step.nodes, self.watch, self._head, step.job))
            elif isinstance(step, Settle):
                MigrationJob(self.told.spec, step.nodes, self.watch, self._head).settle()
                self._unsoaked = True
            elif not self._waited():
                self._move(step)
        self._finish()

    def _look(self, *, pools_may_be_recent: bool = False) -> Whereabouts:
        """Reads the service anew; refuses when it is not what the preview was made from."""
        spec, session = self.told.spec, self.watch.session
        now = session.clock.monotonic()
        listing = session.snapshot() if pools_may_be_recent else session.board.listing(requested_after=now)
        finder = Finder(session, listing, now)
        self._seen, plan = finder.plan(spec, self.told.placed | self.moved)
        if plan.problems:
            reasons = "\n".join(f"    {problem.path}: {problem.reason}" for problem in plan.problems)
            raise RefusedError(f"going on was refused:\n{reasons}")
        if self.told.announced is not None and (more := beyond(plan.moves, self.told.announced)):
            raise RefusedError(
                f"going on was refused: nodes have moved since the preview, and this run would now do\n"
                f"{changes.listed(more)}\nwhich the preview did not show. Run `pulumi up` again to see it."
            )
        if plan.moves and self._seen.migrating is None:
            self._seen = finder.with_jobs(spec, self._seen)
        return self._seen

    def _move(self, batch: Batch) -> None:
        """Prepares a batch, looks again under the pools' locks, and sends it if nothing has changed."""
        if self.watch.over:
            waited = self.watch.session.clock.monotonic() - self._started
            raise OperationTimeout(f"moving {changes.names(batch.nodes)}", last="not begun yet", waited=waited)
        spec = self.told.spec
        draining = Draining(spec, self.watch, self._seen, self._head)
        try:
            able = draining.prepare(batch)
        finally:
            self.accepted = self.accepted or draining.accepted
        self.skipped |= draining.busy
        with self.watch.session.writing(batch.pool, spec.target_pool):
            again = next_step(spec, self._look(pools_may_be_recent=True), self.moved, self.skipped.keys())
            if not isinstance(again, Batch) or not able.issuperset(again.nodes):
                return
            job = self._start(again)
        if job is not None:
            self._follow(MigrationJob(spec, again.nodes, self.watch, self._head, job, again.pool, self._seen.ended))
        else:
            self.watch.rest(PAUSE)

    def _start(self, batch: Batch) -> str | None:
        """Sends the request.

        Returns:
            Id of the job, empty when the service gives none. None when the answer was lost: the next round looks what
            the request has led to, before anything is repeated.
        """
        session, target = self.watch.session, self.told.spec.target_pool
        try:
            job = session.client.node_migrations.start(batch.pool, self._request(batch))
        except (TransportError, ServerError) as error:
            never_arrived = isinstance(error, TransportError) and not error.may_have_arrived
            self._lost += 1
            if never_arrived or self._lost == LOST_ANSWERS:
                raise
            self.watch.report(f"{self._head} · no answer, looking what became of {changes.names(batch.nodes)}")
            job = None
        else:
            self._lost = 0
        finally:
            session.changed(batch.pool, target)
        self.accepted = True
        return job

    def _request(self, batch: Batch) -> Move:
        spec = self.told.spec
        home = spec.source_cluster if batch.pool == spec.source_pool else None
        return Move(
            nodes=batch.nodes,
            from_cluster=batch.cluster if spec.between_clusters else home or batch.pool,
            to_cluster=spec.target_cluster or spec.target_pool,
            to_pool=spec.target_pool,
            flavor=batch.flavor,
            node_pool=spec.target_node_pool or "",
        )

    def _follow(self, job: MigrationJob) -> None:
        job.follow()
        self.moved |= set(job.nodes)
        self._unsoaked = True

    def _waited(self) -> bool:
        """Lets pass what has to before a batch leaves; tells whether time has passed, so that all may be different."""
        soak, jobs = self.told.spec.strategy.soak, self.told.spec.await_jobs
        if self._unsoaked and seconds(soak):
            self.watch.report(f"{self._head} · soaking for {soak}")
            self.watch.rest(seconds(soak))
            self._unsoaked = False
            return True
        if jobs and not self._awaited:
            self._await_training(jobs)
            self._awaited = True
            return True
        return False

    def _await_training(self, jobs: Sequence[str]) -> None:
        client, head = self.watch.session.client, self._head

        def observe() -> Observation[None]:
            running = [job for job in map(client.training_jobs.get, jobs) if not job.terminal]
            named = changes.names([f"{job.name} ({job.phase})" for job in running])
            return Observation(None, done=not running, status=f"{head} · waiting for training job {named}")

        self.watch.wait(f"waiting for training job {changes.names(jobs)}", observe)

    def _finish(self) -> None:
        """Ends the row with how far it came; nodes that were skipped are a failure."""
        left = {name: jobs for name, jobs in self.skipped.items() if name not in there(self.told.spec, self._seen)}
        if left:
            limit = self.told.spec.strategy.drain_timeout
            raise OperationFailed(
                f"skipped {changes.names(sorted(left))}", f"not drained within {limit}: {of_jobs(left)}", last=""
            )
        if self.watch.told:
            self.watch.report(self._head)

    def _half_done(self, error: ModelArtsError) -> OperationFailed:
        session, spec = self.watch.session, self.told.spec
        now = session.clock.monotonic()
        with suppress(ModelArtsError):  # the service may be the trouble; then the last look has to do
            self._seen = Finder(session, session.snapshot(), now).all_over(spec)
        way_out = "" if isinstance(error, OperationTimeout) else ". Run `pulumi up` to resume"
        return OperationFailed(self._attempt, f"{self._tally}; {str(error).rstrip('.')}{way_out}.", last="")

    @property
    def _attempt(self) -> str:
        return f"Placing nodes in resource pool {self.told.spec.target_pool!r}"

    @property
    def _tally(self) -> str:
        return f"{len(there(self.told.spec, self._seen))} of {len(self.told.spec.nodes)} moved"

    @property
    def _head(self) -> str:
        return f"{len(there(self.told.spec, self._seen))}/{len(self.told.spec.nodes)} moved"
