"""What a check finds out about the run that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.specs._spec import Problem


@dataclass(frozen=True)
class Foresight:
    """What a run would do to the service, found out before it starts.

    Attributes:
        changes: What it would do, as the map that the preview shows.
        problems: What stands against it.
        warnings: What it would leave as it is although it is not as declared.
    """

    changes: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
