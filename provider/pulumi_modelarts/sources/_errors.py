"""Errors of the service in a program: the same ones, said by the function that asked, and without a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from pulumi_modelarts.api.errors import ModelArtsError


def tell_program(source: str, error: ModelArtsError) -> None:
    """Makes an error say who asked, and Pulumi print its message alone; it can be caught as what it is.

    Args:
        source: The function that asked.
        error: What came of it.
    """
    error.args = (f"{source}: {error}",)
    error.__class__ = _for_program(type(error))


def _for_program(kind: type[ModelArtsError]) -> type[ModelArtsError]:
    """Returns a kind of error of which Pulumi prints no traceback."""
    return type(kind.__name__, (kind, pulumi.RunError), {"__doc__": kind.__doc__})
