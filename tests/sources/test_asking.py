"""How a question reaches the service: in which run, with whose settings, and what is said when it cannot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import pulumi_modelarts as modelarts
from modelarts_emulator import GPU_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Emulator, Fault
from tests.resources.scenario import connect
from tests.resources.service import Hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sources.program import Program

UNTYPED: Any = modelarts
"""The package as a program sees it that no type checker has looked at."""


def test_a_run_sees_one_moment(program: Program) -> None:
    """What changes meanwhile shows in the next run, and not in this one."""

    def ask() -> tuple[int, int]:
        before = len(modelarts.get_pool_nodes(TRAIN_POOL))
        Hand(program.emulator).scale(TRAIN_POOL, "modelarts.vm.cpu.4ud", 3)
        return before, len(modelarts.get_pool_nodes(TRAIN_POOL))

    assert program.run(ask) == (2, 2)
    assert program.run(lambda: len(modelarts.get_pool_nodes(TRAIN_POOL))) == 3


def test_one_listing_serves_all(program: Program) -> None:
    """Pools are listed once for a run, whatever it asks about them."""

    def ask() -> None:
        modelarts.get_resource_pools(display_name="auto-pool-os")
        modelarts.get_resource_pool(pool_name=GPU_POOL)
        modelarts.get_resource_pool(display_name="infer-pool-os")
        modelarts.get_pool_nodes(TRAIN_POOL, workloads=False)

    program.run(ask)

    asked = [each.operation for each in program.emulator.journal.exchanges()]
    assert asked == ["listPools", "listPoolNodes"]


def test_a_failure_is_asked_again(program: Program) -> None:
    """Whoever caught it may try once more."""

    def ask() -> tuple[str, int]:
        program.emulator.faults.arm(Fault("listNetworks", status=403, code="ModelArts.0108"))
        with pytest.raises(modelarts.PermissionDeniedError) as refused:
            modelarts.get_networks()
        return str(refused.value), len(modelarts.get_networks())

    text, found = program.run(ask)

    assert text.startswith("get_networks: list networks: ")
    assert "modelarts:network:list" in text
    assert found == 1


def test_what_a_program_does_to_a_result_is_its_own(program: Program) -> None:
    """A map can be changed, and an equal call knows nothing of it."""

    def ask() -> modelarts.ResourcePoolInfo:
        first: Any = modelarts.get_resource_pool(pool_name=TRAIN_POOL)
        first.labels["mine"] = "1"
        return modelarts.get_resource_pool(pool_name=TRAIN_POOL)

    assert "mine" not in program.run(ask).labels


def test_busy_spare_and_drained(program: Program) -> None:
    """They are what plans go by: any workload counts, and nobody's nodes but its own."""
    Hand(program.emulator).drain(TRAIN_POOL, NODE)
    program.emulator.start_workload(TRAIN_POOL, [NODE], type="notebook", name="lab", user="eve")

    nodes = program.run(lambda: modelarts.get_pool_nodes(TRAIN_POOL))

    (work,) = (work for node in nodes for work in node.workloads)
    assert {node.name: (node.busy, node.spare, node.drained) for node in nodes} == {
        "os-node-created-k9x2v": (False, False, False),
        NODE: (True, False, True),
    }
    assert (work.kind, work.name, work.owner, work.ends_by_itself) == ("notebook", "lab", "eve", False)


def test_work_that_nobody_tells(program: Program) -> None:
    """Where neither workloads nor jobs may be listed it is refused, with the way to be told of the nodes alone."""
    for operation in ("listWorkloads", "listTrainingJobs"):
        program.emulator.faults.arm(Fault(operation, status=403, code="ModelArts.0108"))

    with pytest.raises(modelarts.RefusedError, match="write workloads=False"):
        program.run(lambda: modelarts.get_pool_nodes(GPU_POOL))

    nodes = program.run(lambda: modelarts.get_pool_nodes(GPU_POOL, workloads=False))
    assert {node.busy for node in nodes} == {None}


def test_what_is_told_by_training_jobs_alone(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """Where workloads may not be listed, a node that is in use may look idle, which is said once."""
    program.emulator.faults.arm(Fault("listWorkloads", status=403, code="ModelArts.0108", times=None))

    def ask() -> list[bool | None]:
        return [node.busy for pool in (GPU_POOL, TRAIN_POOL) for node in modelarts.get_pool_nodes(pool)]

    assert program.run(ask) == [True, False, False, False]
    assert capsys.readouterr().err.count("their nodes look idle") == 1


def test_a_token_is_in_no_repr(program: Program) -> None:
    """It is there for who asks for it, and the whole document as well."""
    job = program.run(lambda: modelarts.get_training_job(TRAINING_JOB))

    token = job.endpoints.jupyter_lab.token
    assert token
    assert repr(token) not in repr(job)
    raw: Any = job.raw
    assert raw["endpoints"]["jupyter_lab"]["token"] == token


def test_a_token_is_a_secret_output(program: Program) -> None:
    """It is secret, the whole document is, and nothing else of the job is."""

    def declare() -> dict[str, pulumi.Output[Any]]:
        job: Any = modelarts.get_training_job_output(TRAINING_JOB)
        return {"token": job.endpoints.jupyter_lab.token, "raw": job.raw["kind"], "phase": job.status.phase}

    found = program.outputs(declare)

    assert {name: (each.known, each.secret) for name, each in found.items()} == {
        "token": (True, True),
        "raw": (True, True),
        "phase": (True, False),
    }
    assert (found["phase"].value, found["raw"].value) == ("Running", "job")


def test_a_secret_input_makes_a_secret_result(program: Program) -> None:
    """Whoever knows the result knows something of it."""
    found = program.outputs(
        lambda: {"it": modelarts.get_resource_pool_output(display_name=pulumi.Output.secret("auto-pool-os"))}
    )

    assert (found["it"].secret, found["it"].value.pool_name) == (True, TRAIN_POOL)


def test_an_explicit_provider_is_asked(program: Program) -> None:
    """Its project is another one, in both forms; that a setting is secret makes no result secret."""
    with Emulator() as other:
        other.seed({"projects": {PROJECT: {"pools": {}}}})
        config = connect(other, f"{program.name} other")

        def declare() -> dict[str, pulumi.Output[Any]]:
            plain = modelarts.Provider("plain", endpoint="emulator", emulator_file=config["emulatorFile"])
            there = pulumi.InvokeOptions(provider=plain)
            secret = modelarts.Provider(
                "secret", endpoint="emulator", emulator_file=pulumi.Output.secret(config["emulatorFile"])
            )
            rack = pulumi.ComponentResource("test:index:Rack", "rack", opts=pulumi.ResourceOptions(providers=[plain]))
            return {
                "of the parent": modelarts.get_resource_pools_output(opts=pulumi.InvokeOptions(parent=rack)),
                "at once": pulumi.Output.from_input(len(modelarts.get_resource_pools(opts=there))),
                "later": modelarts.get_resource_pools_output(opts=pulumi.InvokeOptions(provider=secret)),
                "of the stack": modelarts.get_resource_pools_output().apply(len),
            }

        found = program.outputs(declare)

    assert {name: (each.secret, each.value) for name, each in found.items()} == {
        "of the parent": (False, ()),
        "at once": (False, 0),
        "later": (False, ()),
        "of the stack": (False, 3),
    }


REFUSALS: list[tuple[Callable[[], object], str]] = [
    (modelarts.get_resource_pool, "get_resource_pool: give pool_name or display_name, and only one of them"),
    (lambda: UNTYPED.get_pool_nodes(3), "get_pool_nodes: pool_name takes a text, got int"),
    (lambda: modelarts.get_pool_nodes(""), "get_pool_nodes: pool_name is empty"),
    (lambda: UNTYPED.get_pool_nodes("a", workloads="no"), "get_pool_nodes: workloads takes True or False, got str"),
    (lambda: modelarts.get_training_jobs(phases=[]), "get_training_jobs: phases is empty"),
    (lambda: UNTYPED.get_training_jobs(phases="Running"), "get_training_jobs: phases takes a list of texts, got str"),
    (
        lambda: UNTYPED.get_networks(opts=pulumi.ResourceOptions()),
        "get_networks: opts takes pulumi.InvokeOptions, got ResourceOptions",
    ),
]


@pytest.mark.parametrize(("ask", "text"), REFUSALS)
def test_what_cannot_be_asked(program: Program, ask: Callable[[], object], text: str) -> None:
    """It is said where it is written, before the service is asked."""
    with pytest.raises(pulumi.RunError) as refused:
        program.run(ask)

    assert str(refused.value) == text
    assert program.emulator.journal.exchanges() == []


def test_a_provider_that_says_nothing_of_modelarts(program: Program) -> None:
    """Its settings would be without effect, and the stack's in their place."""

    async def ask() -> None:
        foreign = pulumi.ProviderResource("pulumi-python", "foreign", {})
        modelarts.get_networks_output(opts=pulumi.InvokeOptions(provider=foreign))

    with pytest.raises(pulumi.RunError, match=r"its provider is to be a pulumi_modelarts\.Provider, got ProviderRes"):
        program.run(lambda: asyncio.run(ask()))


def test_settings_that_are_outputs_need_the_other_form(program: Program) -> None:
    """The plain form cannot wait for them."""

    async def ask() -> None:
        provider = modelarts.Provider("other", region=pulumi.Output.from_input("cn-north-4"))
        modelarts.get_networks(opts=pulumi.InvokeOptions(provider=provider))

    with pytest.raises(
        pulumi.RunError, match=r"get_networks: settings of its provider are outputs.*get_networks_output"
    ):
        program.run(lambda: asyncio.run(ask()))


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda: modelarts.get_pool_nodes("gone"), r"Correct pool_name$"),
        (lambda: modelarts.get_workloads("gone"), r"The project has: auto-pool-os-\w+ \(auto-pool-os\), "),
        (lambda: modelarts.get_pool_nodes("auto-pool-os"), r'a label only; write pool_name="auto-pool-os-\w+"$'),
        (lambda: modelarts.get_training_job("0" * 32), r"^get_training_job: show training job 0+: "),
    ],
)
def test_what_is_not_there(program: Program, ask: Callable[[], object], text: str) -> None:
    """It can be caught as what it is, and Pulumi prints the message alone: who asked, what was said, what there is."""
    with pytest.raises(modelarts.NotFoundError, match=text) as missing:
        program.run(ask)

    assert isinstance(missing.value, pulumi.RunError)


def test_a_name_that_several_pools_have(program: Program) -> None:
    """Which of them is meant only their ids can tell; what a name finds is found by it."""
    labels = {"os.modelarts/name": "a"}
    pools = [
        {"metadata": {"name": name, "labels": labels}, "spec": {"resources": []}, "status": {}}
        for name in ("a-1", "a-2")
    ]
    program.emulator.faults.arm(Fault("listPools", body={"items": pools}, times=2))

    with pytest.raises(modelarts.RefusedError, match="'a' is the display name of 'a-1' and 'a-2'"):
        program.run(lambda: modelarts.get_resource_pool(display_name="a"))

    assert len(program.run(lambda: modelarts.get_resource_pools(display_name="a"))) == 2


def test_missing_settings_are_named(program: Program) -> None:
    """All that is looked for is listed, and how to set it."""

    def ask() -> None:
        pulumi.runtime.set_all_config({})
        modelarts.get_networks()

    with pytest.raises(modelarts.ConfigurationError, match=r"(?s)get_networks: .*missing: region, .*pulumi config set"):
        program.run(ask)
