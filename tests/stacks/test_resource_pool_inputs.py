from typing import Any

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, TRAIN_POOL
from tests.resources.service import world
from tests.stacks.harness import Project
from tests.stacks.pools import CPU, GPU, Code, operations, pool, train, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

LOST_POOL = TRAIN_POOL.replace("auto", "lost")

WRONG_EVERYWHERE = pool(
    pool_name="My Pool",
    flavors={CPU: -1, "half": 2.5, "word": "three", "yes": True, GPU: 1},
    node_pools={f"{GPU}-default": Code(f"modelarts.NodePool(flavor={GPU!r}, count=2)")},
    scope=["Train", "Fly"],
    description="a < b",
    driver=Code("modelarts.Driver(gpu_version='515.65.01', update_strategy='later')"),
)


def _problem(name: str, text: str) -> str:
    return f"error: pulumi-python:dynamic/modelarts:ResourcePool resource '{name}' has a problem: {text}"


def test_are_refused_all_at_once_with_path_and_remedy(project: Project) -> None:
    """Everything that is wrong with a declaration stands in one list; the service is asked for nothing but names."""
    project.program(WRONG_EVERYWHERE)

    refused = project.preview(fails=True)

    whole = "must be a whole number of 0 or more, got"
    for text in (
        "pool_name: 'My Pool' is not the id of a resource pool; give its metadata.name, 36 to 63 lowercase letters, ",
        f'flavors["{CPU}"]: {whole} -1',
        f'flavors["half"]: {whole} 2.5',
        f"flavors[\"word\"]: {whole} 'three'",
        f'flavors["yes"]: {whole} True',
        "scope[1]: 'Fly' is not a job type; use 'Infer', 'Notebook' or 'Train'",
        "description: contains <; leave that out, the service takes none of ! < > = & \" '",
        "driver.update_strategy: must be 'force' or 'idle', got 'later'",
    ):
        assert _problem("train", text) in refused.text
    assert operations(project) == ["listPools"]


@pytest.mark.parametrize(
    ("program", "problems"),
    [
        (
            pool(pool_name="", flavors={}),
            ["pool_name: '' is not the id", "flavors: is empty; leave it out to manage no"],
        ),
        (
            pool(
                pool_name=GPU_POOL,
                flavors={GPU: 2},
                node_pools={f"{GPU}-default": Code(f"modelarts.NodePool(flavor={GPU!r}, count=2)")},
            ),
            [
                f'node_pools["{GPU}-default"]: is the ',
                f'same entry of the pool as flavors["{GPU}"]; declare one of the two',
            ],
        ),
        (
            pool(flavors={"modelarts.vm.cpu.4du": 3}),
            ['flavors["modelarts.vm.cpu.4du"]: ', "neither in the pool nor offered by the service", repr(CPU)],
        ),
        (
            pool(pool_name=LOST_POOL, flavors={CPU: 3}),
            ["pool_name: ", "(ModelArts.50015001, request ", f"The project has: {TRAIN_POOL} (auto-pool-os), "],
        ),
        (
            pool("one", INFER_POOL, flavors={CPU: 2})
            + pool("two", INFER_POOL, description="ours", opts=Code("pulumi.ResourceOptions(depends_on=[one])")),
            [f"'two' has a problem: pool_name: resource pool '{INFER_POOL}' is already managed by 'one'; merge both"],
        ),
    ],
    ids=["empty", "one-entry-twice", "unknown-flavor", "missing-pool", "two-owners"],
)
def test_are_refused_before_anything_is_sent(project: Project, program: str, problems: list[str]) -> None:
    """What only shows beside other inputs or the live project fails in the preview as well, and says the way out."""
    project.program(program)

    refused = project.preview(fails=True)

    assert [text for text in problems if text not in refused.text] == []
    assert writes(project) == []


def test_unknown_to_the_resource_fail_where_they_are_written(project: Project) -> None:
    """A misspelt argument is an error of the program, with the right one and without a traceback."""
    project.program(pool(flavour={CPU: 3}))

    refused = project.preview(fails=True)

    assert "error: ResourcePool 'train': 'flavour' is no argument; did you mean 'flavors'?" in refused.text
    assert "Traceback" not in refused.text


@pytest.mark.parametrize(
    ("config", "problems"),
    [
        (
            {"modelarts:endpoint": None, "modelarts:emulatorFile": None},
            [
                "ConfigurationError: ModelArts settings that are missing: region, project id, credentials. ",
                "\n      access key: modelarts:accessKey, huaweicloud:accessKey, HW_ACCESS_KEY\n",
                "or try without an account: `pulumi config set modelarts:endpoint emulator`.",
            ],
        ),
        (
            {"modelarts:endpoint": "http://modelarts.example.com", "modelarts:token": "t"},
            [
                "modelarts:endpoint: must begin with https://; http:// is for this machine (127.0.0.1, localhost) only",
            ],
        ),
    ],
    ids=["no-credentials", "plain-http"],
)
def test_need_a_service_that_can_be_asked(project: Project, config: dict[str, Any], problems: list[str]) -> None:
    """Missing settings and an unsafe address are one error each, which lists every place looked at, no traceback."""
    project.configure(config)
    project.program(train(3))

    refused = project.up(fails=True)

    assert [text for text in problems if text not in refused.text] == []
    assert "Traceback" not in refused.text


def test_fail_on_a_restricted_pool_only_where_they_touch_what_is_restricted(project: Project) -> None:
    """A frozen pool is adopted as it is; growing it fails, with the state that forbids it."""
    project.emulator().seed(world(pool=TRAIN_POOL, control_mode=8))
    project.program(train(2))
    project.up()
    project.program(train(3))

    refused = project.preview(fails=True)

    assert (
        _problem("train", f'flavors["{CPU}"]: cannot be changed now: resource pool {TRAIN_POOL!r} is frozen')
        in refused.text
    )
    assert writes(project) == []
