"""`modelarts program` prints what there is, so that the first run adopts it and changes nothing."""

import copy
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.worlds.documented import WORLD
from tests.cli.accounts import PLANTED, SCRIPT, accounts
from tests.cli.adopting import Adopting, registrations
from tests.cli.doctor import ENVIRON
from tests.cli.programs import program, registered
from tests.examples import examples
from tests.resources.fleets import CPU8, cases
from tests.resources.pools import CPU, GPU
from tests.resources.scenario import connect

DOCUMENTED = f'''"""The resource pools of project {PROJECT} in cn-north-7, as they were on 2026-11-18.

The first run adopts them and changes nothing. Beside credentials (docs/settings.md) the stack needs these settings:

    pulumi config set modelarts:region cn-north-7
    pulumi config set modelarts:projectId {PROJECT}
"""

import pulumi

import pulumi_modelarts as modelarts

auto_pool_os = modelarts.ResourcePool(
    "auto-pool-os",
    pool_name="{TRAIN_POOL}",
    flavors={{"{CPU}": 2}},
    scope=["Infer", "Train"],
)

infer_pool_os = modelarts.ResourcePool(
    "infer-pool-os",
    pool_name="{INFER_POOL}",
    flavors={{"{CPU}": 2}},
    scope=["Infer"],
)

pulumi.export("auto-pool-os", auto_pool_os.node_counts)
pulumi.export("infer-pool-os", infer_pool_os.node_counts)
'''


def world(**pools: dict[str, Any]) -> dict[str, Any]:
    """Return the documented world with other facts about pools, by the first word of their ids."""
    found = copy.deepcopy(WORLD)
    for name, pool in found["projects"][PROJECT]["pools"].items():
        pool.update(pools.get(name.partition("-")[0], {}))
    return found


def printed(emulator: Emulator, *words: str) -> str:
    """Return the program that is printed of a world."""
    done = program(*words, transport=emulator.transport())
    assert done.code == 0
    return done.text


def test_prints_the_pools_that_are_asked_for() -> None:
    """By id or display name, in the order of their names, with counts and scopes as they are; nothing is written."""
    with Emulator() as emulator:
        text = printed(emulator, TRAIN_POOL, "infer-pool-os")

        assert text == DOCUMENTED
        assert emulator.journal.writes() == []


def test_a_hundred_pools_cost_one_listing() -> None:
    """Of pools that are well nothing else is read, however many there are."""
    template = WORLD["projects"][PROJECT]["pools"][INFER_POOL]
    many = {f"pool-{number}-{PROJECT}": {**template, "nodes": {}} for number in range(100)}
    found = {**WORLD, "projects": {PROJECT: {**WORLD["projects"][PROJECT], "pools": many, "training_jobs": {}}}}
    with Emulator(world=found) as emulator:
        text = printed(emulator)

        assert text.count("modelarts.ResourcePool(") == 100
        assert [str(exchange.operation) for exchange in emulator.journal.exchanges()] == ["listPools"]


def test_the_printed_program_says_what_was_read() -> None:
    """Node pools, zones, drivers, job flavors and texts in whatever letters arrive at the engine as they were."""
    zones = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7c", "count": 2}]
    odd = world(
        auto={
            "annotations": {"os.modelarts/description": "größe\\ 4"},
            "resources": [
                {"flavor": CPU, "count": 3, "azs": zones},
                {"flavor": CPU8, "count": 1, "nodePool": "gold"},
            ],
            "nodes": {},
            "spec": {"jobFlavors": ["modelarts.vm.cpu.4ud", "modelarts.vm.cpu.2u"]},
        }
    )
    with Emulator(world=odd) as emulator:
        (found,) = registered([printed(emulator)])

    assert found == {
        "auto-pool-os": {
            "poolName": TRAIN_POOL,
            "nodePools": {
                f"{CPU}-default": {"flavor": CPU, "azs": {"cn-north-7a": 1, "cn-north-7c": 2}},
                "gold": {"flavor": CPU8, "count": 1},
            },
            "scope": ["Infer", "Train"],
            "jobFlavors": ["modelarts.vm.cpu.2u", "modelarts.vm.cpu.4ud"],
            "description": "größe\\ 4",
        },
        "gpu-pool-os": {
            "poolName": GPU_POOL,
            "flavors": {GPU: 2},
            "driver": {"gpuVersion": "440.33"},
            "scope": ["Train"],
        },
        "infer-pool-os": {"poolName": INFER_POOL, "flavors": {CPU: 2}, "scope": ["Infer"]},
    }


@given(
    account=st.one_of(accounts(), accounts(), cases().map(lambda case: case.world)),
    words=st.sampled_from([[], ["--fleet"]]),
)
@settings(max_examples=examples(8))
def test_the_first_run_changes_nothing(account: dict[str, Any], words: list[str]) -> None:
    """Whatever the account: nothing secret is printed, nothing is written, nothing is left for a second run."""
    with Emulator(world=account) as emulator:
        text = printed(emulator, *words)
        adopting = Adopting(lambda: connect(emulator, "a-program-of-what-there-is"), registrations(text, PLANTED))

        runs = [adopting.preview(), adopting.up(), adopting.refresh(), adopting.preview(), adopting.up()]

        assert runs == [{name: {} for name in runs[0]}] * 5
        assert emulator.journal.writes() == []
        assert PLANTED not in text
        assert SCRIPT not in text


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"annotations": {"os.modelarts/billing.mode": "1"}}, "Paid by the year or month"),
        ({"annotations": {"os.modelarts/description": "a < b"}}, "Not declared: description contains <"),
        ({"tags": {"pulumi-modelarts:0123456789ab": "other/stack"}}, "is marked by stack other/stack"),
    ],
    ids=["paid in advance", "a description that the service would not take", "a pool of another stack"],
)
def test_says_what_could_not_be_declared(facts: dict[str, Any], reason: str) -> None:
    """The reason stands as a comment where the pool is."""
    with Emulator(world=world(auto=facts)) as emulator:
        text = printed(emulator, TRAIN_POOL)

    assert reason in " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))


@pytest.mark.parametrize(
    ("words", "environ", "code", "complaint"),
    [
        (["nowhere"], ENVIRON, 2, f"there is no resource pool 'nowhere'; the project has {TRAIN_POOL}, {GPU_POOL}, "),
        ([], {}, 2, "ModelArts settings that are missing: "),
        (["--stack", "dev"], ENVIRON, 2, "there is no Pulumi.yaml in "),
    ],
    ids=["no such pool", "no settings", "no such project"],
)
def test_says_what_is_wrong_with_the_words(
    words: list[str],
    environ: dict[str, str],
    code: int,
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """On standard error, with nothing printed that could be taken for a program."""
    with Emulator() as emulator, chdir(tmp_path):
        done = program(*words, environ=environ, transport=emulator.transport())

    assert (done.code, done.text) == (code, "")
    assert capsys.readouterr().err.startswith(f"modelarts program: {complaint}")


def test_says_what_the_service_says(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is told with what was attempted."""
    with Emulator() as emulator:
        emulator.faults.arm(Fault("listPools", status=403))
        done = program(transport=emulator.transport())

    assert (done.code, done.text) == (1, "")
    assert "list resource pools" in capsys.readouterr().err
