"""Huawei Cloud ModelArts resource pools as Pulumi resources.

A program declares what should be true of dedicated resource pools: node counts, drivers, job types. A preview shows
exactly what would change on the service, and `pulumi up` makes it so.
"""

from pulumi_modelarts._version import __version__
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
from pulumi_modelarts.resources.node_migration import NodeMigration, Rollout
from pulumi_modelarts.resources.provider import Provider
from pulumi_modelarts.resources.resource_pool import Driver, NodePool, ResourcePool

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
