"""Makes one report of all inputs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_modelarts.cli.review.documents import runs
from pulumi_modelarts.cli.review.report import Form, Message, Report, Severity, Stack, State
from pulumi_modelarts.cli.review.stack import stack_of
from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pulumi_modelarts.cli.review.report import Resource


def report(inputs: Iterable[tuple[str, bytes]]) -> Report:
    """Returns the report of inputs; a plan beside the preview that it was saved by adds nothing to that.

    Args:
        inputs: What each is called, and all of it.

    Raises:
        UnreadableError: One of them is nothing that a report can be made of.
    """
    found: dict[str, list[Stack]] = defaultdict(list)
    for source, content in inputs:
        for run in runs(source, content):
            stack = stack_of(run)
            found[stack.title].append(stack)
    return Report(tuple(stack for title in sorted(found) for stack in _together(found[title])))


def _together(stacks: Sequence[Stack]) -> Iterator[Stack]:
    """Yields the reports of one stack, saved plans left out that have their preview beside them."""
    plans = [stack for stack in stacks if stack.form is Form.PLAN]
    previews = [stack for stack in stacks if stack.form is not Form.PLAN]
    if not previews:
        yield from plans
        return
    for stack in previews:
        strange = [message for plan in plans for message in _strange(stack, plan)]
        yield replace(stack, failed=stack.failed or bool(strange), messages=tuple(sorted([*stack.messages, *strange])))


def _strange(stack: Stack, plan: Stack) -> Iterator[Message]:
    """Yields where a plan is not of the run that a preview shows."""
    shown, saved = ({(each.urn, each.action): each for each in one.resources if _acts(each)} for one in (stack, plan))
    differ = sorted(
        {
            step[0].rpartition("::")[2]
            for step in shown.keys() | saved.keys()
            if step not in shown or step not in saved or not _agree(shown[step], saved[step])
        }
    )
    if differ:
        yield Message(
            Severity.ERROR,
            f"the plan {plan.source} is not of the run that {stack.source} shows: they differ about "
            f"{changes.names(differ)}. Save the plan by the same preview: pulumi preview --json --save-plan …",
        )


def _acts(resource: Resource) -> bool:
    return resource.action not in {"same", "read", "refresh", "refused"}


def _agree(shown: Resource, saved: Resource) -> bool:
    """Returns whether a plan can be that of what a preview shows: it may carry effects of earlier runs."""
    if saved.state is State.UNTOLD:
        return True
    if saved.state is State.AT_MOST:
        return shown.state is State.KNOWN and {*shown.effects} <= {*saved.effects}
    return (shown.state, shown.effects) == (saved.state, saved.effects)
