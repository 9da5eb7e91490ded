"""A report for programs: `schema.json` beside this file says what is in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.cli.review.gaps import gaps
from pulumi_modelarts.cli.review.totals import totals
from pulumi_modelarts.plans.effect import Counted, Moved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.cli.review.report import Message, Report, Resource, Stack
    from pulumi_modelarts.cli.review.totals import Cost
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.plans.subject import Place, Subject

VERSION = 1
"""Of the schema; a property that is added does not change it."""


def to_json(report: Report, cost: Cost | None) -> dict[str, Any]:
    """Returns a report as JSON has it.

    Args:
        report: What is told.
        cost: What it costs; None where nobody has given prices.
    """
    return {
        "version": VERSION,
        "totals": _totals(report.resources),
        "cost": None if cost is None else _cost(cost),
        "stacks": [_stack(stack) for stack in report.stacks],
    }


def effect_json(effect: Effect) -> dict[str, Any]:
    """Returns an effect as JSON has it: its kind, and what it is about by the ids of the service."""
    kind = type(effect).__name__
    own = {"kind": kind[0].lower() + kind[1:]}
    if isinstance(effect, Moved):
        return {**own, "node": effect.node, "from": _place(effect.source), "to": _place(effect.target)}
    rest = {key: value for key, value in asdict(effect).items() if key != "subject"}
    if isinstance(effect, Counted):
        rest |= {"bought": effect.bought, "removed": effect.removed}
    names = {"node_pool": "nodePool"}
    return {**own, **_subject(effect.subject), **{names.get(key, key): value for key, value in rest.items()}}


def _subject(subject: Subject) -> dict[str, str]:
    return {subject.kind: subject.id, "project": subject.project}


def _place(place: Place) -> dict[str, str]:
    return {**_subject(place.pool), "part": place.part}


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "project": stack.project,
        "stack": stack.name,
        "source": stack.source,
        "form": stack.form.value,
        "previewed": stack.previewed,
        "complete": stack.complete,
        "failed": stack.failed,
        "totals": _totals(stack.resources),
        "resources": [_resource(resource) for resource in stack.resources],
        "foreign": [asdict(each) for each in stack.foreign],
        "messages": _messages(stack.messages),
        "notInFile": list(gaps(stack)),
    }


def _resource(resource: Resource) -> dict[str, Any]:
    counts, states = resource.standing.counts, resource.standing.states
    return {
        "urn": resource.urn,
        "name": resource.name,
        "kind": resource.kind.value,
        "action": resource.action,
        "subject": _subject(resource.subject),
        "state": resource.state.value,
        "effects": [effect_json(each) for each in resource.effects],
        "messages": _messages(resource.messages),
        "before": {
            "nodes": None if counts is None else dict(counts),
            "states": None if states is None else {flavor: dict(each) for flavor, each in states.items()},
        },
        "budgets": {
            "maxGrowth": resource.budgets.growth,
            "maxScaleIn": resource.budgets.scale_in,
            "maxMoves": resource.budgets.moves,
        },
    }


def _messages(messages: Iterable[Message]) -> list[dict[str, str]]:
    return [{"severity": each.severity.value, "text": each.text} for each in messages]


def _totals(resources: Iterable[Resource]) -> dict[str, Any]:
    found = totals(resources)
    return {
        "moved": found.moved,
        "bought": [{"flavor": flavor, "zone": zone, "nodes": nodes} for (flavor, zone), nodes in found.bought.items()],
        "removed": found.removed,
        "made": [_subject(each) for each in found.made],
        "deleted": [_subject(each) for each in found.deleted],
        "altered": found.altered,
        "unclear": list(found.unclear),
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "hour": str(cost.hour),
        "month": str(cost.month),
        "unpriced": list(cost.unpriced),
        "unclear": list(cost.unclear),
    }
