"""Nodes that migrations bring into a pool after its own run: which are awaited, and what is wrong with them.

A migration into a pool that the same program makes needs the pool first, so that the pool cannot come after it. It
names the nodes instead: each of them counts as if it were there, for as long as it is in another pool, and no node is
bought in its stead. One that is in no pool any more counts no more, and is made up for like any that is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.counts import arriving_flavor
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.counts import Cell
    from pulumi_modelarts.plans.live_pool import LivePool
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

KEY: Final = "arrivals."
AWAITED: Final = "awaited"
"""What the `changes` map says of a node that is to come. It is a note and no step: nothing is sent for it."""


def awaited(spec: ResourcePoolSpec, live: LivePool) -> tuple[str, ...]:
    """Returns the nodes that are still to come, as far as their places have been read."""
    here = {node.name for node in live.nodes or ()}
    return tuple(name for name in spec.arrivals if name not in here and name in (live.arrivals or {}))


def lost(spec: ResourcePoolSpec, live: LivePool) -> tuple[str, ...]:
    """Returns the nodes that are in no pool of the project; none while their places have not been read."""
    if live.arrivals is None:
        return ()
    here = {node.name for node in live.nodes or ()}
    return tuple(name for name in spec.arrivals if name not in here and name not in live.arrivals)


def notes(names: Collection[str]) -> dict[str, str]:
    """Returns the entries of the `changes` map for nodes that are awaited."""
    return {f"{KEY}{name}": AWAITED for name in sorted(names)}


def is_note(key: str) -> bool:
    """Returns whether an entry of the `changes` map is such a note."""
    return key.startswith(KEY)


def steps(entries: Mapping[str, str]) -> dict[str, str]:
    """Returns the entries of a `changes` map that a run acts on."""
    return {key: entry for key, entry in entries.items() if not is_note(key)}


def refused(spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell]) -> Iterator[Problem]:
    """Yields what keeps a run from growing: a node may come that nobody can tell the flavor of.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        cells: The declared cells with their live counts.
    """
    if any(cell.growth for cell in cells):
        for name in awaited(spec, live):
            if not arriving_flavor(spec, live, name):
                yield Problem(
                    _at(spec, name),
                    f"{name!r} is between two pools and nobody tells its flavor, so that a node might be bought in its "
                    "stead; run `pulumi up` again when it has arrived",
                )


def unknown(spec: ResourcePoolSpec, live: LivePool, recorded: Collection[str]) -> list[Problem]:
    """Returns a problem for each node that is in no pool and never was known; one that was is lost, which is told.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        recorded: Nodes that an earlier run has waited for.
    """
    return [
        Problem(
            _at(spec, name),
            f"{name!r} is in no pool of the project, so that no migration can bring it; correct its name, or take it "
            "out",
        )
        for name in lost(spec, live)
        if name not in recorded
    ]


def too_many(spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell]) -> Iterator[Problem]:
    """Yields that more nodes arrive in a pool than it is to have, or so many that it is made with none of its own.

    Nobody has seen the service make a pool without a node (assumed: it does not).

    Args:
        spec: What the program declares.
        live: What is known of the service.
        cells: The declared cells of a pool that is yet to be made; what is live of them arrives.
    """
    over = list(_beyond(spec, live, cells))
    yield from over
    if spec.arrivals and not over and not any(cell.growth for cell in cells):
        yield Problem(
            "arrivals",
            "brings all nodes of the pool, and a pool is made with at least one of its own: declare one more in "
            "flavors, or name one fewer here",
        )


def _beyond(spec: ResourcePoolSpec, live: LivePool, cells: Sequence[Cell]) -> Iterator[Problem]:
    for cell in cells:
        if cell.surplus:
            names = [name for name in awaited(spec, live) if arriving_flavor(spec, live, name) == cell.entry[0]]
            yield Problem(
                cell.path,
                f"declares {number_of(cell.declared, 'node')}, and {cell.live} arrive: {changes.names(names)}. Declare "
                f"{cell.live} or more, or name fewer in arrivals",
            )


def warnings(spec: ResourcePoolSpec, live: LivePool, stored: Mapping[str, str]) -> Iterator[str]:
    """Yields what is said of nodes that are late, or that will not come any more.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        stored: The `changes` map of the last run: what it awaited already is late.
    """
    for name in lost(spec, live):
        yield f"{_at(spec, name)}: {name!r} is in no pool of the project any more and is not waited for; take it out"
    late = [name for name in awaited(spec, live) if f"{KEY}{name}" in stored]
    if late:
        one = len(late) == 1
        yield (
            f"arrivals: {changes.names(late)} {'has' if one else 'have'} been awaited since an earlier run. If no "
            f"migration of this program brings {'it' if one else 'them'} here, take {'it' if one else 'them'} out, and "
            f"{'a node is' if one else 'nodes are'} bought in {'its' if one else 'their'} stead"
        )


def _at(spec: ResourcePoolSpec, name: str) -> str:
    return property_path(("arrivals", spec.arrivals.index(name)))
