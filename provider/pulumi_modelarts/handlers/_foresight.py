"""What a check finds out about the run that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi import dynamic

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


def failures(problems: tuple[Problem, ...]) -> list[dynamic.CheckFailure]:
    """Returns problems as check failures.

    The path stands in the text: given as the failure's property, the engine looks it up as a plain top-level name and
    prints `value {<nil>}` beside every nested one (observed: CLI 3.259).
    """
    return [dynamic.CheckFailure("", f"{problem.path}: {problem.reason}") for problem in problems]
