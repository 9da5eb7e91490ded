"""The map that says what a run will do to the service, and how it stays true in state.

The map is a checked input (`changes` on a pool, `moves` on a migration), so that a preview shows it and a saved plan
pins it. Rules, each found by running the engine:

- a run that changes something keeps the stored entries beside its own, otherwise its preview would show the work of the
  run before as taken out, which reads like work undone;
- a run at rest records an empty map, and is told to the engine as no change: so what was done long ago goes, unseen;
- an entry equal to the stored one gets a suffix, otherwise the engine sees equal inputs and the repair never happens;
- so an entry announces work of this run exactly if it differs from the stored one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGAIN = " (again)"
MOST_CARRIED = 100
"""Entries of earlier runs that a map carries: more of them gather only where a resource is never at rest."""
NOTHING = "(none)"
REMOVED = "removed"
REMOVED_SPARE = "removed (spare)"
"""What becomes of a node; a spare is told from one that is in use."""
ARROW = " -> "
BETWEEN = ", "
"""Stands between the items of a set."""
MOST_TOLD = 200
"""Characters that a line tells of either end of a step; the map has all of them."""
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_BEYOND_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029]")
_MISTAKABLE = re.compile(rf"\s->|->\s|\((again|by hand|none)\)|^[\s\"]|,\s\"|\s$|[{_CONTROLS}]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def step(before: object, after: object) -> str:
    """Returns `before -> after`; a single arrow, because the engine's own diff is drawn with a double one."""
    return f"{text(before)}{ARROW}{text(after)}"


def text(value: object) -> str:
    """Returns a value as it stands in the map: sets sorted, nothing as `(none)`.

    Text that could be mistaken for a part of the map's own language is quoted, and so is what a terminal would obey:
    somebody else may have written it.
    """
    if isinstance(value, (set, frozenset, tuple, list)):
        return BETWEEN.join(sorted(_quoted(each) if BETWEEN in str(each) else text(each) for each in value)) or NOTHING
    if value is None or value == "":
        return NOTHING
    return _quoted(value) if _MISTAKABLE.search(str(value)) else str(value)


def _quoted(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _BEYOND_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def parted(entry: str) -> tuple[str, str] | None:
    """Returns both ends of what `step` has written, as they stand there; None for an entry that is a word.

    Args:
        entry: An entry without the mark of a repeat.
    """
    at = 0
    while (arrow := entry.find(ARROW, at)) >= 0:
        quoted = _QUOTED.match(entry, at)
        end = entry.find(f'{BETWEEN}"', at, arrow) if quoted is None else quoted.end()
        if end < 0 or entry.startswith(ARROW, end):
            end = arrow if end < 0 else end
            return entry[:end], entry[end + len(ARROW) :]
        at = end + len(BETWEEN)
    return None


def value(end: str) -> str | None:
    """Returns the value that `text` has written as one end of a step; None for nothing.

    Raises:
        ValueError: It is quoted, and not as `text` quotes.
    """
    if end == NOTHING:
        return None
    return str(json.loads(end)) if _QUOTED.fullmatch(end) else end


def values(end: str) -> frozenset[str]:
    """Returns the items of the set that `text` has written as one end of a step.

    Raises:
        ValueError: One is quoted, and not as `text` quotes.
    """
    items, at = [], 0
    while at < len(end) and end != NOTHING:
        quoted = _QUOTED.match(end, at)
        stop = quoted.end() if quoted else (end + BETWEEN).find(BETWEEN, at)
        items.append(value(end[at:stop]) or "")
        at = stop + len(BETWEEN)
    return frozenset(items)


def recorded(computed: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Returns the map of a run that changes something: the stored entries and the computed ones, repeats marked."""
    carried = {key: entry for key, entry in stored.items() if key not in computed}
    own = {key: entry + AGAIN if stored.get(key) == entry else entry for key, entry in computed.items()}
    return own if len(carried) > MOST_CARRIED else {**carried, **own}


def new(shown: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Returns the entries of a map that are of this run."""
    return {key: entry for key, entry in shown.items() if stored.get(key) != entry}


def announced(shown: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Returns what this run has announced, without marks."""
    return {key: entry.removesuffix(AGAIN) for key, entry in new(shown, stored).items()}


def ends(entry: str) -> tuple[int, int]:
    """Returns both counts of an entry about a count.

    Raises:
        ValueError: The entry is about something else.
    """
    before, _, after = entry.removesuffix(AGAIN).partition(ARROW)
    return int(before), int(after)


def beyond(computed: Mapping[str, str], announced: Mapping[str, str]) -> dict[str, str]:
    """Returns what a run would do now that its preview did not announce; doing less of the same is fine."""
    return {key: entry for key, entry in computed.items() if key not in announced or not _covers(announced[key], entry)}


def _covers(shown: str, entry: str) -> bool:
    """Returns whether an announced entry covers one that was computed later: the same, or a shorter way to its end.

    A node that has become a spare meanwhile may go; a spare that has come into use stays.
    """
    if entry == shown or (entry, shown) == (REMOVED_SPARE, REMOVED):
        return True
    try:
        (before, after), (shown_before, shown_after) = ends(entry), ends(shown)
    except ValueError:
        return False
    return after == shown_after and min(shown_before, after) <= before <= max(shown_before, after)


def removed(announced: Mapping[str, str]) -> frozenset[str]:
    """Returns the nodes that announced entries remove."""
    return frozenset(
        key.removeprefix("nodes.") for key, entry in announced.items() if entry in {REMOVED, REMOVED_SPARE}
    )


def listed(changes: Mapping[str, str]) -> str:
    """Returns a map as indented lines for a message, in the program's spelling."""
    return "\n".join(f"    {spoken(key)}: {entry}" for key, entry in changes.items())


def shortened(entry: str) -> str:
    """Returns an entry for a line, of which either end may be as long as a description."""
    sides = parted(entry) or (entry,)
    return ARROW.join(side if len(side) <= MOST_TOLD else f"{side[:MOST_TOLD]}…" for side in sides)


def in_one_line(changes: Mapping[str, str], most: int = 5) -> str:
    """Returns a map for a status line, in the program's spelling: all entries, or the first few and how many more."""
    entries = [f"{spoken(key)} {shortened(entry)}" for key, entry in changes.items()]
    shown = "; ".join(entries[:most])
    return shown if len(entries) <= most else f"{shown} and {len(entries) - most} more"


def names(items: Sequence[str], most: int = 5) -> str:
    """Returns names for a message: all of them, or the first few and how many more."""
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"


def nodes(count: int) -> str:
    """Returns a number of nodes with its verb: `1 node is`, `2 nodes are`."""
    return f"{number_of(count, 'node')} {is_are(count)}"


def nodes_are(names_of: Sequence[str]) -> str:
    """Returns nodes with their verb: `n1 is`, `n1, n2 are`."""
    return f"{names(names_of)} {is_are(len(names_of))}"
