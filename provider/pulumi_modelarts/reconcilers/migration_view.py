"""What one run of a migration has seen of its nodes and pools, and how it looks again.

Whatever decides is read anew for each step. Nothing is read twice, though, that an answer tells already which was asked
for after the run's own last write had come true, and since when no time has been given to others.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans.live_nodes import LiveNodes
from pulumi_modelarts.reconcilers.node_reader import NodeReader

if TYPE_CHECKING:
    from pulumi_modelarts.api.pool_board import Listing
    from pulumi_modelarts.plans.live_nodes import Record
    from pulumi_modelarts.reconcilers.migration_job import MigrationJob
    from pulumi_modelarts.reconcilers.run import MigrationRun
    from pulumi_modelarts.reconcilers.watch import Watch

A_MOMENT = 5.0
"""Seconds for which lists of pools and nodes are still believed: between draining nodes and moving them, and between
what ends with a look and what begins with one."""


@dataclass
class MigrationView:
    """What a run sees; one for each run.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
        since: Monotonic second; lists of pools and nodes that were asked for then or later tell the next look what it
            would read, as long as that is a moment ago. None where it has to read everything itself.
        live: What was last seen.
    """

    run: MigrationRun
    watch: Watch
    since: float | None = None
    live: LiveNodes = field(default=LiveNodes({}, {}, {}), init=False)
    _looked: float = field(default=0.0, init=False)

    def look(self, record: Record) -> LiveNodes:
        """Reads the service anew; refuses when it is not what the preview was made from.

        Args:
            record: What is known from before.

        Raises:
            RefusedError: It is not, or a problem must be resolved first.
            ModelArtsError: Something could not be read.
        """
        self._looked = self._now if self.since is None else self._recent(self.since)
        self.since = None
        listing = self.watch.session.board.listing(requested_after=self._looked)
        return self._planned(NodeReader(self.watch.session, self._looked, listing), record, None)

    def look_again(self, record: Record) -> LiveNodes:
        """The same a moment after a look: what others alone change is taken from that, as far as it is young enough."""
        return self._planned(self._reader(self.watch.session.snapshot()), record, self.live)

    def follow(self, job: MigrationJob) -> None:
        """Follows a job, and brings what is known of the nodes up to date, whether it was followed to its end or not.

        Raises:
            ModelArtsError: As following raised it.
        """
        try:
            job.follow()
        except ModelArtsError:
            self._catch_up(job)
            raise
        self._catch_up(job)

    def _catch_up(self, job: MigrationJob) -> None:
        """Notes where the nodes of a job were seen last.

        Where only the job was looked at last, it is not known how many of its nodes have arrived, and they are read
        again. If that fails too, what was known before is kept.
        """
        if job.here is not None:
            self.live = self._with_those_in(job)
            return
        with suppress(ModelArtsError):
            reader = NodeReader(self.watch.session, self._now, self.watch.session.snapshot())
            self.live = reader.all_over(self.run.spec)

    def all_in(self, job: MigrationJob) -> LiveNodes | None:
        """Returns the nodes where the last look at a job shows every one of them in the target; None where it does not.

        What that tells is all that there is to know: each is there, and no other list has to say that it is not.
        """
        here = job.here or {}
        whole = all(name in here for name in self.run.spec.nodes)
        return LiveNodes(self.live.pools, self._with_those_in(job).nodes, {}) if whole else None

    def _with_those_in(self, job: MigrationJob) -> LiveNodes:
        here = job.here or {}
        found = [here[name] for name in self.run.spec.nodes if name in here]
        return self.live.with_nodes(self.run.spec.target_pool, found)

    def _planned(self, reader: NodeReader, record: Record, before: LiveNodes | None) -> LiveNodes:
        self.live, plan = reader.plan(self.run.spec, record, before)
        self.run.refuse(
            plan.problems, plan.moves, refusal="going on was refused", since_preview="nodes have been moved"
        )
        return self.live

    def _reader(self, listing: Listing) -> NodeReader:
        return NodeReader(self.watch.session, self._recent(self._looked), listing)

    def _recent(self, moment: float) -> float:
        return max(moment, self._now - A_MOMENT)

    @property
    def _now(self) -> float:
        return self.watch.session.clock.monotonic()
