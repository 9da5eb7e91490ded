"""Makes an approval of a report: of what is known for sure, and of nothing else."""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.review.report import Form, State
from pulumi_modelarts.plans.approval import Approval
from pulumi_modelarts.plans.effect import Unread
from pulumi_modelarts.plans.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Report, Resource, Stack

_WHY_NOT: Final[Mapping[State, str]] = {
    State.AT_MOST: "a saved plan does not tell this run's work from that of earlier ones; give the preview beside it",
    State.UNKNOWN: "what it does is known in the run alone; run what it depends on first, and preview again",
    State.SECRET: "what it does is secret; wrap its inputs in pulumi.Output.unsecret(…) to have it approved",
    State.OFFLINE: "nobody has looked, as modelarts:livePreview is false",
    State.UNTOLD: "a saved plan does not say what is deleted; give the preview beside it",
}


class NotApprovableError(Exception):
    """There is something that nobody can approve; each argument says what, and what to do."""


def approval(report: Report, now: datetime, lasts: timedelta, project: str = "") -> Approval:
    """Returns the approval of all that a report says.

    Args:
        report: What was previewed.
        now: When it is approved.
        lasts: How long it holds.
        project: Id of the project, where that is told.

    Raises:
        NotApprovableError: Something is not known, or not a preview.
    """
    reasons = [f"{stack.title}: {why}" for stack in report.stacks for why in _reasons(stack)]
    found: defaultdict[str, list[Footprint]] = defaultdict(list)
    for stack in report.stacks:
        for resource in stack.resources:
            if resource.footprint:
                where = project or _project(resource) or stack.project_id
                found[where].append(resource.footprint)
                reasons += [] if where else [f"{resource.name}: its project is not known; name it with --project"]
    if reasons:
        raise NotApprovableError(*reasons)
    footprints = {each: functools.reduce(operator.or_, parts, Footprint()) for each, parts in found.items()}
    return Approval(footprints, now.astimezone(UTC), (now + lasts).astimezone(UTC))


def _reasons(stack: Stack) -> Iterator[str]:
    """Yields why what a stack does cannot be approved."""
    if not stack.previewed:
        yield "this is the log of a run that has been; give the preview of the one to come"
    if stack.failed or not stack.complete:
        yield "its preview has failed, or was stopped; mend that, and preview again"
    for resource in stack.resources:
        if not _is_known(stack, resource):
            yield f"{resource.name}: {_WHY_NOT[resource.state]}"
        for secret in resource.footprint.secrets:
            yield f"{resource.name}: {secret} is secret; wrap it in pulumi.Output.unsecret(…) to have it approved"
        if any(isinstance(each, Unread) for each in resource.effects):
            yield f"{resource.name}: it does something that this version does not know; use the version that previewed"


def _is_known(stack: Stack, resource: Resource) -> bool:
    """Returns whether it is known what is done; a preview names what is deleted, although no provider was asked."""
    named = resource.state is State.UNTOLD and resource.deletes and stack.form is not Form.PLAN
    return named or resource.state is State.KNOWN


def _project(resource: Resource) -> str:
    """Returns the project that the ids of a resource's objects end in; empty where they do not agree."""
    found = {each.subject.project for each in resource.effects}
    return found.pop() if len(found) == 1 else ""
