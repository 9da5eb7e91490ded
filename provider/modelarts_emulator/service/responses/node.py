"""Nodes of a pool: list, show, drain, delete, lock, unlock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from modelarts_emulator.messages import Response
from modelarts_emulator.service.call import distinct
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import (
    batch,
    job,
    node,
    occupation,
    resource_flavor,
    resource_pool,
    supernode,
    training_job,
)
from modelarts_emulator.service.models.entry import without_node
from modelarts_emulator.service.operation import NONE_NEEDED, operation
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool

DRAIN = "os.modelarts.node/drain"
CLUSTER = "os.modelarts.node/cluster"
SPARE = "os.modelarts.node/ha.redundant.enabled"
BATCH = "os.modelarts.node/batch"
LOCK = "os.modelarts.node/lock.action"
IN_SPEC = ("os", "rootVolume", "dataVolumes")
"""What a node shows of its entry in its own spec (documented: ListPoolNodes)."""

_NOTHING: dict[str, Any] = {}
_HOLE = "\0 to be filled in \0"
"""Where a form lacks a text; nobody calls anything so."""


class Renderer:
    """Renders the nodes of one pool; what they have in common is made once, and stands in the documents of all.

    Args:
        call: The request.
        pool: Pool of the nodes.
    """

    def __init__(self, call: Call, pool: Pool) -> None:
        self._tenant = call.tenant
        self._pool = pool
        self._busy = occupation.busy_hosts(call.tenant)
        flavors = resource_flavor.catalogue(call.tenant.connection)
        self._spec = {name: {"flavor": name} for name in flavors}
        self._status = {name: self._status_of(flavor) for name, flavor in flavors.items()}
        self._labels: dict[tuple[object, ...], dict[str, str]] = {}
        self._forms: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def _status_of(self, flavor: resource_flavor.Flavor) -> dict[str, Any]:
        """What the status of all nodes of a flavor says alike."""
        resources = _resources(flavor)
        status: dict[str, Any] = {"resources": resources, "availableResources": resources}
        kind = resource_flavor.accelerator(flavor)
        if kind in self._pool.drivers:
            driver, now = self._pool.drivers[kind], self._tenant.now
            status["driver"] = {"phase": driver.node_phase_at(now), "version": driver.version_at(now)}
        return status

    def render(self, item: Node) -> dict[str, Any]:
        """Document of a node."""
        metadata = {
            "name": item.name,
            "creationTimestamp": rfc3339(item.created_at),
            "labels": self._labels.get(_alike(item)) or self._new_labels(item),
            "annotations": self._annotations(item),
        }
        flavor, details = item.key.flavor, from_json(item.details) if item.details else _NOTHING
        status = {"phase": item.phase, "az": item.az, "privateIp": item.private_ip, **self._status[flavor]}
        if "taints" in details:
            status["taints"] = details["taints"]
        if item.installing is not None:
            status["driver"] = {"phase": "Updating", "version": item.installing}
        spec = {**self._spec[flavor], **{name: details[name] for name in IN_SPEC if name in details}}
        return {"kind": "Node", "apiVersion": "v2", "metadata": metadata, "spec": spec, "status": status}

    def text(self, item: Node) -> str:
        """Document of a node as JSON.

        Most nodes of a page have everything in common but name and address, and are written into one form.
        """
        if item.locked or item.drained:
            return to_json(self.render(item)).decode()
        facts = (item.key, item.az, item.created_at, item.phase, item.installing)
        common = (*facts, item.cluster, item.spare, item.batch, item.details)
        before, between, behind = self._forms.get(common) or self._new_form(common, item)
        return f"{before}{to_json(item.name).decode()}{between}{to_json(item.private_ip).decode()}{behind}"

    def _new_form(self, common: tuple[object, ...], item: Node) -> tuple[str, str, str]:
        """What stands before the name, between name and address, and behind the address."""
        document = to_json(self.render(item._replace(name=_HOLE, private_ip=_HOLE))).decode()
        before, between, behind = document.split(to_json(_HOLE).decode())
        return self._forms.setdefault(common, (before, between, behind))

    def _new_labels(self, item: Node) -> dict[str, str]:
        """Labels of this node and of others like it."""
        labels = {
            CLUSTER: item.cluster or self._pool.cluster_names[0],
            "os.modelarts.node/nodepool": item.key.node_pool,
            "os.modelarts/tenant.project.id": self._tenant.project,
        }
        if item.spare:
            labels[SPARE] = "true"
        if item.batch:
            labels |= _supernode_labels(item)
        return self._labels.setdefault(_alike(item), labels)

    def _annotations(self, item: Node) -> dict[str, str]:
        annotations = {}
        tags = from_json(item.details).get("tags") if item.details else None
        if tags:
            annotations[resource_pool.TAGS] = to_json(tags).decode()
        if item.locked:
            annotations[LOCK] = "delete"
        if item.drained:
            annotations[DRAIN] = "draining" if item.private_ip in self._busy else "drained"
        return annotations


def _alike(item: Node) -> tuple[object, ...]:
    """What the labels of a node follow from."""
    return item.cluster, item.key, item.spare, item.batch


def _supernode_labels(item: Node) -> dict[str, str]:
    """What says that a node belongs to a supernode, and to which (documented: ListPoolNodes); names are assumed."""
    return {
        f"{BATCH}.uid": item.batch,
        f"{BATCH}.name": f"supernode-{item.batch[:5]}",
        f"{BATCH}.type": supernode.TYPE,
        f"{BATCH}.count": str(supernode.size_of(item.key)),
    }


def _resources(flavor: resource_flavor.Flavor) -> dict[str, str]:
    resources = {"cpu": f"{int(flavor['cpu']) * 980}m", "memory": flavor["memory"]}
    if flavor.get("gpu"):
        resources["nvidia.com/gpu"] = str(flavor["gpu"]["size"])
    if flavor.get("npu"):
        resources[f"huawei.com/{flavor['npu']['type']}"] = str(flavor["npu"]["size"])
    return resources


@operation(
    "listPoolNodes",
    "GET",
    "/v2/{project}/pools/{pool}/nodes",
    source="documented: ListPoolNodes",
    permission="modelarts:pool:get",
    query="ListNodes",
    answer="NodeList",
)
def list_pool_nodes(call: Call) -> Response:
    """One page of a pool's nodes; `metadata.continue` leads to the next."""
    return page_of_nodes(call, resource_pool.find(call.tenant, call.parameters["pool"]))


def page_of_nodes(call: Call, pool: Pool, node_pool: str = "") -> Response:
    """One page of the nodes of a pool, or of one of its node pools."""
    limit = call.integer("limit", node.LARGEST_PAGE, node.LARGEST_PAGE)
    after, left = _mark(call.request.query.get("continue", ""))
    page = node.in_pool(call.tenant, pool.name, node_pool, after=after, limit=limit + 1)
    renderer = Renderer(call, pool)
    metadata: dict[str, Any] = {}
    if len(page) > limit:
        left = max(len(page), left or node.count(call.tenant, pool.name, node_pool)) - limit
        metadata = {"continue": f"{page[limit - 1].number:x}.{left:x}", "remainingItemCount": left}
    items = map(renderer.text, page[:limit])
    return Response.of_items({"kind": "NodeList", "apiVersion": "v2", "metadata": metadata}, items)


def _mark(token: str) -> tuple[int, int]:
    """Row number behind which a page begins, and how many nodes there are from there on; 0, 0 for the first page.

    They are counted once, at the first page: counting them at every page would take as long as listing them, so what
    comes or goes meanwhile does not show in `remainingItemCount` (assumed).
    """
    try:
        after, left = token.split(".") if token else ("", "")
        return int(after or "0", 16), int(left or "0", 16)
    except ValueError as error:
        raise bad_request(f"continue {token!r} is not a value of metadata.continue") from error


@operation(
    "showPoolNode",
    "GET",
    "/v2/{project}/pools/{pool}/nodes/{node}",
    source="documented: ShowPoolNode",
    permission=NONE_NEEDED,
    answer="Node",
)
def show_pool_node(call: Call) -> Response:
    """One node."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    item = node.find(call.tenant, pool.name, call.parameters["node"])
    return Response.of_json(200, Renderer(call, pool).render(item))


@operation(
    "batchDrainPoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-drain",
    source="client: official SDK",
    body="DrainNodes",
    answer="DrainedNodes",
    sets_going=("batch",),
)
def batch_drain(call: Call) -> Response:
    """Keep further training jobs away from up to ten nodes; jobs that run on them go on, or are evicted (assumed)."""
    pool, wanted = named(call, "nodeNames")
    nodes = batch.succeeding(call.tenant, pool.name, wanted)
    node.mark_drained(call.tenant, nodes)
    if call.tenant.choices.drain == "evict":
        training_job.evict(call.tenant, [item.private_ip for item in nodes])
    return Response.of_json(200, {})


@operation(
    "batchDeletePoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-delete",
    source="documented: BatchDeletePoolNodes",
    permission="modelarts:pool:update",
    body="DeleteNodes",
    sets_going=("batch",),
)
def batch_delete(call: Call) -> Response:
    """Delete nodes by name; the pool's counts are lower at once."""
    pool, nodes = named(call, "deleteNodeNames")
    pool.require_running(call.tenant.now, "delete nodes")
    if pool.is_prepaid:
        raise unmet(
            "not_prepaid", f"The pool {pool.name} is yearly/monthly: unsubscribe from nodes instead of deleting them"
        )
    for item in nodes:
        if item.locked:
            raise unmet("node_unlocked", f'node "{item.name}" is locked against deletion')
        if item.phase == "Deleting":
            raise unmet("node_stays", f'node "{item.name}" is being deleted')
    supernode.require_whole(call.tenant, pool.name, nodes, "deleted")
    if node.count_present(call.tenant, pool.name) - len(job.leaving(call.tenant, pool.name)) <= len(nodes):
        raise unmet("node_remains", "at least one node must remain in the pool")
    nodes = batch.succeeding(call.tenant, pool.name, nodes)
    node.mark_deleting(call.tenant, nodes, None, call.tenant.now + call.tenant.timings.deleting)
    occupation.lose_hosts(call.tenant, [item.private_ip for item in nodes])
    for item in nodes:
        pool.spec["resources"] = without_node(pool.entries, item.key, item.az)
    resource_pool.save(call.tenant, pool)
    return Response.of_json(200, None)


def named(call: Call, field: str) -> tuple[Pool, list[Node]]:
    """The pool and the nodes that the body names; an unknown one, or one under way, refuses the request (assumed)."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    names = distinct(call.body()[field], field)
    nodes = node.find_all(call.tenant, pool.name, names)
    job.require_free(call.tenant, nodes)
    return pool, nodes
