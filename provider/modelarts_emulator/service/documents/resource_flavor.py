"""Resource flavors on the wire (documented: ListResourceFlavors)."""

from typing import Literal, NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from modelarts_emulator.service.documents.shapes import ListMetadata, Name, PageSize


class FlavorMetadata(TypedDict):
    """Metadata of a flavor."""

    name: Name
    labels: dict[str, str]
    annotations: dict[str, str]


@with_config(extra="allow")
class Accelerators(TypedDict):
    """Accelerators of a node; how many there are is a text (client: official SDK)."""

    type: Name
    size: Name
    memory: NotRequired[str]


class FlavorSpec(TypedDict):
    """What a node of a flavor is made of."""

    type: Literal["Dedicate"]
    cpuArch: Literal["x86", "arm64"]
    cpu: str
    memory: str
    gpu: NotRequired[Accelerators]
    npu: NotRequired[Accelerators]


class FlavorStatus(TypedDict):
    """Where a flavor can be had, by availability zone."""

    phase: dict[str, Literal["normal", "soldout"]]


class ResourceFlavor(TypedDict):
    """A flavor."""

    apiVersion: Literal["v1"]
    kind: Literal["ResourceFlavor"]
    metadata: FlavorMetadata
    spec: FlavorSpec
    status: FlavorStatus


class ResourceFlavorList(TypedDict):
    """Answer of ListResourceFlavors."""

    apiVersion: Literal["v1"]
    kind: Literal["ResourceFlavorList"]
    metadata: ListMetadata
    items: list[ResourceFlavor]


ListResourceFlavors = TypedDict(
    "ListResourceFlavors", {"continue": str, "limit": PageSize, "labelSelector": str}, total=False
)
"""Query of ListResourceFlavors."""
