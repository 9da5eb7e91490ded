"""States of earlier versions, opened by this one with the real CLI and the program that had written them."""

import pytest

from tests.stacks.harness import Project
from tests.states.kept import NAMES, Kept

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", NAMES)
def test_opens_with_nothing_to_do(project: Project, name: str) -> None:
    """A preview and a refresh show nothing and send nothing; a destroy takes away what the stack had made alone."""
    Kept.read(name).plant(project)
    adopted = {pool for pool in project.emulator().world()["pools"] if "team-" not in pool}

    project.run("preview", "--expect-no-changes")
    project.refresh("--expect-no-changes")
    written = project.emulator().journal.writes()
    project.destroy()

    assert written == []
    assert project.export().get("resources", []) == []
    assert project.emulator().world()["pools"].keys() == adopted
