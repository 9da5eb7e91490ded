"""The engine's side of a whole program: resources in order, each called as the host calls it, with urn and limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.scenario import CheckFailedError, Stack, configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi import dynamic

T = TypeVar("T")

LIMIT = 900.0
"""Virtual seconds that a program gives each resource: long enough for what comes true at all."""

PROVIDERS: Mapping[str, type[dynamic.ResourceProvider]] = {
    "moves": NodeMigrationProvider,
    "changes": ResourcePoolProvider,
}
"""The provider of a resource, by the input that says what its run will do."""


class Request(NamedTuple):
    """What the engine says beside the properties."""

    urn: str
    timeout: float = LIMIT


class Host(ResourceProviderServicer):
    """Where the bridge finds the engine's request: in a servicer's frame."""

    def serve(self, request: Request, call: Callable[[], T]) -> T:
        """Make a call on behalf of a request."""
        assert request.urn
        return call()


@dataclass
class Resource:
    """One resource of a program, with its state.

    Attributes:
        name: Its name in the program.
        computed: The input that says what its run will do, `changes` or `moves`.
        stack: Provider and state.
    """

    name: str
    computed: str
    stack: Stack

    def check(self, inputs: Mapping[str, Any]) -> dict[str, str]:
        """Return what a run would do, as its preview says."""
        checked: dict[str, str] = self._called(lambda: self.stack.check(inputs))[self.computed]
        return checked

    def up(self, inputs: Mapping[str, Any]) -> None:
        """Run it."""
        self._called(lambda: self.stack.up(inputs))

    def refresh(self) -> None:
        """Read it into the state, if it has one."""
        if self.stack.state is not None:
            self._called(self.stack.refresh)

    def _called(self, call: Callable[[], T]) -> T:
        return Host().serve(Request(f"urn:pulumi:test::x::x::{self.name}"), call)


Program = dict[str, tuple[str, dict[str, Any]]]
"""Resources by name, in the order in which they depend on each other: the computed input, and the others."""


@dataclass
class Engine:
    """Runs one program again and again, each command in a process of its own.

    Attributes:
        process: Begins a process; returns the configuration of providers in it.
        resources: What the state holds.
        said: What each resource that failed in the last command said.
    """

    process: Callable[[], Mapping[str, str]]
    resources: dict[str, Resource] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def preview(self, program: Program) -> dict[str, dict[str, str]]:
        """Return what each resource would do; those that fail are left out, and what depends on them too."""
        found: dict[str, dict[str, str]] = {}
        for resource, inputs in self._command(program):
            if (map_ := self._tried(resource, lambda: resource.check(inputs))) is None:  # noqa: B023 - called at once
                break
            found[resource.name] = map_
        return found

    def up(self, program: Program, before_each: Callable[[str], None]) -> None:
        """Run every resource, until one fails."""
        for resource, inputs in self._command(program):
            before_each(resource.name)
            self._tried(resource, lambda: resource.up(inputs))  # noqa: B023 - called at once
            if self.said:
                break

    def _command(self, program: Program) -> Iterator[tuple[Resource, dict[str, Any]]]:
        self.said = {}
        config = self.process()
        for name, (computed, inputs) in program.items():
            known = self.resources.setdefault(name, Resource(name, computed, Stack(PROVIDERS[computed]())))
            configured(known.stack.provider, **config)
            yield known, inputs

    def _tried(self, resource: Resource, call: Callable[[], T]) -> T | None:
        try:
            return call()
        except (ModelArtsError, CheckFailedError) as error:
            self.said[resource.name] = str(error)
            return None
