"""Secret inputs through the real CLI: state, plans, events, previews and logs tell none of their values."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL
from tests import missing
from tests.engine.environments import MATRIX, OWN, Environment, UnavailableError
from tests.stacks.command import Outcome
from tests.stacks.harness import Project
from tests.stacks.pools import AT_ONCE, CPU, Code, pool

EACH = [pytest.param(each, id=str(each), marks=pytest.mark.long) for each in MATRIX]

FIRST = {"COUNT": "17", "DESCRIPTION": "blue-4711", "NODE_POOL": "pool-4712", "SOAK": "7m13s", "GROWTH": "947131"}
SECOND = {"COUNT": "19", "DESCRIPTION": "green-4714", "NODE_POOL": "pool-4712", "SOAK": "7m14s", "GROWTH": "947161"}
WORDS = [*FIRST.values(), *SECOND.values()]
READ_SECRETS = """
import os

def secret(name):
    return pulumi.Output.secret(os.environ["TEST_" + name])
"""
PROGRAM = (
    READ_SECRETS
    + f"""
move = modelarts.NodeMigration(
    "move", nodes=[{NODE!r}], source_pool={TRAIN_POOL!r}, target_pool={INFER_POOL!r},
    target_node_pool=secret("NODE_POOL"), strategy=modelarts.Rollout(soak=secret("SOAK")),
)
"""
    + pool(
        flavors={CPU: Code('secret("COUNT").apply(int)')},
        description=Code('secret("DESCRIPTION")'),
        max_growth=Code('secret("GROWTH").apply(int)'),
        scope=Code('["Train", pulumi.Output.secret("Notebook")]'),
        after=Code("move"),
    )
    + 'pulumi.export("nodes", train.node_counts)\n'
)


@pytest.fixture(params=EACH)
def environment(request: pytest.FixtureRequest) -> Environment:
    """Each SDK and Python."""
    return request.param  # type: ignore[no-any-return]  # pytest's


@pytest.fixture
def secretive(project: Project, environment: Environment) -> Project:
    """A project that runs in that environment; the values come from variables, so that no file of its own has them."""
    try:
        python = environment.interpreter()
    except UnavailableError as error:
        missing.skip(f"environment {environment}", str(error))
    if environment != OWN:
        # The language host asks pip what is installed, and these environments are made without it.
        subprocess.run([python, "-m", "ensurepip"], check=True, capture_output=True)
        settings = (project.folder / "Pulumi.yaml").read_text(encoding="utf-8")
        (project.folder / "Pulumi.yaml").write_text(
            settings.replace(sys.prefix, str(Path(python).parent.parent)), encoding="utf-8"
        )
        project.env["PYTHONPATH"] = ":".join(str(Path(__file__).parents[2] / part) for part in ("provider", ""))
    project.configure(AT_ONCE)
    project.env |= {"PULUMI_DEBUG_COMMANDS": "true", "MODELARTS_DEBUG": "1"}
    project.program(PROGRAM)
    return project


def use(project: Project, values: dict[str, str]) -> None:
    """Give the program other values."""
    project.env |= {f"TEST_{name}": value for name, value in values.items()}


def told(*outcomes: Outcome) -> list[str]:
    """Return the lines of commands that tell a value."""
    lines = [line for outcome in outcomes for line in outcome.text.splitlines()]
    return [line for line in lines if re.search(rf"(?<![\w.:-])({'|'.join(WORDS)})(?![\w.:-])", line)]


def test_are_nowhere_to_be_read(secretive: Project) -> None:
    """Through adoption, change and refresh no value is in anything that Pulumi writes or shows."""
    use(secretive, FIRST)
    planned = secretive.preview("--save-plan", "plan.json")
    adopted = secretive.up("--plan", "plan.json", "--event-log", "events.json")
    use(secretive, SECOND)
    listed = secretive.plan()
    changed = secretive.up("--diff", "--event-log", "more-events.json")
    rest = secretive.preview("--refresh", "--expect-no-changes")
    exported = secretive.run("stack", "export")

    assert f'flavors.{CPU}: "changes (secret)"' in planned.text
    assert told(planned, adopted, listed, changed, rest, exported) == []
    written = secretive.everything_written().decode(errors="replace")
    assert [word for word in WORDS if len(word) > len("17") and word in written] == []
    state = json.loads(exported.text)["deployment"]["resources"]
    found = {each["urn"].rsplit("::")[-1]: each.get("inputs", {}).get("secrets") for each in state}
    assert found["train"] == ["after", "description", f'flavors["{CPU}"]', "maxGrowth", "scope"]
    assert found["move"] == ["strategy.soak", "targetNodePool"]


@pytest.mark.long
def test_stay_secret_in_the_run_that_makes_them_plain(project: Project) -> None:
    """The old value does not show when the mark goes, and what earlier versions wrote in plain is written over."""
    project.program(pool(description="blue-4711"))
    project.up()
    project.program(pool(description=Code('pulumi.Output.secret("blue-4711")')))
    project.up()
    marked = project.resource("train")
    project.program(pool(description="green"))
    preview = project.preview()

    assert marked["inputs"]["changes"] == marked["outputs"]["changes"] == {"description": "changes (secret)"}
    assert "blue-4711" not in json.dumps(marked)
    assert 'description: "changes (secret)" => "changes (secret) (again)"' in preview.text
    assert "blue-4711" not in preview.text


@pytest.mark.long
def test_identities_are_refused(project: Project) -> None:
    """A secret id is refused in the preview, without its value, and with the way out, which works."""
    secret = f"pulumi.Output.secret({TRAIN_POOL!r})"
    project.program(pool(pool_name=Code(secret), flavors={CPU: 2}))
    refused = project.preview(fails=True)
    project.program(pool(pool_name=Code(f"pulumi.Output.unsecret({secret})"), flavors={CPU: 2}))
    project.up()

    assert "pool_name: cannot be kept secret" in refused.text
    assert "pulumi.Output.unsecret(…)" in refused.text
    assert TRAIN_POOL not in refused.text
    assert project.resource("train")["id"] == TRAIN_POOL
