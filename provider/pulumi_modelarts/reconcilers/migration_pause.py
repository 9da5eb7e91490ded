"""What a migration waits for between two batches: that nodes have soaked, and that training jobs have ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.api.wording import plural
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs.node_migration import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.training_job import TrainingJob
    from pulumi_modelarts.reconcilers.watch import Watch


@dataclass
class MigrationPause:
    """What is due before a batch leaves; one for each run.

    Attributes:
        soak: How long nodes that have arrived are watched, such as "10m".
        await_jobs: Ids of training jobs that must have ended before anything moves.
        watch: What the call waits with.
        unsoaked: Whether nodes have arrived since the last soak.
        awaited: Whether the awaited training jobs have ended.
    """

    soak: str
    await_jobs: Sequence[str]
    watch: Watch
    unsoaked: bool = field(default=False, init=False)
    awaited: bool = field(default=False, init=False)

    def taken(self, head: str) -> bool:
        """Soaks, or waits for the awaited training jobs, where that is due.

        Args:
            head: How far the run is, for the status line.

        Returns:
            Whether time has passed, so that everything may be different.

        Raises:
            OperationError: The deadline passed, or a stop was requested.
        """
        if self.unsoaked and seconds(self.soak):
            self.watch.report(f"{head} · soaking for {self.soak}")
            self.watch.session.rest(seconds(self.soak), f"soaking for {self.soak}")
            self.unsoaked = False
            return True
        if self.await_jobs and not self.awaited:
            self._await_training(self.await_jobs, head)
            self.awaited = True
            return True
        return False

    def _await_training(self, jobs: Sequence[str], head: str) -> None:
        client = self.watch.session.client

        def observe() -> Observation[None]:
            running: list[TrainingJob] = []
            for job in jobs:
                # One that has been deleted has ended: before this, the plan has refused what never was.
                with suppress(NotFoundError):
                    running.append(client.training_jobs.get(job))
            running = [job for job in running if not job.terminal]
            named = changes.names([f"{job.name} ({job.phase})" for job in running])
            return Observation(
                None, done=not running, status=f"{head} · waiting for training {plural('job', running)} {named}"
            )

        self.watch.wait(f"waiting for training {plural('job', jobs)} {changes.names(jobs)}", observe)
