"""Makes nodes live where their program says: one idempotent loop of look, decide, do, that any run can resume.

Every round reads the service anew and asks the plan what to do now. So a run that was killed, whose answer was lost, or
that met somebody else's changes, continues from what is true. No request is repeated before the service was looked at.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import (
    BadRequestError,
    CancelledError,
    ConflictError,
    HalfDoneError,
    ModelArtsError,
    OperationError,
    OperationFailed,
    OperationTimeout,
    RefusedError,
    ServerError,
    TransportError,
    UnreadableError,
)
from pulumi_modelarts.api.node_migration import Move
from pulumi_modelarts.plans import changes, sent
from pulumi_modelarts.plans.live_nodes import LiveNodes, Record, in_place
from pulumi_modelarts.plans.migration_step import Attach, Batch, Done, Settle, Step, next_step
from pulumi_modelarts.plans.node_migration import way_of
from pulumi_modelarts.plans.work import Work, told_by_node
from pulumi_modelarts.reconcilers.migration_batch import MigrationBatch
from pulumi_modelarts.reconcilers.migration_end import goes_on, sentence, tally
from pulumi_modelarts.reconcilers.migration_job import MigrationJob
from pulumi_modelarts.reconcilers.migration_pause import MigrationPause
from pulumi_modelarts.reconcilers.migration_view import MigrationView
from pulumi_modelarts.reconcilers.stopped import stopped
from pulumi_modelarts.reconcilers.writes import may_have_arrived

if TYPE_CHECKING:
    from pulumi_modelarts.reconcilers.run import MigrationRun
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

LOST_ANSWERS = 3
"""Lost answers one after the other before a run gives up; between them it looks for what they have led to."""
AS_IT_IS = (
    'on_running_jobs="ignore" asks for the move with whatever runs on a node and drains none, so nothing is half done; '
    'if the service moves idle nodes only, set it to "wait"'
)
PAUSE = 5.0
"""Seconds after a lost answer until the service is believed to show what it has led to (assumed)."""


@dataclass
class NodeMigrationReconciler:
    """Executes one run; made anew for every call.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
        since: When the call that this run is a part of has looked at its pools, in monotonic seconds; None for none.
        moved: Nodes this run has moved.
        skipped: Nodes this run could not drain and leaves where they are, with what runs there.
        drained: Nodes this run has drained.
    """

    run: MigrationRun
    watch: Watch
    since: float | None = None
    moved: set[str] = field(default_factory=set, init=False)
    skipped: dict[str, tuple[Work, ...]] = field(default_factory=dict, init=False)
    drained: frozenset[str] = field(default=frozenset(), init=False)
    _lost: int = field(default=0, init=False)
    _last: MigrationJob | None = field(default=None, init=False)
    _goes_on: Attach | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Notes when the run began."""
        self._started = self.watch.session.clock.monotonic()
        self._view = MigrationView(self.run, self.watch, self.since)
        self._pause = MigrationPause(self._spec.strategy.soak, self._spec.await_jobs, self.watch)

    def apply(self) -> int:
        """Makes every declared node live in its pool, but for those that have vanished.

        Returns:
            How many live there.

        Raises:
            HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have;
                what has moved stays moved. Carries the `LiveNodes` last seen.
            RefusedError: A node has moved since the preview, or a problem must be resolved first.
            OperationError: Waiting took too long, or a stop was requested, before anything was sent.
            ModelArtsError: Anything else, before anything was sent.
        """
        try:
            self._reconcile()
            return len(in_place(self._spec, self._view.live))
        except ModelArtsError as error:
            text = self._told(error)
            if self.watch.writes.accepted:
                raise HalfDoneError(text, last="", seen=self._view.live) from error
            if isinstance(error, OperationError):
                raise OperationError(text, last="", seen=self._view.live) from error
            if isinstance(error, RefusedError):
                raise RefusedError(text) from error
            raise

    def _told(self, error: ModelArtsError) -> str:
        if isinstance(error, CancelledError):
            error = stopped(error, sent=self.watch.writes.accepted, goes_on=goes_on(self._goes_on))
        return sentence(self._spec, self._view.live, self.drained, error)

    def _reconcile(self) -> None:
        pools = {"target_pool": self._spec.target_pool, "source_pool": self._spec.source_pool}
        self.watch.session.unborn.refuse(pools)
        while not isinstance(step := self._next(), Done):
            if isinstance(step, Attach):
                self.watch.writes.attach()
                self._follow(MigrationJob(self._spec, step.nodes, self.watch, self._head, step.job))
            elif isinstance(step, Settle):
                job = MigrationJob(self._spec, step.nodes, self.watch, self._head)
                job.settle()
                self._goes_on_after(job)
            elif not self._pause.taken(self._head):
                self._move(step)
        self._finish()

    def _next(self) -> Step:
        """Returns what to do now, after a look; the last job's own look tells that nothing is left, where it does."""
        last, self._last = self._last, None
        if last is not None and (seen := self._view.all_in(last)) and isinstance(step := self._next_step(seen), Done):
            return step
        return self._next_step(self._look())

    def _look(self) -> LiveNodes:
        return self._view.look(self._record)

    def _next_step(self, live: LiveNodes) -> Step:
        return next_step(self._spec, live, self.moved, self.skipped.keys())

    @property
    def _record(self) -> Record:
        """What is known from before: a preview that was live has seen the awaited training jobs, if they ever were."""
        record = self.run.record
        seen = self.run.announced is not None or self._pause.awaited
        return Record(
            record.placed | self.moved, record.awaited | (frozenset(self._spec.await_jobs) if seen else set())
        )

    def _move(self, batch: Batch) -> None:
        """Prepares a batch, looks again under the pools' locks, and sends it if nothing has changed.

        Whatever stands against it was looked for a moment ago, so that it is refused before a node is drained.
        """
        if self.watch.over:
            waited = self.watch.session.clock.monotonic() - self._started
            raise OperationTimeout(f"moving {changes.names(batch.nodes)}", last="not begun yet", waited=waited)
        preparation = self._preparation(batch)
        if preparation.busy:
            self.skipped |= preparation.wait_until_idle()
            return
        with self.watch.writes.locked(batch.pool, self._spec.target_pool) as writing:
            self.drained |= preparation.drain(writing)
            again = self._next_step(self._view.look_again(self._record))
            if not isinstance(again, Batch) or not {*batch.nodes}.issuperset(again.nodes):
                return
            if self._preparation(again).busy:
                return
            job = self._start(writing, again)
        if job is None:
            self._await_effect(again)
            return
        ended = self._view.live.jobs.ended if self._view.live.jobs is not None else frozenset[str]()
        self._follow(MigrationJob(self._spec, again.nodes, self.watch, self._head, job, again.pool, ended))

    def _preparation(self, batch: Batch) -> MigrationBatch:
        return MigrationBatch(self._spec, self.watch, self._view.live, self._head, batch, self.drained)

    def _start(self, writing: Writing, batch: Batch) -> str | None:
        """Sends the request.

        Returns:
            Id of the job, empty when the service gives none. None when the answer was lost: the next round looks at
            what the request has done, before anything is repeated.

        Raises:
            ModelArtsError: The service refused, the request never arrived, or too many answers were lost in a row.
        """
        client = self.watch.session.client
        try:
            what = sent.move({name: way_of(self._spec, self._view.live.nodes[name]) for name in batch.nodes})
            job = writing.send(what, lambda: client.node_migrations.start(batch.pool, self._request(batch)))
        except (BadRequestError, ConflictError) as error:
            if self._spec.on_running_jobs != "ignore":
                raise
            raise RefusedError(f"{error.brief}. {AS_IT_IS}") from error
        except (TransportError, ServerError, UnreadableError) as error:
            self._lost += 1
            if not may_have_arrived(error) or self._lost == LOST_ANSWERS:
                raise
            self.watch.report(f"{self._head} · no answer, looking what became of {changes.names(batch.nodes)}")
            return None
        self._lost = 0
        return job

    def _await_effect(self, batch: Batch) -> None:
        """Gives the service time to show what a request has led to whose answer was lost.

        Raises:
            CancelledError: A stop was requested; whether a job moves the nodes has been looked for once more.
        """
        try:
            self.watch.session.rest(PAUSE, f"looking what became of {changes.names(batch.nodes)}")
        except CancelledError:
            with suppress(ModelArtsError):
                step = self._next_step(self._look())
                self._goes_on = step if isinstance(step, Attach) else None
            raise

    def _request(self, batch: Batch) -> Move:
        spec = self._spec
        home = spec.source_cluster if batch.pool == spec.source_pool else None
        return Move(
            nodes=batch.nodes,
            from_cluster=batch.cluster if spec.between_clusters else home or batch.pool,
            to_cluster=spec.target_cluster or spec.target_pool,
            to_pool=spec.target_pool,
            flavor=batch.flavor,
            node_pool=spec.target_node_pool or "",
            creating_step=None if batch.step is None else dict(zip(("step", "type"), batch.step, strict=True)),
        )

    def _follow(self, job: MigrationJob) -> None:
        try:
            self._view.follow(job)
        except ModelArtsError:
            self._goes_on = Attach(job.job, job.nodes)
            raise
        self.moved |= set(job.nodes)
        self._goes_on_after(job)

    def _goes_on_after(self, job: MigrationJob) -> None:
        """Begins the next round with what the last look at a job has shown: nothing can be newer."""
        self._last, self._view.since = job, job.looked
        self._pause.unsoaked = True

    def _finish(self) -> None:
        """Ends the row with how far the run came; nodes that were skipped are a failure."""
        arrived = in_place(self._spec, self._view.live)
        left = {name: jobs for name, jobs in self.skipped.items() if name not in arrived}
        if left:
            limit = self._spec.strategy.drain_timeout
            raise OperationFailed(
                f"skipped {changes.names(sorted(left))}",
                f"not drained within {limit}: {told_by_node(left)}. Raise drain_timeout, or wait until that has ended",
                last="",
            )
        if self.watch.reported:
            self.watch.report(self._head)

    @property
    def _head(self) -> str:
        return tally(self._spec, self._view.live, "/")

    @property
    def _spec(self) -> NodeMigrationSpec:
        return self.run.spec
