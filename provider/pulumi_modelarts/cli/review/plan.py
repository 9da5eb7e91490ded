"""What `pulumi preview --save-plan` writes: for each resource its inputs to be, and not what they were.

So a map of an update may hold entries of earlier runs, and of a resource that goes nothing is told but its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.review.report import Form
from pulumi_modelarts.cli.review.step import Run, Side, Step, listing, mapping
from pulumi_modelarts.plans.effects import MAPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TELLING: Final = "resourcePlans"


def is_one(document: Mapping[str, Any]) -> bool:
    """Returns whether a document is a saved plan."""
    return _TELLING in document or _TELLING in mapping(document.get("plan"))


def run(source: str, document: Mapping[str, Any]) -> Run:
    """Returns the run that a plan is of."""
    document = document if _TELLING in document else mapping(document.get("plan"))
    steps = [step for urn, each in mapping(document[_TELLING]).items() for step in _steps(urn, mapping(each))]
    return Run(source, Form.PLAN, tuple(steps), config=mapping(document.get("config")))


def _steps(urn: str, planned: Mapping[str, Any]) -> Iterator[Step]:
    difference = mapping(mapping(planned.get("goal")).get("inputDiff"))
    changed = {**mapping(difference.get("adds")), **mapping(difference.get("updates"))}
    for action in map(str, listing(planned.get("steps"))):
        step = Step(action, urn)
        inputs = {**mapping(planned.get("state")), **changed}
        if step.kind and action == "update":
            # One that is not among the differences says nothing new.
            inputs[MAPS[step.kind]] = changed.get(MAPS[step.kind], {})
        gone = planned.get("goal") is None
        yield step if gone else Step(action, urn, None, Side(inputs))
