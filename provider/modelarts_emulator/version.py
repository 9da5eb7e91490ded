"""Version of the installed package."""

from __future__ import annotations

from functools import cache

PACKAGE = "pulumi-modelarts"


@cache
def version() -> str:
    """Version as installed; `unknown` in a source tree that is not."""
    import importlib.metadata  # noqa: PLC0415 - only health tells it

    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
