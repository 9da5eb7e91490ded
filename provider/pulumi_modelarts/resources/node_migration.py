"""The resource `NodeMigration`: what a program writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.resources._arguments import inputs, output, output_map, properties
from pulumi_modelarts.resources._calls import arguments_checked, checked
from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.resources._options import adoptable, ignoring, spelt
from pulumi_modelarts.resources._order import note_order
from pulumi_modelarts.resources._provider import Provider
from pulumi_modelarts.resources._secrets import secret_inputs
from pulumi_modelarts.resources._stack import foretold_by, organization
from pulumi_modelarts.specs.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.handlers.node_migration import NodeMigrationHandler


_INSTEAD = (
    "A migration that is declared takes over nodes that are in their pool already: no import is needed, and nothing "
    "moves then"
)


@arguments_checked
@dataclass(frozen=True)
class Rollout:
    """How nodes are moved.

    Attributes:
        max_unavailable: Nodes that may be away at any time, 1 or more (default 1); not fewer than a supernode has.
        drain: Whether nodes are drained before they move (default true); never with `on_running_jobs="ignore"`.
        drain_timeout: How long draining may take, such as "30m" (default), "1h30m" or "90s"; with "skip", the wait for
            training jobs before it too.
        soak: How long to watch between batches (default "0s").
        on_undrainable: About a node that is not drained in time: "fail" the run (default), or "skip" it and finish the
            rest; the run then ends with an error that names it.
    """

    max_unavailable: Input[int] | None = None
    drain: Input[bool] | None = None
    drain_timeout: Input[str] | None = None
    soak: Input[str] | None = None
    on_undrainable: Input[Literal["fail", "skip"]] | None = None


class NodeMigrationProvider(Provider):
    """What the engine calls. Its import path is part of every state file and must never change."""

    def handler(self) -> NodeMigrationHandler:
        """Returns what handles a call about a migration."""
        from pulumi_modelarts.handlers.node_migration import NodeMigrationHandler  # noqa: PLC0415 - only the host needs it

        return NodeMigrationHandler(self.configuration)


class NodeMigration(dynamic.Resource, module="modelarts", name="NodeMigration"):
    """Desired placement: these nodes live in that pool.

    Every preview shows in `moves` which nodes this run will move and from where, also after somebody moved one back by
    hand. Nodes move in batches, are drained first, and no node moves from under a running training job unless the
    program says so. A run that fails halfway says how far it came, and the next one goes on from there. Deleting the
    resource leaves the nodes where they are.

    Attributes:
        placement: Where the nodes live, {node: pool}; `ResourcePool` takes it from its `after`.
    """

    tells_change = "placed"

    @checked
    def __init__(  # noqa: PLR0913 - one argument for each input
        self,
        resource_name: str,
        *,
        nodes: Input[Sequence[Input[str]]],
        source_pool: Input[str],
        target_pool: Input[str],
        target_node_pool: Input[str] | None = None,
        flavor: Input[str] | None = None,
        source_cluster: Input[str] | None = None,
        target_cluster: Input[str] | None = None,
        strategy: Input[Rollout] | None = None,
        on_running_jobs: Input[Literal["wait", "fail", "ignore"]] | None = None,
        await_jobs: Input[Sequence[Input[str]]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Places nodes.

        Args:
            resource_name: Name of the resource in the program.
            nodes: Names of the nodes that live in the target pool.
            source_pool: Id of the pool they come from; a node that is elsewhere comes from there. A pool keeps one
                node.
            target_pool: Id of the pool they live in. To bring nodes back, name the source pool here.
            target_node_pool: Node pool they join; default: the default one of their flavor.
            flavor: Flavor they must have; default: whatever they have.
            source_cluster: Cluster they come from, where pool ids are not it (Lite clusters, or clusters of one pool).
            target_cluster: Cluster they go to, likewise.
            strategy: How they are moved; see `Rollout`.
            on_running_jobs: About what runs on them: "wait" for training jobs (default; what does not end by itself
                is refused), "fail" before anything is touched, or "ignore" it and drain nothing.
            await_jobs: Ids of training jobs that must have ended before anything moves; one that an earlier run has
                known and that has been deleted has ended.
            opts: Resource options.
        """
        props = properties(
            nodes=nodes,
            source_pool=source_pool,
            target_pool=target_pool,
            target_node_pool=target_node_pool,
            flavor=flavor,
            source_cluster=source_cluster,
            target_cluster=target_cluster,
            strategy=strategy,
            on_running_jobs=on_running_jobs,
            await_jobs=await_jobs,
            organization=organization(),
        )
        what = f"NodeMigration {resource_name!r}"
        adoptable(what, opts, _INSTEAD)
        opts = spelt(what, type(self), opts or ResourceOptions(), _INPUTS, "moves", props)
        opts, ignored = ignoring(what, opts, _INPUTS, "moves", props)
        further = {
            "ignored": ignored or None,
            "secrets": secret_inputs(props),
            "moves": foretold_by(opts),
            "placed": None,
        }
        super().__init__(NodeMigrationProvider(), resource_name, {**props, **further}, opts)
        note_order(self, props, opts)
        alone = Paths.of(ignored)
        places = not alone.cover("nodes") and not alone.cover("targetPool")
        placement = Output.all(self.nodes, self.target_pool, target_node_pool).apply(_placement)
        self.placement = placement if places else Output.from_input(dict[str, str]())

    @classmethod
    def get(cls, resource_name: str, *_: object, **__: object) -> NoReturn:
        """Says what to do instead: a migration is declared, not looked up.

        Raises:
            ProgramError: Always.
        """
        raise ProgramError(f"NodeMigration {resource_name!r}: get(…) cannot look it up. {_INSTEAD}")

    @property
    @pulumi.getter
    def nodes(self) -> Output[Sequence[str]]:
        """Names of the nodes."""
        return output(self, "nodes")

    @property
    @pulumi.getter(name="sourcePool")
    def source_pool(self) -> Output[str]:
        """Id of the pool they come from."""
        return output(self, "sourcePool")

    @property
    @pulumi.getter(name="targetPool")
    def target_pool(self) -> Output[str]:
        """Id of the pool they live in."""
        return output(self, "targetPool")

    @property
    @pulumi.getter
    def moves(self) -> Output[Mapping[str, str]]:
        """What runs moved since the last one that had nothing to do."""
        return output_map(self, "moves")

    @property
    @pulumi.getter
    def placed(self) -> Output[int]:
        """How many of the nodes are where they should be. Volatile: unknown in previews of an update."""
        return output(self, "placed")


_INPUTS = inputs(NodeMigration.__init__, strategy=inputs(Rollout.__init__))


def _placement(known: Sequence[Any]) -> dict[str, str]:
    """Returns where the nodes live, {node: pool}; `pool/node pool` where the program names a node pool."""
    nodes, pool, node_pool = known
    return dict.fromkeys(nodes, f"{pool}/{node_pool}" if node_pool else pool)
