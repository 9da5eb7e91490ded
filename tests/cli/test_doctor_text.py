"""The report as a text."""

import io

import httpx
import pytest

from modelarts_emulator import Emulator
from pulumi_modelarts.cli.__main__ import main
from tests.cli.doctor import ENVIRON, doctor

ASKED = {"HW_REGION_NAME": "cn-north-4"}


class Terminal(io.StringIO):
    """Something to print on that has colours."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return True


def test_every_finding_is_a_line_with_what_to_do(emulator: Emulator) -> None:
    """What the JSON has stands in the text, in the same order, with a line for the sum of it."""
    report = doctor("--json", transport=emulator.transport()).report
    emulator.reset()

    lines = doctor(transport=emulator.transport()).text.splitlines()

    told = [
        line
        for section in report["sections"]
        for finding in section["findings"]
        for line in (
            f"  {finding['state'].ljust(9)}  {finding['subject']}: {finding['text']}",
            f"{' ' * 13}-> {finding['advice']}",
        )
        if not line.endswith("-> None")
    ]
    assert [line for line in lines if line.startswith("  ")] == told
    assert [line for line in lines[2:-1] if line and line[0] != " "] == [each["title"] for each in report["sections"]]
    assert lines[-1] == f"All right: {report['counts']['ok']} ok, {report['counts']['not known']} not known."


def test_what_is_wrong_is_counted() -> None:
    """The last line says that something is."""
    done = doctor(environ=ASKED)

    assert done.text.splitlines()[-1] == "Something is wrong: 8 ok, 2 failed, 6 not known."
    assert done.code == 1


@pytest.mark.parametrize(("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals_alone(environ: dict[str, str], coloured: bool) -> None:  # noqa: FBT001 - the outcome
    """And not even for these where somebody wants none."""
    piped = doctor(environ=ASKED | environ)
    shown = doctor(environ=ASKED | environ, out=Terminal())

    assert "\x1b" not in piped.text
    assert ("\x1b[31mfailed   \x1b[0m  project id: missing" in shown.text, "\x1b" in shown.text) == (coloured, coloured)


def test_nothing_that_a_service_says_moves_the_cursor() -> None:
    """Control characters are replaced, on one's own screen too."""

    def odd(_: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"error_code": "X", "error_msg": "\x1b[2Jgone\r\nnew line"})

    done = doctor("--names", environ=ENVIRON, transport=httpx.MockTransport(odd))

    assert "?[2Jgone??new line" in done.text
    assert "\x1b" not in done.text


def test_wrong_words_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As every command does."""
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["doctor", "--nmaes"])

    assert "unrecognized arguments: --nmaes" in capsys.readouterr().err
