"""What every declaration says of its own inputs: which of them are left alone, and which are secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypeVar

from pydantic import AfterValidator

from pulumi_modelarts.specs.paths import Paths, Steps
from pulumi_modelarts.specs.stack import InStack

if TYPE_CHECKING:
    from collections.abc import Mapping


PropertyPaths = Annotated[tuple[str, ...], AfterValidator(lambda paths: tuple(sorted(set(paths))))]


class Declaration(InStack):
    """Base of what a resource declares.

    Attributes:
        ignored: Inputs that the program leaves alone (`ignore_changes`), filled in by its resource.
        secrets: Inputs that it keeps secret, likewise.
    """

    ignored: PropertyPaths = ()
    secrets: PropertyPaths = ()

    identities: ClassVar[tuple[Steps, ...]] = ()
    """Inputs that say which object is meant: the id and the keys of maps are plain in every state file."""

    plain: ClassVar[str] = "names are plain in every state"
    """Why these cannot be kept secret, for a message."""

    @classmethod
    def arguments(cls) -> frozenset[str]:
        """Returns the names of the arguments that a program can give; these two come by other ways."""
        return super().arguments() - {"ignored", "secrets"}

    @property
    def hidden(self) -> Paths:
        """The inputs whose values, live ones included, are never told."""
        return Paths.of(self.secrets)

    @property
    def left_alone(self) -> Paths:
        """The inputs that are neither planned nor sent."""
        return Paths.of(self.ignored)

    @property
    def managed(self) -> Self:
        """The same declaration without what is left alone."""
        return self

    def shows(self, key: str, entry: str) -> bool:
        """Returns whether an entry of the map that says what a run does would tell something secret."""
        del entry
        return self.hidden.name(key)

    @classmethod
    def entries_of(cls, paths: Paths, entries: Mapping[str, str]) -> dict[str, str]:
        """Returns the entries of that map which are about some inputs."""
        return {key: entry for key, entry in entries.items() if paths.name(key)}


DeclarationT = TypeVar("DeclarationT", bound=Declaration)
