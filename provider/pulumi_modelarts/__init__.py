"""Huawei Cloud ModelArts resource pools as Pulumi resources.

A program declares what should be true of dedicated resource pools: node counts, drivers, job types. A preview shows
exactly what would change on the service, and `pulumi up` makes it so.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ModelArtsError,
    NotFoundError,
    OperationError,
    OperationFailed,
    OperationTimeout,
    PermissionDeniedError,
    RefusedError,
    ServerError,
    ThrottledError,
    TransportError,
    UnreadableError,
    UnsupportedMediaTypeError,
)

if TYPE_CHECKING:
    from pulumi_modelarts.resources.node_migration import NodeMigration, Rollout
    from pulumi_modelarts.resources.node_selection import NodeSelection
    from pulumi_modelarts.resources.provider import Provider
    from pulumi_modelarts.resources.resource_pool import Driver, NodePool, ResourcePool

    __version__: str

__all__ = [
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "Driver",
    "ModelArtsError",
    "NodeMigration",
    "NodePool",
    "NodeSelection",
    "NotFoundError",
    "OperationError",
    "OperationFailed",
    "OperationTimeout",
    "PermissionDeniedError",
    "Provider",
    "RefusedError",
    "ResourcePool",
    "Rollout",
    "ServerError",
    "ThrottledError",
    "TransportError",
    "UnreadableError",
    "UnsupportedMediaTypeError",
    "__version__",
]

_HOMES = {
    "resources.node_migration": ("NodeMigration", "Rollout"),
    "resources.node_selection": ("NodeSelection",),
    "resources.provider": ("Provider",),
    "resources.resource_pool": ("Driver", "NodePool", "ResourcePool"),
}


if not TYPE_CHECKING:  # a type checker that saw it would let every name pass

    def __getattr__(name: str) -> Any:
        """Imports a name when it is asked for: the command line needs none of what brings Pulumi."""
        if name == "__version__":
            from pulumi_modelarts._version import version  # noqa: PLC0415 - read from disk

            return version()
        for home, names in _HOMES.items():
            if name in names:
                value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Returns what can be imported from here."""
    return sorted({*globals(), *__all__})
