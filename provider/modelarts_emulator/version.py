"""Version of the installed package."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

DISTRIBUTIONS = ("modelarts-emulator", "pulumi-modelarts")
"""What the package may have been installed with."""


@cache
def version() -> str:
    """Version as installed; `unknown` in a source tree that is not."""
    import importlib.metadata  # noqa: PLC0415 - only health tells it

    for name in DISTRIBUTIONS:
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "unknown"
