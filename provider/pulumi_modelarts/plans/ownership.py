"""Whether a pool was made by a resource: the mark that it leaves on what it makes.

The mark is a tag of the nodes that a pool is made with, sent with the request that makes it: labels and annotations of
that request are closed sets (documented: CreatePool). Whoever was stopped in the middle finds its pool again by it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.specs.stack import Stack

MARK: Final = "pulumi-modelarts"
"""Key of the tag; no program can declare it."""

_DIGITS: Final = 32


def mark_of(stack: Stack) -> str:
    """Returns the value of the mark of a resource; empty for one that the engine does not name.

    It tells organization, project, stack and resource apart, and shows none of them. Stacks of one name in two backends
    without organizations have the same.
    """
    if not stack.resource:
        return ""
    return hashlib.sha256(f"{stack.name}\n{stack.resource}".encode()).hexdigest()[:_DIGITS]


def marks_on(pool: ResourcePool) -> frozenset[str]:
    """Returns the values of the mark on a pool: none on one that was made by hand."""
    return frozenset(tag.value for entry in pool.entries for tag in entry.tags if tag.key == MARK)


def made_by(pool: ResourcePool, stack: Stack) -> bool:
    """Returns whether a pool carries the mark of a resource, and no other."""
    mark = mark_of(stack)
    return bool(mark) and marks_on(pool) == {mark}
