from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import pulumi_modelarts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.harness import Project

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = (ROOT / "stacks" / "emulator.py").read_text(encoding="utf-8").partition('"""\n\n')[2]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def output(command: str, page: str = README) -> list[str]:
    """Return the lines that a page, by default the README, prints for a command, without durations."""
    (block,) = re.findall(rf"<!-- output: {re.escape(command)} -->\n```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [settled(line) for line in block.splitlines() if line.strip()]


def settled(line: str) -> str:
    """Return a line without what differs from run to run: seconds, ids of requests, and the name of the stack."""
    line = re.sub(r"request [0-9a-f]{32}", "request …", line)
    return re.sub(r"\(\d+(\.\d+)?s\)", "(…)", line).replace("urn:pulumi:test::", "urn:pulumi:emulator::").rstrip()


def programs() -> Iterator[tuple[str, str]]:
    """Return the Pulumi programs of all pages."""
    for page in PAGES:
        for number, text in enumerate(blocks(page.read_text(encoding="utf-8"), "python")):
            if "import pulumi_modelarts" in text:
                yield f"{page.name}-{number}", text


def test_the_readme_shows_the_example_stack() -> None:
    """The program on the first screen is the one that `make up` runs."""
    assert EXAMPLE in blocks(README, "python")


def test_the_readme_shows_what_the_example_prints(project: Project) -> None:
    """Every line of output in the README was printed by the program above it."""
    project.configure({"modelarts:emulatorClock": "scaled:60"})
    (project.folder / "__main__.py").write_text(EXAMPLE, encoding="utf-8")

    previewed = [settled(line) for line in project.preview().text.splitlines()]
    done = [settled(line) for line in project.up().text.splitlines()]

    assert [line for line in output("pulumi preview --diff") if line not in previewed] == []
    assert [line for line in output("pulumi preview") + output("pulumi up") if line not in done] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "at_rest"),
    [
        ("node-selection.md", "4 unchanged"),
        ("fleet.md", "5 unchanged"),
        ("cookbook/component.md", "5 unchanged"),
    ],
)
def test_a_page_shows_what_its_first_program_prints(project: Project, name: str, at_rest: str) -> None:
    """Every line of output on the page was printed by the program above it, and the next run is silent."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    (project.folder / "__main__.py").write_text(blocks(page, "python")[0], encoding="utf-8")

    previewed = [settled(line) for line in project.preview().text.splitlines()]
    project.up()
    rest = project.up("--expect-no-changes")

    assert [line for line in output("pulumi preview --diff", page) if line not in previewed] == []
    assert at_rest in page
    assert at_rest in rest.stdout


@pytest.mark.long
@pytest.mark.parametrize(("page", "program"), [("network.md", 0), ("resource-pool.md", 1)])
def test_a_page_shows_what_its_program_prints(project: Project, page: str, program: int) -> None:
    """Every line of the preview on the page was printed by one of the programs above it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (project.folder / "__main__.py").write_text(blocks(text, "python")[program], encoding="utf-8")

    previewed = [settled(line) for line in project.preview().text.splitlines()]

    assert [line for line in output("pulumi preview --diff", text) if line not in previewed] == []


@pytest.mark.long
@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in programs()])
def test_programs_in_the_docs_run(project: Project, program: str) -> None:
    """Every program in the docs previews without an error on the documented world."""
    (project.folder / "__main__.py").write_text(program, encoding="utf-8")

    assert "to create" in project.preview().text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    """Every relative link and picture in the docs exists."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_public_names_are_documented() -> None:
    """What the package exports says what it is."""
    names = [name for name in pulumi_modelarts.__all__ if not name.startswith("__")]

    assert [name for name in names if not getattr(pulumi_modelarts, name).__doc__] == []
