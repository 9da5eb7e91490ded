"""Version of the installed package."""

from __future__ import annotations

from functools import cache

DISTRIBUTION = "modelarts-emulator"


@cache
def version() -> str:
    """Version as installed; `unknown` in a source tree that is not."""
    import importlib.metadata  # noqa: PLC0415 - whoever imports the package does not pay for it

    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
