"""What the engine calls for the placement of a `Fleet`.

A fleet's plan is made while its inputs are checked, and posted in the process: its pools, which come after it, change
their counts by that plan alone. Nothing of it is recorded but the moves.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.errors import HalfDoneError
from pulumi_modelarts.handlers._ceilings import above_ceilings
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.handlers._stack import of_stack
from pulumi_modelarts.handlers.resource_pool import ResourcePoolHandler
from pulumi_modelarts.plans import changes, pool_share, summary
from pulumi_modelarts.plans.fleet_declared import declared
from pulumi_modelarts.reconcilers.fleet import FleetReconciler
from pulumi_modelarts.reconcilers.fleet_claim import FleetClaim
from pulumi_modelarts.reconcilers.fleet_pools import FleetPools
from pulumi_modelarts.reconcilers.fleet_reader import FleetReader
from pulumi_modelarts.reconcilers.run import FleetRun
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from pulumi_modelarts.handlers import _rpc
    from pulumi_modelarts.reconcilers.claims import Conflict


class FleetPlacementHandler(Handler[FleetPlacementSpec]):
    """Plans a fleet, moves its nodes, and forgets it."""

    spec = FleetPlacementSpec

    def completed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Returns raw inputs with the ids that pools will have which the program makes."""
        pools, complete = raw.get("pools"), ResourcePoolHandler(self._configuration).completed
        if not isinstance(pools, Mapping):
            return dict(raw)
        return {
            **raw,
            "pools": {key: complete(pool) if isinstance(pool, Mapping) else pool for key, pool in pools.items()},
        }

    def foresight(self, spec: FleetPlacementSpec, before: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Returns what a run would do; where previews are offline, a fleet that stands as it was is not looked at.

        One that is new or has changed is planned all the same: its pools change nothing that was not planned.
        """
        if self._configuration.options.live_preview or not self._same(spec.to_inputs(), before):
            return self.foresee(spec, before, call)
        return Foresight({})

    def foresee(self, spec: FleetPlacementSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Plans, and posts what the plan leaves to each pool; nothing where something stands against it."""
        session, spec = self.session, of_stack(spec, call, self._configuration)
        session.fleets.withdraw(call.urn)
        if conflicts := self._conflicts(spec, call):
            return Foresight({}, conflicts)
        reader = FleetReader.recent(session)
        fleet, unborn = reader.born(declared(spec, olds, self._configuration.options.max_growth))
        live, plan = reader.plan(fleet)
        if plan.problems:
            return Foresight(plan.entries, plan.problems, plan.warnings)
        shares, problems = FleetPools(session, reader.read_after, fleet, unborn).shares(live, plan)
        if not problems:
            session.fleets.post(call.urn, shares, (*plan.info, *summary.reasons(plan.moves)))
        return Foresight(plan.entries, problems, plan.warnings)

    def unforeseen(self, before: Mapping[str, Any], call: _rpc.Call) -> None:
        """Takes back the plan: with a count that is not known, nothing is planned."""
        del before
        self.session.fleets.withdraw(call.urn)

    def above_ceilings(self, spec: FleetPlacementSpec) -> tuple[Problem, ...]:
        """Returns the limits of a run that are wider than `modelarts:maxGrowth` and `modelarts:maxScaleIn` allow."""
        return above_ceilings(self._configuration.options, spec.max_growth, spec.max_scale_in)

    def _conflicts(self, spec: FleetPlacementSpec, call: _rpc.Call) -> tuple[Problem, ...]:
        if not call.urn:
            return ()
        ids = {pool.pool_name: key for key, pool in spec.pools.items()}
        found = self.session.owners.claim_fleet(ids, FleetClaim(call.urn, spec.after))
        return tuple(_conflicting(conflict, ids) for conflict in found)

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns recorded inputs as they are: no version has recorded others."""
        return dict(inputs)

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns the moves, and why."""
        return summary.of_fleet(entries, self.session.fleets.said(self.call.urn))

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Moves the nodes that have to move."""
        urn = self.call.urn
        id_ = hashlib.sha256(urn.encode()).hexdigest()[:12] if urn else uuid.uuid4().hex[:12]
        return dynamic.CreateResult(id_, self._apply(id_, props, {}))

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Echoes what is recorded: which nodes live where is nobody's declaration, and does not drift."""
        inputs = self.recorded(self.call, props)
        outputs = {**inputs, "moves": props.get("moves") or {}, "balanced": True}
        return dynamic.ReadResult(id_, outputs, inputs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Moves the nodes that have to move."""
        return dynamic.UpdateResult(self._apply(id_, news, olds))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Stops planning; no node is touched."""
        if pools := sorted(props.get("pools") or {}):
            self.call.tell(pool_share.released(pools))

    def _apply(self, id_: str, news: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        call = self.call
        watch = self.watch(call)
        spec, _ = self.run_of(news, olds, call)
        spec, before = of_stack(spec, call, self._configuration), self.recorded(call, olds)
        # Where previews are offline, too: what moves was planned by the check, and nothing else does.
        announced = changes.announced(news.get("moves") or {}, (call.old_inputs or {}).get("moves") or {})
        fleet = declared(spec, before, self._configuration.options.max_growth, announced)
        try:
            FleetReconciler(FleetRun(spec, announced, fleet), watch).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would hand its pools counts not come to.
            call.partly_done(id_, inputs_of(FleetPlacementSpec, olds or news), error)
        finally:
            self.tell_losses(call)
        return {**inputs_of(FleetPlacementSpec, news), "balanced": True}


def _conflicting(conflict: Conflict, ids: Mapping[str, str]) -> Problem:
    if conflict.subject in ids:
        return Problem(property_path(("pools", ids[conflict.subject])), f"{conflict.subject!r} {conflict.reason}")
    return Problem("after", conflict.reason)
