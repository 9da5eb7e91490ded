import pytest

from modelarts_emulator import NODE, TRAIN_POOL
from tests.stacks.harness import Project
from tests.stacks.migrations import move, rollout
from tests.stacks.pools import operations, writes

pytestmark = pytest.mark.long  # many commands; what a user sees first is tested in `make test`

NOWHERE = "os-node-created-nowhe"


def _problem(text: str) -> str:
    return f"error: pulumi-python:dynamic/modelarts:NodeMigration resource 'move' has a problem: {text}"


def test_are_refused_all_at_once_with_path_and_remedy(project: Project) -> None:
    """Everything that is wrong with a declaration stands in one list; the service is asked for nothing but names."""
    strategy = rollout(max_unavailable=0, soak="-5s", drain_timeout="soon", on_undrainable="shrug")
    project.program(move(NODE, "", target="infer", strategy=strategy, await_jobs=["a job"], on_running_jobs="perhaps"))

    refused = project.preview(fails=True)

    duration = 'must be a duration of 0s or more such as "30m", "1h30m" or "90s", got'
    for text in (
        "nodes[1]: '' is not the name of a node; give its name",
        "target_pool: 'infer' is not the id of a resource pool; give its metadata.name, 36 to 63 lowercase letters, ",
        "strategy.max_unavailable: must be a whole number of 1 or more, got 0",
        f"strategy.soak: {duration} '-5s'",
        f"strategy.drain_timeout: {duration} 'soon'",
        "strategy.on_undrainable: must be 'fail' or 'skip', got 'shrug'",
        "await_jobs[0]: 'a job' is not the id of a training job; give its id such as '3faf5c03-",
        "on_running_jobs: must be 'wait', 'fail' or 'ignore', got 'perhaps'",
    ):
        assert _problem(text) in refused.text
    assert operations(project) == ["listPools"]


def test_that_only_the_live_project_can_tell_are_refused_in_the_preview_too(project: Project) -> None:
    """A node that no pool has is pointed at, before anything is sent."""
    project.program(move(NODE, NOWHERE))

    refused = project.preview(fails=True)

    nowhere = (
        f"nodes[1]: '{NOWHERE}' is in no pool of the project, neither in '{TRAIN_POOL}' nor elsewhere; correct its "
    )
    assert _problem(nowhere) in refused.text
    assert writes(project) == []
