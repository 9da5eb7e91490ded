"""Holds an answer to the contract of its operation, whoever gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from modelarts_emulator.service.documents.shapes import ErrorBody
from modelarts_emulator.service.shape import adapter, unknown
from modelarts_emulator.service.urls import OPERATIONS
from modelarts_emulator.wire.journal import LARGEST_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD = range(200, 300)


def problems(operation: str | None, status: int, document: Any, headers: Mapping[str, str]) -> list[str]:
    """What an answer lacks, or has in another form than its contract says. No line shows what the answer holds."""
    served = OPERATIONS.get(operation or "")
    if served is not None and status in GOOD and status != served.contract.status:
        return [f"a good answer has status {served.contract.status}"]
    kind = _kind(operation, status)
    if kind is None:
        return [] if document is None else ["a body is in no contract"]
    if document is None:
        return [] if int(headers.get("content-length", LARGEST_BODY)) >= LARGEST_BODY else ["no body"]
    try:
        adapter(kind).validate_python(document, strict=True)
    except ValidationError as error:
        return [f"{item['loc']}: {item['msg']}" for item in error.errors()]
    return []


def inventions(operation: str | None, status: int, document: Any) -> list[str]:
    """Paths of the fields of an answer that its contract does not know."""
    kind = _kind(operation, status)
    return [] if kind is None or document is None else unknown(kind, document, kept_too=False)


def _kind(operation: str | None, status: int) -> Any:
    """Shape of the body of an answer; None: it has none."""
    served = OPERATIONS.get(operation or "")
    return (served.contract.shape("answer") if served else None) if status in GOOD else ErrorBody
