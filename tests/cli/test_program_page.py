"""The page about `modelarts program` prints what the command prints."""

import re
from contextlib import chdir
from pathlib import Path

from tests.cli.programs import program

PAGE = (Path(__file__).parents[2] / "docs" / "program.md").read_text(encoding="utf-8")
COMMAND = "modelarts program --endpoint emulator"


def undated(text: str) -> str:
    """A program without the day on which it was printed."""
    return re.sub(r"as they were on \d{4}-\d\d-\d\d", "as they were on …", text)


def test_the_page_prints_what_is_printed(tmp_path: Path) -> None:
    """Every line, of the documented world."""
    (shown,) = re.findall(
        rf"<!-- output: {re.escape(COMMAND)} -->\n```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
    )

    with chdir(tmp_path):
        said = program("--endpoint", "emulator", environ={}).text

    assert undated(shown) == undated(said)
