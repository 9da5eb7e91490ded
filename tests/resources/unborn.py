"""What a program is about to make, as its resources post it."""

from __future__ import annotations

from typing import Any

from pulumi_modelarts.api.network import Network
from pulumi_modelarts.api.resource_pool import ResourcePool
from tests.resources.pools import CPU

MAKER = "urn:pulumi:test::x::pulumi-python:dynamic/modelarts:ResourcePool::b"
MADE = "team-b-86c13962597848eeb29c5861153a391f"
NET = "team-net-86c13962597848eeb29c5861153a391f"


def unborn_pool(name: str = MADE, *, network: str = NET, count: int = 2, **spec: Any) -> ResourcePool:
    """Return a pool of CPU nodes as it will be."""
    return ResourcePool.model_validate(
        {
            "metadata": {"name": name, "labels": {"os.modelarts/name": "team-b"}},
            "spec": {
                "type": "Dedicate",
                "scope": ["Train"],
                "resources": [{"flavor": CPU, "count": count}],
                "network": {"name": network},
                **spec,
            },
            "status": {"phase": "Running"},
        }
    )


def unborn_network(name: str = NET, cidr: str = "192.168.0.0/28") -> Network:
    """Return a network as it will be."""
    return Network.model_validate({"metadata": {"name": name}, "spec": {"cidr": cidr}, "status": {"phase": "Active"}})
