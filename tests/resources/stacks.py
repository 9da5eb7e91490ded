"""Several stacks at one service: each in a process of its own, and known by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from modelarts_emulator import TRAIN_POOL
from pulumi_modelarts.plans.marks import mark_of
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from pulumi_modelarts.specs import stack as specs
from tests.resources.interference import mortal
from tests.resources.scenario import Stack, configured

if TYPE_CHECKING:
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


def marks(emulator: Emulator, pool: str = TRAIN_POOL) -> list[str]:
    """Stacks by which a pool is marked."""
    tags: dict[str, str] = emulator.world()["pools"][pool]["tags"]
    return sorted(value for key, value in tags.items() if key.startswith("pulumi-modelarts:"))


def mark(emulator: Emulator, name: str, pool: str = TRAIN_POOL) -> None:
    """Mark a pool as another process of another stack does."""
    tags = [{"key": key, "value": value} for key, value in mark_of(specs.Stack(name)).items()]
    tag(emulator, tags, pool)


def tag(emulator: Emulator, tags: list[dict[str, str]], pool: str = TRAIN_POOL) -> None:
    """Add tags to a pool."""
    with httpx.Client(transport=emulator.transport(), base_url="https://console.invalid") as client:
        project = next(iter(emulator.projects()))
        client.post(f"/v1/{project}/pools/{pool}/tags/create", json={"tags": tags}).raise_for_status()


def counts(emulator: Emulator) -> dict[str, int]:
    """Counts of the training pool."""
    found: dict[str, int] = emulator.world()["pools"][TRAIN_POOL]["counts"]
    return found


def writes(emulator: Emulator) -> list[str]:
    """Operations that changed something, or were to."""
    return [str(exchange.operation) for exchange in emulator.journal.writes()]
