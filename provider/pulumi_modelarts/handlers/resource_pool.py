"""What the engine calls for a `ResourcePool`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.errors import HalfDoneError, NotFoundError
from pulumi_modelarts.handlers import _in_fleet, _rpc
from pulumi_modelarts.handlers._ceilings import above_ceilings
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.handlers._stack import of_stack, stack_of
from pulumi_modelarts.plans import earlier_records, health, marks, pool_share, summary
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.pool_names import absent
from pulumi_modelarts.plans.projection import beyond_declared, outputs_of, projected
from pulumi_modelarts.reconcilers import pool_marks
from pulumi_modelarts.reconcilers.owners import PoolClaim
from pulumi_modelarts.reconcilers.pool_reader import adoptable
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler, SeenPool
from pulumi_modelarts.reconcilers.run import PoolRun
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.made_pool import predicted_id
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.values import is_made_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.specs.stack import Stack

MADE, ADOPTED = "made", "adopted"
"""Values of the output `ownership`."""


class ResourcePoolHandler(Handler[ResourcePoolSpec]):
    """Adopts pools, keeps them as declared, and releases them."""

    spec = ResourcePoolSpec

    def completed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Returns raw inputs with the id that a pool will have which the program makes."""
        name, project = raw.get("name"), self._configuration.project_id
        if name is None or raw.get("poolName") is not None:
            return dict(raw)
        if isinstance(name, str) and project is not None:
            return {**raw, "poolName": predicted_id(name, project)} if is_made_name(name) else dict(raw)
        return {**raw, "poolName": _rpc.unknown()} if _rpc.is_unknown(name) or project is None else dict(raw)

    def foresee(self, spec: ResourcePoolSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Plans the run from the live pool."""
        session, spec = self.session, self._bounded(spec, call)
        if conflicts := self._conflicts(spec, call):
            return Foresight({}, conflicts)
        try:
            pool, reader = adoptable(session, spec.pool_name)
        except NotFoundError as error:
            missing = absent(spec.pool_name, session.snapshot().pools, "pool_name", error.said)
            return Foresight({}, (Problem("pool_name", missing),))
        live, plan = reader.plan(_in_fleet.to_check(spec, session.fleets), pool, _before(spec, olds))
        unseen = () if plan.changes else health.coming(live)
        problems = _in_fleet.refused(spec, plan, session.fleets)
        return Foresight(plan.changes, problems, (*health.warnings(live), *unseen, *plan.warnings))

    def _bounded(self, spec: ResourcePoolSpec, call: _rpc.Call) -> ResourcePoolSpec:
        """Returns a declaration as that of its stack, which also bounds it."""
        return of_stack(spec, call, self._configuration).under(self._configuration.options.max_growth)

    def above_ceilings(self, spec: ResourcePoolSpec) -> tuple[Problem, ...]:
        """Returns the limits of a run that are wider than `modelarts:maxGrowth` and `modelarts:maxScaleIn` allow."""
        return above_ceilings(self._configuration.options, spec.max_growth, spec.max_scale_in)

    def _conflicts(self, spec: ResourcePoolSpec, call: _rpc.Call) -> tuple[Problem, ...]:
        if not call.urn:
            return ()
        counts = spec.flavors is not None or spec.node_pools is not None
        claim = PoolClaim(call.urn, counts=counts, after=spec.after, fleet=bool(spec.fleet))
        found = self.session.owners.claim_pool(spec.pool_name, claim)
        return tuple(
            Problem("pool_name", f"resource pool {spec.pool_name!r} {conflict.reason}")
            if conflict.subject == spec.pool_name
            else Problem("after", conflict.reason)
            for conflict in found
        )

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Takes counts as the program had declared them where an earlier version recorded live ones."""
        return earlier_records.counts_as_declared(inputs)

    def _canonical(self, inputs: Mapping[str, Any]) -> object:
        """Returns inputs without the name of their fleet, which may change while it stays the same fleet."""
        return super()._canonical({**inputs, "fleet": "fleet"} if inputs.get("fleet") else inputs)

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns the steps, and the nodes that go."""
        return summary.of_pool(entries)

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Adopts the pool and makes it what the program declares."""
        outs = self._apply(props, None, {})
        return dynamic.CreateResult(str(outs["poolName"]), outs)

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads the live pool, projected onto what the program declares; a pool that is gone has no id."""
        session = self.session
        try:
            pool, reader = adoptable(session, id_)
        except NotFoundError:
            return dynamic.ReadResult("", {}, {})
        call, live = _rpc.current_call(), reader.broken_view(reader.settled_view(pool))
        ill = (*health.warnings(live), *health.coming(live))
        for warning in (*ill, *marks.warnings(pool, self._stack(props, call))):
            call.warn(warning)
        before = self.recorded(call, props)
        for surplus in beyond_declared(before, live):
            call.tell(surplus)
        inputs = projected(before, live)
        spares = None if live.nodes is None else health.spares_of(live.nodes)
        outs = _outs(inputs, SeenPool(live.pool, spares), props)
        return dynamic.ReadResult(id_, {**outs, "changes": self.as_declared(props).get("changes", {})}, inputs)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes the pool what the program declares now."""
        before = declared_counts(self.recorded(_rpc.current_call(), olds))
        return dynamic.UpdateResult(self._apply(news, before, olds))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Releases the pool: an adopted pool stays as it is on the server, but for the mark of a stack that marks."""
        if not self._configuration.options.claim:
            return
        call = _rpc.current_call()
        if pool_marks.release(self.watch(call), id_, self._stack(props, call)):
            call.tell(marks.released(id_))

    def _stack(self, props: Mapping[str, Any], call: _rpc.Call) -> Stack:
        """Returns the stack that recorded properties belong to."""
        return stack_of(call, str(props.get("organization") or ""), self._configuration)

    def _apply(self, news: dict[str, Any], before: Mapping[str, int] | None, olds: Mapping[str, Any]) -> dict[str, Any]:
        call = _rpc.current_call()
        watch = self.watch(call)
        spec, announced = self.run_of(news, olds, call)
        bounded = _in_fleet.to_run(self._bounded(spec, call), watch.session.fleets)
        run = PoolRun(bounded, announced, pool_share.before(bounded) if bounded.fleet else before)
        try:
            seen = ResourcePoolReconciler(run, watch).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            call.partly_done(spec.pool_name, _outs(olds or news, error.seen, olds), error)
        finally:
            self.tell_losses(call)
        return _outs(news, seen, olds)


def _before(spec: ResourcePoolSpec, olds: Mapping[str, Any]) -> dict[str, int] | None:
    if spec.fleet:
        return pool_share.before(spec)
    inputs = inputs_of(ResourcePoolSpec, olds)
    return declared_counts(inputs) if inputs else None


def _outs(news: Mapping[str, Any], seen: object, olds: Mapping[str, Any]) -> dict[str, Any]:
    """Returns inputs and the outputs of a pool; inputs alone where none was seen.

    Args:
        news: The inputs.
        seen: The pool as it was seen; anything else where none was.
        olds: What was recorded, which tells the spares of a pool whose nodes had not to be listed.
    """
    outputs: dict[str, Any] = {}
    if isinstance(seen, SeenPool):
        spares = health.recorded_spares(olds.get("nodeStates")) if seen.spares is None else seen.spares
        outputs = outputs_of(seen.pool, spares)
    inputs = inputs_of(ResourcePoolSpec, news)
    return {**inputs, "ownership": MADE if inputs.get("name") else ADOPTED, **outputs}
