"""What a migration leaves as it is and a user should know: nodes that vanished or are drained, jobs that are gone."""

from __future__ import annotations

from datetime import datetime
from math import inf
from typing import TYPE_CHECKING

from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_nodes import arrived, elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.live_nodes import LiveNodes, Record
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec


def notes(spec: NodeMigrationSpec, live: LiveNodes, vanished: Sequence[str], record: Record) -> Iterator[str]:
    """Yields the warnings of a plan.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        vanished: Nodes that were placed before and are in no pool any more.
        record: What is on record.
    """
    for name in vanished:
        yield _vanished(spec, live, name, record)
    if waiting := _drained(spec, live, in_place=False):
        until = (
            f"until it is in {spec.target_pool!r}" if len(waiting) == 1 else f"until they are in {spec.target_pool!r}"
        )
        yield f"nodes: {drained(waiting)} {until}; a drain cannot be taken back through the API"
    if placed := _drained(spec, live, in_place=True):
        there = f"{drained(placed)} although in place"
        yield f"nodes: {there}; a drain cannot be taken back through the API, only a move to another pool ends it"
    if elsewhere(spec, live):
        return
    for job, answer in sorted((live.unknown_jobs or {}).items()):
        if job not in record.awaited:
            yield f"await_jobs: {answer}; nothing has to move now. Correct the id, or take it out"


def released(nodes: Sequence[str], pool: str) -> str:
    """Returns what becomes of the nodes of a migration that is taken out of its program."""
    stay = "stays" if len(nodes) == 1 else "stay"
    return f"{changes.names(nodes)} {stay} in {pool}: nothing is moved back"


def drained(names: Sequence[str]) -> str:
    """Returns that nodes are drained, and what that means: `a is drained and takes no further work`."""
    is_and_takes = "is drained and takes" if len(names) == 1 else "are drained and take"
    return f"{changes.names(names)} {is_and_takes} no further work"


def _drained(spec: NodeMigrationSpec, live: LiveNodes, *, in_place: bool) -> list[str]:
    """Returns the declared nodes that are drained and that no job moves."""
    return sorted(
        name
        for name in set(spec.nodes) & live.nodes.keys() - live.migrating.keys()
        if live.nodes[name].node.drained and arrived(spec, live.nodes[name]) is in_place
    )


def renew(selection: str) -> str:
    """Returns what to do about a node that a selection of the program has chosen, and that is lost."""
    return f"{selection} has chosen it: change keepers there to have it replaced"


def _vanished(spec: NodeMigrationSpec, live: LiveNodes, name: str, record: Record) -> str:
    text = f"nodes: {name} was placed before and is in no pool of the project any more; it is skipped. "
    if name in record.chosen:
        return text + renew(record.chosen[name])
    since = live.jobs.replacing.get(name) if live.jobs is not None else None
    if since is None:
        return text + _take_out(spec, _younger(spec, live))
    new = sorted(node.name for node in _not_named(spec, live) if _made(node) >= since)
    if not new:
        return f"{text}The service has replaced it by another node; name that one in its stead"
    return (
        f"{text}The service has replaced it by another node, and {_came(new)} to {spec.target_pool!r} "
        "since: nothing is placed by guess; name the right one in its stead"
    )


def _take_out(spec: NodeMigrationSpec, younger: Sequence[str]) -> str:
    """Returns what to do about a node of which no job tells what has become of it."""
    if not younger:
        return "Take it out of the program"
    return (
        f"{_came(younger)} to {spec.target_pool!r} after the others that the program names: if one of these has "
        "replaced it, name that one in its stead (nothing is placed by guess); otherwise take it out of the program"
    )


def _came(names: Sequence[str]) -> str:
    return f"{changes.names(names)} {'has' if len(names) == 1 else 'have'} come"


def _younger(spec: NodeMigrationSpec, live: LiveNodes) -> list[str]:
    """Returns nodes of the target that are of the flavor of those the program names, and younger than all of them."""
    named = [live.nodes[name].node for name in spec.nodes if name in live.nodes]
    flavors = {spec.flavor} if spec.flavor is not None else {node.flavor for node in named}
    youngest = max(map(_made, named), default=inf)
    return sorted(node.name for node in _not_named(spec, live) if node.flavor in flavors and _made(node) > youngest)


def _not_named(spec: NodeMigrationSpec, live: LiveNodes) -> list[Node]:
    """Returns the nodes of the target that the program does not name."""
    return [node for node in live.lists.get(spec.target_pool, ()) if node.name not in spec.nodes]


def _made(node: Node) -> float:
    """Returns when a node was made, in seconds since 1970; 0 if the service does not say."""
    try:
        return datetime.fromisoformat(node.creation_timestamp).timestamp()
    except ValueError:
        return 0.0
