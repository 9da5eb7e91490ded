"""What whoever starts a run forbids it, read from the environment."""

from __future__ import annotations

import stat
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.choices import freeze, number
from pulumi_modelarts.api.sources import shortened
from pulumi_modelarts.plans.limits import Limits

if TYPE_CHECKING:
    from pulumi_modelarts.api.sources import Sources
    from pulumi_modelarts.plans.approval import Approval

_BLIND: Final = (
    "holds a run to what its preview finds out, and modelarts:livePreview is false; set that to true, or unset this one"
)
_FORESEEN: Final = ("most bought", "most removed", "approval")
"""What a run is held to by what its preview finds out."""
_RELATIVE: Final = (
    "is {path}, which is no absolute path; a run works in the folder of its project, wherever it was started. Name the "
    'file from the root on, such as "$PWD/approval.json"'
)
_MOST: Final = 64 * 1024 * 1024
"""Bytes; an approval of a change of 100,000 nodes has 12 million."""


def limits_of(sources: Sources, *, live_preview: bool) -> Limits:
    """Returns what a run is forbidden; `sources` remembers what cannot be used.

    Args:
        sources: Configuration and environment.
        live_preview: Whether previews look at the service: without, nobody knows what a run does before it does it.
    """
    for what in _FORESEEN:
        sources.refuse_blank(what)
    if not live_preview:
        for what in _FORESEEN:
            if sources.find(what) is not None:
                sources.reject(what, _BLIND)
    return Limits(
        freeze=freeze(sources),
        most_bought=number(sources, "most bought"),
        most_removed=number(sources, "most removed"),
        approval=_approval_of(sources),
        approved=sources.find("approval") or "",
    )


def _approval_of(sources: Sources) -> Approval | None:
    found = sources.find("approval")
    if found is None:
        return None
    path = Path(found)
    if not path.is_absolute():
        sources.reject("approval", _RELATIVE.format(path=shortened(found)))
        return None
    try:
        status = path.stat()
        return _read(path, status.st_mtime_ns, status.st_size, regular=stat.S_ISREG(status.st_mode))
    except OSError as error:
        reason = error.strerror or str(error)
        sources.reject("approval", f"{found!r} cannot be read: {reason}. Nothing is done that is not approved")
    except ValueError as error:
        sources.reject("approval", f"{found!r} {error}")
    return None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int, *, regular: bool) -> Approval:
    """Reads a file once for all calls of the process, as long as it stays as it is.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no approval.
    """
    del changed
    if not regular:
        raise ValueError("is a folder or a device, and no file that keeps what is in it")
    if size > _MOST:
        raise ValueError(f"has {size} bytes, which no approval has")
    from pulumi_modelarts.plans import approval  # noqa: PLC0415 - on demand

    return approval.read(path.read_bytes())
