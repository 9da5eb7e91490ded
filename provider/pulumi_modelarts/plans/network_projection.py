"""What is asked for of a network, what it will be, and what state records of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.network import DISPLAY_NAME, WORKSPACE_ID, Network
from pulumi_modelarts.plans.network import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.specs.network import NetworkSpec, Ownership


def creation(spec: NetworkSpec, workspace_id: str | None) -> dict[str, Any]:
    """Returns the body that asks for a network (documented: CreateNetwork).

    Args:
        spec: What the program declares.
        workspace_id: Of the settings, for a program that names none; None for the service's default.
    """
    workspace = spec.workspace_id or workspace_id
    labels = {DISPLAY_NAME: spec.name, **({WORKSPACE_ID: workspace} if workspace else {})}
    return {"metadata": {"labels": labels}, "spec": {"cidr": spec.cidr}}


def expected(spec: NetworkSpec, workspace_id: str | None) -> Network:
    """Returns a network that is to be made, as it will be."""
    document = creation(spec, workspace_id)
    document["metadata"]["name"] = spec.id
    return Network.model_validate({**document, "status": {"phase": ACTIVE}})


def projected(inputs: Mapping[str, Any], network: Network, ownership: Ownership) -> dict[str, Any]:
    """Returns recorded inputs with their live values; what is not declared is left out."""
    values = {"cidr": network.cidr, "workspaceId": network.workspace_id}
    live = {name: value for name, value in values.items() if inputs.get(name) is not None}
    return {**inputs, **live, "ownership": ownership}


def outputs_of(network: Network, pools: Iterable[str], free: float) -> dict[str, Any]:
    """Returns the outputs of a network beside its inputs.

    Args:
        network: The network.
        pools: Ids of the pools in it.
        free: Addresses that it has left; infinite where that is not known.
    """
    return {
        "cidr": network.cidr,
        "phase": network.phase,
        "subnets": [{"networkId": subnet.network_id, "cidr": subnet.cidr} for subnet in network.status.subnets],
        "freeAddresses": int(free) if free < float("inf") else None,
        "pools": sorted(pools),
    }
