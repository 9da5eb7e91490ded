"""What a program may declare about a network: one that it makes, or one that it adopts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from pulumi_modelarts.specs._declaration import Declaration
from pulumi_modelarts.specs._spec import Computed, Replaces
from pulumi_modelarts.specs.made_pool import predicted_id
from pulumi_modelarts.specs.paths import Steps
from pulumi_modelarts.specs.values import NetworkId, WorkspaceId
from pulumi_modelarts.specs.wording import Takes, shown

_NOT_FOR_ADOPTED: Final = (
    "is for a network that the program makes, with name; the one that network_name names exists already. Take it out"
)

Ownership = Literal["made", "adopted"]
"""Whether this resource has made its network, and deletes it when it goes, or found it, and leaves it as it is."""

MADE: Final = "made"
ADOPTED: Final = "adopted"

BLOCKS: Final = (IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
"""Where the addresses of a network may lie (documented: CreateNetwork)."""

LONGEST_PREFIX: Final = 24
"""Of the smallest network that there may be (documented: CreateNetwork)."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{2,30}[a-z0-9]")
"""Four to 32 characters (documented: CreateNetwork)."""
GIVE_A_BLOCK = (
    "give a block in 172.16.0.0/12 or in 192.168.0.0/16, with a prefix of at most /24, such as '192.168.0.0/20'"
)


def is_network_name(value: str) -> bool:
    """Returns whether a text may be the name that a network is given."""
    return _NAME.fullmatch(value) is not None


def _name(value: str) -> str:
    if not is_network_name(value):
        raise ValueError(
            f"{shown(value)} is no name for a network; give 4 to 32 lowercase letters, digits and hyphens that begin "
            "with a letter and do not end in a hyphen, such as 'team-net'"
        )
    return value


def _cidr(value: str) -> str:
    try:
        block = IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError(f"{shown(value)} is no block of addresses; {GIVE_A_BLOCK}") from None
    if "/" not in value or not any(map(block.subnet_of, BLOCKS)) or block.prefixlen > LONGEST_PREFIX:
        raise ValueError(f"no network can have the addresses {shown(value)}; {GIVE_A_BLOCK}")
    if str(block) != value:
        raise ValueError(f"{shown(value)} is not how its block is written; write {str(block)!r}")
    return value


Cidr = Annotated[str, AfterValidator(_cidr), Takes("a block of addresses", '"192.168.0.0/20"')]


class NetworkSpec(Declaration):
    """A network that pools live in.

    Attributes:
        name: Name of a network to be made; None for one that is adopted.
        cidr: Its addresses; None likewise.
        workspace_id: Workspace it belongs to; None for that of the settings, and for one that is adopted.
        network_name: Id of the network (`metadata.name`); that of one to be made is filled in by the provider.
        ownership: Whether this resource has made it, filled in by the provider; None where previews are offline and
            nobody has looked yet.
        changes: What this run will do to the service, filled in by the provider.
    """

    name: Annotated[str, AfterValidator(_name), Takes("a name", '"team-net"')] | None = None
    cidr: Cidr | None = None
    workspace_id: WorkspaceId | None = None
    network_name: Annotated[NetworkId | None, Replaces] = None
    ownership: Ownership | None = None
    changes: Annotated[Mapping[str, str], Computed] = Field(default_factory=dict)

    identities: ClassVar[tuple[Steps, ...]] = (("name",), ("cidr",), ("workspaceId",), ("networkName",))
    plain: ClassVar[str] = "the outputs of a network tell it, and so does every state"

    @classmethod
    def arguments(cls) -> frozenset[str]:
        """Returns the names of the arguments that a program can give."""
        return super().arguments() - {"ownership"}

    @property
    def makes(self) -> bool:
        """Whether the program makes the network, or else adopts it."""
        return self.name is not None

    @property
    def id(self) -> str:
        """Id of the network; it is known from the first check on."""
        return self.network_name or ""

    @classmethod
    def together(cls, given: Mapping[str, object]) -> Mapping[str, str]:
        """Returns what is wrong where a network is neither adopted nor made, both, or made by half.

        Its own id stands beside its name in checked inputs, so that one which is made of the name is no mistake.
        """
        name, network = given.get("name"), given.get("networkName")
        if name is None and network is None:
            return {"name": "is required, with cidr, to make a network; or network_name, to adopt one that exists"}
        if name is None:
            return {each: _NOT_FOR_ADOPTED for each in ("cidr", "workspaceId") if each in given}
        if isinstance(name, str) and isinstance(network, str) and not network.startswith(predicted_id(name, "")):
            return {"networkName": "adopts a network that exists, and name and cidr make one; give one of the two"}
        return {} if "cidr" in given else {"cidr": f"is required to make a network: {GIVE_A_BLOCK}"}
