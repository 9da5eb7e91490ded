"""Which stack a pool belongs to: the marks that stacks leave on pools, and what a run does about them.

A mark is a tag whose key is the stack's own and whose value names the stack. A key for each stack, and not one for all,
is what lets two stacks that mark a pool at the same moment see each other: with one key the later one would take the
place of the earlier, which had looked already. A stack that finds another mark beside its own takes its own away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.pool_tag import MOST
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.specs.stack import Stack

KEY: Final = "claim"
"""Of the entry in the `changes` map."""

_PREFIX: Final = "pulumi-modelarts:"
_DIGITS: Final = 12


@dataclass(frozen=True)
class Marking:
    """What a run does to the marks of a pool.

    Attributes:
        adds: The tag to add, value by key; empty where it is there or not wanted.
        deletes: The tags to delete, once that is there.
        before: The stack, or stacks, that the pool belonged to; None for none.
        after: The stack that it will belong to; None for none.
    """

    adds: Mapping[str, str]
    deletes: Mapping[str, str]
    before: tuple[str, ...]
    after: str

    @property
    def entry(self) -> str:
        """What the `changes` map says."""
        return changes.step(self.before, self.after)


def mark_of(stack: Stack) -> dict[str, str]:
    """Returns the tag that marks a stack's pools, value by key; nothing for a stack that is not known."""
    if not stack.name:
        return {}
    return {_PREFIX + hashlib.sha256(stack.name.encode()).hexdigest()[:_DIGITS]: stack.name}


def marks_on(pool: ResourcePool) -> dict[str, str]:
    """Returns the marks of a pool, of whichever stacks."""
    return {key: value for key, value in (pool.tags or {}).items() if key.startswith(_PREFIX)}


def others_on(pool: ResourcePool, stack: Stack) -> dict[str, str]:
    """Returns the marks of other stacks."""
    return {key: value for key, value in marks_on(pool).items() if value != stack.name}


def marking(pool: ResourcePool, stack: Stack, *, take_over: bool) -> Marking | None:
    """Returns what a run does to the marks of a pool; None for nothing.

    A stack that marks its pools adds its mark, another one takes away what it has left there. Marks of others go where
    the program takes the pool over.
    """
    own, found = mark_of(stack), marks_on(pool)
    others = others_on(pool, stack) if take_over else {}
    wanted = own if stack.marks else {}
    adds = {} if wanted.items() <= found.items() else wanted
    deletes = {**others, **({} if stack.marks else {key: value for key, value in own.items() if key in found})}
    if not adds and not deletes:
        return None
    before = tuple(others.values()) or (() if adds else tuple(own.values()))
    return Marking(adds, deletes, before, stack.name if stack.marks else "")


def refused(pool: ResourcePool, stack: Stack, *, take_over: bool) -> list[Problem]:
    """Returns why a resource may not manage a pool: it belongs to another stack, or cannot be marked."""
    others = {} if take_over else others_on(pool, stack)
    if others:
        reason = (
            f"{belongs(pool.name, others)}; two stacks would undo each other's changes. Take it out of one of them, or "
            "set take_over=True to have it from now on"
        )
    elif stack.marks:
        reason = _unmarkable(pool, stack)
    else:
        return []
    return [Problem("pool_name", reason)] if reason else []


def _unmarkable(pool: ResourcePool, stack: Stack) -> str:
    """Returns why a stack cannot mark a pool, or an empty string."""
    off = "set modelarts:claim to false"
    if pool.tags is None:
        return f"{_unreadable(pool)}, or {off}"
    if not stack.name:
        return (
            "cannot be marked: this version of the Pulumi SDK does not tell which stack this is. Use another one, or "
            f"{off}"
        )
    if not mark_of(stack).items() <= pool.tags.items() and len(pool.tags) >= MOST:
        return f"cannot be marked: resource pool {pool.name!r} has {MOST} tags, and takes no more. Delete one, or {off}"
    return ""


def _unreadable(pool: ResourcePool) -> str:
    return (
        f"the tags of resource pool {pool.name!r} were not understood, so nobody can tell whether a stack has marked it"
        ". Look at them in the console"
    )


def elsewhere(pool: ResourcePool, stack: Stack, path: str) -> list[Problem]:
    """Returns why no node of a pool may be moved by this stack: the pool belongs to another one.

    Args:
        pool: The pool.
        stack: This stack.
        path: The input that leads to the pool.
    """
    others = others_on(pool, stack)
    if not others:
        return []
    return [
        Problem(
            path,
            f"{belongs(pool.name, others)}, and its nodes are moved by that one. Move them there, or let this stack "
            "take the pool over first: ResourcePool(…, take_over=True), then `pulumi up`",
        )
    ]


def untold(pool: ResourcePool, stack: Stack) -> list[str]:
    """Returns that nobody can tell whose a pool is, where that stops no run."""
    return [_unreadable(pool)] if pool.tags is None and not stack.marks else []


def warnings(pool: ResourcePool, stack: Stack) -> list[str]:
    """Returns what somebody who looks at a managed pool should know of its marks."""
    others = others_on(pool, stack)
    if not others:
        return untold(pool, stack)
    return [f"{belongs(pool.name, others)}; two stacks manage it, and one of them should leave it out"]


def released(pool: str) -> str:
    """Returns what becomes of a marked pool that is taken out of the program."""
    return f"resource pool {pool!r} stays as it is, and is no longer marked as that of this stack"


def belongs(pool: str, others: Mapping[str, str]) -> str:
    """Returns that a pool is marked by other stacks."""
    stacks = changes.names(sorted(others.values()))
    return f"resource pool {pool!r} is marked by {'stack' if len(others) == 1 else 'stacks'} {stacks}"
