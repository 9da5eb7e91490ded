"""Resource flavors: the names of the node types a region offers. Documented: ListResourceFlavors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.wire import Wire, read_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_modelarts.api.service import Service

PAGE: Final = 500
"""Flavors of one page, the most there can be (documented: ListResourceFlavors)."""


class FlavorMetadata(Wire):
    """Name of a flavor."""

    name: str


class FlavorSpec(Wire):
    """What a node of this type is.

    Attributes:
        cpu_arch: `x86` or `arm64`; empty if the service does not say.
    """

    cpu_arch: str = ""


class ResourceFlavor(Wire):
    """A node type."""

    metadata: FlavorMetadata
    spec: FlavorSpec = FlavorSpec()


class ResourceFlavors:
    """Resource flavors of the region."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self) -> list[str]:
        """Flavor ids, in the service's order."""
        return list(dict.fromkeys(flavor.metadata.name for flavor in self._every()))

    def architectures(self) -> dict[str, str]:
        """CPU architectures by flavor id; without the flavors of which the service does not say it."""
        return {flavor.metadata.name: flavor.spec.cpu_arch for flavor in self._every() if flavor.spec.cpu_arch}

    def _every(self) -> Sequence[ResourceFlavor]:
        attempting = "list resource flavors"

        def page(mark: str | None) -> Any:
            params = {"limit": PAGE, "continue": mark}
            return self._service.request(
                "GET", "/v1/{project_id}/resourceflavors", attempting=attempting, params=params
            )

        return read_pages(page, ResourceFlavor, attempting)
