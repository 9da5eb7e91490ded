"""Networks and programs that the tests of their plans begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.network import Network
from pulumi_modelarts.plans.network import LiveNetwork, NetworkPlan, Record, plan
from pulumi_modelarts.specs.network import NetworkSpec

if TYPE_CHECKING:
    from pulumi_modelarts.specs.network import Ownership

PROJECT = "86c13962597848eeb29c5861153a391f"
ID = f"team-net-{PROJECT}"
CIDR = "192.168.0.0/20"


def making(**inputs: Any) -> NetworkSpec:
    """Declare that the team's network is made."""
    return NetworkSpec.model_validate({"name": "team-net", "cidr": CIDR, "networkName": ID, **inputs})


def adopting(network: str = ID) -> NetworkSpec:
    """Declare that a network is adopted."""
    return NetworkSpec.model_validate({"networkName": network})


def network(
    name: str = ID, *, cidr: str = CIDR, phase: str = "Active", deleting: bool = False, connected: bool = False
) -> Network:
    """Return a network as the service shows it."""
    return Network.model_validate(
        {
            "metadata": {
                "name": name,
                "labels": {"os.modelarts/name": name.removesuffix(f"-{PROJECT}"), "os.modelarts/workspace.id": "0"},
                **({"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}),
            },
            "spec": {"cidr": cidr, **({"connection": {"peerConnectionList": [{}]}} if connected else {})},
            "status": {"phase": phase},
        }
    )


def record(ownership: Ownership | None = "made", *, named: bool = True, id_: str = ID) -> Record:
    """Return what is on record of the team's network."""
    return Record(id_, named, ownership)


def seen(found: Network | None = None, *others: Network, **facts: Any) -> LiveNetwork:
    """Return a project in which everything has been read that a plan may want to know.

    Args:
        found: The network that is planned for.
        others: The other ones.
        facts: What is different from an empty network in a project that may have 15.
    """
    read: dict[str, Any] = {"pools": (), "most": 15, "denied": "", **facts}
    return LiveNetwork(found, {other.name: other for other in others}, **read)


def planned(spec: NetworkSpec, was: Record | None, live: LiveNetwork) -> NetworkPlan:
    """Return a plan that lacks nothing."""
    made = plan(spec, was, live)
    assert made.lacks == frozenset()
    return made
