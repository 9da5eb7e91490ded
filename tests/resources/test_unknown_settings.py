"""A provider whose settings a preview does not know: what the run will do is unknown, and not nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_modelarts as modelarts
from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Emulator
from tests.resources.pools import CPU
from tests.sources.program import Engine, Program

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What an unknown value is on the wire."""

COMPUTED = {
    "pool": "changes",
    "fleet-train": "changes",
    "net": "changes",
    "move": "moves",
    "fleet-placement": "moves",
    "one": "nodes",
}
"""The input of each resource that says what its run does."""


@dataclass
class Recorder(Engine):
    """An engine that keeps what it is asked to register: a resource's inputs, and what it depends on."""

    inputs: dict[str, Any] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - as gRPC calls it
        """Keep the request."""
        self.inputs[request.name] = dict(request.object)
        self.after[request.name] = list(request.dependencies)
        return super().RegisterResource(request)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[Program, Recorder]]:
    """A program in its preview, and what it registers."""
    recorder = Recorder()
    with Emulator() as emulator:
        yield Program(emulator, request.node.nodeid, recorder, preview=True), recorder


def declare(settings: pulumi.Input[str]) -> dict[str, pulumi.Output[Any]]:
    """Declare one of everything, with a provider."""
    opts = pulumi.ResourceOptions(provider=modelarts.Provider("own", endpoint="emulator", emulator_file=settings))
    modelarts.ResourcePool("pool", pool_name=TRAIN_POOL, flavors={CPU: 3}, opts=opts)
    modelarts.Network("net", name="team-net", cidr="192.168.0.0/20", opts=opts)
    modelarts.NodeMigration("move", nodes=[NODE], source_pool=TRAIN_POOL, target_pool=INFER_POOL, opts=opts)
    modelarts.NodeSelection("one", pool=INFER_POOL, flavor=CPU, count=1, opts=opts)
    train = modelarts.PoolSpec(pool_name=TRAIN_POOL, flavors={CPU: 3})
    return {"": modelarts.Fleet("fleet", pools={"train": train}, opts=opts).node_counts}


def computed(recorder: Recorder) -> dict[str, Any]:
    """Return what was said of the input that says what a run does, where anything was."""
    given = {name: recorder.inputs[name].get(key) for name, key in COMPUTED.items()}
    return {name: value for name, value in given.items() if value is not None}


def test_what_a_run_does_is_unknown(engine: tuple[Program, Recorder]) -> None:
    """The engine asks no provider that it cannot configure, so that the program itself says so of every resource."""
    program, recorder = engine

    program.outputs(lambda: declare(pulumi.Output(set(), _text(), _no())))

    assert computed(recorder) == dict.fromkeys(COMPUTED, UNKNOWN)


@pytest.mark.parametrize("settings", ["a.db", pulumi.Output.from_input], ids=["plain", "an output"])
def test_what_is_known_is_left_to_the_check(engine: tuple[Program, Recorder], settings: Any) -> None:
    """Nothing stands in its way then, and nothing is depended on that was not before."""
    program, recorder = engine

    program.outputs(lambda: declare(settings if isinstance(settings, str) else settings("a.db")))

    assert computed(recorder) == {}
    assert [name for name in ("pool", "net", "move", "one") if recorder.after[name]] == []


async def _text() -> str:
    return ""


async def _no() -> bool:
    return False
