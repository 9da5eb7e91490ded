"""The sum of a report, in a line for each stack and one for its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.cli.review.totals import HOURS, totals
from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from pulumi_modelarts.cli.review.report import Resource, Stack
    from pulumi_modelarts.cli.review.totals import Cost, Totals


def state_of(stack: Stack) -> str:
    """Returns what has to be said of a stack before anything else; empty where it is a preview like any other."""
    if not stack.complete:
        return "cut off: the input does not go to its end, and there may be more"
    if stack.failed:
        return "failed: what is told here is not all that a run would do" if stack.previewed else "failed"
    return "" if stack.previewed else "of a run that has been, and of no preview"


def sums(resources: Iterable[Resource]) -> str:
    """Returns what resources do together, in a sentence."""
    found = totals(resources)
    told = [*_done(found)]
    if found.unclear:
        told.append(f"not all is known of {changes.names(found.unclear)}")
    return "; ".join(told) or "nothing changes"


def _done(found: Totals) -> Iterator[str]:
    for count, verb in ((found.moved, ("moves", "move")), (found.removed, ("is removed", "are removed"))):
        if count:
            yield f"{number_of(count, 'node')} {verb[count > 1]}"
    if found.bought:
        yield f"{number_of(found.all_bought, 'node')} {is_are(found.all_bought)} bought ({_flavors(found)})"
    for subjects, done in ((found.made, "made"), (found.deleted, "deleted")):
        if subjects:
            named = changes.names([f"{each.kind} {each.title}" for each in subjects])
            yield f"{named} {is_are(len(subjects))} {done}"
    if found.altered:
        yield f"{number_of(found.altered, 'other setting')} {'changes' if found.altered == 1 else 'change'}"


def _flavors(found: Totals) -> str:
    return ", ".join(
        f"{count} {flavor or 'of unknown flavor'}{f' in {zone}' if zone else ''}"
        for (flavor, zone), count in found.bought.items()
    )


def costs(found: Cost) -> str:
    """Returns what a run changes of what nodes cost, in a sentence."""
    told = [f"{signed(found.hour)} an hour, {signed(found.month)} a month of {HOURS} hours"]
    if found.unpriced:
        told.append(f"without {changes.names(found.unpriced)}, of which there is no price")
    if found.unclear:
        told.append(f"without {changes.names(found.unclear)}, of which not all is known")
    return "; ".join(told)


def signed(amount: Decimal) -> str:
    """Returns an amount with its sign and two digits."""
    return f"{amount:+,.2f}" if amount else "+0.00"
