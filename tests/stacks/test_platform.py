"""The platform's stack and that of a team, run as a user runs them: one world, two programs, and no fight."""

import copy
import re
from collections import Counter
from pathlib import Path

import pytest

from modelarts_emulator import GPU_POOL, INFER_POOL, PROJECT, TRAIN_POOL, Emulator
from pulumi_modelarts.api.credentials import PUBLIC_PASSPHRASE
from tests.resources.service import Hand
from tests.stacks.harness import Project
from tests.stacks.pools import CPU
from tests.stacks.test_documentation import output
from tools import shell_env
from tools.paths import ROOT

BLUE = f"team-blue-{PROJECT}"
GPU = "modelarts.vm.gpu.t4u8"
IDLE, TRAINING = "os-node-created-p5ed5", "os-node-created-72w8d"
PAGE = (ROOT / "docs" / "cookbook" / "stack-reference.md").read_text(encoding="utf-8")
WORLD = re.compile(r"emulatorFile: (\S+)")


@pytest.fixture
def platform(project: Project) -> Project:
    """The platform's stack."""
    return stack(project, "platform")


@pytest.fixture
def blue(project: Project) -> Project:
    """The team's stack, in the same project."""
    return stack(project, "team-blue")


def stack(project: Project, name: str) -> Project:
    """Return a project whose commands mean an example stack, with the program and the settings that it has here."""
    chosen = copy.copy(project)
    chosen.env = {"PULUMI_STACK": name, "PULUMI_CONFIG_PASSPHRASE": PUBLIC_PASSPHRASE}
    (project.folder / "stacks").mkdir(exist_ok=True)
    for path in ("__main__.py", f"stacks/{name.replace('-', '_')}.py"):
        (project.folder / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    settings = (ROOT / "stacks" / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
    quick = settings.replace("scaled:60 ", "scaled:600 ")
    (project.folder / f"Pulumi.{name}.yaml").write_text(quick, encoding="utf-8")
    chosen.run("stack", "init", name)
    return chosen


def replace(path: Path, text: str, into: str) -> None:
    """Replace what must be in a file."""
    before = path.read_text(encoding="utf-8")
    assert text in before
    path.write_text(before.replace(text, into), encoding="utf-8")


def world(project: Project) -> Emulator:
    """Open the world that both stacks are on."""
    return Emulator.open(project.folder / ".modelarts" / "platform.db")


def sent(project: Project) -> Counter[str | None]:
    """Return what was asked to change something since this was last asked."""
    with world(project) as emulator:
        found = Counter(write.operation for write in emulator.journal.writes())
        emulator.journal.clear()
    return found


def test_the_platform_and_its_teams_are_on_one_emulator() -> None:
    """Every example stack has a program and settings, and only these two share a world."""
    settings = {
        name: (ROOT / "stacks" / f"Pulumi.{name}.yaml").read_text(encoding="utf-8") for name in shell_env.EXAMPLES
    }
    files = {name: WORLD.findall(text) for name, text in settings.items()}

    assert [name for name in settings if not (ROOT / "stacks" / f"{name.replace('-', '_')}.py").is_file()] == []
    assert files == {
        "emulator": [],
        "team": [".modelarts/team.db"],
        "platform": [".modelarts/platform.db"],
        "team-blue": [".modelarts/platform.db"],
    }


@pytest.mark.long
def test_two_stacks_live_on_one_world_and_go_in_order(platform: Project, blue: Project) -> None:
    """Made, changed, interfered with, refreshed and destroyed: each does its own, and refuses what is the other's."""
    team_program = blue.folder / "stacks" / "team_blue.py"
    early = blue.preview(fails=True)
    platform.up()
    made = sent(platform)
    hand = Hand(world(platform))

    shown = blue.preview()
    blue.up()
    taken = sent(blue)
    platform.up("--expect-no-changes")
    replace(platform.folder / "stacks" / "platform.py", "flavors={CPU: 3}", "flavors={CPU: 4}")
    platform.up()
    blue.up("--expect-no-changes")
    bought = sent(platform)
    replace(team_program, 'away=pool("blue")', f'away="{INFER_POOL}"')
    others = blue.preview(fails=True)
    replace(team_program, f'away="{INFER_POOL}"', 'away=pool("blue")')
    hand.migrate(BLUE, GPU_POOL, IDLE)
    sent(blue)
    blue.up("--refresh")
    repaired = sent(blue)
    early_end = platform.run("destroy", "--yes", fails=True)
    lived = {pool: hand.counts(pool) for pool in (TRAIN_POOL, INFER_POOL, GPU_POOL, BLUE)}

    blue.run("config", "set", "team-blue:giveBack", "true")
    blue.up()
    blue.destroy()
    rest = platform.preview("--refresh", "--expect-no-changes")
    platform.run("state", "unprotect", "--all", "--yes")
    platform.destroy()

    move = {"batchDrainPoolNodes": 1, "batchMigratePoolNodes": 1}
    assert "error: The platform has no pool 'blue': run `make up STACK=platform` first" in early.text
    assert "Traceback" not in early.text
    assert made == {**move, "createPool": 1, "batchCreatePoolTags": 2}
    assert [line for line in output("make up STACK=team-blue", PAGE) if line not in shown.text.splitlines()] == []
    assert taken == move
    assert bought == {"patchPool": 1}
    assert "".join(output("pulumi preview", PAGE)) in others.text
    assert repaired == move
    assert "because it is protected" in early_end.text
    assert lived == {TRAIN_POOL: {CPU: 1}, INFER_POOL: {CPU: 4}, GPU_POOL: {GPU: 1}, BLUE: {CPU: 1, GPU: 1}}
    assert "9 unchanged" in rest.stdout
    assert sent(platform) == {**move, "deletePool": 1, "batchDeletePoolTags": 2}
    assert {*hand.nodes(GPU_POOL)} == {IDLE, TRAINING}
    assert {name: hand.counts(name) for name in world(platform).world()["pools"]} == {
        TRAIN_POOL: {CPU: 1},
        INFER_POOL: {CPU: 4},
        GPU_POOL: {GPU: 2},
    }
