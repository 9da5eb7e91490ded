"""Networks: what they look like, how to make and delete them, and how many addresses they have left for nodes.

Documented: ListNetworks, ShowNetwork, CreateNetwork, DeleteNetwork. Free addresses are an operation of their own,
ShowNetworkAvailableIp (client: official SDK).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pulumi_modelarts.api.errors import ApiError
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.pages import every
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.api.accepted import Accepted
    from pulumi_modelarts.api.service import Service

DISPLAY_NAME: Final = "os.modelarts/name"
WORKSPACE_ID: Final = "os.modelarts/workspace.id"

PAGE: Final = 500
"""Networks of one page, the most there can be (documented: ListNetworks)."""

IPV4: Final = 4

LIST_NETWORKS: Final = Operation(
    "ListNetworks",
    "the networks: where a program makes one, makes a pool in one, or calls `get_networks`",
    "modelarts:network:list",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)
SHOW_NETWORK: Final = Operation(
    "ShowNetwork",
    "a network that a program makes, and one that a pool is made in",
    "modelarts:network:get",
    Stated.IN_THE_TABLES,
    only_reads=True,
    previews=True,
)
CREATE_NETWORK: Final = Operation(
    "CreateNetwork", "to make a network", "modelarts:network:create", Stated.IN_THE_TABLES, makes=True
)
DELETE_NETWORK: Final = Operation(
    "DeleteNetwork",
    "to delete a network that a program has made",
    "modelarts:network:delete",
    Stated.IN_THE_TABLES,
    idempotent=True,
    makes=True,
)
SHOW_NETWORK_AVAILABLE_IP: Final = Operation(
    "ShowNetworkAvailableIp",
    "the addresses that a network has left: where a pool grows or nodes move",
    stated=Stated.AS_NONE,
    only_reads=True,
    previews=True,
)


class NetworkMetadata(Wire):
    """Name and labels.

    Attributes:
        creation_timestamp: when it was asked for, such as `2022-09-16T03:10:40Z`.
        deletion_timestamp: when its deletion was asked for; empty while nobody has.
    """

    name: str
    creation_timestamp: str = ""
    deletion_timestamp: str = ""
    labels: dict[str, Any] = Field(default_factory=dict)


class NetworkSpec(Wire):
    """What a network is.

    Attributes:
        cidr: its addresses.
        connection: the VPCs and file systems that it is connected with, as the service has it.
    """

    cidr: str = ""
    connection: dict[str, Any] = Field(default_factory=dict)


class Subnet(Wire):
    """A subnet of a network (client: Terraform).

    Attributes:
        network_id: its id in the VPC service.
        cidr: its addresses.
    """

    network_id: str = ""
    cidr: str = ""


class NetworkStatus(Wire):
    """What a network is doing.

    Attributes:
        phase: `Creating`, `Active` or `Abnormal`; empty for one just made. Others may come.
        subnets: what it is made of.
    """

    phase: str = ""
    subnets: list[Subnet] = Field(default_factory=list)


class Network(Wire):
    """A network that pools are in."""

    metadata: NetworkMetadata
    spec: NetworkSpec = NetworkSpec()
    status: NetworkStatus = NetworkStatus()

    @property
    def name(self) -> str:
        """The network's id."""
        return self.metadata.name

    @property
    def display_name(self) -> str:
        """The name it was given."""
        return str(self.metadata.labels.get(DISPLAY_NAME) or "")

    @property
    def phase(self) -> str:
        """`Creating`, `Active` or `Abnormal`; empty for one just made."""
        return self.status.phase

    @property
    def cidr(self) -> str:
        """Its addresses."""
        return self.spec.cidr

    @property
    def deleting(self) -> bool:
        """Whether its deletion was asked for; the phase does not tell (documented: DeleteNetwork)."""
        return bool(self.metadata.deletion_timestamp)

    @property
    def workspace_id(self) -> str:
        """The workspace it belongs to."""
        return str(self.metadata.labels.get(WORKSPACE_ID) or "")


class SubnetAddresses(Wire):
    """Addresses of one subnet.

    Attributes:
        ip_version: 4; others may come.
        used_ips: addresses in use.
        total_ips: addresses there are; None if the service does not say.
    """

    ip_version: int = IPV4
    used_ips: int = Field(ge=0)
    total_ips: int | None = Field(None, ge=0)


class _Availability(Wire):
    subnet_ip_availability: list[SubnetAddresses]


class Networks:
    """Networks of the project."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def every(self) -> Sequence[Network]:
        """The networks, each once, in the service's order.

        The list must have `items`, each with a name, and as many as `metadata.remainingItemCount` tells where it is
        there (documented: ListNetworks).

        Raises:
            UnreadableError: the list is not complete, or a network in it cannot be read.
        """
        path = "/v1/{project_id}/networks"
        return every(
            Network.model_validate, self._service, path, operation=LIST_NETWORKS, attempting="list networks", page=PAGE
        )

    def get(self, name: str) -> Network:
        """One network.

        Raises:
            NotFoundError: there is no such network.
            UnreadableError: the answer is no such network.
        """
        attempting = f"show network {name}"
        answer = self._service.request("GET", _path(name), operation=SHOW_NETWORK, attempting=attempting)
        network = read(Network, answer, attempting)
        expect_same(name, network.name, attempting, place="metadata.name")
        return network

    def create(self, body: Mapping[str, Any]) -> Accepted[Network]:
        """Ask for a network; it is made a while later.

        Never sent again when its answer was lost: whoever sent it looks for the network, whose id is the name it was
        given and the project's (documented: CreateNetwork).

        Args:
            body: `metadata` with the label of its name, and `spec` with its `cidr`; kind and version are added.

        Returns:
            The network, which has no phase yet. Its id is the service's; that it is the expected one is for the caller
            to see.

        Raises:
            UnreadableError: it was accepted, and the answer is no network.
            TransportError: no answer; whether it is made shows in the list of networks.
        """
        attempting = f"create network {body['metadata']['labels'][DISPLAY_NAME]}"
        accepted = self._service.write(
            "POST",
            "/v1/{project_id}/networks",
            operation=CREATE_NETWORK,
            attempting=attempting,
            json={"apiVersion": "v1", "kind": "Network", **body},
        )
        with accepted.quoted():
            return accepted.reading(read(Network, accepted.value, attempting, accepted=True))

    def delete(self, name: str) -> Accepted[None]:
        """Ask for the deletion of a network; it is gone a while later.

        What is answered is not read: an answer means that it was accepted. The request is repeated when its answer was
        lost, as that of a pool is.

        Args:
            name: the network's id.

        Raises:
            NotFoundError: there is no such network, perhaps for a try before whose answer was lost.
            ApiError: a pool is in it, among others.
            TransportError: no answer; whether it goes shows in the list of networks.
        """
        attempting = f"delete network {name}"
        return self._service.write("DELETE", _path(name), operation=DELETE_NETWORK, attempting=attempting).reading(None)

    def free_addresses(self, name: str) -> int | None:
        """How many addresses of version 4 a network has left; None where the service does not tell this user.

        It does not where it is not allowed, where nothing serves the operation, and as in `count_free_addresses`.

        Raises:
            NotFoundError: there is no such network.
            UnreadableError: the answer does not say it, or contradicts itself.
        """
        try:
            return self.count_free_addresses(name)
        except ApiError as error:
            if error.out_of_reach:
                return None
            raise

    def count_free_addresses(self, name: str) -> int | None:
        """How many addresses of version 4 a network has left, over all its subnets; None where one does not tell.

        The answer must have `subnetIpAvailability`, and no subnet may use more than it has (client: official SDK).

        Raises:
            NotFoundError: there is no such network.
            UnreadableError: the answer does not say it, or contradicts itself.
        """
        attempting = f"show the free addresses of network {name}"
        path = f"{_path(name)}/network-ip-availabilities"
        answer = self._service.request("GET", path, operation=SHOW_NETWORK_AVAILABLE_IP, attempting=attempting)
        return _free(read(_Availability, answer, attempting).subnet_ip_availability, attempting)


def _free(subnets: list[SubnetAddresses], attempting: str) -> int | None:
    free = 0
    for number, subnet in enumerate(subnets):
        if subnet.ip_version != IPV4:
            continue
        if subnet.total_ips is None:
            return None
        if subnet.used_ips > subnet.total_ips:
            found = f"{subnet.used_ips}, where the subnet has {subnet.total_ips}"
            raise unreadable(attempting, f"subnetIpAvailability[{number}].usedIps", found)
        free += subnet.total_ips - subnet.used_ips
    return free


def _path(name: str) -> str:
    return f"/v1/{{project_id}}/networks/{segment(name)}"
