"""What a program sees that asks, through the real CLI: previews, plans and runs agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Credentials, Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from tests.resources.service import Hand

if TYPE_CHECKING:
    from tests.stacks.harness import Project

PAGE = (Path(__file__).parents[2] / "docs" / "data-sources.md").read_text(encoding="utf-8")

ASKING = f"""
    move = modelarts.NodeMigration("move", nodes=["{NODE}"], source_pool="{TRAIN_POOL}", target_pool="{INFER_POOL}")

    class Rack(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("test:index:Rack", "rack")
            options = pulumi.ResourceOptions(parent=self, depends_on=[move])
            pool = dict(pool_name="{INFER_POOL}", flavors={{"modelarts.vm.cpu.4ud": 4}}, max_growth=1, after=[move])
            modelarts.ResourcePool("infer", **pool, opts=options)

    def names(nodes):
        return [node.name for node in nodes]

    options = pulumi.InvokeOutputOptions(depends_on=[Rack()])
    pulumi.export("before", names(modelarts.get_pool_nodes("{TRAIN_POOL}")))
    pulumi.export("fed", modelarts.get_pool_nodes_output(move.target_pool).apply(names))
    pulumi.export("after", modelarts.get_resource_pool_output(pool_name="{INFER_POOL}", opts=options).node_counts)
    job = modelarts.get_training_job_output("{TRAINING_JOB}")
    pulumi.export("phase", job.status.phase)
    pulumi.export("token", job.endpoints.jupyter_lab.token)
    """

pytestmark = pytest.mark.cli


@pytest.mark.long
def test_a_preview_knows_what_does_not_change(project: Project) -> None:
    """What comes after a change is unknown in its preview; a token is no more shown than kept in plain."""
    project.program(ASKING)

    text = project.preview().text

    lines = [line.strip() for line in text.partition("--outputs:--")[2].splitlines()]
    assert {line for line in lines if "[unknown]" in line or "[secret]" in line} == {
        "after : [unknown]",
        "fed   : [unknown]",
        "token : [secret]",
    }
    assert 'phase : "Running"' in lines


def token_in(emulator: Emulator) -> str:
    """Return the token that opens the JupyterLab of the documented training job."""
    settings = Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})
    job, _ = Client(settings, transport=emulator.transport()).training_jobs.document(TRAINING_JOB)
    return job.endpoints.jupyter_lab.token


@pytest.mark.long
def test_plans_hold_and_rest_is_rest(project: Project) -> None:
    """A plan whose questions come after changes holds; then nothing changes, until somebody changes it by hand."""
    project.program(ASKING)
    project.run("preview", "--save-plan=plan.json")

    project.run("up", "--yes", "--skip-preview", "--plan=plan.json")

    first = project.outputs()
    assert (NODE in first["before"], NODE in first["fed"]) == (True, True)
    assert (first["after"], first["phase"]) == ({"modelarts.vm.cpu.4ud": 4}, "Running")
    project.preview("--expect-no-changes")
    with project.emulator() as emulator:
        token = token_in(emulator)
        Hand(emulator).migrate(INFER_POOL, TRAIN_POOL, NODE)
    assert token.encode() not in project.everything_written()

    project.run("preview", "--save-plan=plan.json")
    project.run("up", "--yes", "--skip-preview", "--plan=plan.json")

    assert NODE in project.outputs()["fed"]


@pytest.mark.long
def test_the_page_shows_what_a_preview_does(project: Project) -> None:
    """The second program of the page is previewed as it is printed there."""
    _, _, program, *_ = PAGE.split("```python\n")
    (project.folder / "__main__.py").write_text(program.partition("```\n")[0], encoding="utf-8")

    text = project.preview().text

    assert PAGE.partition("<!-- previewed -->\n```\n")[2].partition("```\n")[0] in text


@pytest.mark.long
def test_an_explicit_provider_keeps_its_keys(project: Project) -> None:
    """Its own service is asked, and its keys are in nothing that is written; what it tells is plain."""
    keys = {"planted-access": "planted-secret"}
    with Emulator(clock="auto", credentials=Credentials(access_keys=keys)) as emulator, emulator.serve() as server:
        project.env = {"APP_KEY": "planted-secret"}
        project.program(
            f"""
            import os
            other = modelarts.Provider(
                "other", endpoint="{server.url}", region="cn-north-7", project_id="{PROJECT}",
                access_key="planted-access", secret_key=pulumi.Output.secret(os.environ["APP_KEY"]),
            )
            there = pulumi.InvokeOptions(provider=other)
            pulumi.export("there", modelarts.get_resource_pools_output(opts=there).apply(len))
            pulumi.export("here", len(modelarts.get_resource_pools()))
            """
        )

        done = project.up()
        emulator.journal.assert_no_writes()

    assert project.outputs() == {"there": 3, "here": 3}
    assert "planted-secret" not in done.text
    assert b"planted-secret" not in project.everything_written()


@pytest.mark.long
@pytest.mark.parametrize("form", ["get_pool_nodes", "get_pool_nodes_output"])
def test_an_error_is_its_message_alone(project: Project, form: str) -> None:
    """Pulumi prints no traceback, and the message says what there is."""
    project.program(f'modelarts.{form}("gone")')

    text = project.preview(fails=True).text

    assert "error: get_pool_nodes: show resource pool gone: pool" in text
    assert "The project has: auto-pool-os-" in text
    assert "Traceback" not in text
    assert "Warning" not in text
