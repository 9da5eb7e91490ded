"""A policy: gates with their reasons, and windows in which nothing may change, as a file that a team keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pulumi_modelarts.cli.review import plain_yaml
from pulumi_modelarts.cli.review.gates import Gate, GateError, gate

if TYPE_CHECKING:
    from pathlib import Path

GIVE: Final = (
    "give `gates`, each with `gate` and `reason`, and `freezes`, each with `from`, `to`, `zone` and `reason`, such as "
    "`from: 2026-12-20 18:00`, `zone: Asia/Shanghai`"
)


class PolicyError(Exception):
    """A policy cannot be read; the text says why."""


class _Gate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    gate: str
    reason: str = Field(min_length=1)


class _Freeze(BaseModel):
    model_config = ConfigDict(extra="forbid")

    begins: str = Field(alias="from")
    ends: str = Field(alias="to")
    zone: str
    reason: str = Field(min_length=1)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    gates: tuple[_Gate, ...] = ()
    freezes: tuple[_Freeze, ...] = ()


@dataclass(frozen=True)
class Window:
    """A time in which nothing may change.

    Attributes:
        begins: Its first moment.
        ends: The first moment after it.
        reason: Why.
    """

    begins: datetime
    ends: datetime
    reason: str

    @property
    def gate(self) -> Gate:
        """The gate that it is while it lasts."""
        return Gate(f"freeze until {self.ends:%Y-%m-%d %H:%M} {self.ends.tzinfo}", "any", reason=self.reason)


@dataclass(frozen=True)
class Policy:
    """A policy.

    Attributes:
        gates: What is never let through.
        windows: When nothing is.
    """

    gates: tuple[Gate, ...] = ()
    windows: tuple[Window, ...] = field(default=())

    def at(self, now: datetime) -> tuple[Gate, ...]:
        """Returns the gates that there are at a moment."""
        return (*self.gates, *(each.gate for each in self.windows if each.begins <= now < each.ends))


def read(file: Path) -> Policy:
    """Returns the policy that a file says.

    Raises:
        PolicyError: The file cannot be read, or says something else.
    """
    try:
        text = file.read_text(encoding="utf-8")
        found = _Document.model_validate(plain_yaml.load(text))
        gates = tuple(gate(each.gate, each.reason) for each in found.gates)
        return Policy(gates, tuple(map(_window, found.freezes)))
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) or "all of it" for each in error.errors())
        raise PolicyError(f"{file} is no policy ({wrong}); {GIVE}") from error
    except (OSError, ValueError, yaml.YAMLError, GateError) as error:
        raise PolicyError(f"{file} cannot be used: {error}") from error


def _window(said: _Freeze) -> Window:
    """Returns a window.

    Raises:
        ValueError: It has no zone or moment that there is, or ends before it begins.
    """
    try:
        zone = ZoneInfo(said.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {said.zone!r} on this machine") from error
    begins, ends = min(_moments(said.begins, zone)), max(_moments(said.ends, zone))
    if ends <= begins:
        raise ValueError(f"a freeze ends at {said.ends}, and begins at {said.begins}")
    return Window(begins, ends.astimezone(zone), said.reason)


def _moments(said: str, zone: ZoneInfo) -> list[datetime]:
    """Returns a moment as the clocks of a zone show it: two, where they show it twice, or skip it.

    Raises:
        ValueError: It is none, or has an offset of its own.
    """
    found = datetime.fromisoformat(said)
    if found.tzinfo is not None:
        raise ValueError(f"{said} has an offset of its own; say it as the clocks of its zone show it")
    return [found.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
