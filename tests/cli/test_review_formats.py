"""How a report looks: a table, a comment, JSON; the page is looked at in a browser."""

from __future__ import annotations

import json
import re
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from pulumi_modelarts.cli.review.markdown import MOST
from pulumi_modelarts.cli.review.text import Text
from tests.cli.reviews import CPU, PREVIEWS, digest, many, preview, reported, review, step
from tests.work import calls

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("text", "markdown", "html", "json")
NASTY = '`|<script>@all</script>\x1b[31m*_[x](javascript:1)\nnew "line" --> '


class TestMarkdown:
    def test_fits_one_screen_and_folds_the_rest(self) -> None:
        """Even of a hundred pools: the sum, the dozen lines that matter most, and all of it folded."""
        text = review("--format", "markdown", pipe=many(100)).text

        shown, _, folded = text.partition("<details>")
        assert len(shown.splitlines()) < 30
        assert "- and 288 more, below" in shown
        assert folded.count("remove 1 node") == 100

    def test_finds_its_comment_again_and_says_the_same(self) -> None:
        """The first line is the marker; the order of resources in the input is nothing."""
        steps = json.loads(preview("team.digest.json"))["steps"]

        turned = (digest(*steps[number:], *steps[:number]) for number in range(len(steps)))
        texts = {review("--format", "markdown", pipe=content).text for content in turned}

        assert len(texts) == 1
        assert texts.pop().splitlines()[0] == "<!-- modelarts-review: modelarts/test -->"

    def test_names_have_no_meaning_in_it(self) -> None:
        """Markup, mentions, rows and links in what somebody has called something stay text."""
        text = review(
            "--format", "markdown", pipe=digest(step("a", changes={"description": f"(none) -> {NASTY}"}))
        ).text

        assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(|@all|\x1b", text.replace("@\u200ball", ""))

    def test_titles_have_no_meaning_as_html(self) -> None:
        """In the marker, which nothing may end, and in what is folded, where Markdown would escape nothing."""
        name = "my_pools---><img src=x> @all"
        nasty = {**step("a", "**moved**"), "urn": f"urn:pulumi:dev::{name}::toy:index:Toy::t"}

        lines = review("--format", "markdown", pipe=digest(nasty)).text.splitlines()

        safe = "my_pools---&gt;&lt;img src=x&gt; @\u200ball"
        assert lines[0] == "<!-- modelarts-review: my_pools-\u200b-\u200b-><img src=x> @all/dev -->"
        assert f"<details><summary>{safe}/dev: all of it</summary>" in lines
        assert "- other package: \\*\\*moved\\*\\* `t` (toy:index:Toy)" in lines

    def test_is_never_too_long_for_a_comment(self) -> None:
        """What does not fit is cut at a line, and folded parts end."""
        text = review("--format", "markdown", pipe=many(2000)).text

        assert len(text) <= MOST
        assert text.count("<details>") == text.count("</details>")
        assert text.endswith("The rest is too long for a comment: see `modelarts review --format text`.\n")


class TestJson:
    @pytest.mark.parametrize("file", sorted(PREVIEWS.iterdir()), ids=lambda file: file.name)
    def test_is_as_the_schema_says(self, file: Path, tmp_path: Path) -> None:
        """Whatever the input was."""
        prices = tmp_path / "prices.yaml"
        prices.write_text(f"{CPU}: 2.50\n", encoding="utf-8")
        schema = json.loads(files("pulumi_modelarts.cli.review").joinpath("schema.json").read_text(encoding="utf-8"))

        said = json.loads(review("--format", "json", "--prices", str(prices), str(file)).text)

        jsonschema_rs.validator_for(schema).validate(said)
        assert said["stacks"]

    def test_every_kind_of_effect_is_in_the_schema(self) -> None:
        """Those too that the examples have not."""
        schema = json.loads(files("pulumi_modelarts.cli.review").joinpath("schema.json").read_text(encoding="utf-8"))
        entries = {
            "pool": "(none) -> created in net",
            "claim": "(none) -> a/b/c",
            "on destroy": "released -> deleted",
            "arrivals.n": "awaited",
            "nodePools.gold.azs.z": "0 -> 1",
            "x": "y",
            "scope": "changes (secret)",
        }
        network = step("net", kind="Network", networkName="net", changes={"network": "exists -> managed"})
        selection = step("sel", kind="NodeSelection", pool="p", nodes=["n1"])

        said = json.loads(review("--format", "json", pipe=digest(step("a", changes=entries), network, selection)).text)

        jsonschema_rs.validator_for(schema).validate(said)
        kinds = {each["kind"] for found in said["stacks"][0]["resources"] for each in found["effects"]}
        assert kinds == {"made", "claimed", "switched", "awaited", "counted", "unread", "hidden", "takenOver", "chosen"}


class TestText:
    def test_has_colours_where_they_are_wanted(self) -> None:
        """And says the same without them."""
        found = reported(preview("team.digest.json"))

        plain, coloured = (list(Text(colours=each).report(found, None)) for each in (False, True))

        assert "\x1b[31m" in "".join(coloured)
        assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == plain

    def test_lets_nothing_move_the_cursor(self) -> None:
        """Whatever is in a name."""
        text = review(pipe=digest(step("a\x1b[2J", changes={"description": f"(none) -> {NASTY}"}))).text

        assert "\x1b" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_work_grows_with_the_input_alone(form: str) -> None:
    """Twice as many resources take twice as many steps, and not more."""
    few, more = (calls(partial(review, "--format", form, pipe=many(count))) for count in (100, 200))

    assert more < 2.2 * few
    assert more / 200 < 5_000
