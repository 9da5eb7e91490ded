"""Which pools there are, for a message about one that is not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool

IF_DELETED = "if the pool has been deleted, take this resource out of the program, which changes nothing at the service"


def absent(pool: str, known: Mapping[str, ResourcePool], argument: str, said: str = "") -> str:
    """Returns that a pool does not exist, which ones do, and what to do about it.

    Args:
        pool: What the program names.
        known: All pools of the project, by id.
        argument: The argument that names it.
        said: What the service said about it; empty where nobody asked for it alone.
    """
    if named := named_by_label(pool, known, argument):
        return named
    what = f"{pool!r} does not exist{f': {said}' if said else ''}"
    return f"{what}. The project has: {listed(known)}. Correct {argument}; {IF_DELETED}"


def yet_to_be_made(pool: str, maker: str) -> str:
    """Returns that a pool is not there yet, and how what needs it comes after whoever makes it.

    Args:
        pool: What the program names.
        maker: The resource that makes it, as the program calls it.
    """
    return (
        f"{pool!r} is made by {maker} in this run, and is not there yet: write pool_name of {maker} in place of the "
        "id, so that Pulumi makes the pool first"
    )


def named_by_label(name: str, known: Mapping[str, ResourcePool], argument: str) -> str:
    """Returns whose display name was given in place of an id; empty where it is none.

    Args:
        name: What the program names.
        known: All pools of the project, by id.
        argument: The argument that names it.
    """
    ids = sorted(pool for pool, found in known.items() if found.display_name == name)
    if not ids:
        return ""
    write = f'write {argument}="{ids[0]}"' if len(ids) == 1 else f"write the one that is meant as {argument}"
    return f"{name!r} is the display name of {' and '.join(map(repr, ids))}, and a label only; {write}"


def listed(known: Mapping[str, ResourcePool]) -> str:
    """Returns pools by id and display name: the first few, and how many more."""
    return changes.names([f"{pool} ({known[pool].display_name})" for pool in sorted(known)]) or "no pools"
