"""The data source about networks: `get_networks`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import many, read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class SubnetInfo:
    """A subnet of a network.

    Attributes:
        network_id: Its id in the VPC service.
        cidr: Its addresses, such as "172.16.0.0/12"; empty where the service does not say.
    """

    network_id: str = ""
    cidr: str = ""


@dataclass(frozen=True)
class NetworkInfo:
    """A network that pools can be in.

    Attributes:
        name: Its id.
        display_name: The name it was given.
        cidr: Its addresses, such as "172.16.0.0/12".
        phase: "Creating", "Active" or "Abnormal"; empty for one just made. Others may come.
        subnets: What it is made of, once it is Active.
        free_addresses: Addresses of version 4 that are left for nodes; None where the service does not tell, and where
            they were not asked for.
        workspace_id: The workspace it belongs to; empty where the service does not say.
        created_at: When it was made, such as "2026-01-01T00:00:00Z".
        labels: Its labels, as the service has them.
    """

    name: str = ""
    display_name: str = ""
    cidr: str = ""
    phase: str = ""
    subnets: tuple[SubnetInfo, ...] = many(SubnetInfo)
    free_addresses: int | None = None
    workspace_id: str = ""
    created_at: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def get_networks(
    *, display_name: str | None = None, free_addresses: bool = False, opts: InvokeOptions | None = None
) -> tuple[NetworkInfo, ...]:
    """Returns the networks of the project, in order of their ids.

    Args:
        display_name: Only those of this name.
        free_addresses: Whether to ask for the addresses that are left (default false), a request for each network.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _NETWORKS.ask(opts, display_name=display_name, free_addresses=free_addresses)


def get_networks_output(
    *,
    display_name: Input[str | None] = None,
    free_addresses: Input[bool] = False,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[tuple[NetworkInfo, ...]]:
    """Returns what `get_networks` does, as an output, read when its inputs and dependencies are there."""
    return _NETWORKS.ask_output(opts, display_name=display_name, free_addresses=free_addresses)


_NETWORKS = Source("get_networks", lambda answer: read_each(NetworkInfo, answer, "networks"))
