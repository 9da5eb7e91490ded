"""Which programs that share no code with the emulator drive which operations, and what the official SDK gets wrong.

The tests drive them and compare: what stands here is what they did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.urls import ROUTES

if TYPE_CHECKING:
    from modelarts_emulator.service.operation import Client, Operation


class Deviation(NamedTuple):
    """A field that the official SDK reads otherwise than it is sent.

    Attributes:
        model: The SDK's model.
        field: Field of it, as it stands in the JSON.
        sent: What is sent.
        read: What the SDK makes of it.
        known: Where it is known from that the field is sent so.
    """

    model: str
    field: str
    sent: str
    read: str
    known: str


_LISTS = ("a list of counts", "one count without values", "documented: ShowPool, example")

DEVIATIONS = (
    Deviation("PoolStatusResources", "creating", *_LISTS),
    Deviation("PoolStatusResources", "available", *_LISTS),
    Deviation("PoolStatusResources", "abnormal", *_LISTS),
    Deviation("PoolStatusResources", "deleting", *_LISTS),
    Deviation("PoolStatus", "clusters", "a list", "one cluster without values", "observed: third-party notes"),
    Deviation(
        "PoolMetaAnnotations", "os.modelarts/external-access", "a text", "nothing", "documented: ListPools, example"
    ),
    Deviation("PoolMetadata", "deletionTimestamp", "a moment", "nothing", "assumed"),
    Deviation("NodeVOAnnotations", "os.modelarts.node/drain", "a text", "nothing", "documented: ListPoolNodes"),
    Deviation("NodeVOAnnotations", "os.modelarts.node/lock.action", "a text", "nothing", "observed: third-party notes"),
    Deviation("BatchRebootPoolNodesResponse", "job_id", "a text", "nothing", "client: Terraform"),
    Deviation("NodeStatus", "driver", "phase and version", "nothing", "client: Terraform"),
    Deviation("NetworkStatus", "subnets", "a list", "nothing", "client: Terraform"),
    Deviation("NetworkMetadata", "deletionTimestamp", "a moment", "nothing", "documented: DeleteNetwork"),
    Deviation("JobAlgorithmResponse", "environments", "a map", "a list of the map", "client: Terraform"),
)
"""What the official SDK reads otherwise than it is sent; the rest of every answer it reads as it is sent."""


def driven_by(client: Client) -> set[str]:
    """Ids of the operations that a client drives."""
    return {operation.name for operation in ROUTES if client in operation.clients}


def drivers(operation: Operation) -> str:
    """Clients that drive an operation, and why the official SDK does not."""
    return "; ".join(text for text in (", ".join(operation.clients), operation.not_by_sdk) if text)


def deviations() -> str:
    """What the official SDK reads otherwise, as a Markdown table."""
    rows = ["| Model | Field | Sent | The SDK reads | Known from |", "|---|---|---|---|---|"]
    rows += [f"| `{item.model}` | `{item.field}` | {item.sent} | {item.read} | {item.known} |" for item in DEVIATIONS]
    return "\n".join(rows) + "\n"
