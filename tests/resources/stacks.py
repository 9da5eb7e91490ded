"""Several stacks at one service: each in a process of its own, and known by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.interference import mortal
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
    import httpx
    from pulumi import dynamic

    from modelarts_emulator import Emulator


def pool_of(emulator: Emulator, stack: str, transport: httpx.BaseTransport | None = None, **config: str) -> Stack:
    """A program of a stack that has one pool."""
    return _program(ResourcePoolProvider(), emulator, stack, transport, config)


def migration_of(emulator: Emulator, stack: str, **config: str) -> Stack:
    """A program of a stack that has one migration."""
    return _program(NodeMigrationProvider(), emulator, stack, None, config)


def _program(
    provider: dynamic.ResourceProvider,
    emulator: Emulator,
    stack: str,
    transport: httpx.BaseTransport | None,
    config: dict[str, str],
) -> Stack:
    where = mortal(emulator, transport or emulator.transport(), f"{id(emulator)}-{id(provider)}-{stack}")
    return Stack(configured(provider, **where, **config), urn=f"urn:pulumi:{stack}::shop::x::one")
