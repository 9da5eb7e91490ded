"""What every input comes to: what the engine plans for one resource, and what was said meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.plans.effect import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.cli.review.report import Form

TYPES: Final[Mapping[str, Kind]] = {f"pulumi-python:dynamic/modelarts:{kind.value}": kind for kind in Kind}
"""Types of resources, as they stand in every state."""


class UnreadableError(Exception):
    """An input is nothing that a report can be made of; the text says why, and what to give."""


@dataclass(frozen=True)
class Side:
    """A resource before or after.

    Attributes:
        inputs: Its inputs.
        outputs: Its outputs.
        retained: Whether the engine leaves it as it is when it goes, so that no provider is called.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    retained: bool = False


@dataclass(frozen=True)
class Step:
    """What the engine plans for one resource.

    Attributes:
        action: The engine's word, such as `update`.
        urn: The resource's URN.
        old: What it was; None for nothing, or where the input does not say.
        new: What it will be; None likewise.
    """

    action: str
    urn: str
    old: Side | None = None
    new: Side | None = None

    @property
    def type(self) -> str:
        """Type of the resource, without those of its parents."""
        return type_of(self.urn)

    @property
    def kind(self) -> Kind | None:
        """What it stands for; None for a resource of another package."""
        return kind_of(self.urn)


@dataclass(frozen=True)
class Said:
    """A message of the engine.

    Attributes:
        severity: Its word for how much it matters.
        text: The message.
        urn: What it is about; empty for nothing.
    """

    severity: str
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Run:
    """One operation on one stack, as an input tells it.

    Attributes:
        source: The file.
        form: What that is.
        steps: What is planned, in the order of the input.
        said: What was said.
        config: The stack's configuration, as far as it is told.
        previewed: Whether it is yet to come.
        complete: Whether the input goes to its end.
        failed: Whether the input says itself that it failed.
    """

    source: str
    form: Form
    steps: tuple[Step, ...]
    said: tuple[Said, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    previewed: bool = True
    complete: bool = True
    failed: bool = False


def type_of(urn: str) -> str:
    """Returns the type that a URN says, without those of its parents; empty for what is no URN."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 3 else ""  # noqa: PLR2004 - the four parts of a URN


def kind_of(urn: str) -> Kind | None:
    """Returns what the resource of a URN stands for; None for one of another package."""
    return TYPES.get(type_of(urn))


def side(found: object) -> Side | None:
    """Returns what a state in an input says; None for none."""
    if not isinstance(found, dict):
        return None
    return Side(mapping(found.get("inputs")), mapping(found.get("outputs")), found.get("retainOnDelete") is True)


def mapping(found: object) -> dict[str, Any]:
    """Returns a map of an input; an empty one in place of anything else."""
    return found if isinstance(found, dict) else {}


def listing(found: object) -> list[Any]:
    """Returns a list of an input; an empty one in place of anything else."""
    return found if isinstance(found, list) else []
