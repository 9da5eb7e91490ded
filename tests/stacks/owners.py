"""Two stacks of one project, and the marks that they leave on pools."""

import shutil

from modelarts_emulator import TRAIN_POOL
from tests.stacks.harness import STACK, Project

OTHER = "prod"
OURS, THEIRS = (f"organization/modelarts/{name}" for name in (STACK, OTHER))


def as_other(project: Project) -> None:
    """Go on as another stack of the same project, with the same settings."""
    shutil.copy(project.folder / f"Pulumi.{STACK}.yaml", project.folder / f"Pulumi.{OTHER}.yaml")
    project.env["PULUMI_STACK"] = OTHER
    project.run("stack", "init", OTHER)


def tags(project: Project, name: str = TRAIN_POOL) -> list[str]:
    """Values of the tags of a pool."""
    return sorted(project.emulator().world()["pools"][name]["tags"].values())
