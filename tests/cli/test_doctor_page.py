"""The page about the doctor prints what it says, and names what there is."""

import re
from contextlib import chdir
from pathlib import Path

from pulumi_modelarts.cli.doctor.examination import OF_THE_SERVICE, SECTIONS
from pulumi_modelarts.cli.doctor.report import State
from tests.cli.doctor import doctor

PAGE = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
COMMAND = "modelarts doctor --endpoint emulator"


def settled(line: str) -> str:
    """A line without what differs from one machine, version or day to the next."""
    line = re.sub(r"^(modelarts doctor, pulumi-modelarts ).*", r"\1…", line)
    line = re.sub(r"request [0-9a-f]+", "request …", line)
    return re.sub(
        r"^(  ok         (?:pulumi-modelarts|modelarts-emulator|Python|pulumi|httpx|pydantic|system): ).*", r"\1…", line
    )


def test_the_page_prints_what_is_said(tmp_path: Path) -> None:
    """Every line, of the documented world."""
    (printed,) = re.findall(rf"<!-- output: {re.escape(COMMAND)} -->\n```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    with chdir(tmp_path):
        said = doctor("--endpoint", "emulator", environ={}).text

    assert list(map(settled, printed.splitlines())) == list(map(settled, said.splitlines()))


def test_the_page_names_every_section_and_state() -> None:
    """By the titles of the text and the names of the JSON."""
    sections = [*SECTIONS, *OF_THE_SERVICE]
    (table,) = re.findall(r"^\| section \| what is looked at .*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    (names,) = re.findall(r"A section's `name` is (.*?)\.", PAGE)

    assert re.findall(r"^\| ([A-Z][^|]*) \|", table, re.MULTILINE) == [title for _, title, _ in sections]
    assert re.findall(r"`(\w+)`", names) == [name for name, _, _ in sections]
    assert [state for state in State if f"`{state}`" not in PAGE] == []


def test_the_page_names_every_fact() -> None:
    """Programs find every field of the JSON there."""
    report = doctor("--endpoint", "emulator", "--json", environ={}).report

    told = {
        name: set(re.findall(r"`([a-z_]+)`", facts))
        for name, facts in re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE)
    }
    unnamed = {
        (section["name"], fact)
        for section in report["sections"]
        for finding in section["findings"]
        for fact in finding["facts"]
        if fact not in told[section["name"]]
    }
    assert unnamed == set()
