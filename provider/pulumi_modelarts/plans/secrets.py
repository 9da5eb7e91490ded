"""How a run speaks of what the program keeps secret: that something changes, never what it is or was.

The values of secret inputs are as secret as what is live in their place: both, what is computed from them, and the
reasons that would show them are left out where a text is made. Whatever a text holds all the same, such as what the
service answers, is taken out at the door (`handlers/_secrets.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_modelarts.specs._declaration import Declaration
    from pulumi_modelarts.specs.paths import Paths

SECRET = "changes (secret)"  # noqa: S105 - says that there is one
"""Entry of the `changes` and `moves` maps in place of values that are never told."""

UNTOLD = (
    "is refused for a reason that could show its value, which is secret. Wrap it in pulumi.Output.unsecret(…) for a "
    "preview to see the reason"
)


def told(problems: Iterable[Problem], hidden: Paths) -> tuple[Problem, ...]:
    """Returns problems without the reasons of those about secret inputs; each place is told once."""
    found = [Problem(each.path, UNTOLD) if _about(each.path, hidden) else each for each in problems]
    return tuple(dict.fromkeys(found))


def kept(entries: Mapping[str, str], spec: Declaration) -> dict[str, str]:
    """Returns recorded entries without the values of secret inputs, which earlier runs may have written."""
    return {
        key: SECRET if spec.shows(key, entry) and not entry.startswith(SECRET) else entry
        for key, entry in entries.items()
    }


def _about(path: str, hidden: Paths) -> bool:
    """Returns whether a problem is about something secret, a part of it, or what it is part of."""
    return bool(hidden) and (not path or hidden.touch(*property_steps(path)))
