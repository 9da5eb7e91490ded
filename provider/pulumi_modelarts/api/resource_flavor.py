"""Resource flavors: the names of the node types a region offers. Documented: ListResourceFlavors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.pages import every
from pulumi_modelarts.api.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.service import Service

PAGE: Final = 500
"""Flavors of one page, the most there can be (documented: ListResourceFlavors)."""

LIST_RESOURCE_FLAVORS: Final = Operation(
    "ListResourceFlavors",
    "which flavors and zones are offered, and for which architecture: where a pool grows or nodes move",
    stated=Stated.AS_NONE,
    only_reads=True,
    previews=True,
)

SOLD_OUT: Final = "soldout"
"""Phase of a flavor in a zone that has none at present, in lower case (documented: ListResourceFlavors)."""


class FlavorMetadata(Wire):
    """Name of a flavor."""

    name: str


class FlavorChips(Wire):
    """The accelerators of a node.

    Attributes:
        type: such as `ascend-snt9b`.
        size: how many there are.
    """

    type: str = ""
    size: int = 0


class FlavorSpec(Wire):
    """What a node of this type is.

    Attributes:
        cpu_arch: `x86` or `arm64`; empty if the service does not say.
        gpu: its GPUs; None for a node without.
        npu: its NPUs; None for a node without.
    """

    cpu_arch: str = ""
    gpu: FlavorChips | None = None
    npu: FlavorChips | None = None


class FlavorStatus(Wire):
    """Where a node of this type can be had.

    Attributes:
        phase: `normal` or `soldout`, by availability zone; others may come.
    """

    phase: dict[str, str] = Field(default_factory=dict)


class ResourceFlavor(Wire):
    """A node type."""

    metadata: FlavorMetadata
    spec: FlavorSpec = FlavorSpec()
    status: FlavorStatus = FlavorStatus()

    @property
    def name(self) -> str:
        """The flavor's id."""
        return self.metadata.name

    @property
    def has_gpu(self) -> bool:
        """Whether its nodes have GPUs."""
        return self.spec.gpu is not None

    @property
    def has_npu(self) -> bool:
        """Whether its nodes have NPUs."""
        return self.spec.npu is not None

    @property
    def zones(self) -> frozenset[str]:
        """Availability zones that offer it, sold out or not; empty if the service does not say."""
        return frozenset(self.status.phase)

    @property
    def sold_out(self) -> frozenset[str]:
        """Those of the zones in which there is none at present."""
        return frozenset(zone for zone, phase in self.status.phase.items() if phase.lower() == SOLD_OUT)


class ResourceFlavors:
    """Resource flavors of the region."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def every(self) -> Sequence[ResourceFlavor]:
        """The flavors, each once, in the service's order.

        The list must have `items`, each with a name, and as many as `metadata.remainingItemCount` tells where it is
        there (documented: ListResourceFlavors).

        Raises:
            UnreadableError: the list is not complete, or a flavor in it cannot be read.
        """
        path, attempting = "/v1/{project_id}/resourceflavors", "list resource flavors"
        return every(
            ResourceFlavor.model_validate,
            self._service,
            path,
            operation=LIST_RESOURCE_FLAVORS,
            attempting=attempting,
            page=PAGE,
        )
