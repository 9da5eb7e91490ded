"""The component `Fleet`: final counts over many pools, and the fewest moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import pulumi
from pulumi import Alias, ComponentResource, Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.resources._arguments import output, output_map, properties
from pulumi_modelarts.resources._calls import arguments_checked, checked
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._options import adoptable
from pulumi_modelarts.resources._order import note_order
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources._secrets import secret_inputs
from pulumi_modelarts.resources._stack import foretold_by, organization
from pulumi_modelarts.resources.resource_pool import ResourcePool, migrations_of, one_way, placements
from pulumi_modelarts.specs.fleet_names import placement_of, pool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.handlers.fleet import FleetPlacementHandler
    from pulumi_modelarts.resources.node_migration import NodeMigration, Rollout
    from pulumi_modelarts.resources.node_pool import NodePool
    from pulumi_modelarts.resources.resource_pool import Driver

COMPONENT = "modelarts:index:Fleet"
"""Type of the component; a part of every state file, which must never change."""

_INSTEAD = "A fleet that is declared adopts its pools as they are: no import is needed"
_COUNTED = ("flavors", "node_pools")


@arguments_checked
@dataclass(frozen=True)
class PoolSpec:
    """A pool of a fleet: what `ResourcePool` takes, but for what is the fleet's.

    Attributes:
        pool_name: Id of a pool that exists (`metadata.name`), to adopt it: a text, or the output of a resource or of
            another stack.
        name: Name of a pool to make, 4 to 30 lowercase letters, digits and hyphens. The run that makes it buys all of
            its nodes; from the next one on they move as those of other pools.
        network: Id of the network to make it in.
        workspace_id: Workspace to make it in (default: the default one).
        prefix: What the names of its nodes begin with (default: what the service gives them).
        tags: Tags of the nodes that it is made with.
        flavors: Final node count per flavor id. Nodes of these flavors move between the pools of the fleet.
        node_pools: Final counts of named node pools. Their nodes stay in their pool: they are bought and removed only.
        driver: Driver versions of the nodes.
        scope: Job types the pool serves: "Train", "Infer", "Notebook".
        job_flavors: Ids of the job specifications the pool supports.
        description: Text shown in the console.
        take_over: Manage the pool although another stack has marked it, and take that mark away (default false).
    """

    pool_name: Input[str] | None = None
    name: Input[str] | None = None
    network: Input[str] | None = None
    workspace_id: Input[str] | None = None
    prefix: Input[str] | None = None
    tags: Input[Mapping[str, Input[str]]] | None = None
    flavors: Input[Mapping[str, Input[int]]] | None = None
    node_pools: Input[Mapping[str, Input[NodePool]]] | None = None
    driver: Input[Driver] | None = None
    scope: Input[Sequence[Input[str]]] | None = None
    job_flavors: Input[Sequence[Input[str]]] | None = None
    description: Input[str] | None = None
    take_over: Input[bool] | None = None


class FleetPlacementProvider(Provider):
    """What the engine calls. Its import path is part of every state file and must never change."""

    def handler(self) -> FleetPlacementHandler:
        """Returns what handles a call about the placement of a fleet."""
        from pulumi_modelarts.handlers.fleet import FleetPlacementHandler  # noqa: PLC0415 - only the host needs it

        return FleetPlacementHandler(self.configuration)


class FleetPlacement(dynamic.Resource, module="modelarts", name="FleetPlacement"):
    """Which nodes of a fleet live where; made by `Fleet` and by nobody else."""

    tells_change = "balanced"

    def __init__(self, resource_name: str, props: Mapping[str, Any], opts: ResourceOptions) -> None:
        """Plans and moves.

        Args:
            resource_name: Name of the resource in the program.
            props: Its properties.
            opts: Resource options.
        """
        further = {"secrets": secret_inputs(props), "moves": foretold_by(opts), "balanced": None}
        super().__init__(FleetPlacementProvider(), resource_name, {**props, **further}, opts)
        note_order(self, props, opts)

    @property
    @pulumi.getter
    def pools(self) -> Output[Mapping[str, Any]]:
        """What is declared of the pools' counts, once their nodes have moved; all of it unknown where a part is."""
        return output(self, "pools")

    @property
    @pulumi.getter
    def moves(self) -> Output[Mapping[str, str]]:
        """What runs moved since the last one that had nothing to do."""
        return output_map(self, "moves")


class _FleetPool(ResourcePool, module="modelarts", name="ResourcePool"):
    """A pool of a fleet: its counts change by the fleet's plan alone."""

    def __init__(self, resource_name: str, fleet: str, arguments: Mapping[str, Any], opts: ResourceOptions) -> None:
        self._fleet = fleet
        super().__init__(resource_name, **arguments, opts=opts)


class Fleet(ComponentResource):
    """Several resource pools whose nodes move between them.

    The counts that are declared are final ones. What one pool has too many and another one lacks is moved, by as few
    moves as there can be; the rest is bought or removed, within the budgets. No node is bound to its pool: which ones
    move is decided anew by each run, idle ones first. The preview names all of them.

    Attributes:
        pools: The pools, {name: ResourcePool}.
    """

    @checked
    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        pools: Mapping[str, PoolSpec],
        strategy: Input[Rollout] | None = None,
        on_running_jobs: Input[Literal["wait", "fail", "ignore"]] | None = None,
        max_moves: Input[int] | None = None,
        max_growth: Input[int] | None = None,
        max_scale_in: Input[int] | None = None,
        after: NodeMigration | Sequence[NodeMigration] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Declares the pools of a fleet.

        Args:
            resource_name: Name of the fleet in the program.
            pools: The pools, {name: PoolSpec}. The names are of your choice: they stand in previews and messages, and
                in the state. Another name for a pool releases it and adopts it again.
            strategy: How nodes are moved; see `Rollout`. `max_unavailable` is for the whole fleet.
            on_running_jobs: About what runs on a node that moves or goes: "wait" for training jobs (default), "fail",
                or "ignore" it. An inference service or a notebook keeps its node unless it is ignored.
            max_moves: Nodes one run may move (default: no limit). A run that would move more is refused.
            max_growth: Nodes one run may buy, for all pools together (default: 32).
            max_scale_in: Nodes one run may remove, for all pools together (default 0). The preview names them.
            after: Migrations that move nodes in or out of these pools. They run first; the nodes they place stay there.
            opts: Resource options. `provider` is for the whole fleet: nodes move within one project.

        Raises:
            ProgramError: The pools are not what they have to be.
        """
        what = f"Fleet {resource_name!r}"
        adoptable(what, opts, _INSTEAD)
        _refuse_without_effect(what, opts)
        declared = _declared(what, pools)
        migrations = migrations_of(what, after)
        super().__init__(COMPONENT, resource_name, None, opts)
        props = properties(
            pools={key: _counted(pool) for key, pool in declared.items()},
            strategy=strategy,
            on_running_jobs=on_running_jobs,
            max_moves=max_moves,
            max_growth=max_growth,
            max_scale_in=max_scale_in,
            after=placements(migrations) if migrations else None,
            organization=organization(),
        )
        own = ResourceOptions(parent=self, depends_on=list(migrations))
        self._placement = FleetPlacement(placement_of(resource_name), props, own)
        self.pools: Mapping[str, ResourcePool] = {
            key: self._pool(key, pool, on_running_jobs, own) for key, pool in declared.items()
        }
        self.register_outputs({"nodeCounts": self.node_counts, "moves": self.moves})

    def _pool(self, key: str, pool: PoolSpec, on_running_jobs: Input[Any] | None, own: ResourceOptions) -> ResourcePool:
        """Declares a pool, with the counts that the placement has come to."""
        placed = self._placement.pools
        arguments = {
            **_arguments(pool),
            **{name: _placed(placed, key, name) for name in _COUNTED if getattr(pool, name) is not None},
            "on_running_jobs": on_running_jobs,
        }
        # States from before fleets could have the same names for their pools have it under its own name alone.
        further = ResourceOptions(depends_on=[self._placement], aliases=[Alias(name=key)])
        opts = ResourceOptions.merge(own, further)
        return _FleetPool(pool_of(self._name, key), placement_of(self._name), arguments, opts)

    @classmethod
    def get(cls, resource_name: str, *_: object, **__: object) -> NoReturn:
        """Says what to do instead: a fleet is declared, not looked up.

        Raises:
            ProgramError: Always.
        """
        raise ProgramError(f"Fleet {resource_name!r}: get(…) cannot look it up. {_INSTEAD}")

    @property
    def node_counts(self) -> Output[Mapping[str, Mapping[str, int]]]:
        """Nodes that exist, {pool: {flavor: count}}. Volatile: unknown in previews of an update."""
        return Output.all(**{key: pool.node_counts for key, pool in self.pools.items()})

    @property
    def moves(self) -> Output[Mapping[str, str]]:
        """What runs moved since the last one that had nothing to do, {node: "from -> to"}."""
        return self._placement.moves


def _arguments(pool: PoolSpec) -> dict[str, Any]:
    return {field.name: getattr(pool, field.name) for field in fields(pool)}


def _counted(pool: PoolSpec) -> dict[str, Any]:
    """Returns what the placement has to know of a pool."""
    return properties(**{name: getattr(pool, name) for name in ("pool_name", "name", *_COUNTED)})


def _placed(pools: Output[Mapping[str, Any]], key: str, name: str) -> Output[Any]:
    """Returns declared counts of a pool once they hold; a node pool's in the words of a property."""
    (prop,) = properties(**{name: True})
    return pools.apply(lambda known: known[key].get(prop))


def _declared(what: str, pools: object) -> dict[str, PoolSpec]:
    """Returns the pools by their names.

    Raises:
        ProgramError: They are not what they have to be.
    """
    if not isinstance(pools, Mapping):
        kind = type(pools).__name__
        raise ProgramError(
            f"{what}: pools takes a mapping of names and PoolSpecs, got {kind}; ids and counts inside may be outputs, "
            "the names may not"
        )
    if not pools:
        raise ProgramError(f"{what}: pools is empty; name the pools of the fleet")
    for key, pool in pools.items():
        if isinstance(key, Output) or not isinstance(key, str) or not key:
            raise ProgramError(
                f"{what}: the keys of pools are names of your choice, such as 'train', got {type(key).__name__}; an id "
                "goes into PoolSpec(pool_name=…), where it may be an output"
            )
        if not isinstance(pool, PoolSpec):
            raise ProgramError(f"{what}: pools[{key!r}] takes a PoolSpec, got {type(pool).__name__}")
        one_way(f"{what}: pools[{key!r}]", adopts=pool.pool_name is not None, makes=_makes(pool))
    return dict(pools)


def _makes(pool: PoolSpec) -> bool:
    return pool.name is not None or pool.network is not None


_WITHOUT_EFFECT: Mapping[str, str] = {
    "ignore_changes": "leave out of PoolSpec(flavors=…) what the fleet is not to manage",
    "additional_secret_outputs": "write pulumi.Output.secret(fleet.node_counts) where it is used",
    "replace_on_changes": "leave it out; a fleet is never replaced",
    "hide_diffs": "leave it out",
}
"""Options that Pulumi does not pass on to what is in a component, with what to do instead."""


def _refuse_without_effect(what: str, opts: ResourceOptions | None) -> None:
    for option, instead in _WITHOUT_EFFECT.items():
        if getattr(opts, option, None):
            raise ProgramError(f"{what}: {option} has no effect on what is in a component; {instead}")
