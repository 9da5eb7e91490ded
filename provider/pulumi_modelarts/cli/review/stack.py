"""Makes a report of a stack from what an input tells of a run on it."""

from __future__ import annotations

import functools
import operator
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pulumi_modelarts.cli.review.report import (
    Budgets,
    Foreign,
    Form,
    Message,
    Resource,
    Severity,
    Stack,
    Standing,
    State,
)
from pulumi_modelarts.cli.review.step import Side, kind_of, mapping
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.effect import Deleted, Kind, Released
from pulumi_modelarts.plans.effects import MAPS, chosen, deletion, effects, subject_of
from pulumi_modelarts.plans.footprint import of_deletion, of_effects
from pulumi_modelarts.plans.secrets import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.cli.review.step import Run, Said, Step
    from pulumi_modelarts.plans.effect import Effect
    from pulumi_modelarts.plans.footprint import Footprint

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands in an input in place of a value that is not known yet (Pulumi's own constant)."""

_SECRET_TEXT: Final = "[secret]"  # noqa: S105 - what the CLI prints in place of one
_ENVELOPE: Final = "4dabf18193072939515e22adb298388d"
"""Key of what marks a secret in a plan or a state (Pulumi's own constant)."""

_PLANS: Final = frozenset({"create", "update", "create-replacement"})
_MAKES: Final = frozenset({"create", "create-replacement"})
"""What has nothing before: what is replaced is another object."""
_DELETES: Final = frozenset({"delete", "delete-replaced"})
_REPLACES: Final = "replace"
_REPLACED_BY: Final = ("create-replacement", "delete-replaced")
_SENDS_NOTHING: Final = frozenset(
    {
        *("same", "read", "refresh", "read-replacement", "discard", "discard-replaced", "remove-pending-replace"),
        *("import", "import-replacement"),
    }
)
"""For which the engine calls no provider to change anything."""
_SILENT: Final = _SENDS_NOTHING - {"import", "import-replacement"}
"""Of resources of other packages: what is not worth a word."""

_NOT_FOREIGN: Final = ("pulumi:pulumi:Stack", "pulumi:providers:", "modelarts:index:")
_TAGS: Final = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*[A-Za-z]")
"""Colours, in an event's own language and in a terminal's."""
_ABOUT: Final = re.compile(r"^\S+ resource '[^']*' has a problem: ")
_PLAN: Final = "plan: "
"""How the line begins by which a resource sums its map up."""


def stack_of(run: Run) -> Stack:
    """Returns the report of a run."""
    said = _messages(run.said)
    steps = _steps(run.steps)
    own = [_resource(step, run, said.get(step.urn, ())) for step in steps.values() if step.kind]
    there = {resource.urn for resource in own}
    own += [_untouched(urn, told) for urn, told in said.items() if urn not in there and kind_of(urn)]
    others = {urn: told for urn, told in said.items() if not kind_of(urn)}
    project, name = _names([*(step.urn for step in run.steps), *said])
    return Stack(
        project=project,
        name=name,
        source=run.source,
        form=run.form,
        previewed=run.previewed,
        complete=run.complete,
        failed=run.failed or any(each.severity is Severity.ERROR for told in said.values() for each in told),
        resources=tuple(sorted(own, key=lambda each: (each.name, each.urn, each.action))),
        foreign=tuple(sorted(map(_foreign, filter(_is_foreign, steps.values())), key=lambda each: each.urn)),
        messages=tuple(sorted(each for told in others.values() for each in told)),
        project_id=str(run.config.get("modelarts:projectId") or ""),
    )


def _steps(told: Sequence[Step]) -> dict[tuple[str, str], Step]:
    """Returns steps by resource and action, a replacement as those that it is made of.

    A digest tells those only with `--show-replacement-steps`, every other input beside the replacement (observed: CLI
    3.259).
    """
    steps = {(step.urn, step.action): step for step in told}
    for step in told:
        if step.action == _REPLACES:
            del steps[step.urn, step.action]
            for action in _REPLACED_BY:
                steps.setdefault((step.urn, action), replace(step, action=action))
    return steps


def _resource(step: Step, run: Run, said: Sequence[Message]) -> Resource:
    kind, side = kind_of(step.urn) or Kind.POOL, step.new or step.old or Side()
    state, found = _found(kind, step, run)
    before = step.old.outputs if step.old and step.action not in _MAKES else {}
    title = side.inputs.get("name")
    standing = Standing(_counts(before.get("nodeCounts")), _states(before.get("nodeStates")))
    return Resource(
        urn=step.urn,
        name=step.urn.rpartition("::")[2],
        kind=kind,
        action=step.action,
        subject=subject_of(kind, _told(side.inputs)),
        state=state,
        effects=found,
        footprint=_footprint(kind, found, _told(side.inputs), standing),
        messages=tuple(said),
        standing=standing,
        budgets=Budgets(*(_number(side.inputs.get(name)) for name in ("maxGrowth", "maxScaleIn", "maxMoves"))),
        title=title if isinstance(title, str) and not _hidden(title) else "",
    )


def _footprint(kind: Kind, found: Sequence[Effect], inputs: Mapping[str, Any], standing: Standing) -> Footprint:
    """Returns effects by object; the nodes of a pool that goes are those that the state knows of."""
    gone = sum((standing.counts or {}).values()) if kind is Kind.POOL else 0
    going = [of_deletion(kind, each.subject.id, gone) for each in found if isinstance(each, Deleted)]
    return functools.reduce(operator.or_, going, of_effects(found, inputs))


def _untouched(urn: str, said: Sequence[Message]) -> Resource:
    """Returns a resource of which something was said and nothing planned: it was refused."""
    kind = kind_of(urn) or Kind.POOL
    subject = subject_of(kind, {})
    refused = any(each.severity is Severity.ERROR for each in said)
    state = State.UNKNOWN if refused else State.KNOWN
    return Resource(
        urn,
        urn.rpartition("::")[2],
        kind,
        "refused" if refused else "same",
        subject,
        state,
        messages=tuple(said),
    )


def _found(kind: Kind, step: Step, run: Run) -> tuple[State, tuple[Effect, ...]]:
    """Returns how much the input says of what a step does, and that."""
    if step.action in _DELETES:
        return _deletion(kind, step)
    if step.action in _SENDS_NOTHING:
        return State.KNOWN, ()
    if str(run.config.get("modelarts:livePreview")).lower() == "false":
        return State.OFFLINE, ()
    new = step.new.inputs if step.new and step.action in _PLANS else {}
    after = new.get(MAPS[kind])
    if _is_secret(after):
        return State.SECRET, ()
    if not _is_map(after, kind) or _has_unknown(after):
        return State.UNKNOWN, ()
    stored = step.old.inputs.get(MAPS[kind]) if step.old and step.action == "update" else None
    carried = run.form is Form.PLAN and step.action == "update" and bool(after)
    found = effects(kind, _told(new), _entries(kind, after, stored))
    return State.AT_MOST if carried else State.KNOWN, found


def _entries(kind: Kind, after: dict[str, Any] | list[Any], stored: object) -> Mapping[str, str]:
    """Returns the entries of this run."""
    if kind is Kind.SELECTION:
        before = stored if isinstance(stored, list) else []
        return chosen([*map(str, before)], [*map(str, after)])
    return changes.announced(_texts(after), _texts(stored))


def _texts(entries: object) -> dict[str, str]:
    return {key: SECRET if _is_secret(entry) else str(entry) for key, entry in mapping(entries).items()}


def _deletion(kind: Kind, step: Step) -> tuple[State, tuple[Effect, ...]]:
    if step.old is None:
        return State.UNTOLD, ()
    there = dict.fromkeys(step.old.inputs, True)  # a secret name is a name
    found = deletion(kind, {**there, **_told(step.old.inputs)}, step.old.outputs)
    if step.old.retained:
        found = tuple(Released(each.subject) for each in found)
    return State.UNTOLD if any(isinstance(each, Deleted) for each in found) else State.KNOWN, found


def _names(urns: Iterable[str]) -> tuple[str, str]:
    """Returns project and name of the stack that resources are of, as the first of their URNs says."""
    for urn in urns:
        parts = urn.removeprefix("urn:pulumi:").split("::")
        if urn.startswith("urn:pulumi:") and len(parts) > 1:
            return parts[1], parts[0]
    return "", ""


def _is_foreign(step: Step) -> bool:
    return step.kind is None and step.action not in _SILENT and not step.type.startswith(_NOT_FOREIGN)


def _foreign(step: Step) -> Foreign:
    return Foreign(step.urn, step.type, step.action)


def _messages(said: Iterable[Said]) -> dict[str, list[Message]]:
    """Returns what was said, by URN; errors first, and each once."""
    found: dict[str, set[Message]] = defaultdict(set)
    for each in said:
        severity = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(each.severity, Severity.INFO)
        text = _TAGS.sub("", each.text).strip().removeprefix(f"{severity.value}: ")
        text = _ABOUT.sub("", text)
        if severity is Severity.INFO and text.startswith(_PLAN):
            text = text.partition("\n")[2]  # its first line sums the map up
        if text:
            found[each.urn].add(Message(severity, text))
    return {urn: sorted(told) for urn, told in found.items()}


def _told(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns inputs without values that are unknown or secret."""
    return {key: value for key, value in inputs.items() if not _hidden(value)}


def _hidden(value: object) -> bool:
    return _is_unknown(value) or _is_secret(value)


def _is_unknown(value: object) -> bool:
    return value == UNKNOWN


def _is_secret(value: object) -> bool:
    return value == _SECRET_TEXT or (isinstance(value, dict) and _ENVELOPE in value)


def _is_map(value: object, kind: Kind) -> TypeGuard[dict[str, Any] | list[Any]]:
    """Returns whether a value is what resources of a kind say in: one that is none says nothing that is known."""
    return isinstance(value, list if kind is Kind.SELECTION else dict)


def _has_unknown(value: dict[str, Any] | list[Any]) -> bool:
    return any(map(_is_unknown, value.values() if isinstance(value, dict) else value))


def _counts(found: object) -> dict[str, int] | None:
    if not isinstance(found, dict):
        return None
    counts = {str(flavor): count for flavor, each in found.items() if (count := _number(each)) is not None}
    return counts if len(counts) == len(found) else None


def _states(found: object) -> dict[str, dict[str, int]] | None:
    if not isinstance(found, dict):
        return None
    read = {str(flavor): _counts(each) for flavor, each in found.items()}
    known = {flavor: counts for flavor, counts in read.items() if counts is not None}
    return known if len(known) == len(read) else None


def _number(found: object) -> int | None:
    """Returns a number of nodes; None for whatever is none, such as `NaN`."""
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        return None
    try:
        return int(found)
    except (ValueError, OverflowError):
        return None
