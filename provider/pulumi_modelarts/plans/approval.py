"""What a human has approved, as a file says it, and what a run does beyond it.

A checksum tells a file that was cut short or edited in passing. It is no signature: whoever can write the file can
approve, so that the file is to be kept where the pipeline alone writes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from pulumi_modelarts.plans.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
AGAIN: Final = "Preview again, and have that approved"


@dataclass(frozen=True)
class Approval:
    """What was approved.

    Attributes:
        footprints: What may be done, by project.
        made: When it was approved.
        expires: From when on nothing of it may be done.
    """

    footprints: Mapping[str, Footprint]
    made: datetime
    expires: datetime

    def refusal(self, footprint: Footprint, project: str, now: float, name: str) -> str:
        """Returns why something may not be done; empty where it may.

        Args:
            footprint: What a run does.
            project: In which project.
            now: Second since 1970.
            name: Of the file.
        """
        if not footprint:
            return ""
        if now >= self.expires.timestamp():
            return f"{name!r} has expired at {_text(self.expires)}. {AGAIN}"
        if project not in self.footprints:
            others = ", ".join(sorted(self.footprints))
            elsewhere = f" in project {project}, only in {others}" if others else ""
            return f"{name!r} approves nothing{elsewhere}. {AGAIN}"
        more = "\n".join(f"    {line}" for line in footprint.beyond(self.footprints[project]).lines())
        return f"{name!r} does not approve\n{more}\n{AGAIN}" if more else ""


class _Document(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    approval: Literal[1]
    made: AwareDatetime
    expires: AwareDatetime
    projects: dict[str, dict[str, dict[str, str]]]
    checksum: str


def written(approval: Approval) -> str:
    """Returns an approval as the text of a file: the same for the same, in a stable order."""
    document = {
        "approval": VERSION,
        "made": _text(approval.made),
        "expires": _text(approval.expires),
        "projects": {project: found.objects for project, found in sorted(approval.footprints.items())},
    }
    return (
        json.dumps({**document, "checksum": _checksum(document)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )


def read(text: str | bytes) -> Approval:
    """Returns the approval that the text of a file says.

    Raises:
        ValueError: It is none; the text says why, for a sentence that begins with the file.
    """
    try:
        found = _Document.model_validate_json(text, strict=True)
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is no approval that this version reads. {_MADE_BY}") from error
    if document.pop("checksum") != _checksum(document):
        raise ValueError(f"was changed, or cut short, after it was made. {_MADE_BY}")
    footprints = {project: Footprint(objects) for project, objects in found.projects.items()}
    return Approval(footprints, found.made, found.expires)


_MADE_BY: Final = "Have it made by `modelarts review --approve`"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checksum(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
