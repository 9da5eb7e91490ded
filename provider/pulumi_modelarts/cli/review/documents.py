"""Tells inputs apart: what `pulumi preview --json` prints in both of its forms, saved plans, and logs of events."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.cli.review import digest, events, plan
from pulumi_modelarts.cli.review.step import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.cli.review.step import Run

GIVE: Final = (
    "give what `pulumi preview --json` prints, a plan of `pulumi preview --save-plan`, or the log of events of an "
    "Automation API"
)
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def runs(source: str, content: bytes) -> Iterator[Run]:
    """Yields the operations that an input tells; those of several stacks may stand one behind the other.

    Args:
        source: What the input is called.
        content: All of it.

    Raises:
        UnreadableError: It is none of the inputs, or ends too early.
    """
    text = _text(source, content)
    if not text.strip():
        raise UnreadableError(
            f"{source} is empty: the command that should have written it has failed, or wrote to another place. In a "
            "pipe, `set -o pipefail` tells of it"
        )
    pending: list[dict[str, Any]] = []
    for document in _documents(source, text):
        if events.is_one(document):
            pending.append(document)
        else:
            yield from events.runs(source, pending)
            pending = []
            yield _run(source, document)
    yield from events.runs(source, pending)


def _run(source: str, document: object) -> Run:
    if not isinstance(document, dict):
        raise UnreadableError(f"{source} is JSON, and no preview; {GIVE}")
    if plan.is_one(document):
        return plan.run(source, document)
    if digest.is_one(document):
        return digest.run(source, document)
    raise UnreadableError(f"{source} is {_other(document)}; {GIVE}")


def _other(document: dict[str, Any]) -> str:
    """Returns what a document is that is no preview."""
    if "format_version" in document or "@level" in document:
        return "a plan or log of Terraform or OpenTofu, not of Pulumi"
    if "deployment" in document or "checkpoint" in document:
        return "the state of a stack, which does not say what a run would do"
    return "JSON of another tool"


def _text(source: str, content: bytes) -> str:
    """Returns an input as text; some shells write UTF-16.

    Raises:
        UnreadableError: It is no text.
    """
    try:
        return content.decode("utf-16" if content.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{source} is no text; {GIVE}") from error


def _documents(source: str, text: str) -> Iterator[object]:
    """Yields the JSON documents of a text.

    Raises:
        UnreadableError: Something else is among them.
    """
    decoder, at = json.JSONDecoder(), 0
    while (at := _next(text, at)) < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"{source} {_why(text, at)}; {GIVE}") from error
        yield document


def _next(text: str, at: int) -> int:
    """Returns where the next document begins."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _why(text: str, at: int) -> str:
    """Returns why a text cannot be read from some place on."""
    if text[at] not in "{[":
        line = text.count("\n", 0, at) + 1
        preview = text.lstrip().startswith(("Previewing", "Updating", "Destroying"))
        return "is what Pulumi prints without --json" if preview else f"is not JSON in line {line}"
    return "ends in the middle, or is damaged: its command was stopped, or still runs"
