"""What `pulumi preview --json` prints by default: one document, with a step for each resource that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.review.report import Form
from pulumi_modelarts.cli.review.step import Run, Said, Step, listing, mapping, side

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTED: Final = ("create", "update", "delete", "replace")
_TELLING: Final = frozenset({"steps", "changeSummary", "diagnostics", "duration"})


def is_one(document: Mapping[str, Any]) -> bool:
    """Returns whether a document is such a digest."""
    steps = document.get("steps") or []
    readable = isinstance(steps, list) and all(map(_is_step, steps))
    return bool(_TELLING & document.keys()) and "format_version" not in document and readable


def _is_step(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("op"), str) and isinstance(found.get("urn"), str)


def run(source: str, document: Mapping[str, Any]) -> Run:
    """Returns the run that a digest is about."""
    steps = [
        Step(each["op"], each["urn"], side(each.get("oldState")), side(each.get("newState")))
        for each in document.get("steps") or ()
    ]
    counts, told = mapping(document.get("changeSummary")), {step.action for step in steps}
    said = [
        Said(str(each.get("severity")), str(each.get("message")), str(each.get("urn") or ""))
        for each in map(mapping, listing(document.get("diagnostics")))
    ]
    corrupt = [Said("error", "the engine says that the state may be damaged")] if document.get("maybeCorrupt") else []
    complete = all(action in told or not counts.get(action) for action in _COUNTED)
    config = mapping(document.get("config"))
    return Run(source, Form.DIGEST, tuple(steps), (*said, *corrupt), config, complete=complete)
