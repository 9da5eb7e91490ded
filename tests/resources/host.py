"""The engine's side of a whole program: resources in order, each called as the host calls it, with urn and limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider
from tests.resources.scenario import CheckFailedError, Stack, configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi import dynamic

LIMIT = 900.0
"""Virtual seconds that a program gives each resource: long enough for what comes true at all."""

PROVIDERS: Mapping[str, type[dynamic.ResourceProvider]] = {
    "moves": NodeMigrationProvider,
    "changes": ResourcePoolProvider,
}
"""The provider of a resource, by the input that says what its run will do."""


@dataclass
class Resource(Stack):
    """One resource of a program.

    Attributes:
        name: Its name in the program.
        computed: The input that says what its run will do, `changes` or `moves`.
        announce: Told what each check says that its run will do.
    """

    name: str = ""
    computed: str = ""
    announce: Callable[[dict[str, str]], None] = lambda _: None

    def __post_init__(self) -> None:
        """Be called as the engine calls."""
        self.urn, self.timeout = f"urn:pulumi:test::x::x::{self.name}", LIMIT

    def check(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Check, and tell what the run will do."""
        checked = super().check(inputs)
        recorded = self.state.inputs[self.computed] if self.state else {}
        self.announce(changes.announced(checked[self.computed], recorded))
        return checked


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
            resource.announce = partial(found.__setitem__, resource.name)
            if not self._ends_well(resource, resource.check, inputs):
                break
        return found

    def up(self, program: Program, announce: Callable[[str, dict[str, str]], None]) -> None:
        """Run every resource, until one fails.

        Args:
            program: What is run.
            announce: Told what each resource will do, just before it does.
        """
        for resource, inputs in self._command(program):
            resource.announce = partial(announce, resource.name)
            if not self._ends_well(resource, resource.up, inputs):
                break

    def _command(self, program: Program) -> Iterator[tuple[Resource, dict[str, Any]]]:
        self.said = {}
        config = self.process()
        for name, (computed, inputs) in program.items():
            known = self.resources.setdefault(name, Resource(PROVIDERS[computed](), name=name, computed=computed))
            configured(known.provider, **config)
            yield known, inputs

    def _ends_well(
        self, resource: Resource, call: Callable[[Mapping[str, Any]], object], inputs: Mapping[str, Any]
    ) -> bool:
        try:
            call(inputs)
        except (ModelArtsError, CheckFailedError) as error:
            self.said[resource.name] = str(error)
        return not self.said
