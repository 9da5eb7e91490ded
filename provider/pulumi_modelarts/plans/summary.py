"""What a run is about to do, in one line: what a plain preview says, and the whole of it stands in the map.

`check` and `diff` run in the preview and again before the run itself, and cannot tell the two apart: so a line says
what is planned, which is true both times. The engine hands maps over in any order, so a line has an order of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import arrivals, changes
from pulumi_modelarts.plans.node_selection import CHOSEN, DROPPED
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pulumi_modelarts.plans.fleet_move import Move

MOST = 5
"""Steps, groups of moves, and names of each group that a line tells."""
_ALL = " (all of them: pulumi preview --diff)"
_NODE = "nodes."
_COUNTS = ("flavors.", "nodePools.")


def of_pool(entries: Mapping[str, str]) -> str:
    """Returns the entries of a `changes` map: steps, counts first, nodes that go, nodes that are awaited."""
    ordered = sorted(entries.items(), key=lambda item: (not item[0].startswith(_COUNTS), item))
    whole = {key: entry for key, entry in ordered if not key.startswith((_NODE, arrivals.KEY))}
    steps = [f"{spoken(key)} {changes.shortened(entry)}" for key, entry in whole.items()]
    goes: dict[str, list[str]] = {}
    for key, entry in ordered:
        if key.startswith(_NODE):
            goes.setdefault(entry, []).append(key.removeprefix(_NODE))
    removals = [f"{_removal(entry, len(names))}: {changes.names(names, MOST)}" for entry, names in goes.items()]
    awaited = [key.removeprefix(arrivals.KEY) for key, _ in ordered if arrivals.is_note(key)]
    waits = [f"await {number_of(len(awaited), 'node')}: {changes.names(awaited, MOST)}"] if awaited else []
    is_cut = steps != [f"{spoken(key)} {entry}" for key, entry in whole.items()]
    return _line([*_first(steps), *removals, *waits], steps, awaited, *goes.values(), is_cut=is_cut)


def of_migration(entries: Mapping[str, str]) -> str:
    """Returns the entries of a `moves` map, grouped by source and target."""
    groups = _by_way(entries)
    told = moves(entries)
    return _line(_first(told), told, *groups.values())


def reasons(moves: Iterable[Move]) -> list[str]:
    """Returns why each node of a fleet's plan moves, those with the same reason together."""
    nodes: dict[str, list[str]] = {}
    for move in moves:
        nodes.setdefault(move.reason, []).append(move.node)
    return [f"{changes.names(sorted(names), MOST)}: {reason}" for reason, names in nodes.items()]


def of_fleet(entries: Mapping[str, str], said: Sequence[str]) -> str:
    """Returns the entries of a fleet's `moves` map, grouped by source and target, and its plan in words."""
    return "\n".join([of_migration(entries), *said])


def moves(entries: Mapping[str, str]) -> list[str]:
    """Returns the groups of a `moves` map, each with the first few of its nodes."""
    return [
        f"move {number_of(len(names), 'node')} {_way(entry)}: {changes.names(names, MOST)}"
        for entry, names in _by_way(entries).items()
    ]


def _by_way(entries: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, entry in sorted(entries.items()):
        groups.setdefault(entry, []).append(name)
    return groups


def of_selection(entries: Mapping[str, str]) -> str:
    """Returns the nodes that a selection chooses, and those that it drops."""
    more, fewer = (sorted(name for name, entry in entries.items() if entry == each) for each in (CHOSEN, DROPPED))
    parts = []
    if more:
        parts.append(f"choose {number_of(len(more), 'node')}: {changes.names(more, MOST)}")
    if fewer:
        stay = "which stays where it is" if len(fewer) == 1 else "which stay where they are"
        parts.append(f"drop {number_of(len(fewer), 'node')}, {stay}: {changes.names(fewer, MOST)}")
    return _line(parts, more, fewer)


def of_network(entries: Mapping[str, str]) -> str:
    """Returns the entries of a network's `changes` map."""
    return _line([f"{key} {entry}" for key, entry in sorted(entries.items())])


def _way(entry: str) -> str:
    source, arrow, target = entry.partition(changes.ARROW)
    return f"from {source} to {target}" if arrow else entry


def _removal(entry: str, count: int) -> str:
    spare = "spare " if entry == changes.REMOVED_SPARE else ""
    return f"remove {number_of(count, f'{spare}node')}"


def _first(parts: Sequence[str]) -> list[str]:
    more = len(parts) - MOST
    return [*parts[:MOST], *([f"{more} more"] if more > 0 else [])]


def _line(parts: Sequence[str], *lists: Sequence[str], is_cut: bool = False) -> str:
    capped = is_cut or any(len(each) > MOST for each in lists)
    return f"plan: {'; '.join(parts)}{_ALL if capped else ''}"
