"""The resource `ResourcePool`: what a program writes, and what the engine calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.api.errors import HalfDoneError, NotFoundError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.api.resource_pool import ResourcePool as LivePool
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.projection import outputs_of, projected
from pulumi_modelarts.reconcilers.owners import PoolClaim
from pulumi_modelarts.reconcilers.pool_reader import adoptable
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler
from pulumi_modelarts.reconcilers.run import PoolRun
from pulumi_modelarts.reconcilers.watch import Watch
from pulumi_modelarts.resources import _rpc
from pulumi_modelarts.resources._arguments import output, properties
from pulumi_modelarts.resources._provider import DEFAULT_TIMEOUT, Foresight, Provider
from pulumi_modelarts.specs._spec import Problem, inputs_of
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.resources.node_migration import NodeMigration


@dataclass(frozen=True)
class NodePool:
    """A node pool of a resource pool and how many nodes it should have.

    Attributes:
        flavor: Flavor id of its nodes.
        count: Nodes in the end, a whole number of 0 or more; may be left out when `azs` says it.
        azs: Nodes per availability zone, {zone: count}; zones that are not named hold none.
    """

    flavor: Input[str]
    count: Input[int] | None = None
    azs: Input[Mapping[str, Input[int]]] | None = None


@dataclass(frozen=True)
class Driver:
    """The accelerator driver of a resource pool.

    Attributes:
        gpu_version: GPU driver version such as "515.65.01".
        npu_version: Ascend driver version such as "C78".
        update_strategy: "idle" (default) upgrades a node when no job runs on it; "force" at once, under running jobs.
    """

    gpu_version: Input[str] | None = None
    npu_version: Input[str] | None = None
    update_strategy: Input[Literal["force", "idle"]] | None = None


class ResourcePoolProvider(Provider[ResourcePoolSpec]):
    """What the engine calls. Its import path is part of every state file and must never change."""

    spec = ResourcePoolSpec

    def foresee(self, spec: ResourcePoolSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Plans the run from the live pool."""
        session = self.session
        if conflicts := self._conflicts(spec, call):
            return Foresight({}, conflicts)
        try:
            pool, reader = adoptable(session, spec.pool_name)
        except NotFoundError as error:
            return Foresight({}, (Problem("poolName", _missing(session.snapshot().pools, error)),))
        _, plan = reader.plan(spec, pool, _before(olds))
        return Foresight(plan.changes, plan.problems, plan.warnings)

    def _conflicts(self, spec: ResourcePoolSpec, call: _rpc.Call) -> tuple[Problem, ...]:
        if not call.urn:
            return ()
        counts = spec.flavors is not None or spec.node_pools is not None
        claim = PoolClaim(call.urn, counts=counts, after=spec.after)
        found = self.session.owners.claim_pool(spec.pool_name, claim)
        return tuple(
            Problem("poolName", f"resource pool {spec.pool_name!r} {conflict.reason}")
            if conflict.subject == spec.pool_name
            else Problem("after", conflict.reason)
            for conflict in found
        )

    def stored(self, olds: Mapping[str, Any], spec: ResourcePoolSpec) -> dict[str, str]:
        """Drops notes about hand-made growth that the program has made its own by declaring the live count."""
        before, now = declared_counts(olds), declared_counts(spec.to_inputs())
        return {
            key: entry
            for key, entry in super().stored(olds, spec).items()
            if not entry.endswith(changes.BY_HAND) or before.get(key) == now.get(key)
        }

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
        inputs = projected(inputs_of(ResourcePoolSpec, props), reader.settled_view(pool))
        return dynamic.ReadResult(id_, {**inputs, **outputs_of(pool)}, inputs)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Makes the pool what the program declares now."""
        return dynamic.UpdateResult(self._apply(news, declared_counts(inputs_of(ResourcePoolSpec, olds)), olds))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Releases the pool: an adopted pool stays as it is on the server."""

    def _apply(self, news: dict[str, Any], before: Mapping[str, int] | None, olds: Mapping[str, Any]) -> dict[str, Any]:
        call, session = _rpc.current_call(), self.session
        spec = ResourcePoolSpec.model_validate(inputs_of(ResourcePoolSpec, news))
        stored = olds.get("changes") or {}
        run = PoolRun(spec, changes.announced(spec.changes, stored) if self.live_preview else None, before)
        deadline = Deadline.after(call.timeout or DEFAULT_TIMEOUT, session.clock)
        try:
            pool = ResourcePoolReconciler(run, Watch(session, deadline, call.status)).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            call.partly_done(spec.pool_name, _outs(olds or news, error.seen), error)
        return _outs(news, pool)


class ResourcePool(dynamic.Resource, module="modelarts", name="ResourcePool"):
    """A dedicated resource pool that exists already, and what should be true of it.

    The pool is adopted on the first run. Only what is declared here is managed: any other flavor, node pool or setting
    of the pool stays as it is. Every preview shows in `changes` what the run will do to the service, the first one and
    repairs of changes made by hand included. Deleting the resource releases the pool and deletes nothing.
    """

    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        pool_name: Input[str],
        flavors: Input[Mapping[str, Input[int]]] | None = None,
        node_pools: Input[Mapping[str, Input[NodePool]]] | None = None,
        driver: Input[Driver] | None = None,
        scope: Input[Sequence[Input[str]]] | None = None,
        job_flavors: Input[Sequence[Input[str]]] | None = None,
        description: Input[str] | None = None,
        max_scale_in: Input[int] | None = None,
        max_growth: Input[int] | None = None,
        on_running_jobs: Input[Literal["wait", "fail", "ignore"]] | None = None,
        ignore_count_drift: Input[bool] | None = None,
        after: Sequence[NodeMigration] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Adopts and manages a resource pool.

        Args:
            resource_name: Name of the resource in the program.
            pool_name: Id of the pool (`metadata.name`), 36 to 63 characters. Another id releases this pool and adopts
                that one.
            flavors: Final node count per flavor id, in that flavor's default node pool. 0 means none; a key left out
                is not managed.
            node_pools: Final counts of named node pools.
            driver: Driver versions of the nodes.
            scope: Job types the pool serves: "Train", "Infer", "Notebook".
            job_flavors: Ids of the job specifications the pool supports.
            description: Text shown in the console; none of `! < > = & " '`.
            max_scale_in: Nodes one run may remove (default 0). The preview names them.
            max_growth: Nodes one run may buy (default: no limit).
            on_running_jobs: About training jobs on a node that goes: "wait" for them (default), "fail", or "ignore"
                them.
            ignore_count_drift: Send only counts that the program itself changed (default false): for pools that an
                autoscaler or a person also scales. `ignore_changes=["flavors"]` means the same.
            after: Migrations that move nodes in or out of this pool. They run first, and the counts declared here are
                the final ones: nothing is bought that a move supplies.
            opts: Resource options. `retain_on_delete` is on by default, since a pool is only released.
        """
        ignored = _ignores_counts(opts)
        props = properties(
            pool_name=pool_name,
            flavors=flavors,
            node_pools=node_pools,
            driver=driver,
            scope=scope,
            job_flavors=job_flavors,
            description=description,
            max_scale_in=max_scale_in,
            max_growth=max_growth,
            on_running_jobs=on_running_jobs,
            ignore_count_drift=True if ignored else ignore_count_drift,
            after=_placements(after) if after else None,
        )
        outputs = dict.fromkeys(("changes", "phase", "nodeCounts", "driverStatus"))
        defaults = ResourceOptions(retain_on_delete=True, depends_on=list(after or ()))
        merged = ResourceOptions.merge(defaults, opts)
        super().__init__(ResourcePoolProvider(), resource_name, {**props, **outputs}, merged)

    @property
    @pulumi.getter(name="poolName")
    def pool_name(self) -> Output[str]:
        """Id of the pool."""
        return output(self, "poolName")

    @property
    @pulumi.getter
    def flavors(self) -> Output[Mapping[str, int] | None]:
        """Declared node count per flavor id."""
        return output(self, "flavors")

    @property
    @pulumi.getter
    def changes(self) -> Output[Mapping[str, str]]:
        """What the last run that changed something did to the service."""
        return output(self, "changes")

    @property
    @pulumi.getter(name="nodeCounts")
    def node_counts(self) -> Output[Mapping[str, int]]:
        """Nodes that exist, per flavor id. Volatile: unknown in previews of an update."""
        return output(self, "nodeCounts")

    @property
    @pulumi.getter
    def phase(self) -> Output[str]:
        """Phase of the pool, such as "Running". Volatile."""
        return output(self, "phase")

    @property
    @pulumi.getter(name="driverStatus")
    def driver_status(self) -> Output[Mapping[str, str]]:
        """Driver version and state per kind of chip, such as {"gpu": "515.65.01 Running"}. Volatile."""
        return output(self, "driverStatus")


def _placements(migrations: Sequence[NodeMigration]) -> Output[dict[str, str]]:
    """Returns where migrations place nodes, {node: pool}."""
    placed = Output.all(*(migration.placement for migration in migrations))
    return placed.apply(lambda places: {node: place for placement in places for node, place in placement.items()})


def _before(olds: Mapping[str, Any]) -> dict[str, int] | None:
    inputs = inputs_of(ResourcePoolSpec, olds)
    return declared_counts(inputs) if inputs else None


def _outs(news: Mapping[str, Any], pool: object) -> dict[str, Any]:
    """Returns inputs and the outputs of a pool; inputs alone where none was seen."""
    outputs = outputs_of(pool) if isinstance(pool, LivePool) else {}
    return {**inputs_of(ResourcePoolSpec, news), **outputs}


def _ignores_counts(opts: ResourceOptions | None) -> bool:
    ignored = (opts.ignore_changes or []) if opts else []
    return any(path == "*" or path.split(".")[0].split("[")[0] in {"flavors", "nodePools"} for path in ignored)


def _missing(known: Mapping[str, LivePool], error: NotFoundError) -> str:
    pools = changes.names([f"{pool} ({known[pool].display_name})" for pool in sorted(known)])
    return f"{error} The project has: {pools or 'no pools'}"
