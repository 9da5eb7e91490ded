"""Moves nodes between the pools of a fleet: look, decide, do, that any run can resume.

Whatever may go on side by side does, each batch by the same loop as a migration of its own. Whenever one has ended the
service is read anew and the plan is asked what to do now, so that nothing of a plan is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import (
    HalfDoneError,
    ModelArtsError,
    OperationError,
    RefusedError,
)
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.fleet_step import FleetStep, next_step
from pulumi_modelarts.plans.live_nodes import Record
from pulumi_modelarts.reconcilers.fleet_crew import Crew
from pulumi_modelarts.reconcilers.fleet_reader import FleetReader
from pulumi_modelarts.reconcilers.migration_job import MigrationJob
from pulumi_modelarts.reconcilers.migration_pause import MigrationPause
from pulumi_modelarts.reconcilers.node_migration import NodeMigrationReconciler
from pulumi_modelarts.reconcilers.run import FleetRun, MigrationRun
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.plans.fleet_move import Move
    from pulumi_modelarts.plans.live_fleet import LiveFleet
    from pulumi_modelarts.reconcilers.watch import Watch


@dataclass(frozen=True)
class Passage:
    """Nodes on their way.

    Attributes:
        way: Where from and to, in the names of the program, for the row.
        nodes: The nodes.
        source: Id of the pool they leave.
        target: Id of the pool they go to.
        arrived: Whether they are there, and only getting ready.
    """

    way: str
    nodes: tuple[str, ...]
    source: str
    target: str
    arrived: bool = False

    def __str__(self) -> str:
        """What it is called in the row."""
        return self.way


@dataclass
class FleetReconciler:
    """Executes one run; made anew for every call.

    Attributes:
        run: What the run is to do.
        watch: What the call waits with.
        moved: Nodes this run has moved.
        skipped: Nodes this run could not drain and leaves where they are, with why.
        failed: What has gone wrong, with where it did.
    """

    run: FleetRun
    watch: Watch
    moved: set[str] = field(default_factory=set, init=False)
    skipped: dict[str, str] = field(default_factory=dict, init=False)
    failed: list[tuple[str, ModelArtsError]] = field(default_factory=list, init=False)
    _planned: set[str] = field(default_factory=set, init=False)
    _pause: MigrationPause = field(init=False)
    _looked: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Begins with nothing to soak."""
        self._pause = MigrationPause(self.run.spec.strategy.soak, (), self.watch)

    def apply(self) -> None:
        """Makes the nodes of the fleet live where its counts say.

        Raises:
            HalfDoneError: The run ended, whatever the reason, after the service had accepted something or may have;
                what has moved stays moved.
            RefusedError: Nodes have moved since the preview, or a problem must be resolved first.
            OperationError: Waiting took too long, or a stop was requested, before anything was sent.
            ModelArtsError: Anything else, before anything was sent.
        """
        try:
            with Crew[Passage](self.watch, self._head) as crew:
                self._reconcile(crew)
        except ModelArtsError as error:
            self.failed.append(("", error))
        if self.failed or self.skipped:
            raise self._ended() from next((error for _, error in self.failed), None)
        if self.watch.reported:
            self.watch.report(self._head())

    def _reconcile(self, crew: Crew[Passage]) -> None:
        while True:
            begun = [] if self.failed else self._begin(crew)
            for passage in begun:
                crew.start(passage, self._pass)
            if not crew.tasks:
                return
            for passage, error in crew.ended():
                self._note(passage, error)

    def _begin(self, crew: Crew[Passage]) -> list[Passage]:
        """Returns what may begin now, once nodes that have arrived have soaked."""
        while True:
            live, step, moves = self._look(crew)
            found = list(self._passages(live, step, moves))
            new = [passage for passage in found if not any({*passage.nodes} & {*each.nodes} for each in crew.tasks)]
            if not step.begin or not self._pause.taken(self._head()):
                return new

    def _look(self, crew: Crew[Passage]) -> tuple[LiveFleet, FleetStep, Sequence[Move]]:
        """Reads the service anew, and asks the plan what to do; refuses what the preview has not shown."""
        session = self.watch.session
        self._looked = now = session.clock.monotonic()
        reader = FleetReader(session, now, session.board.listing(requested_after=now))
        fleet, _ = reader.born(self.run.fleet)
        live, plan = reader.plan(fleet)
        self.run.refuse(
            plan.problems, plan.entries, refusal="going on was refused", since_preview="nodes have been moved"
        )
        self._planned |= plan.entries.keys()
        away = {node for passage in crew.tasks for node in passage.nodes}
        step = next_step(fleet, live, plan.moves, self.moved, self.skipped.keys(), away)
        return live, step, plan.moves

    def _passages(self, live: LiveFleet, step: FleetStep, moves: Sequence[Move]) -> Iterator[Passage]:
        ids = {key: spec.pool_name for key, spec in self.run.fleet.pools.items()}
        homes = {node.name: name for name, pool in live.pools.items() for node in pool.nodes or ()}
        for target, attach in step.attach:
            yield self._passage(attach.nodes, homes.get(attach.nodes[0], ""), target)
        for pool, settle in step.settle:
            yield replace(self._passage(settle.nodes, "", pool), arrived=True)
        sources = {move.node: ids[move.source] for move in moves}
        for begin in step.begin:
            yield self._passage(begin.batch.nodes, sources[begin.batch.nodes[0]], begin.target)

    def _passage(self, nodes: tuple[str, ...], source: str, target: str) -> Passage:
        names = self.run.fleet.names
        other = source if source not in {"", target} else next(name for name in names if name != target)
        way = changes.step(names.get(source, source), names[target]) if source else names[target]
        return Passage(way, nodes, other, target)

    def _pass(self, passage: Passage, watch: Watch) -> None:
        """Brings some nodes where they are to be, as a migration of their own would."""
        spec = NodeMigrationSpec(
            nodes=passage.nodes,
            source_pool=passage.source,
            target_pool=passage.target,
            strategy=self.run.spec.strategy.model_copy(update={"max_unavailable": len(passage.nodes), "soak": "0s"}),
            on_running_jobs=self.run.spec.on_running_jobs,
        ).of_stack(self.run.spec.stack)
        if passage.arrived:
            MigrationJob(spec, passage.nodes, watch, "").settle()
            return
        announced = dict.fromkeys(passage.nodes, changes.step(passage.source, passage.target))
        reconciler = NodeMigrationReconciler(MigrationRun(spec, announced, Record()), watch, self._looked)
        try:
            reconciler.apply()
        except ModelArtsError as error:
            if not reconciler.skipped:
                raise
            self.skipped |= dict.fromkeys(reconciler.skipped, str(error))

    def _note(self, passage: Passage, error: BaseException | None) -> None:
        """Notes how something ended.

        Raises:
            BaseException: What is no error of the service's or ours: a mistake of this program.
        """
        if isinstance(error, ModelArtsError):
            self.failed.append((passage.way, error))
        elif error is not None:
            raise error
        else:
            self.moved |= {*passage.nodes} - self.skipped.keys()
            self._pause.unsoaked = True

    def _ended(self) -> ModelArtsError:
        """Returns how the run ended: how far it came, and everything that stands against the rest."""
        reasons = [f"{way}: {error}" if way else str(error) for way, error in self.failed]
        reasons += dict.fromkeys(self.skipped.values())
        begun = self._planned | self.moved
        moved = f"{len(self.moved)} of {len(begun)} moved; " if begun else ""
        text = f"Moving nodes of the fleet: {moved}{'; '.join(reasons)}"
        errors = [error for _, error in self.failed]
        if self.watch.writes.accepted:
            return HalfDoneError(text, last="")
        if any(isinstance(error, RefusedError) for error in errors):
            return RefusedError(text)
        if any(isinstance(error, OperationError) for error in errors) or not errors:
            return OperationError(text, last="")
        return errors[0]

    def _head(self) -> str:
        return f"{len(self.moved)}/{len(self._planned | self.moved)} moved"
