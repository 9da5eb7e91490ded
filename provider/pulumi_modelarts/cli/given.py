"""Where a command finds settings: as a run of Pulumi does, and on the command line before that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pulumi_modelarts.cli.names import Names
    from pulumi_modelarts.cli.stack import StackSettings

ENDPOINT: Final = "modelarts:endpoint"
OPTION: Final = "--endpoint"


def add_to(parser: argparse.ArgumentParser, look: str) -> None:
    """Add the words that say where settings are found.

    Args:
        parser: of a command.
        look: what the command does at an address, such as `look there`.
    """
    parser.add_argument(
        "--stack", metavar="NAME", help="take the settings of this stack, from the files of its project"
    )
    parser.add_argument(
        "--cwd", "-C", metavar="FOLDER", default=".", help="the folder of that project (default: this one)"
    )
    parser.add_argument("--endpoint", metavar="ADDRESS", help=f'{look}: an address, or "emulator" for the embedded one')


@dataclass(frozen=True)
class Given:
    """What somebody has set.

    Attributes:
        environ: the environment.
        stack: the settings of a stack; None for none.
        endpoint: what the command line says in place of `modelarts:endpoint`; None for nothing.
    """

    environ: Mapping[str, str]
    stack: StackSettings | None = None
    endpoint: str | None = None

    @classmethod
    def of(cls, words: argparse.Namespace, environ: Mapping[str, str]) -> Given:
        """What the words of a command and an environment say.

        Args:
            words: as `add_to` has them parsed.
            environ: the environment.

        Raises:
            NoStackError: there is no such stack.
        """
        from pulumi_modelarts.cli.stack import read  # noqa: PLC0415 - words alone need no parser of YAML

        found = None if words.stack is None else read(words.stack, Path(words.cwd))
        return cls(environ, found, words.endpoint)

    def lookup(self, key: str) -> str | None:
        """The value of a key such as `modelarts:region`, None if there is none that can be read."""
        if key == ENDPOINT and self.endpoint is not None:
            return self.endpoint
        return None if self.stack is None else self.stack.values.get(key)

    @property
    def keys(self) -> list[str]:
        """All keys of the stack, those of other packages too."""
        return [] if self.stack is None else [*self.stack.places]

    def encrypted(self, keys: tuple[str, ...]) -> str | None:
        """The first of some keys that the stack has encrypted; None if none is."""
        hidden = frozenset[str]() if self.stack is None else self.stack.encrypted
        return next((key for key in keys if key in hidden and not (key == ENDPOINT and self.endpoint)), None)

    def is_in_file(self, key: str) -> bool:
        """Whether the value of a key stands in a file of the stack."""
        return self.stack is not None and key in self.stack.values

    def place(self, key: str, names: Names) -> str:
        """Where the value of a key stands, in words."""
        if key == ENDPOINT and self.endpoint is not None:
            return OPTION
        if self.stack is None or key not in self.stack.places:
            return key
        return f"{key} in {self.file(key, names)}"

    def file(self, key: str, names: Names) -> str:
        """The name of the file that has a key of the stack."""
        if self.stack is None:
            return ""
        stack = self.stack.stack
        return self.stack.places[key].replace(f".{stack}.", f".{names.of('stack', stack)}.")
