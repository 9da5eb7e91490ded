"""The page about `modelarts review` prints what the command prints."""

import re
from contextlib import chdir
from pathlib import Path

from tests.cli.reviews import CPU, preview, review

PAGE = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
COMMAND = "modelarts review preview.json --prices prices.yaml"


def test_the_page_prints_what_is_printed(tmp_path: Path) -> None:
    """Every line, of a preview that the real CLI has written."""
    (shown,) = re.findall(rf"<!-- output: {re.escape(COMMAND)} -->\n```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "preview.json").write_bytes(preview("team.digest.json"))
    (tmp_path / "prices.yaml").write_text(f"{CPU}: 2.50\n", encoding="utf-8")

    with chdir(tmp_path):
        said = review(*COMMAND.split()[2:]).text

    assert shown == said
