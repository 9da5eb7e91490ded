"""What `docs/data-sources.md` shows was printed by the programs above it, and its tables are complete."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.sources.subjects import SUBJECTS, Subject

if TYPE_CHECKING:
    import pytest

    from tests.sources.program import Program

PAGE = (Path(__file__).parents[2] / "docs" / "data-sources.md").read_text(encoding="utf-8")


def block(before: str) -> str:
    """Return the block behind a line."""
    return PAGE.partition(f"{before}\n")[2].partition("```\n")[0]


def test_the_first_program_prints_what_is_shown(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs on the documented world."""
    code = compile(block("```python"), "data-sources.md", "exec")

    program.run(lambda: exec(code, {}))  # noqa: S102 - the page's own program

    assert capsys.readouterr().out == block("<!-- printed -->\n```")


def test_the_unit_test_passes() -> None:
    """As a user would copy it."""
    subprocess.run([sys.executable, "-c", block("```py")], check=True, capture_output=True)


def test_the_unit_tests_of_the_cookbook_pass(tmp_path: Path) -> None:
    """As a user would copy them, in a folder without an account, a stack or an emulator."""
    page = (Path(__file__).parents[2] / "docs" / "cookbook" / "mocks.md").read_text(encoding="utf-8")
    copied = tmp_path / "test_infra.py"
    copied.write_text(page.partition("```py\n")[2].partition("```\n")[0], encoding="utf-8")

    done = subprocess.run([sys.executable, copied], capture_output=True, text=True, check=False, cwd=tmp_path, env={})

    assert (done.returncode, "Ran 4 tests" in done.stderr, done.stderr.splitlines()[-1:]) == (0, True, ["OK"])
    assert list(tmp_path.iterdir()) == [copied]


def test_every_data_source_is_in_the_tables() -> None:
    """With its arguments and its result, and with its token and its key."""
    rows = {line.strip() for line in PAGE.splitlines()}

    assert [row for each in SUBJECTS for row in (asked(each), mocked(each)) if row not in rows] == []


def asked(subject: Subject) -> str:
    """Return the row of what a data source takes and returns."""
    names = [name for name in inspect.signature(subject.plain).parameters if name != "opts"]
    by = (
        ", ".join(f"`{name}`" for name in names)
        if subject.name != "get_resource_pool"
        else "`pool_name` or `display_name`"
    )
    several = ", several" if subject.items else ""
    return f"| `{subject.name}` | {by} | `{subject.kind.__name__}`{several} |"


def mocked(subject: Subject) -> str:
    """Return the row of what mocks know of a data source."""
    key = f" `{subject.items}` " if subject.items else " "
    return f"| `{subject.name}` | `{subject.token}` |{key}|"
