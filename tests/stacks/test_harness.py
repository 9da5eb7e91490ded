"""What scenarios rely on: a project of its own for each test, and commands that can be stopped."""

from pathlib import Path

import pytest

from tests.stacks.harness import Project

pytestmark = pytest.mark.long  # every other test of the real CLI rests on the same

SLOW = '''
from pulumi import dynamic

class SlowProvider(dynamic.ResourceProvider):
    """Says that it has begun, then takes longer than any test waits."""

    def create(self, props):
        import pathlib, time

        pathlib.Path(props["flag"]).touch()
        time.sleep(600)

class Slow(dynamic.Resource):
    def __init__(self, name, flag):
        super().__init__(SlowProvider(), name, {"flag": flag})

Slow("slow", "begun")
'''


def test_a_program_runs_and_its_outputs_are_read_back(project: Project) -> None:
    """What a program exports is found in the state, and a second run has nothing to do."""
    project.program('pulumi.export("answer", 42)')

    first = project.up()
    second = project.preview("--expect-no-changes")

    assert "+ 1 created" in first.text
    assert "1 unchanged" in second.text
    assert project.outputs() == {"answer": 42}


def test_a_preview_is_read_as_data(project: Project) -> None:
    """A planned step is found by the name of its resource, and planning changes nothing."""
    project.program("pulumi.ComponentResource('test:Thing', 'thing')")

    planned = project.plan()

    assert planned.step("thing")["op"] == "create"
    assert project.export().get("resources", []) == []


def test_failure_is_an_error_unless_it_is_expected(project: Project) -> None:
    """A failing command stops the scenario with all it printed, or is handed over when it was to fail."""
    project.program('raise pulumi.RunError("the program gave up")')

    outcome = project.up(fails=True)

    with pytest.raises(AssertionError, match="the program gave up"):
        project.up()
    assert "the program gave up" in outcome.text


def test_a_killed_command_leaves_nothing_running(project: Project) -> None:
    """Killing takes the provider process along, and the stack can be used again once it is unlocked."""
    project.program(SLOW)
    running = project.start("up", "--yes", "--skip-preview")
    running.until((project.folder / "begun").exists)

    killed = running.kill()

    assert killed.code < 0
    assert not list(_processes_of_group(running.pid))
    project.unlock()
    project.program("")
    project.up()


def test_the_testers_own_settings_stay_outside(project: Project, tmp_path: Path) -> None:
    """Nothing is written outside the project: Pulumi's home, state and the emulator are inside."""
    project.up()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["project"]
    assert (project.folder / "home").is_dir()


def _processes_of_group(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
