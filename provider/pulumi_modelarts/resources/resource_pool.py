"""The resource `ResourcePool`: what a program writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.resources._arguments import inputs, output, output_map, properties
from pulumi_modelarts.resources._calls import arguments_checked, checked
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._options import adoptable, ignoring, spelt
from pulumi_modelarts.resources._order import note_order
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources._secrets import secret_inputs
from pulumi_modelarts.resources._stack import claims, foretold_by, organization
from pulumi_modelarts.resources.node_migration import NodeMigration
from pulumi_modelarts.resources.node_pool import DataVolume, NodePool, Taint, Volume
from pulumi_modelarts.specs.paths import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.handlers.resource_pool import ResourcePoolHandler

_INSTEAD = (
    "ResourcePool(name, pool_name=<id>) adopts a pool that exists; with nothing else declared it changes nothing, and "
    "its outputs, such as node_counts and phase, can be read"
)


@arguments_checked
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


class ResourcePoolProvider(Provider):
    """What the engine calls. Its import path is part of every state file and must never change."""

    def handler(self) -> ResourcePoolHandler:
        """Returns what handles a call about a pool."""
        from pulumi_modelarts.handlers.resource_pool import ResourcePoolHandler  # noqa: PLC0415 - only the host needs it

        return ResourcePoolHandler(self.configuration)


class ResourcePool(dynamic.Resource, module="modelarts", name="ResourcePool"):
    """A dedicated resource pool, made or adopted, and what should be true of it.

    With `pool_name` a pool that exists is adopted on the first run; with `name` and `network` one is made. Only what is
    declared here is managed: any other flavor, node pool or setting of the pool stays as it is. Every preview shows in
    `changes` what the run will do to the service, the first one and repairs of changes made by hand included. Deleting
    the resource releases a pool that was adopted. It deletes one that was made, unless that holds anything it was not
    made with; `protect=True` keeps a destroy from beginning.
    """

    tells_change = "phase"

    _fleet: str | None = None
    """Name of the placement whose plan alone changes the counts; None for a pool of its own."""

    @checked
    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        pool_name: Input[str] | None = None,
        name: Input[str] | None = None,
        network: Input[str] | None = None,
        workspace_id: Input[str] | None = None,
        prefix: Input[str] | None = None,
        tags: Input[Mapping[str, Input[str]]] | None = None,
        arrivals: Input[Sequence[Input[str]]] | None = None,
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
        take_over: Input[bool] | None = None,
        after: NodeMigration | Sequence[NodeMigration] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Adopts or makes a resource pool, and manages it.

        Args:
            resource_name: Name of the resource in the program.
            pool_name: Id of a pool that exists (`metadata.name`), 36 to 63 characters, to adopt it. Another id releases
                this pool and adopts that one. Not for a pool that the program makes.
            name: Name of a pool to make, 4 to 30 lowercase letters, digits and hyphens; its id is known from then on.
            network: Id of the network to make it in, such as `network_name` of a `Network`.
            workspace_id: Workspace to make it in (default: the default one).
            prefix: What the names of its nodes begin with (default: what the service gives them).
            tags: Tags of the nodes that it is made with.
            arrivals: Names of nodes that migrations bring to a pool that is made, once it is there: they count in
                `flavors`, and none is bought in their stead for as long as they are in another pool. The migrations
                come after the pool (`target_pool=pool.pool_name`).
            flavors: Final node count per flavor id, in that flavor's default node pool. 0 means none; a key left out
                is not managed.
            node_pools: Final counts of named node pools.
            driver: Driver versions of the nodes.
            scope: Job types the pool serves: "Train", "Infer", "Notebook".
            job_flavors: Ids of the job specifications the pool supports.
            description: Text shown in the console; none of `! < > = & " '`.
            max_scale_in: Nodes one run may remove (default 0). The preview names them.
            max_growth: Nodes one run may buy (default: 32).
            on_running_jobs: About what runs on a node that goes: "wait" for training jobs (default), "fail", or
                "ignore" it. An inference service or a notebook does not end by itself: it keeps its node unless it is
                ignored.
            ignore_count_drift: Send only counts that the program itself changed (default false): for pools that an
                autoscaler or a person also scales.
            take_over: Manage the pool although another stack has marked it, and take that mark away (default false).
                Take it out of the program again afterwards. See `modelarts:claim`.
            after: Migrations that move nodes in or out of this pool. They run first, and the counts declared here are
                the final ones: nothing is bought that a move supplies.
            opts: Resource options. `retain_on_delete` is on by default for a pool that is adopted, since it is only
                released; not where `modelarts:claim` is on, as the release then takes the mark off the pool.
        """
        what = f"ResourcePool {resource_name!r}"
        adoptable(what, opts, _INSTEAD)
        one_way(what, adopts=pool_name is not None, makes=name is not None or network is not None)
        migrations = migrations_of(what, after)
        props = properties(
            pool_name=pool_name,
            name=name,
            network=network,
            workspace_id=workspace_id,
            prefix=prefix,
            tags=tags,
            arrivals=arrivals,
            flavors=flavors,
            node_pools=node_pools,
            driver=driver,
            scope=scope,
            job_flavors=job_flavors,
            description=description,
            max_scale_in=max_scale_in,
            max_growth=max_growth,
            on_running_jobs=on_running_jobs,
            ignore_count_drift=ignore_count_drift,
            take_over=take_over,
            after=placements(migrations) if migrations else None,
            fleet=self._fleet,
            organization=organization(),
        )
        opts = spelt(what, type(self), opts or ResourceOptions(), _INPUTS, "changes", props)
        opts, ignored = ignoring(what, opts, _INPUTS, "changes", props)
        further = {"ignored": ignored or None, "secrets": secret_inputs(props)}
        outputs: dict[str, Output[None] | None] = dict.fromkeys(
            ("poolName", "changes", "ownership", "awaited", "phase", "nodeCounts", "nodeStates", "driverStatus")
        )
        defaults = ResourceOptions(retain_on_delete=_only_released(name, opts), depends_on=list(migrations))
        merged = ResourceOptions.merge(defaults, opts)
        outputs |= {"changes": foretold_by(opts)}
        super().__init__(ResourcePoolProvider(), resource_name, {**outputs, **props, **further}, merged)
        note_order(self, props, merged)

    @classmethod
    def get(cls, resource_name: str, *_: object, **__: object) -> NoReturn:
        """Says what to do instead: a pool is adopted, not looked up.

        Raises:
            ProgramError: Always.
        """
        raise ProgramError(f"ResourcePool {resource_name!r}: get(…) cannot look it up. {_INSTEAD}")

    @property
    @pulumi.getter(name="poolName")
    def pool_name(self) -> Output[str]:
        """Id of the pool."""
        return output(self, "poolName")

    @property
    @pulumi.getter
    def ownership(self) -> Output[str]:
        """Whether this program has "made" the pool, or has "adopted" one that was there."""
        return output(self, "ownership")

    @property
    @pulumi.getter
    def flavors(self) -> Output[Mapping[str, int] | None]:
        """Declared node count per flavor id."""
        return output(self, "flavors")

    @property
    @pulumi.getter
    def changes(self) -> Output[Mapping[str, str]]:
        """What runs did to the service since the last one that had nothing to do."""
        return output_map(self, "changes")

    @property
    @pulumi.getter
    def awaited(self) -> Output[Sequence[str]]:
        """Names of `arrivals` that were not there at the last run that changed the pool, or at the last refresh."""
        return output(self, "awaited").apply(lambda nodes: nodes or [])

    @property
    @pulumi.getter(name="nodeCounts")
    def node_counts(self) -> Output[Mapping[str, int]]:
        """Nodes that exist, per flavor id. Volatile: unknown in previews of an update."""
        return output_map(self, "nodeCounts")

    @property
    @pulumi.getter(name="nodeStates")
    def node_states(self) -> Output[Mapping[str, Mapping[str, int]]]:
        """Nodes by state, per flavor id: {flavor: {"usable": 6, "spare": 1, "broken": 1}}. Volatile.

        Usable is Available and no spare; a spare stands by for a node that breaks; broken is Abnormal. Only nodes tell
        which of them are spares, and they are listed only by runs that need them: on a first adoption, where nodes are
        removed or moved, and where some are broken. Otherwise the number recorded last is carried over.
        """
        return output_map(self, "nodeStates")

    @property
    @pulumi.getter
    def phase(self) -> Output[str]:
        """Phase of the pool, such as "Running". Volatile."""
        return output(self, "phase")

    @property
    @pulumi.getter(name="driverStatus")
    def driver_status(self) -> Output[Mapping[str, str]]:
        """Driver version and state per kind of chip, such as {"gpu": "515.65.01 Running"}. Volatile."""
        return output_map(self, "driverStatus")


def one_way(what: str, *, adopts: bool, makes: bool) -> None:
    """Refuses a pool that is neither adopted nor made, or both."""
    if adopts and makes:
        raise ProgramError(f"{what}: pool_name adopts a pool, and name and network make one; give one of the two")
    if not adopts and not makes:
        raise ProgramError(f"{what}: pool_name is required to adopt a pool, or name and network to make one")


def _only_released(name: object, opts: ResourceOptions) -> bool:
    """Returns whether nothing is left to do for the provider when the resource goes, so that its pool is retained."""
    return name is None and not claims(opts)


def placements(migrations: Sequence[NodeMigration]) -> Output[dict[str, str]]:
    """Returns where migrations place nodes, {node: pool}."""
    placed = Output.all(*(migration.placement for migration in migrations))
    return placed.apply(lambda places: {node: place for placement in places for node, place in placement.items()})


def migrations_of(what: str, after: object) -> Sequence[NodeMigration]:
    """Returns the migrations that a pool comes after; one that stands alone counts as a list of one."""
    given = after if isinstance(after, (list, tuple)) else [] if after is None else [after]
    if wrong := [each for each in given if not isinstance(each, NodeMigration)]:
        kinds = ", ".join(sorted({type(each).__name__ for each in wrong}))
        raise ProgramError(f"{what}: after takes NodeMigration resources, got {kinds}")
    return [each for each in given if isinstance(each, NodeMigration)]


_INPUTS = inputs(
    ResourcePool.__init__,
    flavors={ANY: {}},
    node_pools={
        ANY: inputs(
            NodePool.__init__,
            azs={ANY: {}},
            labels={ANY: {}},
            tags={ANY: {}},
            taints={ANY: inputs(Taint.__init__)},
            root_volume=inputs(Volume.__init__),
            data_volumes={ANY: inputs(DataVolume.__init__)},
        )
    },
    tags={ANY: {}},
    driver=inputs(Driver.__init__),
)
