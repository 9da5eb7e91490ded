"""Networks on the wire (documented: ListNetworks, ShowNetwork, CreateNetwork, DeleteNetwork)."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import Count, ListMetadata, Name, PageSize

CreatedNetworkLabels = TypedDict(
    "CreatedNetworkLabels", {"os.modelarts/name": str, "os.modelarts/workspace.id": NotRequired[str]}
)
"""Labels of a network to be made."""


class CreatedNetworkMetadata(TypedDict):
    """Metadata of a network to be made."""

    labels: CreatedNetworkLabels


class NetworkSpec(TypedDict):
    """Addresses of a network, and what it is connected with."""

    cidr: Name
    connection: NotRequired[dict[str, Any]]


class CreateNetwork(TypedDict):
    """Body of CreateNetwork."""

    apiVersion: Literal["v1"]
    kind: Literal["Network"]
    metadata: CreatedNetworkMetadata
    spec: NetworkSpec


class NetworkMetadata(TypedDict):
    """Metadata of a network."""

    name: Name
    creationTimestamp: str
    deletionTimestamp: NotRequired[str]
    labels: dict[str, str]
    annotations: dict[str, str]


class Subnet(TypedDict):
    """The subnet of a network (client: Terraform, and the text of the official SDK)."""

    networkId: Name
    cidr: NotRequired[str]


class NetworkStatus(TypedDict):
    """Status of a network; one that was just asked for has an empty phase."""

    phase: Literal["", "Creating", "Active", "Abnormal"]
    subnets: NotRequired[list[Subnet]]


class Network(TypedDict):
    """A network."""

    apiVersion: Literal["v1"]
    kind: Literal["Network"]
    metadata: NetworkMetadata
    spec: NetworkSpec
    status: NetworkStatus


class NetworkList(TypedDict):
    """Answer of ListNetworks."""

    apiVersion: Literal["v1"]
    kind: Literal["NetworkList"]
    metadata: ListMetadata
    items: list[Network]


class SubnetAddresses(TypedDict):
    """Addresses of a subnet."""

    cidr: Name
    ipVersion: Literal[4, 6]
    usedIps: Count
    totalIps: Count


class NetworkAddresses(TypedDict):
    """Answer of ShowNetworkAvailableIp (client: official SDK)."""

    name: str
    networkId: Name
    subnetIpAvailability: list[SubnetAddresses]


class ShowNetworkAvailableIp(TypedDict, total=False):
    """Query of ShowNetworkAvailableIp."""

    network_id: str


ListNetworks = TypedDict("ListNetworks", {"continue": str, "limit": PageSize, "labelSelector": str}, total=False)
"""Query of ListNetworks."""
