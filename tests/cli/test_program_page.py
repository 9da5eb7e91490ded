"""The page about `modelarts program` prints what the command prints."""

import re
from contextlib import chdir
from pathlib import Path

import pytest

from tests.cli.programs import program

PAGE = (Path(__file__).parents[2] / "docs" / "program.md").read_text(encoding="utf-8")


def undated(text: str) -> str:
    """A program without the day on which it was printed."""
    return re.sub(r"as they were on \d{4}-\d\d-\d\d", "as they were on …", text)


@pytest.mark.parametrize("further", ["", " --fleet"], ids=["pools", "fleet"])
def test_the_page_prints_what_is_printed(further: str, tmp_path: Path) -> None:
    """Every line, of the documented world."""
    command = re.escape(f"modelarts program --endpoint emulator{further}")
    (shown,) = re.findall(rf"<!-- output: {command} -->\n```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    with chdir(tmp_path):
        said = program("--endpoint", "emulator", *further.split(), environ={}).text

    assert undated(shown) == undated(said)
