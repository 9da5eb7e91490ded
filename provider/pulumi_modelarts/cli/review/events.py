"""A log of the engine's events: what `pulumi preview --json` prints as a stream, and what an Automation API writes.

Documented in Pulumi's own source: `apitype.EngineEvent`; an event is one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pulumi_modelarts.cli.review.report import Form
from pulumi_modelarts.cli.review.step import Run, Said, Step, mapping, side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Event = Mapping[str, Any]

_UNSAID: Final = frozenset({"debug"})


def is_one(document: object) -> TypeGuard[dict[str, Any]]:
    """Returns whether a document is an event."""
    return isinstance(document, dict) and "sequence" in document and "timestamp" in document


def runs(source: str, events: Iterable[Event]) -> Iterator[Run]:
    """Yields the runs that events tell of: one begins where the numbers begin anew."""
    group: list[Event] = []
    for event in events:
        if group and _number(event) <= _number(group[-1]):
            yield _run(source, group)
            group = []
        group.append(event)
    if group:
        yield _run(source, group)


def _number(event: Event) -> int:
    found = event["sequence"]
    return found if isinstance(found, int) else 0


def _run(source: str, events: Sequence[Event]) -> Run:
    pre = [mapping(event.get("resourcePreEvent")) for event in events if "resourcePreEvent" in event]
    summaries = [mapping(event["summaryEvent"]) for event in events if "summaryEvent" in event]
    config: dict[str, Any] = {}
    for event in events:
        config |= mapping(mapping(event.get("preludeEvent")).get("config"))
    return Run(
        source,
        Form.EVENTS,
        tuple(_step(mapping(each.get("metadata"))) for each in pre),
        tuple(_said(events)),
        config,
        previewed=summaries[-1].get("isPreview") is True if summaries else all(each.get("planning") for each in pre),
        complete=bool(summaries),
        failed=any(each.get("result") in {"failed", "canceled"} for each in summaries),
    )


def _step(metadata: Mapping[str, Any]) -> Step:
    old, new = side(metadata.get("old")), side(metadata.get("new"))
    return Step(str(metadata.get("op")), str(metadata.get("urn")), old, new)


def _said(events: Iterable[Event]) -> Iterator[Said]:
    for event in events:
        told = mapping(event.get("diagnosticEvent"))
        if told and told.get("severity") not in _UNSAID and not told.get("ephemeral"):
            yield Said(str(told.get("severity")), str(told.get("message")), str(told.get("urn") or ""))
        if wrong := mapping(event.get("errorEvent")).get("error"):
            yield Said("error", str(wrong))
        failed = mapping(mapping(event.get("resOpFailedEvent")).get("metadata"))
        if failed:
            yield Said("error", f"{failed.get('op')} failed", str(failed.get("urn")))
        policy = mapping(event.get("policyEvent"))
        if policy:
            grave = policy.get("enforcementLevel") == "mandatory"
            text = f"policy {policy.get('policyName')}: {policy.get('message')}"
            yield Said("error" if grave else "warning", text, str(policy.get("resourceUrn") or ""))
