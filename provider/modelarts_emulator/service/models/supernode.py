"""Supernodes: nodes that come, go and move together, because they are one machine (documented: CCE, December 2025).

The nodes of an entry with a creating step of type hyperinstance come in supernodes of as many nodes as a step has. What
tells a supernode from others stays with its nodes wherever they go.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import node
from modelarts_emulator.service.preconditions import unmet
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.entry import Entry, EntryKey
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.node_making import NewNodes
    from modelarts_emulator.service.models.tenant import Tenant

TYPE = "hyperinstance"


def size_of(key: EntryKey) -> int:
    """How many nodes a supernode of an entry has; 0 for an entry of plain nodes."""
    step = key.creating_step
    return int(step["step"]) if step is not None and step["type"] == TYPE else 0


def require_whole_counts(where: str, entry: Entry) -> None:
    """Refuse counts with which a supernode would not be whole, in one zone.

    Raises:
        ApiError: 400; that it is refused, and the wording, are assumed.
    """
    step: dict[str, Any] = entry.get("creatingStep") or {}
    if step.get("type") != TYPE:
        return
    size = step.get("step")
    if type(size) is not int or size < 1:
        raise bad_request(f"{where}.creatingStep.step must be an integer of at least 1")
    counts = {f"{where}.count": entry["count"]}
    counts |= {f"{where}.azs[{index}].count": zone["count"] for index, zone in enumerate(entry.get("azs") or [])}
    for place, count in counts.items():
        if count % size:
            raise unmet("whole_supernodes", f"{place} {count} must be a multiple of creatingStep.step {size}")


def named_after(tenant: Tenant, key: EntryKey, names: list[str]) -> dict[str, str]:
    """Supernode of each of these nodes, so many of an entry in one zone to each; nothing for plain ones."""
    size = size_of(key)
    if not size:
        return {}
    firsts = (names[index - index % size] for index in range(len(names)))
    return {
        name: ids.token(tenant.seed, "supernode", tenant.project, first)
        for name, first in zip(names, firsts, strict=True)
    }


def parted(nodes: NewNodes, supernodes: dict[str, str]) -> Iterator[NewNodes]:
    """New nodes, supernode by supernode."""
    for batch, same in groupby(nodes.names, supernodes.get):
        yield nodes._replace(names=list(same), batch=batch or "")


def together(nodes: list[Node]) -> list[Node]:
    """The nodes with those of one supernode behind each other, where its first one stands."""
    places = {_unit(item): place for place, item in reversed(list(enumerate(nodes)))}
    return sorted(nodes, key=lambda item: places[_unit(item)])


def units(nodes: list[Node]) -> list[list[Node]]:
    """Nodes that stand together, by what moves as one: a supernode, or a single node."""
    return [list(same) for _, same in groupby(nodes, _unit)]


def require_whole(tenant: Tenant, pool: str, nodes: list[Node], done: str) -> None:
    """Refuse to do something to a part of a supernode alone.

    Args:
        tenant: The project.
        pool: Pool of the nodes.
        nodes: The nodes that were named.
        done: What would be done to them.

    Raises:
        ApiError: 400 (documented: none of them can be removed singly; that this goes for moving, code and wording are
            assumed).
    """
    named = {item.name for item in nodes}
    asked = {item.batch for item in nodes if item.batch}
    for item in node.present(tenant, pool) if asked else ():
        if item.batch in asked and item.name not in named:
            raise unmet(
                "whole_supernode", f'node "{item.name}" is in supernode {item.batch}, whose nodes are {done} together'
            )


def _unit(item: Node) -> str:
    return item.batch or f"node {item.name}"
