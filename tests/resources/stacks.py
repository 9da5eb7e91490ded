"""Several stacks at one service: each in a process of its own, called as the host calls it, with its urn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.host import Host, Request
from tests.resources.interference import mortal
from tests.resources.scenario import NEVER_READ, PROVIDER_KEY, Stack, configured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from modelarts_emulator import Emulator

T = TypeVar("T")


@dataclass
class Owner(Stack):
    """One resource of a stack that has a name.

    Attributes:
        stack: Name of the stack.
    """

    stack: str = ""

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Check."""
        return self._called(lambda: super(Owner, self).check(inputs))

    def up(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run."""
        return self._called(lambda: super(Owner, self).up(inputs))

    def create(self, checked: dict[str, Any]) -> None:
        """Run what was checked before, for the first time."""
        self._called(lambda: self.provider.create(checked))

    def refresh(self) -> dict[str, Any]:
        """Read the live resource into the state."""
        return self._called(super().refresh)

    def destroy(self) -> None:
        """Delete the resource."""
        state = self.state
        assert state is not None
        self._called(lambda: self.provider.delete(state.id, {**state.outs, PROVIDER_KEY: NEVER_READ}))
        self.state = None

    def _called(self, call: Callable[[], T]) -> T:
        return Host().serve(Request(f"urn:pulumi:{self.stack}::shop::x::one"), call)


def pool_of(emulator: Emulator, stack: str, transport: httpx.BaseTransport | None = None, **config: str) -> Owner:
    """A resource for a pool, in a stack and a process of its own."""
    return _owner(ResourcePoolProvider(), emulator, stack, transport, config)


def migration_of(emulator: Emulator, stack: str, **config: str) -> Owner:
    """A migration, likewise."""
    return _owner(NodeMigrationProvider(), emulator, stack, None, config)


def _owner(
    provider: Any, emulator: Emulator, stack: str, transport: httpx.BaseTransport | None, config: dict[str, str]
) -> Owner:
    where = mortal(emulator, transport or emulator.transport(), f"{id(emulator)}-{id(provider)}-{stack}")
    return Owner(configured(provider, **where, **config), stack=stack)
