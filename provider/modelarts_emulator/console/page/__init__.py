"""The page at `/_emulator/`: a few files that a browser gets, and what they read.

It looks and changes nothing by being looked at; its controls use the control API like any other client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelarts_emulator.console.page.files import FILES, content
from modelarts_emulator.console.page.state import state
from modelarts_emulator.messages import Response

if TYPE_CHECKING:
    from modelarts_emulator.messages import Request

ADDRESS = "/_emulator/"
"""Path of the page; the names of everything it loads are relative to it."""

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Header fields of every file: a name or label of a world that looks like a script stays text."""

__all__ = ["ADDRESS", "FILES", "HEADERS", "file", "state"]


def file(request: Request) -> Response | None:
    """Answer a request for the page or one of its files; None when it is for neither."""
    if request.method not in {"GET", "HEAD"}:
        return None
    if request.path == ADDRESS.rstrip("/"):
        return Response(307, {**HEADERS, "location": ADDRESS})
    name = request.path.removeprefix(ADDRESS) or "index.html"
    return Response(200, {**HEADERS, "content-type": FILES[name]}, content(name)) if name in FILES else None
