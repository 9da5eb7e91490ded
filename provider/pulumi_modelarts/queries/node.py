"""What a program is told of the nodes of a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import NotFoundError, RefusedError
from pulumi_modelarts.plans.live_nodes import LiveNode
from pulumi_modelarts.queries.resource_pool import Answer, Arguments, known_pool, not_found, texts
from pulumi_modelarts.reconcilers.work import UnknownWorkError, busy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.work import Busy, Work
    from pulumi_modelarts.reconcilers.session import Session


def pool_nodes(session: Session, given: Arguments) -> Answer:
    """Returns the nodes of a pool, with what runs on them unless that is not asked for.

    Raises:
        NotFoundError: There is no such pool.
        RefusedError: What runs there cannot be found out.
        ModelArtsError: Something could not be read.
    """
    name = given["poolName"]
    pool, reader = known_pool(session, name)
    try:
        _, nodes = reader.together(pool)
    except NotFoundError as error:  # it has gone since it was listed
        raise not_found(session, name, error) from error
    running = _running(session, name, nodes) if given["workloads"] else None
    return {"nodes": [_node(name, node, running) for node in sorted(nodes, key=lambda node: node.name)]}


def _running(session: Session, pool: str, nodes: Sequence[Node]) -> Busy:
    try:
        return busy(session, [LiveNode(pool, node) for node in nodes])
    except UnknownWorkError as error:
        raise RefusedError(f"{error.why}, or write workloads=False to be told of the nodes alone") from error


def _node(pool: str, node: Node, running: Busy | None) -> Answer:
    works = None if running is None else running.get(node.name, ())
    whole = node.supernode
    return {
        "name": node.name,
        "poolName": pool,
        "nodePool": node.node_pool,
        "flavor": node.flavor,
        "phase": node.phase,
        "zone": node.az,
        "privateIp": node.private_ip,
        "busy": None if works is None else bool(works),
        "workloads": [_work(work) for work in works or ()],
        "spare": node.spare,
        "drained": node.drained,
        "locked": node.locked,
        "prepaid": node.prepaid,
        "supernode": "" if whole is None else whole.uid,
        "supernodeSize": None if whole is None else whole.count,
        "driverPhase": node.driver_phase,
        "driverVersion": node.driver_version,
        "createdAt": node.creation_timestamp,
        "labels": texts(node.labels),
        "annotations": texts(node.annotations),
    }


def _work(work: Work) -> dict[str, Any]:
    return {"kind": work.kind, "name": work.name, "owner": work.owner, "endsByItself": work.ends}
