"""The resource `NodeMigration`: what a program writes, and what the engine calls."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pulumi
from pulumi import Input, Output, ResourceOptions, dynamic

from pulumi_modelarts.api.errors import HalfDoneError, NotFoundError
from pulumi_modelarts.api.operations import Deadline
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_nodes import LiveNodes, in_place
from pulumi_modelarts.reconcilers.node_migration import NodeMigrationReconciler
from pulumi_modelarts.reconcilers.node_reader import NodeReader
from pulumi_modelarts.reconcilers.owners import Conflict, NodeClaim
from pulumi_modelarts.reconcilers.pool_reader import adoptable
from pulumi_modelarts.reconcilers.run import MigrationRun
from pulumi_modelarts.reconcilers.watch import Watch
from pulumi_modelarts.resources import _rpc
from pulumi_modelarts.resources._arguments import output, properties
from pulumi_modelarts.resources._provider import DEFAULT_TIMEOUT, Foresight, Provider
from pulumi_modelarts.specs._spec import Problem, inputs_of, property_path
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Rollout:
    """How nodes are moved.

    Attributes:
        max_unavailable: Nodes that may be away at any time, 1 or more (default 1).
        drain: Whether nodes are drained before they move (default true).
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


class NodeMigrationProvider(Provider[NodeMigrationSpec]):
    """What the engine calls. Its import path is part of every state file and must never change."""

    spec = NodeMigrationSpec

    def foresee(self, spec: NodeMigrationSpec, olds: Mapping[str, Any], call: _rpc.Call) -> Foresight:
        """Finds out which nodes are not where they should be."""
        session = self.session
        live, plan = NodeReader.recent(session).plan(spec, _placed(olds))
        conflicts = session.owners.claim_nodes(call.urn, _claims(call.urn, spec, live)) if call.urn else []
        problems = (*(_conflicting(spec, conflict) for conflict in conflicts), *plan.problems)
        return Foresight(plan.moves, problems, plan.warnings)

    def stored(self, olds: Mapping[str, Any], spec: NodeMigrationSpec) -> dict[str, str]:
        """Drops notes about vanished nodes that the program no longer declares."""
        return {
            name: entry
            for name, entry in super().stored(olds, spec).items()
            if not entry.endswith(changes.VANISHED) or name in spec.nodes
        }

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Places the nodes."""
        urn = _rpc.current_call().urn
        id_ = hashlib.sha256(urn.encode()).hexdigest()[:12] if urn else uuid.uuid4().hex[:12]
        return dynamic.CreateResult(id_, self._apply(id_, props, {}))

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Reads which of the recorded nodes are really in the target pool; without that pool there is no placement."""
        session = self.session
        inputs = inputs_of(NodeMigrationSpec, props)
        try:
            adoptable(session, inputs["targetPool"])
        except NotFoundError:
            return dynamic.ReadResult("", {}, {})
        if not inputs["nodes"]:  # an earlier refresh found none of them in the pool, and no program declares that
            return dynamic.ReadResult(id_, inputs, inputs)
        spec = NodeMigrationSpec.model_validate(inputs)
        found = NodeReader.recent(session).all_over(spec)
        vanished = {
            name: changes.vanished(spec.target_pool)
            for name in spec.nodes
            if name not in found.nodes and found.everywhere
        }
        live = {**inputs, "nodes": sorted(in_place(spec, found)), "moves": {**inputs.get("moves", {}), **vanished}}
        return dynamic.ReadResult(id_, live, live)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Places the nodes that are not where they should be."""
        return dynamic.UpdateResult(self._apply(id_, news, olds))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Stops asserting where the nodes live; they stay where they are."""
        noted = props.get("moves") or {}
        nodes = sorted(name for name in props.get("nodes") or () if not noted.get(name, "").endswith(changes.VANISHED))
        if nodes:
            stay = "stays" if len(nodes) == 1 else "stay"
            _rpc.current_call().tell(f"{changes.names(nodes)} {stay} in {props['targetPool']}: nothing is moved back")

    def _apply(self, id_: str, news: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        call, session = _rpc.current_call(), self.session
        spec = NodeMigrationSpec.model_validate(inputs_of(NodeMigrationSpec, news))
        stored = olds.get("moves") or {}
        announced = changes.announced(spec.moves, stored) if self.live_preview else None
        deadline = Deadline.after(call.timeout or DEFAULT_TIMEOUT, session.clock)
        watch = Watch(session, deadline, call.status)
        try:
            NodeMigrationReconciler(MigrationRun(spec, announced, _placed(olds)), watch).apply()
        except HalfDoneError as error:
            # The engine keeps the old inputs: outputs that echo the new ones would pass for what the program said last.
            call.partly_done(id_, inputs_of(NodeMigrationSpec, olds or news), error)
        return inputs_of(NodeMigrationSpec, news)


class NodeMigration(dynamic.Resource, module="modelarts", name="NodeMigration"):
    """Desired placement: these nodes live in that pool.

    Every preview shows in `moves` which nodes this run will move and from where, also after somebody moved one back by
    hand. Nodes move in batches, are drained first, and no node moves from under a running training job unless the
    program says so. A run that fails halfway says how far it came, and the next one goes on from there. Deleting the
    resource leaves the nodes where they are.

    Attributes:
        placement: Where the nodes live, {node: pool}; `ResourcePool` takes it from its `after`.
    """

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
            on_running_jobs: About training jobs on them: "wait" for them (default), "fail" before anything is
                touched, or "ignore" them.
            await_jobs: Ids of training jobs that must have ended before anything moves.
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
        )
        super().__init__(NodeMigrationProvider(), resource_name, {**props, "moves": None}, opts)
        self.placement = Output.all(self.nodes, self.target_pool, target_node_pool).apply(_placement)

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
        """What the last run that moved something moved."""
        return output(self, "moves")


def _placement(known: Sequence[Any]) -> dict[str, str]:
    """Returns where the nodes live, {node: pool}; `pool/node pool` where the program names a node pool."""
    nodes, pool, node_pool = known
    return dict.fromkeys(nodes, f"{pool}/{node_pool}" if node_pool else pool)


def _placed(olds: Mapping[str, Any]) -> frozenset[str]:
    """Returns the nodes that an earlier run has placed, those included that a refresh found vanished."""
    noted = [name for name, entry in (olds.get("moves") or {}).items() if entry.endswith(changes.VANISHED)]
    return frozenset([*(olds.get("nodes") or ()), *noted])


def _claims(urn: str, spec: NodeMigrationSpec, live: LiveNodes) -> dict[str, NodeClaim]:
    homes = {name: {spec.source_pool, *([live.nodes[name].pool] if name in live.nodes else ())} for name in spec.nodes}
    return {name: NodeClaim(urn, frozenset(pools), spec.target_pool) for name, pools in homes.items()}


def _conflicting(spec: NodeMigrationSpec, conflict: Conflict) -> Problem:
    if conflict.subject in spec.nodes:
        path = property_path(("nodes", spec.nodes.index(conflict.subject)))
        return Problem(path, f"{conflict.subject!r} {conflict.reason}")
    return Problem("targetPool" if conflict.subject == spec.target_pool else "sourcePool", conflict.reason)
