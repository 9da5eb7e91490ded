"""A small language for what a pipeline lets through: `removed>0`, `cost>+500/month`, `pool:infer-*: any`.

A gate fails where what it names is done, and where nobody can tell whether it is: what it would need is unknown or
secret, a price is missing, or the preview has failed.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.cli.review.report import State
from pulumi_modelarts.cli.review.totals import HOURS, cost
from pulumi_modelarts.plans.effect import NOTES, Altered, Counted, Deleted, Effect, Made, Moved, Removed, Switched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pulumi_modelarts.cli.review.report import Report, Resource
    from pulumi_modelarts.plans.subject import Subject

LANGUAGE: Final = (
    "moved, bought or removed, alone or with a number (`bought>4`, `moved>=2`); created, deleted, driver, scope, "
    "job-flavors, description, on-destroy or any; cost with a difference for an hour or a month "
    "(`cost>+500/month`); each behind a pool where it is about that alone (`pool:infer-*: any`)"
)

_FORM: Final = re.compile(
    r"(?:pool:\s*(?P<pool>[^\s:]+)\s*:\s*)?(?P<what>[a-z-]+)\s*"
    r"(?:(?P<sign>>=?)\s*(?P<bound>[+-]?\d{1,12}(?:\.\d{1,4})?)\s*(?:/\s*(?P<per>hour|month))?)?"
)


class GateError(Exception):
    """A gate is none; the text says what there is."""


@dataclass(frozen=True)
class Gate:
    """What is not let through.

    Attributes:
        text: As it was written.
        what: What must not be done.
        pool: Pattern of ids or names of pools that it is about; empty for all.
        most: What may be done of it.
        reached: Whether so much is too much already.
        hours: Hours that `most` of a cost is about.
        reason: Why; empty where nobody says.
    """

    text: str
    what: str
    pool: str = ""
    most: Decimal = Decimal(0)
    reached: bool = False
    hours: int = 1
    reason: str = ""

    def passed(self, done: Decimal) -> bool:
        """Returns whether something is too much."""
        return done >= self.most if self.reached else done > self.most


@dataclass(frozen=True)
class Failure:
    """A gate that fails.

    Attributes:
        gate: The gate.
        why: What is done, or why nobody can tell.
        unclear: Whether nobody can tell.
    """

    gate: Gate
    why: str
    unclear: bool = False


def gate(text: str, reason: str = "") -> Gate:
    """Returns the gate that a text says.

    Raises:
        GateError: It says none.
    """
    found = _FORM.fullmatch(text.strip())
    what = found["what"] if found else ""
    counts, costs = what in _COUNTS, what == "cost"
    if found is None or not (counts or costs or (what in _KINDS and not found["sign"])):
        raise GateError(f"{text!r} is no gate. There are: {LANGUAGE}")
    if costs is not bool(found["per"]) or (counts and "." in (found["bound"] or "")):
        raise GateError(f"{text!r} is no gate: a cost has a difference for an hour or a month, a count a whole number")
    return Gate(
        text=text.strip(),
        what=what,
        pool=found["pool"] or "",
        most=Decimal(found["bound"] or 0),
        reached=found["sign"] == ">=",
        hours=HOURS if found["per"] == "month" else 1,
        reason=reason,
    )


def failures(gates: Sequence[Gate], report: Report, prices: Mapping[str, Decimal] | None) -> list[Failure]:
    """Returns the gates that fail.

    Args:
        gates: All of them.
        report: What is done.
        prices: Price of a node for an hour, by flavor; None where there are none.
    """
    broken = [stack.title for stack in report.stacks if stack.failed or not stack.complete]
    found = [_failure(each, _about(each, report), prices) for each in gates]
    if broken:
        lost = f"the preview of {', '.join(broken)} has failed, or was stopped"
        found = [why or Failure(each, lost, unclear=True) for each, why in zip(gates, found, strict=True)]
    return [each for each in found if each is not None]


def _about(each: Gate, report: Report) -> list[Resource]:
    """Returns the resources that a gate is about, each with the effects that are on pools of its pattern."""
    if not each.pool:
        return list(report.resources)
    found = []
    for resource in report.resources:
        effects = tuple(effect for effect in resource.effects if any(_matches(each, pool) for pool in _pools(effect)))
        lost = any(not pool.id for effect in resource.effects for pool in _pools(effect))
        blind = not _is_clear(resource) and (not resource.subject.id or _matches(each, resource.subject))
        if effects or blind or lost:
            state = State.UNKNOWN if lost else resource.state
            found.append(replace(resource, effects=effects, state=state))
    return found


def _pools(effect: Effect) -> tuple[Subject, ...]:
    return (effect.source.pool, effect.target.pool) if isinstance(effect, Moved) else (effect.subject,)


def _matches(each: Gate, subject: Subject) -> bool:
    return any(fnmatch.fnmatchcase(name, each.pool) for name in (subject.id, subject.title))


def _failure(each: Gate, resources: Sequence[Resource], prices: Mapping[str, Decimal] | None) -> Failure | None:
    if each.what == "cost":
        return _of_cost(each, resources, prices)
    count = _COUNTS.get(each.what) or _KINDS[each.what]
    done = sum(count(resource) for resource in resources)
    if each.passed(Decimal(done)):
        return Failure(each, f"{each.what}: {done}" if each.what in _COUNTS else f"{each.what}: yes")
    unclear = sorted({resource.name for resource in resources if not _is_clear(resource)})
    return Failure(each, f"what is done is not known of {', '.join(unclear)}", unclear=True) if unclear else None


def _of_cost(each: Gate, resources: Sequence[Resource], prices: Mapping[str, Decimal] | None) -> Failure | None:
    if prices is None:
        return Failure(each, "no prices are given; name their file with --prices", unclear=True)
    found = cost(resources, prices)
    if found.unpriced:
        return Failure(each, f"there is no price of {', '.join(found.unpriced)}", unclear=True)
    if found.unclear:
        return Failure(each, f"what comes or goes is not known of {', '.join(found.unclear)}", unclear=True)
    done = found.hour * each.hours
    return Failure(each, f"the cost changes by {done:+.2f}") if each.passed(done) else None


def _is_clear(resource: Resource) -> bool:
    """Returns whether an input says all that is done; of what is deleted, which nodes go with it is part of that."""
    if resource.hides:
        return False
    counted = resource.subject.kind == "network" or resource.standing.counts is not None
    return resource.state is State.KNOWN or (resource.state is State.UNTOLD and resource.deletes and counted)


def _removed(resource: Resource) -> int:
    named = sum(isinstance(each, Removed) for each in resource.effects)
    return named + (sum((resource.standing.counts or {}).values()) if resource.deletes else 0)


def _any_of(*kinds: type, field: str = "") -> Callable[[Resource], int]:
    """Returns what counts effects of some kinds, of a field that begins so."""

    def count(resource: Resource) -> int:
        return sum(
            isinstance(each, kinds) and (not isinstance(each, Altered) or each.field.startswith(field))
            for each in resource.effects
        )

    return count


_COUNTS: Final[Mapping[str, Callable[[Resource], int]]] = {
    "moved": _any_of(Moved),
    "bought": lambda resource: sum(each.bought for each in resource.effects if isinstance(each, Counted)),
    "removed": _removed,
}
_KINDS: Final[Mapping[str, Callable[[Resource], int]]] = {
    "created": _any_of(Made),
    "deleted": _any_of(Deleted),
    "driver": _any_of(Altered, field="driver."),
    "scope": _any_of(Altered, field="scope"),
    "job-flavors": _any_of(Altered, field="jobFlavors"),
    "description": _any_of(Altered, field="description"),
    "on-destroy": _any_of(Switched),
    "any": lambda resource: sum(not isinstance(each, NOTES) for each in resource.effects),
}
