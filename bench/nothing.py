"""Dynamic providers that do nothing: what the engine, the dynamic host and libraries cost by themselves.

They stand in a module that is imported, like the provider they are compared with, so that the state holds their names
and not their code.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from pulumi import dynamic

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUTS = ("poolName", "flavors")


class NothingProvider(dynamic.ResourceProvider):
    """Accepts everything, and finds everything as it was."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Say that it is there."""
        return dynamic.CreateResult(props["poolName"], props)


class LoadingProvider(NothingProvider):
    """Does nothing either, and has of a pool what no provider of pools can do without.

    It loads the libraries for HTTP and for checking, records as many properties as a pool has, and tells in a read
    which of them are inputs.
    """

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Load a way to a service, and one model of what it answers."""
        from pydantic import BaseModel, create_model  # noqa: PLC0415 - in the host, where it is compared

        try:
            from pulumi_modelarts.api.http import httpx  # noqa: PLC0415 - likewise
        except ImportError:  # an older package, which loads all of it
            import httpx  # noqa: PLC0415 - likewise

        del req
        httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        create_model("Pool", __base__=BaseModel, name=(str, ...))

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Record what a pool has."""
        counts = props["flavors"]
        states = {flavor: {"usable": count, "broken": 0, "spare": 0} for flavor, count in counts.items()}
        told = {"phase": "Running", "ownership": "adopted", "nodeCounts": counts, "nodeStates": states}
        return dynamic.CreateResult(props["poolName"], {**props, **told, "driverStatus": {}, "changes": {}})

    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        """Find everything as it was, the inputs too."""
        return dynamic.ReadResult(id_, props, {name: props[name] for name in INPUTS})


class Nothing(dynamic.Resource):
    """A resource with the inputs of a pool."""

    def __init__(self, name: str, pool_name: str, flavors: Mapping[str, int]) -> None:
        """Declare it."""
        super().__init__(NothingProvider(), name, {"poolName": pool_name, "flavors": flavors})


class Loading(dynamic.Resource):
    """A resource with the inputs and the outputs of a pool."""

    def __init__(self, name: str, pool_name: str, flavors: Mapping[str, int]) -> None:
        """Declare it."""
        told = ("changes", "ownership", "awaited", "phase", "nodeCounts", "nodeStates", "driverStatus")
        props = {**dict.fromkeys(told), "poolName": pool_name, "flavors": flavors}
        super().__init__(LoadingProvider(), name, props)
