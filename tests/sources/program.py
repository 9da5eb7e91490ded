"""A program that asks, and the least engine that it can run under."""

from __future__ import annotations

import asyncio
import contextvars
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pulumi
from google.protobuf import struct_pb2
from pulumi.resource import DependencyResource
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import wait_for_rpcs

from tests.resources.scenario import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelarts_emulator import Emulator

T = TypeVar("T")


class Found(NamedTuple):
    """What an output turned out to be."""

    known: bool
    secret: bool
    value: Any


@dataclass
class Engine:
    """The engine's end: registers resources, and answers with their inputs and what is given here.

    Attributes:
        outputs: What resources have beyond their inputs, by name; in a preview those that change have nothing.
        registered: Names of the resources, in the order in which they came.
    """

    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    registered: list[str] = field(default_factory=list)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - as gRPC calls it
        """Answer as for a resource that exists."""
        self.registered.append(request.name)
        props = struct_pb2.Struct()
        props.CopyFrom(request.object)
        props.update(dict(self.outputs.get(request.name, {})))
        urn = f"urn:pulumi:test::test::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id=f"{request.name}-id", object=props)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - likewise
        """Take the outputs of a component."""
        del request
        return struct_pb2.Struct()

    def SupportsFeature(self, request: Any) -> Any:  # noqa: N802 - likewise
        """Support what every engine does."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in {"secrets", "resourceReferences"})


@dataclass
class Program:
    """A program on a stack of the embedded emulator.

    Attributes:
        emulator: The service.
        name: Tells it from those of other tests.
        engine: What resources are registered with.
        preview: Whether this is a preview.
    """

    emulator: Emulator
    name: str
    engine: Engine = field(default_factory=Engine)
    preview: bool = False

    def run(self, ask: Callable[[], T]) -> T:
        """Return what a program is told that runs once."""
        return contextvars.copy_context().run(self._run, ask)

    def outputs(self, declare: Callable[[], Mapping[str, pulumi.Output[Any]]]) -> dict[str, Found]:
        """Return what the outputs of a program turn out to be."""

        async def found() -> dict[str, Found]:
            settings.set_root_resource(DependencyResource("urn:pulumi:test::test::pulumi:pulumi:Stack::test-test"))
            declared = declare()
            told = {name: await _found(output) for name, output in declared.items()}
            await wait_for_rpcs()
            return told

        return self.run(lambda: asyncio.run(found()))

    def _run(self, ask: Callable[[], T]) -> T:
        config = connect(self.emulator, self.name)
        pulumi.runtime.set_all_config({f"modelarts:{key}": value for key, value in config.items()})
        pulumi.runtime.configure(
            settings.Settings(project="test", stack="test", monitor=self.engine, dry_run=self.preview)
        )
        settings.set_root_resource(pulumi.Resource("pulumi:pulumi:Stack", "test-test", custom=False, dependency=True))
        return ask()


async def _found(output: pulumi.Output[Any]) -> Found:
    return Found(await output.is_known(), await output.is_secret(), await output.future())
