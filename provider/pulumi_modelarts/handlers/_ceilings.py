"""Limits that a program sets itself, and that a setting of the stack or of the provider does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import argument

if TYPE_CHECKING:
    from pulumi_modelarts.handlers._options import Options


def above_ceilings(options: Options, max_growth: int | None, max_scale_in: int) -> tuple[Problem, ...]:
    """Returns the limits of a run that are wider than `modelarts:maxGrowth` and `modelarts:maxScaleIn` allow."""
    limits = (
        ("maxGrowth", max_growth, options.max_growth),
        ("maxScaleIn", max_scale_in, options.max_scale_in),
    )
    return tuple(
        Problem(
            argument(name),
            f"is {said}, and modelarts:{name} allows {most}; declare {most} or less, or raise the setting",
        )
        for name, said, most in limits
        if said is not None and most is not None and said > most
    )
