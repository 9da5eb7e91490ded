"""What the engine calls for a `NodeMigration`."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.errors import HalfDoneError, NotFoundError
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.handlers._stack import of_stack
from pulumi_modelarts.plans import changes, earlier_records, summary
from pulumi_modelarts.plans.live_nodes import LiveNodes, Record, elsewhere, in_place
from pulumi_modelarts.plans.migration_notes import released
from pulumi_modelarts.plans.migration_obstacles import emptied_together
from pulumi_modelarts.reconcilers.absence import believe_gone
from pulumi_modelarts.reconcilers.claims import Conflict, NodeClaim
from pulumi_modelarts.reconcilers.node_migration import NodeMigrationReconciler
from pulumi_modelarts.reconcilers.node_reader import NodeReader
from pulumi_modelarts.reconcilers.pool_reader import adoptable
from pulumi_modelarts.reconcilers.run import MigrationRun
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.handlers import _rpc
    from pulumi_modelarts.reconcilers.owners import Owners


class NodeMigrationHandler(Handler[NodeMigrationSpec]):
    """Places nodes, and stops asserting where they live."""

    spec = NodeMigrationSpec

    def foresee(self, spec: NodeMigrationSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Finds out which nodes are not where they should be."""
        session, spec = self.session, of_stack(spec, call, self._configuration)
        record = replace(_record(olds), chosen=session.owners.chosen_by(spec.nodes))
        live, plan = NodeReader.recent(session).plan(spec, record)
        conflicts = session.owners.claim_nodes(call.urn, _claims(call.urn, spec, live)) if call.urn else []
        problems = (
            *(_conflicting(spec, conflict) for conflict in conflicts),
            *plan.problems,
            *_together(session.owners, call.urn, spec, live),
        )
        return Foresight(plan.moves, problems, plan.warnings)

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Takes nodes that have vanished as declared, too, where an earlier version left them out."""
        return earlier_records.nodes_as_declared(inputs)

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns the moves by source and target."""
        return summary.of_migration(entries)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Places the nodes."""
        urn = self.call.urn
        id_ = hashlib.sha256(urn.encode()).hexdigest()[:12] if urn else uuid.uuid4().hex[:12]
        return dynamic.CreateResult(id_, self._apply(id_, props, {}))

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads which of the recorded nodes are not in the target pool; without that pool there is no placement.

        A node that has vanished stays recorded: no run can place it, and none tries.
        """
        call, session = self.call, self.session
        inputs = self.recorded(call, props)
        try:
            adoptable(session, inputs["targetPool"])
        except NotFoundError:
            believe_gone(session, "resource pool", inputs["targetPool"])
            return dynamic.ReadResult("", {}, {})
        placed = 0
        if inputs["nodes"]:  # else an earlier refresh found none of them in the pool, and no program declares that
            spec = NodeMigrationSpec.model_validate(inputs).managed
            there, gone = self._found(spec, call) if spec.nodes else ([], [])
            inputs |= {"nodes": sorted([*there, *gone])} if spec.nodes else {}
            placed = len(there)
        outputs = {**inputs, "moves": self.as_declared(props).get("moves", {}), "placed": placed}
        return dynamic.ReadResult(id_, outputs, inputs)

    def _found(self, spec: NodeMigrationSpec, call: _rpc.Call) -> tuple[list[str], list[str]]:
        """Returns the nodes that are where they should be, and those that are in no pool at all."""
        found = NodeReader.recent(self.session).all_over(spec)
        gone = [name for name in spec.nodes if name not in found.nodes]
        if gone:
            call.tell(f"nodes: {changes.nodes_are(gone)} in no pool of the project")
        return in_place(spec, found), gone

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Places the nodes that are not where they should be."""
        return dynamic.UpdateResult(self._apply(id_, news, olds))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Stops asserting where the nodes live; they stay where they are."""
        if nodes := self.as_declared(props).get("nodes"):
            self.call.tell(released(nodes, props["targetPool"]))

    def _apply(self, id_: str, news: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        call = self.call
        watch = self.watch(call)
        (declared, announced), record = self.run_of(news, olds, call), _record(self.recorded(call, olds))
        spec = of_stack(declared, call, self._configuration)
        try:
            placed = NodeMigrationReconciler(MigrationRun(spec, announced, record), watch).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            call.partly_done(id_, inputs_of(NodeMigrationSpec, olds or news), error)
        finally:
            self.tell_losses(call)
        return {**inputs_of(NodeMigrationSpec, news), "placed": placed}


def _record(inputs: Mapping[str, Any]) -> Record:
    """Returns what recorded inputs tell of earlier runs."""
    return Record(frozenset(inputs.get("nodes") or ()), frozenset(inputs.get("awaitJobs") or ()))


def _claims(urn: str, spec: NodeMigrationSpec, live: LiveNodes) -> dict[str, NodeClaim]:
    places = {name: live.nodes[name].pool if name in live.nodes else "" for name in spec.nodes}
    return {
        name: NodeClaim(
            urn, frozenset({spec.source_pool, place} - {""}), spec.target_pool, place, _node_pool(spec, live, name)
        )
        for name, place in places.items()
    }


def _node_pool(spec: NodeMigrationSpec, live: LiveNodes, name: str) -> str:
    """Returns the node pool that a node joins; empty for the default one of its flavor."""
    joins = spec.target_node_pool or ""
    default = name in live.nodes and joins == f"{live.nodes[name].node.flavor}-default"
    return "" if default else joins


def _together(owners: Owners, urn: str, spec: NodeMigrationSpec, live: LiveNodes) -> list[Problem]:
    """Returns the pools that this migration and others of the program would leave without a node."""
    leaving = elsewhere(spec, live)
    found = [
        emptied_together(spec, live, leaving, pool, owners.taken_from(pool, live.present(pool), urn))
        for pool in sorted({found.pool for found in leaving.values()})
    ]
    return [problem for problem in found if problem is not None]


def _conflicting(spec: NodeMigrationSpec, conflict: Conflict) -> Problem:
    if conflict.subject in spec.nodes:
        path = property_path(("nodes", spec.nodes.index(conflict.subject)))
        return Problem(path, f"{conflict.subject!r} {conflict.reason}")
    return Problem("target_pool" if conflict.subject == spec.target_pool else "source_pool", conflict.reason)
