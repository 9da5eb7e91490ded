"""Networks: list, show, create, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import network, network_addresses
from modelarts_emulator.service.operation import operation
from modelarts_emulator.service.responses.selector import selects
from modelarts_emulator.state import ids
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
    items = [_render(call, item) for item in left[:limit]]
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
    return Response.of_json(200, _render(call, network.find(call.tenant, call.parameters["network"])))


@operation(
    "createNetwork",
    "POST",
    "/v1/{project}/networks",
    source="documented: CreateNetwork",
    permission="modelarts:network:create",
    body="CreateNetwork",
    answer="Network",
    sets_going=("network",),
    makes="network",
)
def create_network(call: Call) -> Response:
    """Begin to make a network; the answer has an empty phase (client: Terraform)."""
    made = network.create(call.tenant, call.body())
    return Response.of_json(200, {**_render(call, made), "status": {"phase": ""}})


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
    return Response.of_json(200, _render(call, found))


@operation(
    "showNetworkAvailableIp",
    "GET",
    "/v1/{project}/networks/{network}/network-ip-availabilities",
    source="client: official SDK",
    query="ShowNetworkAvailableIp",
    answer="NetworkAddresses",
    still=True,  # nobody waits for an address
)
def show_network_available_ip(call: Call) -> Response:
    """How many addresses of a network's subnet there are, and are used; the query may name the subnet."""
    found = network.find(call.tenant, call.parameters["network"])
    subnet = _subnet(call, found)
    if call.request.query.get("network_id") not in {None, "", subnet}:
        raise bad_request(f"network_id {call.request.query['network_id']!r} is no subnet of network {found.name}")
    addresses = network_addresses.of(call.tenant, found)
    counts = {"usedIps": addresses.used, "totalIps": addresses.total}
    availability = [{"cidr": found.spec["cidr"], "ipVersion": 4, **counts}]
    return Response.of_json(
        200, {"name": f"{found.name}-subnet", "networkId": subnet, "subnetIpAvailability": availability}
    )


def _subnet(call: Call, item: Network) -> str:
    """Id of a network's subnet."""
    text = ids.token(call.tenant.seed, "subnet", call.tenant.project, item.name, item.created_at)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _render(call: Call, item: Network) -> dict[str, Any]:
    now = call.tenant.now
    metadata: dict[str, Any] = {"name": item.name, "creationTimestamp": rfc3339(item.created_at)}
    if item.deleting_at is not None:
        metadata["deletionTimestamp"] = rfc3339(item.deleting_at)
    metadata |= {"labels": item.labels, "annotations": {}}
    status: dict[str, Any] = {"phase": item.phase_at(now)}
    if status["phase"] == "Active":
        status["subnets"] = [{"networkId": _subnet(call, item), "cidr": item.spec["cidr"]}]
    return {"kind": "Network", "apiVersion": "v1", "metadata": metadata, "spec": item.spec, "status": status}
