"""`modelarts program` prints what there is, so that the first run adopts it and changes nothing."""

import copy
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator, Fault
from modelarts_emulator.worlds.documented import NETWORK, WORLD
from tests.cli.accounts import PLANTED, SCRIPT, accounts
from tests.cli.adopting import Adopting, registrations
from tests.cli.doctor import ENVIRON
from tests.cli.programs import program, registered
from tests.examples import examples
from tests.resources.fleets import CPU8, cases
from tests.resources.pools import CPU, GPU
from tests.resources.scenario import connect

DOCUMENTED = f'''"""The networks and resource pools of project {PROJECT} in cn-north-7, as they were on 2026-11-18.

The first run adopts them and changes nothing. The stack needs these settings:

    pulumi config set modelarts:region cn-north-7
    pulumi config set modelarts:projectId {PROJECT}
    pulumi config set --secret modelarts:accessKey
    pulumi config set --secret modelarts:secretKey

What is set without a value is asked for. Credentials can come from the environment instead:
HW_ACCESS_KEY, HW_SECRET_KEY.
"""

import pulumi

import pulumi_modelarts as modelarts

network_maos = modelarts.Network(
    "network-maos",
    network_name="{NETWORK}",
)

# Left as it is, since no argument here says it: extendParams.dockerBaseSize of
# "modelarts.vm.cpu.4ud", futureField of "modelarts.vm.cpu.4ud", futureSpec.
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
pulumi.export("network-maos", network_maos.network_name)
'''


GPU_DECLARED = {
    "poolName": GPU_POOL,
    "flavors": {GPU: 2},
    "driver": {"gpuVersion": "440.33"},
    "scope": ["Train"],
}
INFER_DECLARED = {"poolName": INFER_POOL, "flavors": {CPU: 2}, "scope": ["Infer"]}


def world(**pools: dict[str, Any]) -> dict[str, Any]:
    """Return the documented world with other facts about pools, by the first word of their ids."""
    found = copy.deepcopy(WORLD)
    for name, pool in found["projects"][PROJECT]["pools"].items():
        pool.update(pools.get(name.partition("-")[0], {}))
    return found


def odd_account() -> dict[str, Any]:
    """Return the documented world with a pool that has nearly everything that an argument can say."""
    zones = [{"az": "cn-north-7a", "count": 1}, {"az": "cn-north-7c", "count": 2}]
    return world(
        auto={
            "annotations": {"os.modelarts/description": "größe\\ 4"},
            "resources": [
                {"flavor": CPU, "count": 3, "azs": zones},
                {"flavor": CPU8, "count": 1, "nodePool": "gold", "labels": {"team": "blue"}},
            ],
            "nodes": {},
            "spec": {"jobFlavors": ["modelarts.vm.cpu.4ud", "modelarts.vm.cpu.2u"]},
        }
    )


def printed(emulator: Emulator, *words: str) -> str:
    """Return the program that is printed of a world."""
    done = program(*words, transport=emulator.transport())
    assert done.code == 0
    return done.text


def called(emulator: Emulator) -> list[str]:
    """Return what was asked of the service."""
    return [str(exchange.operation) for exchange in emulator.journal.exchanges()]


def test_prints_the_pools_that_are_asked_for() -> None:
    """By id or display name, in the order of their names, with counts and scopes as they are; nothing is written."""
    with Emulator() as emulator:
        text = printed(emulator, TRAIN_POOL, "infer-pool-os")

        assert text == DOCUMENTED
        assert emulator.journal.writes() == []


@pytest.mark.parametrize("words", [[], ["--fleet"]], ids=["pools", "fleet"])
def test_a_hundred_pools_cost_two_listings(words: list[str]) -> None:
    """One of pools and one of networks; of pools that are well nothing else is read, however many there are."""
    template = WORLD["projects"][PROJECT]["pools"][INFER_POOL]
    many = {f"pool-{number}-{PROJECT}": {**template, "nodes": {}} for number in range(100)}
    found = {**WORLD, "projects": {PROJECT: {**WORLD["projects"][PROJECT], "pools": many, "training_jobs": {}}}}
    with Emulator(world=found) as emulator:
        text = printed(emulator, *words)

        assert text.count("pool_name=") == 100
        assert called(emulator) == ["listPools", "listNetworks"]


def test_what_is_read_of_a_pool_is_read_once() -> None:
    """Broken nodes cost their pool one list of nodes, whatever is declared of it."""
    broken = {"os-node-created-a": {"phase": "Abnormal"}, "os-node-created-b": {}}
    with Emulator(world=world(auto={"nodes": broken})) as emulator:
        printed(emulator, "--fleet", "--no-networks")

        assert called(emulator) == ["listPools", "listPoolNodes"]


def test_the_printed_program_says_what_was_read() -> None:
    """Node pools, zones, drivers, job flavors and texts arrive at the engine as they were, in a fleet too."""
    with Emulator(world=odd_account()) as emulator:
        pools, fleet = registered([printed(emulator), printed(emulator, "--fleet")])

    assert pools == {
        "auto-pool-os": {
            "poolName": TRAIN_POOL,
            "nodePools": {
                f"{CPU}-default": {"flavor": CPU, "azs": {"cn-north-7a": 1, "cn-north-7c": 2}},
                "gold": {"flavor": CPU8, "count": 1, "labels": {"team": "blue"}},
            },
            "scope": ["Infer", "Train"],
            "jobFlavors": ["modelarts.vm.cpu.2u", "modelarts.vm.cpu.4ud"],
            "description": "größe\\ 4",
        },
        "gpu-pool-os": GPU_DECLARED,
        "infer-pool-os": INFER_DECLARED,
        "network-maos": {"networkName": NETWORK},
    }
    counted = {
        "gpu-pool-os": {"poolName": GPU_POOL, "flavors": {GPU: 2}},
        "infer-pool-os": {"poolName": INFER_POOL, "flavors": {CPU: 2}},
    }
    assert fleet == {
        "auto-pool-os": pools["auto-pool-os"],
        "fleet": {},
        "fleet-placement": {"pools": counted},
        "fleet-gpu-pool-os": {**GPU_DECLARED, "fleet": "fleet-placement"},
        "fleet-infer-pool-os": {**INFER_DECLARED, "fleet": "fleet-placement"},
        "network-maos": {"networkName": NETWORK},
    }


@given(
    account=st.one_of(accounts(), accounts(), cases().map(lambda case: case.world)),
    words=st.sampled_from([[], ["--fleet"]]),
)
@settings(max_examples=examples(6, long=100))
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
