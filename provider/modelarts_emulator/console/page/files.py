"""The files that a browser gets, read from the package by names that stand here and nowhere else."""

from __future__ import annotations

from functools import cache

_SCRIPT = "text/javascript; charset=utf-8"

FILES = {
    "index.html": "text/html; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "app.js": _SCRIPT,
    "clock.js": _SCRIPT,
    "connection.js": _SCRIPT,
    "details.js": _SCRIPT,
    "dom.js": _SCRIPT,
    "faults.js": _SCRIPT,
    "jobs.js": _SCRIPT,
    "journal.js": _SCRIPT,
    "pools.js": _SCRIPT,
    "tiles.js": _SCRIPT,
    "words.js": _SCRIPT,
}
"""Content type of each file that is served; nothing else is read, whatever a request asks for."""


@cache
def content(name: str) -> bytes:
    """Content of one of these files; it is read once."""
    from importlib import resources  # noqa: PLC0415 - only who opens the page needs it

    return resources.files(__package__).joinpath(name).read_bytes()
