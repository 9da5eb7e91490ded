"""What a picture shows: a box for each pool, and which of its nodes stay, leave, come, are bought or are removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.cli.review.report import Severity, State
from pulumi_modelarts.plans.effect import Altered, Counted, Deleted, Hidden, Kind, Made, Moved, Removed, Unread
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.cli.review.report import Resource
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.plans.subject import Subject


@dataclass
class Box:
    """A pool.

    Attributes:
        subject: The pool.
        counted: Nodes that it has once everything has moved, and before any is bought or removed; None if not known.
        before: Nodes that it has before; None if the input does not say.
        leaving: Nodes that move to another pool, or another part of this one.
        arriving: Nodes that move here.
        removed: Nodes that are removed.
        bought: Nodes that are bought.
        spare: Nodes that stand by for others.
        broken: Nodes that are broken.
        made: Whether the pool is made.
        deleted: Whether it is deleted.
        notes: What else is done, or in the way.
    """

    subject: Subject
    counted: int | None = None
    before: int | None = None
    leaving: list[Moved] = field(default_factory=list)
    arriving: list[Moved] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    bought: int = 0
    spare: int = 0
    broken: int = 0
    made: bool = False
    deleted: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def staying(self) -> int | None:
        """Nodes that are neither moved nor removed; None if it is not known how many there are."""
        if self.before is not None:
            return max(0, self.before - len(self.leaving) - len(self.removed))
        if self.counted is not None:
            return max(0, self.counted - len(self.arriving) - len(self.removed))
        return 0 if self.made else None


def boxes(resources: Iterable[Resource]) -> list[Box]:
    """Returns the pools of which something is told: those whose nodes move side by side, then others by their ids."""
    found: dict[Subject, Box] = {}
    for resource in resources:
        if not resource.quiet:
            for effect in resource.effects:
                _add(found, effect)
            if resource.kind is Kind.POOL and resource.subject.id:
                _describe(_box(found, resource.subject), resource)
    return sorted(found.values(), key=lambda box: (not box.leaving and not box.arriving, box.subject))


def _box(found: dict[Subject, Box], subject: Subject) -> Box:
    return found.setdefault(subject, Box(subject))


def _add(found: dict[Subject, Box], effect: Effect) -> None:
    if isinstance(effect, Moved):
        _box(found, effect.source.pool).leaving.append(effect)
        _box(found, effect.target.pool).arriving.append(effect)
        return
    if effect.subject.kind != "pool" or not effect.subject.id:
        return
    box = _box(found, effect.subject)
    match effect:
        case Removed():
            box.removed.append(effect)
        case Counted():
            box.bought += effect.bought
            box.counted = (box.counted or 0) + effect.before
        case Made():
            box.made = True
        case Deleted():
            box.deleted = True
        case Altered():
            box.notes.append(f"{spoken(effect.field)}: {effect.before} -> {effect.after}")
        case Hidden() | Unread():
            box.notes.append(f"? {effect.key}")
        case _:
            pass


def _describe(box: Box, resource: Resource) -> None:
    """Adds what the input says of a pool besides what is done."""
    standing = resource.standing
    if standing.counts is not None:
        box.before = sum(standing.counts.values())
    for state in (standing.states or {}).values():
        box.spare += state.get("spare", 0)
        box.broken += state.get("broken", 0)
    if resource.state is not State.KNOWN:
        box.notes.append("? not all is known")
    said = [each for each in resource.messages if each.severity is not Severity.INFO]
    box.notes += [f"! {each.text}" for each in said[:2]]
    if len(said) > 2:  # noqa: PLR2004 - as many as have been added
        box.notes.append(f"! and {len(said) - 2} more")
