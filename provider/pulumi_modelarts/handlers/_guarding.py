"""Holds what a handler does to what whoever starts the run allows; where nothing is said, nothing is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.footprint import Footprint
    from pulumi_modelarts.reconcilers.guard import Guard
    from pulumi_modelarts.specs._declaration import Declaration
    from pulumi_modelarts.specs._spec import Problem


def foretold(
    guard: Guard, spec: type[Declaration], inputs: Mapping[str, Any], entries: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Returns what a preview says of a run: warnings, and problems.

    Args:
        guard: What stands between the resource and the service.
        spec: What kind of declaration it is.
        inputs: The checked inputs.
        entries: What the run does.
    """
    if not guard.limits:
        return (), ()
    done = _footprint(spec, inputs, entries)
    return guard.warnings(done), guard.problems(done)


def admit(guard: Guard, spec: type[Declaration], inputs: Mapping[str, Any], entries: Mapping[str, str]) -> None:
    """Lets a call do something.

    Args:
        guard: What stands between the resource and the service.
        spec: What kind of declaration it is.
        inputs: The checked inputs.
        entries: What the run does.

    Raises:
        RefusedError: It may not, and nothing was sent.
    """
    if guard.limits:
        guard.admit(_footprint(spec, inputs, entries))


def _footprint(spec: type[Declaration], inputs: Mapping[str, Any], entries: Mapping[str, str]) -> Footprint:
    from pulumi_modelarts.plans.effect import Kind  # noqa: PLC0415 - on demand
    from pulumi_modelarts.plans.footprint import footprint  # noqa: PLC0415 - on demand

    return footprint(Kind(spec.__name__.removesuffix("Spec")), inputs, entries)
