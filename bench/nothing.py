"""A dynamic provider that does nothing: what the engine and the dynamic host cost by themselves.

It stands in a module that is imported, like the provider it is compared with, so that the state holds its name and not
its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi import dynamic

if TYPE_CHECKING:
    from collections.abc import Mapping


class NothingProvider(dynamic.ResourceProvider):
    """Accepts everything, and finds everything as it was."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Say that it is there."""
        return dynamic.CreateResult(props["poolName"], props)


class Nothing(dynamic.Resource):
    """A resource with the inputs of a pool."""

    def __init__(self, name: str, pool_name: str, flavors: Mapping[str, int]) -> None:
        """Declare it."""
        super().__init__(NothingProvider(), name, {"poolName": pool_name, "flavors": flavors})
