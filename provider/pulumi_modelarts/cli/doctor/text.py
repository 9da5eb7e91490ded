"""How a report looks on a screen, and in an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.doctor.report import State, counts, is_well
from pulumi_modelarts.cli.screen import BOLD, CYAN, GREEN, PLAIN, RED, YELLOW, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pulumi_modelarts.cli.doctor.report import Finding, Heading, Section

COLOURS: Final[Mapping[State, str]] = {
    State.OK: GREEN,
    State.WARNING: YELLOW,
    State.FAILED: RED,
    State.UNKNOWN: CYAN,
}

WIDTH: Final = max(map(len, State))
INDENT: Final = " " * (WIDTH + 4)


class Text:
    """Makes lines of a report.

    Args:
        colours: whether they have some.
    """

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def heading(self, heading: Heading) -> Iterator[str]:
        """The lines above the sections."""
        yield self._in(BOLD, f"modelarts doctor, pulumi-modelarts {heading.version}, {heading.at}")
        if heading.names:
            yield "With names and ids: for your own screen. Without --names it can be shown to anybody."
        else:
            yield "Names and ids are replaced, secrets left out: it can be shown to anybody. --names shows the names."

    def section(self, section: Section) -> Iterator[str]:
        """The lines of a section."""
        yield ""
        yield self._in(BOLD, section.title)
        for finding in section.findings:
            yield from self._finding(finding)

    def summary(self, sections: Iterable[Section]) -> Iterator[str]:
        """The lines below the sections."""
        sections = tuple(sections)
        told = ", ".join(_number(state, number) for state, number in counts(sections).items() if number)
        yield ""
        yield self._in(BOLD, f"{'All right' if is_well(sections) else 'Something is wrong'}: {told}.")

    def _finding(self, finding: Finding) -> Iterator[str]:
        state = self._in(COLOURS[finding.state], finding.state.ljust(WIDTH))
        yield f"  {state}  {printable(f'{finding.subject}: {finding.text}')}"
        if finding.advice:
            yield f"{INDENT}-> {printable(finding.advice)}"

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self._colours else text


def _number(state: State, number: int) -> str:
    return number_of(number, "warning") if state is State.WARNING else f"{number} {state}"
