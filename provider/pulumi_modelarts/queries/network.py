"""What a program is told of networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.queries.resource_pool import Answer, Arguments, texts

if TYPE_CHECKING:
    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.reconcilers.session import Session


def networks(session: Session, given: Arguments) -> Answer:
    """Returns the networks of the project, or those of a name, with their free addresses where they are asked for.

    Raises:
        ModelArtsError: Something could not be read.
    """
    name, count = given.get("displayName"), given["freeAddresses"]
    found = sorted(session.client.networks.every(), key=lambda network: network.name)
    wanted = [network for network in found if name in {None, network.display_name}]
    free = {each.name: session.client.networks.free_addresses(each.name) for each in wanted} if count else {}
    return {"networks": [_network(network, free.get(network.name)) for network in wanted]}


def _network(network: Network, free: int | None) -> Answer:
    return {
        "name": network.name,
        "displayName": network.display_name,
        "cidr": network.spec.cidr,
        "phase": network.status.phase,
        "subnets": [{"networkId": each.network_id, "cidr": each.cidr} for each in network.status.subnets],
        "freeAddresses": free,
        "workspaceId": network.workspace_id,
        "createdAt": network.metadata.creation_timestamp,
        "labels": texts(network.metadata.labels),
    }
