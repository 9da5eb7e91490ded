"""Version of the installed distribution, which the tag of a release gives it."""

from __future__ import annotations

from functools import cache

DISTRIBUTION = "pulumi-modelarts"


@cache
def version() -> str:
    """Returns the version as installed; `unknown` in a source tree that is not."""
    import importlib.metadata  # noqa: PLC0415 - a program that declares does not pay for it

    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
