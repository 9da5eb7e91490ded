"""What the engine calls for a `ResourcePool`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

from pulumi_modelarts.api.errors import ConfigurationError, HalfDoneError, NotFoundError
from pulumi_modelarts.handlers import _in_fleet, _ownership, _pool_foresight, _rpc
from pulumi_modelarts.handlers._ceilings import above_ceilings
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._handler import Handler
from pulumi_modelarts.handlers._stack import of_stack, stack_of
from pulumi_modelarts.plans import arrivals, earlier_records, health, marks, pool_switch
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.projection import beyond_declared, counted, outputs_of, projected
from pulumi_modelarts.reconcilers.claims import PoolClaim
from pulumi_modelarts.reconcilers.owners import label
from pulumi_modelarts.reconcilers.pool_reader import SeenPool, adoptable
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.made_pool import predicted_id
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.values import is_made_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.specs.stack import Stack


class ResourcePoolHandler(Handler[ResourcePoolSpec]):
    """Adopts pools, keeps them as declared, and releases them."""

    spec = ResourcePoolSpec

    def declare(self, raw: Mapping[str, Any], call: _rpc.Call) -> None:
        """Records which pool the resource stands for, so that nobody deletes it in this run."""
        pool = raw.get("poolName")
        if isinstance(pool, str):
            with suppress(ConfigurationError):  # which the check itself reports
                self.session.owners.declare(call.urn, "resource pool", pool)

    def completed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Returns raw inputs with the id that a pool will have which the program makes."""
        name, project = raw.get("name"), self._configuration.project_id
        if name is None or raw.get("poolName") is not None:
            return dict(raw)
        if isinstance(name, str) and project is not None:
            return {**raw, "poolName": predicted_id(name, project)} if is_made_name(name) else dict(raw)
        return {**raw, "poolName": _rpc.unknown()} if _rpc.is_unknown(name) or project is None else dict(raw)

    def foresight(self, spec: ResourcePoolSpec, before: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Returns what a run would do; refuses, also offline, to put another pool in the place of a made one."""
        if problems := tuple(pool_switch.replaced(before, spec)):
            return Foresight({}, problems)
        return super().foresight(spec, before, call)

    def foresee(self, spec: ResourcePoolSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Plans the run from the live pool."""
        session, spec = self.session, self._bounded(spec, call)
        maker = "" if spec.makes else session.unborn.maker(spec.pool_name)
        if maker and maker != label(call.urn):
            from pulumi_modelarts.plans.pool_creation import made_here  # noqa: PLC0415 - on demand

            return Foresight({}, (Problem("pool_name", made_here(spec, maker)),))
        if conflicts := self._conflicts(spec, call):
            return Foresight({}, conflicts)
        spec = _in_fleet.to_check(spec, session.fleets)
        if spec.makes:
            from pulumi_modelarts.handlers import _made_pool_foresight  # noqa: PLC0415 - on demand

            return _made_pool_foresight.foresee(session, spec, olds, call.urn)
        try:
            pool, reader = adoptable(session, spec.pool_name)
        except NotFoundError as error:
            from pulumi_modelarts.plans.pool_names import absent  # noqa: PLC0415 - on demand
            from pulumi_modelarts.plans.projects import looked_for_in  # noqa: PLC0415 - on demand

            missing = absent(spec.pool_name, session.snapshot().pools, "pool_name", error.said)
            missing += looked_for_in(spec.pool_name, session.client.settings.project_id)
            return Foresight({}, (Problem("pool_name", missing),))
        return _pool_foresight.of_there(reader, pool, spec, olds)

    def filled_in(
        self, steps: Mapping[str, str], before: Mapping[str, Any], spec: ResourcePoolSpec, *, same: bool
    ) -> dict[str, str] | list[str]:
        """Returns what a run does, and beside it which nodes are awaited, at rest too."""
        acts, stored = arrivals.steps(steps), arrivals.steps(before.get("changes") or {})
        filled = super().filled_in(acts, {**before, "changes": stored}, spec, same=same)
        notes = {key: entry for key, entry in steps.items() if arrivals.is_note(key)}
        return {**filled, **notes} if isinstance(filled, dict) else filled

    def steps(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, str]:
        """Returns what of the checked inputs is of this run; that a node is awaited is no change."""
        return arrivals.steps(super().steps(before, after))

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
        claim = PoolClaim(
            call.urn,
            counts=counts,
            after=spec.after,
            arrivals=frozenset(spec.arrivals),
            makes=spec.makes,
            fleet=bool(spec.fleet),
        )
        found = self.session.owners.claim_pool(spec.pool_name, claim)
        return tuple(
            Problem("pool_name", f"resource pool {spec.pool_name!r} {conflict.reason}")
            if conflict.subject == spec.pool_name
            else Problem(conflict.argument, conflict.reason)
            for conflict in found
        )

    def as_declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Takes counts as the program had declared them where an earlier version recorded live ones."""
        return earlier_records.counts_as_declared(inputs)

    def _canonical(self, declared: Mapping[str, Any]) -> object:
        """Returns a declaration without the name of its fleet, which may change while it stays the same fleet."""
        return super()._canonical({**declared, "fleet": "fleet"} if declared.get("fleet") else declared)

    def summary(self, entries: Mapping[str, str]) -> str:
        """Returns the steps, and the nodes that go."""
        from pulumi_modelarts.plans import summary  # noqa: PLC0415 - on demand

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
            from pulumi_modelarts.reconcilers.absence import believe_gone  # noqa: PLC0415 - on demand

            believe_gone(session, "resource pool", id_)
            return dynamic.ReadResult("", {}, {})
        call = self.call
        before = self.recorded(call, props)
        spec = counted(before)
        live = reader.awaiting_view(reader.broken_view(reader.settled_view(pool)), spec)
        ill = (*health.warnings(live), *health.coming(live))
        for warning in (*ill, *marks.warnings(pool, self._stack(props, call))):
            call.warn(warning)
        for surplus in beyond_declared(before, live):
            call.tell(surplus)
        if _ownership.is_made(props):
            from pulumi_modelarts.reconcilers.pool_deletion import foretold  # noqa: PLC0415 - on demand

            made = _ownership.on_record(before, props, self._stack(props, call))
            for warning in foretold(session, pool, made):
                call.warn(warning)
        inputs = projected(before, live)
        spares = None if live.nodes is None else health.spares_of(live.nodes)
        outs = _outs(inputs, SeenPool(live.pool, spares, arrivals.awaited(spec, live)), props)
        kept = {"changes": self.as_declared(props).get("changes", {}), **_ownership.recorded(props)}
        return dynamic.ReadResult(id_, {**outs, **kept}, inputs)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes the pool what the program declares now."""
        before = declared_counts(self.recorded(self.call, olds))
        return dynamic.UpdateResult(self._apply(news, before, olds))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Deletes a pool that the program made, once nothing stands against it, and releases one that was adopted.

        An adopted pool stays as it is on the server, but for the mark of a stack that marks. So does any pool that a
        resource of the program goes on declaring: it has been replaced by itself, or by another resource.
        """
        made, call = _ownership.is_made(props), self.call
        if not made and not self._configuration.options.claim:
            return
        from pulumi_modelarts.handlers import _pool_acts  # noqa: PLC0415 - only what acts

        if holder := self.session.owners.declared("resource pool", id_):
            call.tell(_pool_acts.still_declared(id_, holder))
        elif made:
            _pool_acts.delete(self.watch(call), id_, self.recorded(call, props), props, self._stack(props, call))
        elif released := _pool_acts.release(self.watch(call), id_, self._stack(props, call)):
            call.tell(released)

    def _stack(self, props: Mapping[str, Any], call: _rpc.Call) -> Stack:
        """Returns the stack that recorded properties belong to."""
        return stack_of(call, str(props.get("organization") or ""), self._configuration)

    def _apply(self, news: dict[str, Any], before: Mapping[str, int] | None, olds: Mapping[str, Any]) -> dict[str, Any]:
        from pulumi_modelarts.handlers import _pool_acts  # noqa: PLC0415 - only what acts

        call = self.call
        watch, stack = self.watch(call), self._stack(news, call)
        spec, announced = self.run_of(news, olds, call)
        try:
            seen = _pool_acts.apply(self._bounded(spec, call), announced, before, olds, watch)
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            outs = _outs(olds or news, error.seen, olds) | _ownership.declared(olds or news, olds, stack)
            call.partly_done(spec.pool_name, outs, error)
        finally:
            watch.session.unborn.take_back(call.urn)
            self.tell_losses(call)
        return _outs(news, seen, olds) | _ownership.declared(news, olds, stack)


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
        outputs = outputs_of(seen.pool, spares) | ({"awaited": list(seen.awaited)} if news.get("arrivals") else {})
    return {**inputs_of(ResourcePoolSpec, news), **outputs}
