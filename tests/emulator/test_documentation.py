"""The programs of the pages about the emulator, run as they stand."""

import re
import warnings
from pathlib import Path

import pytest

from modelarts_emulator import PROJECT, TRAIN_POOL, Emulator, mock_modelarts
from modelarts_emulator.console.control import ACTIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("emulator.md", "emulator-embedding.md", "emulator-server.md")
PRINTS = re.compile(r"This prints `([^`]+)`")


def programs() -> list[tuple[str, str]]:
    """Programs of the pages with the text behind each, up to the next one."""
    found = []
    for page in PAGES:
        parts = re.split(r"```python\n(.*?)```", (DOCS / page).read_text(), flags=re.DOTALL)
        found += list(zip(parts[1::2], parts[2::2], strict=True))
    return found


@pytest.mark.parametrize(("program", "behind"), programs())
def test_programs(modelarts: Emulator, program: str, behind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each program runs with the names that its page has introduced, and prints what the page says behind it."""
    names = {"PROJECT": PROJECT, "TRAIN_POOL": TRAIN_POOL, "emulator": modelarts, "modelarts": modelarts}

    with warnings.catch_warnings(action="error"):
        exec(program.replace("    ...\n", ""), names)  # noqa: S102 - the page's own program

    modelarts.faults.clear()
    if says := PRINTS.match(behind.strip()):
        assert capsys.readouterr().out.strip() == says[1]


@pytest.mark.parametrize("name", ["test_pools_are_listed", "test_the_limit_is_met_once"])
def test_tests_of_the_page(name: str) -> None:
    """The tests that the page shows pass."""
    program = next(program for program, _ in programs() if f"def {name}(" in program)
    names = {"PROJECT": PROJECT, "TRAIN_POOL": TRAIN_POOL}
    exec(program, names)  # noqa: S102 - the page's own program
    test = names[name]
    mark = {} if not hasattr(test, "pytestmark") else dict(test.pytestmark[0].kwargs)

    with mock_modelarts(**mark) as emulator:
        test(emulator)  # type: ignore[operator] # the function that the program has defined


def test_control_api() -> None:
    """The page about the server names every control operation, and no other."""
    rows = re.findall(r"^\| (`(?:GET|POST|PUT|DELETE) .*) \|", (DOCS / "emulator-server.md").read_text(), re.MULTILINE)

    named = {
        (method, path)
        for row in rows
        for method, path in re.findall(r"`(GET|POST|PUT|DELETE) ([a-z.-]+(?:/\{\w+\})?)", row)
    }
    assert named == {(method, path) for path, methods in ACTIONS.items() for method in methods}
