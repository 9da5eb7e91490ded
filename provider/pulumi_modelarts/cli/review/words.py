"""What is done, in words: the same ones in a terminal, in a comment and on a page."""

from __future__ import annotations

from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.review.report import State
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.effect import (
    Altered,
    Awaited,
    Chosen,
    Claimed,
    Counted,
    Deleted,
    Hidden,
    Kind,
    Made,
    Moved,
    Released,
    Removed,
    Switched,
    TakenOver,
    Unread,
)
from pulumi_modelarts.plans.subject import Subject
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pulumi_modelarts.cli.review.report import Resource
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.plans.subject import Place


class Mark(Enum):
    """What kind of thing is done, with the sign before it."""

    REMOVED = "-"
    ADDED = "+"
    MOVED = ">"
    CHANGED = "~"
    UNCLEAR = "?"
    NOTE = "."


class Line(NamedTuple):
    """Something that is done.

    Attributes:
        mark: What kind of thing it is.
        text: What it is.
    """

    mark: Mark
    text: str


STATES: Final[Mapping[State, str]] = {
    State.AT_MOST: "at most this: a saved plan does not tell what is of earlier runs; give the preview beside it",
    State.UNKNOWN: "not known before the run: it was refused, or something that it depends on is not known",
    State.SECRET: "secret: what the run does is not in this file",
    State.OFFLINE: "not looked at: previews of this stack are offline",
    State.UNTOLD: "not in this file: what is in it now, and whether it may go; no preview asks that of the service",
}
_PLANNED_GONE: Final = "not in this file: what goes, and whether it is deleted or released; give the preview beside it"


def lines(resource: Resource, most: int = 5) -> Iterator[Line]:
    """Yields what is done for a resource, nodes of one way together.

    Args:
        resource: The resource.
        most: Names of nodes that a line tells; all of them for 0.
    """
    if resource.state is State.UNTOLD and not resource.effects:
        yield Line(Mark.UNCLEAR, _PLANNED_GONE)
    elif resource.state in STATES:
        yield Line(Mark.UNCLEAR, STATES[resource.state])
    yield from sorted(_lines(resource.effects, most), key=lambda line: [*Mark].index(line.mark))


def _lines(effects: Iterable[Effect], most: int) -> Iterator[Line]:
    for _, group in groupby(effects, key=_together):
        same = list(group)
        yield _LINES[type(same[0])](same, most)


def _together(effect: Effect) -> object:
    """Returns what effects have in common that are told in one line."""
    if isinstance(effect, Moved):
        return Moved, effect.source, effect.target
    if isinstance(effect, Removed):
        return Removed, effect.subject, effect.spare
    if isinstance(effect, (Awaited, Chosen)):
        return type(effect), effect.subject, isinstance(effect, Chosen) and effect.dropped
    return effect


def place(where: Place) -> str:
    """Returns a place in words."""
    return f"{where.pool.title}/{where.part}" if where.part else where.pool.title


def title_of(resource: Resource) -> str:
    """Returns what a resource is about, in words."""
    if resource.kind is Kind.FLEET:
        return "fleet"
    return resource.subject.title or resource.title or "(unknown)"


def _named(names: Iterable[str], most: int) -> str:
    told = list(names)
    return changes.names(told, most or len(told))


def _moved(same: list[Moved], most: int) -> Line:
    way = f"{place(same[0].source)} -> {place(same[0].target)}"
    return Line(Mark.MOVED, f"move {number_of(len(same), 'node')} {way}: {_named((each.node for each in same), most)}")


def _removed(same: list[Removed], most: int) -> Line:
    noun = "spare node" if same[0].spare else "node"
    return Line(Mark.REMOVED, f"remove {number_of(len(same), noun)}: {_named((each.node for each in same), most)}")


def _counted(same: list[Counted], _: int) -> Line:
    each = same[0]
    what = each.flavor or "nodes"
    where = f"{f' in node pool {each.node_pool}' if each.node_pool else ''}{f' in {each.zone}' if each.zone else ''}"
    step = f"{each.before} -> {each.after}"
    if each.bought:
        return Line(Mark.ADDED, f"buy {each.bought} of {what}{where} ({step})")
    return Line(Mark.REMOVED, f"{each.removed} fewer of {what}{where} ({step})")


def _noun(subject: Subject) -> str:
    return f"{subject.kind} {subject.title}"


def _made(same: list[Made], _: int) -> Line:
    each = same[0]
    if each.begun:
        return Line(Mark.ADDED, f"go on making {_noun(each.subject)}, which an interrupted run has begun")
    where = f" in {_noun(Subject(each.where, 'network'))}" if each.where else ""
    return Line(Mark.ADDED, f"make {_noun(each.subject)}{where}")


def _deleted(same: list[Deleted], _: int) -> Line:
    each = same[0]
    with_it = " with every node in it" if each.subject.kind == "pool" else ""
    return Line(Mark.REMOVED, f"delete {_noun(each.subject)}{with_it}")


def _altered(same: list[Altered], _: int) -> Line:
    return Line(Mark.CHANGED, f"{spoken(same[0].field)}: {same[0].before} -> {same[0].after}")


def _nodes(mark: Mark, verb: str) -> Callable[[list[Awaited] | list[Chosen], int], Line]:
    def told(same: list[Awaited] | list[Chosen], most: int) -> Line:
        what = "drop" if isinstance(same[0], Chosen) and same[0].dropped else verb
        return Line(mark, f"{what} {number_of(len(same), 'node')}: {_named((each.node for each in same), most)}")

    return told


_LINES: Final[Mapping[type, Callable[..., Line]]] = {
    Moved: _moved,
    Removed: _removed,
    Counted: _counted,
    Made: _made,
    Deleted: _deleted,
    Altered: _altered,
    Awaited: _nodes(Mark.NOTE, "await"),
    Chosen: _nodes(Mark.NOTE, "choose"),
    Released: lambda same, _: Line(Mark.NOTE, f"release {_noun(same[0].subject)}, which stays as it is"),
    TakenOver: lambda same, _: Line(Mark.NOTE, f"manage {_noun(same[0].subject)}, which is there already"),
    Switched: lambda same, _: Line(
        Mark.REMOVED if same[0].deletes else Mark.CHANGED, f"on destroy: {same[0].before} -> {same[0].after}"
    ),
    Claimed: lambda same, _: Line(Mark.CHANGED, f"marked as that of stack: {same[0].before} -> {same[0].after}"),
    Hidden: lambda same, _: Line(Mark.UNCLEAR, f"{spoken(same[0].key)}: changes (secret)"),
    Unread: lambda same, _: Line(Mark.UNCLEAR, f"{same[0].key}: {same[0].entry} (not known to this version)"),
}
"""How effects of each type are told."""
