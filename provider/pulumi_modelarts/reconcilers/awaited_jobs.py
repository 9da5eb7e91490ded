"""Waits for training jobs that must have ended before anything moves."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.api.wording import plural
from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.training_job import TrainingJob
    from pulumi_modelarts.reconcilers.watch import Watch


def await_training(watch: Watch, jobs: Sequence[str], head: str) -> None:
    """Waits until training jobs have ended; one that has been deleted has.

    Args:
        watch: What the call waits with.
        jobs: Ids of the jobs, each of which the plan knows to exist or to have existed.
        head: How far the run is, for the status line.

    Raises:
        OperationTimeout: The deadline passed.
        ModelArtsError: A job could not be read.
    """

    def observe() -> Observation[None]:
        running: list[TrainingJob] = []
        for job in jobs:
            with suppress(NotFoundError):
                running.append(watch.session.client.training_jobs.get(job))
        running = [job for job in running if not job.terminal]
        named = changes.names([f"{job.name} ({job.phase})" for job in running])
        status = f"{head} · waiting for training {plural('job', running)} {named}"
        return Observation(None, done=not running, status=status)

    watch.wait(f"waiting for training {plural('job', jobs)} {changes.names(jobs)}", observe)
