"""Tells somebody who gave the display name of a pool which id was wanted; only the service knows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans.pool_names import named_by_label
from pulumi_modelarts.specs.paths import property_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs._spec import Problem

INPUTS = ("pool_name", "pool", "source_pool", "target_pool")
"""Arguments that take the id of a pool."""


def with_ids(
    problems: Sequence[Problem], raw: Mapping[str, object], session: Callable[[], Session]
) -> tuple[Problem, ...]:
    """Returns problems, those about a display name with the id to write.

    Args:
        problems: What is wrong.
        raw: The inputs.
        session: Opens the session of the project, whose pools are asked for where a name of one is wrong.
    """
    given = {problem.path: raw.get(property_name(problem.path)) for problem in problems if problem.path in INPUTS}
    labels = {path: value for path, value in given.items() if isinstance(value, str) and value}
    if not labels:
        return tuple(problems)
    with suppress(ModelArtsError):
        pools = session().snapshot().pools
        told = {path: named_by_label(label, pools, path) for path, label in labels.items()}
        return tuple(replace(problem, reason=told.get(problem.path) or problem.reason) for problem in problems)
    return tuple(problems)
