"""Pages that say what to do after an accident: what their sections print, and the commands that they give."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tools.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.stacks.command import Outcome
    from tests.stacks.harness import Project

SHOWN, RUN = "text", "sh"
"""Languages of the blocks: what is printed, and what to run."""

SAYS_YES = {"up": ["--yes", "--skip-preview"], "destroy": ["--yes", "--skip-preview"], "cancel": ["--yes"]}
"""What saying yes is, to a command that asks."""


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


def sections(name: str) -> dict[str, str]:
    """Return the sections of a page in `docs`, text by heading."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))


def blocks(section: str) -> list[Block]:
    """Return the fenced blocks of a section."""
    return [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)]


def with_commands(name: str) -> set[str]:
    """Return the headings of a page under which there is something to run."""
    return {heading for heading, text in sections(name).items() if any(each.language == RUN for each in blocks(text))}


@dataclass
class Entry:
    """A section that is worked through, block by block from its top, on a project to which the accident happened.

    Attributes:
        project: The project.
        section: The text of the section.
        left: Blocks that have not been used yet.
    """

    project: Project
    section: str
    left: list[Block] = field(init=False)

    def __post_init__(self) -> None:
        """Begin at the top."""
        self.left = blocks(self.section)

    def shows(self, outcome: Outcome) -> None:
        """Hold the next block to what a command has printed: each of its paragraphs, however it is wrapped."""
        printed = _settled(outcome.text)
        missing = [said for said in self._next(SHOWN).split("\n\n") if _settled(said) not in printed]
        assert not missing, f"not printed: {missing}\nprinted:\n{outcome.text}"

    def follow(self, words: Mapping[str, str] | None = None) -> list[Outcome]:
        """Run the next block as somebody who says yes to all that is asked; `words` stand for what is in <angles>."""
        text = self._next(RUN)
        for name, word in (words or {}).items():
            text = text.replace(f"<{name}>", word)
        return [outcome for line in text.splitlines() if (outcome := self._run(shlex.split(line)))]

    def _run(self, command: list[str]) -> Outcome | None:
        if command[0] == "export":
            name, _, value = command[1].partition("=")
            self.project.env[name] = value
            return None
        arguments = command[1:]
        return self.project.run(*arguments, *([] if "--yes" in arguments else SAYS_YES.get(arguments[0], [])))

    def _next(self, language: str) -> str:
        block = self.left.pop(0)
        assert block.language == language, f"the page goes on with {block}"
        return block.text


def _settled(text: str) -> str:
    """Return a text in one line, without what differs from run to run."""
    text = re.sub(r"request [0-9a-f]{32}", "request …", text)
    text = re.sub(r"\(\d+(\.\d+)?s\)|after \d+ s\b", "…", text)
    return " ".join(text.split())
