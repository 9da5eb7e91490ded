"""What `modelarts program` says of secrets: which there are, how to set them, and never what they are."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from modelarts_emulator import TRAIN_POOL, Emulator
from pulumi_modelarts.cli.program.secretive import may_be_secret
from tests.cli.accounts import PLANTED, SCRIPT
from tests.cli.doctor import ENVIRON, PLACE, TOKEN, USER
from tests.cli.programs import program
from tests.cli.test_program import world
from tests.cli.test_program_page import PAGE
from tests.resources.fleets import CPU8
from tests.resources.pools import CPU

GOLD: dict[str, Any] = {
    "flavor": CPU8,
    "count": 1,
    "nodePool": "gold",
    "labels": {"api-token": PLANTED, "team": "blue"},
    "extendParams": {"postInstall": SCRIPT, "dockerBaseSize": "50"},
}
SECRETIVE = world(
    auto={
        "annotations": {"os.modelarts/description": f"log in with {PLANTED}"},
        "resources": [{"flavor": CPU, "count": 2}, GOLD],
        "nodes": {},
        "spec": {"userLogin": {"keyPairName": PLANTED}},
    }
)

ASKED = """
What may be a secret is not printed. Give each of these the value that the service has, a script
with `< FILE`:

    pulumi config set --secret autoPoolOsGoldLabelsApiToken
    pulumi config set --secret autoPoolOsGoldPostInstall
    pulumi config set --secret autoPoolOsDescription
\"""

import pulumi

import pulumi_modelarts as modelarts

config = pulumi.Config()

# Left as it is, since no argument here says it: extendParams.dockerBaseSize of "gold", userLogin.
auto_pool_os = modelarts.ResourcePool(
    "auto-pool-os",
    pool_name="auto-pool-os-86c13962597848eeb29c5861153a391f",
    flavors={"modelarts.vm.cpu.4ud": 2},
    node_pools={
        "gold": modelarts.NodePool(
            flavor="modelarts.vm.cpu.8ud",
            count=1,
            labels={
                "api-token": config.require_secret("autoPoolOsGoldLabelsApiToken"),
                "team": "blue",
            },
            post_install=config.require_secret("autoPoolOsGoldPostInstall"),
        ),
    },
    scope=["Infer", "Train"],
    description=config.require_secret("autoPoolOsDescription"),
)

pulumi.export("auto-pool-os", auto_pool_os.node_counts)
"""


def test_secrets_are_asked_for_by_name() -> None:
    """A script, a label that speaks of a token and a description that tells a password are keys, as on the page."""
    with Emulator(world=SECRETIVE) as emulator:
        done = program("--no-networks", TRAIN_POOL, transport=emulator.transport())

    (shown,) = re.findall(r"^```python\n( .*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert done.text.endswith(ASKED)
    assert shown in done.text
    assert PLANTED not in done.text


def test_a_fleet_has_no_secrets_in_node_pools() -> None:
    """Its plan tells all of them: what has a secret in it is left out there, with the reason."""
    with Emulator(world=SECRETIVE) as emulator:
        done = program("--fleet", transport=emulator.transport())

    remarks = " ".join(line.strip().removeprefix("# ") for line in done.text.splitlines() if "#" in line)
    reason = "it may be a secret, which node_pools of a fleet do not take."
    assert f'Not declared: node_pools["gold"].labels: {reason}' in remarks
    assert f'Not declared: node_pools["gold"].post_install: {reason}' in remarks
    assert 'description=config.require_secret("autoPoolOsDescription")' in done.text
    assert PLANTED not in done.text


@pytest.mark.parametrize(
    ("environ", "commands"),
    [
        (ENVIRON, ["--secret modelarts:accessKey", "--secret modelarts:secretKey"]),
        (
            {**ENVIRON, "HW_SECURITY_TOKEN": "STPLANTED"},
            [
                "--secret modelarts:accessKey",
                "--secret modelarts:secretKey",
                "--secret modelarts:securityToken",
            ],
        ),
        (TOKEN, ["--secret modelarts:token"]),
        (USER, ["modelarts:userName", "--secret modelarts:password", "modelarts:domainName"]),
        (
            {**TOKEN, "HW_MODELARTS_ENDPOINT": "https://modelarts.corp.example"},
            ["modelarts:endpoint https://modelarts.corp.example", "--secret modelarts:token"],
        ),
    ],
    ids=["key", "temporary key", "token", "user", "another address"],
)
def test_says_which_settings_a_stack_needs(environ: Mapping[str, str], commands: list[str]) -> None:
    """Those that lead to the project, and what its credentials consist of; none of these has its value there."""
    with Emulator() as emulator:
        text = program(environ=environ, transport=emulator.transport()).text

    shown = [line.partition("pulumi config set ")[2] for line in text.splitlines() if "pulumi config set" in line]
    places = [f"modelarts:region {PLACE['HW_REGION_NAME']}", f"modelarts:projectId {PLACE['HW_PROJECT_ID']}"]
    assert sorted(shown) == sorted([*places, *commands])
    assert [
        value for name, value in environ.items() if name not in PLACE and "ENDPOINT" not in name and value in text
    ] == []


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("API_TOKEN", True),
        ("the passphrase is long", True),
        ("ssh-key", True),
        ("4b8f1c0e9d7a4b8f1c0e9d7a4b8f1c0e9d7a", True),
        ("tokenizer", False),
        ("compass", False),
        ("team blue, room 7", False),
        ("4a3b-11ee-be56-0242ac120002", False),
    ],
)
def test_what_may_be_a_secret(text: str, secret: bool) -> None:  # noqa: FBT001 - a case
    """Words beside which secrets stand, and what nobody could read aloud."""
    assert may_be_secret(text) is secret
