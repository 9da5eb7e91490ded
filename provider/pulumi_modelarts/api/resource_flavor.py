"""Resource flavors: the names of the node types a region offers. Documented: ListResourceFlavors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.wire import Wire, read_pages

if TYPE_CHECKING:
    from pulumi_modelarts.api.client import Client

PAGE: Final = 500
"""Flavors of one page, the most there can be (documented: ListResourceFlavors)."""


class FlavorMetadata(Wire):
    """Name of a flavor."""

    name: str


class ResourceFlavor(Wire):
    """A node type."""

    metadata: FlavorMetadata


class ResourceFlavors:
    """Resource flavors of the region."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self) -> list[str]:
        """Flavor ids, in the service's order."""
        attempting = "list resource flavors"

        def page(mark: str | None) -> Any:
            params = {"limit": PAGE, "continue": mark}
            return self._client.request("GET", "/v1/{project_id}/resourceflavors", attempting=attempting, params=params)

        return list(dict.fromkeys(flavor.metadata.name for flavor in read_pages(page, ResourceFlavor, attempting)))
