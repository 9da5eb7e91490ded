"""Networks: list, show, create, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import network
from modelarts_emulator.service.operation import operation
from modelarts_emulator.service.responses.selector import selects
from modelarts_emulator.state.clock import rfc3339

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.network import Network

LARGEST_PAGE = 500


@operation(
    "listNetworks",
    "GET",
    "/v1/{project}/networks",
    source="documented: ListNetworks",
    permission="modelarts:network:list",
    query="ListNetworks",
    answer="NetworkList",
)
def list_networks(call: Call) -> Response:
    """One page of the networks that a label selector leaves, by name."""
    found = [item for item in network.every(call.tenant) if selects(call, item.labels)]
    limit = call.integer("limit", LARGEST_PAGE, LARGEST_PAGE)
    after = call.request.query.get("continue", "")
    if after and after not in {item.name for item in found}:
        raise bad_request(f"continue {after!r} is not a value of metadata.continue")
    left = [item for item in found if item.name > after]
    metadata: dict[str, Any] = {}
    if len(left) > limit:
        metadata = {"continue": left[limit - 1].name, "remainingItemCount": len(left) - limit}
    items = [_render(item, call.tenant.now) for item in left[:limit]]
    return Response.of_json(200, {"kind": "NetworkList", "apiVersion": "v1", "metadata": metadata, "items": items})


@operation(
    "showNetwork",
    "GET",
    "/v1/{project}/networks/{network}",
    source="documented: ShowNetwork",
    permission="modelarts:network:get",
    answer="Network",
)
def show_network(call: Call) -> Response:
    """One network."""
    return Response.of_json(200, _render(network.find(call.tenant, call.parameters["network"]), call.tenant.now))


@operation(
    "createNetwork",
    "POST",
    "/v1/{project}/networks",
    source="documented: CreateNetwork",
    permission="modelarts:network:create",
    body="CreateNetwork",
    answer="Network",
)
def create_network(call: Call) -> Response:
    """Begin to make a network; the answer has an empty phase (client: Terraform)."""
    made = network.create(call.tenant, call.body())
    return Response.of_json(200, {**_render(made, call.tenant.now), "status": {"phase": ""}})


@operation(
    "deleteNetwork",
    "DELETE",
    "/v1/{project}/networks/{network}",
    source="documented: DeleteNetwork",
    permission="modelarts:network:delete",
    answer="Network",
)
def delete_network(call: Call) -> Response:
    """Begin to delete a network; it is shown until it is gone."""
    found = network.find(call.tenant, call.parameters["network"])
    network.delete(call.tenant, found)
    return Response.of_json(200, _render(found, call.tenant.now))


def _render(item: Network, now: float) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": item.name, "creationTimestamp": rfc3339(item.created_at)}
    if item.deleting_at is not None:
        metadata["deletionTimestamp"] = rfc3339(item.deleting_at)
    metadata |= {"labels": item.labels, "annotations": {}}
    status = {"phase": item.phase_at(now)}
    return {"kind": "Network", "apiVersion": "v1", "metadata": metadata, "spec": item.spec, "status": status}
