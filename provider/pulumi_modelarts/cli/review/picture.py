"""The picture of a report: pools as boxes, nodes as tiles, moves as arrows. No colour says what no sign says too."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.cli.review.boxes import boxes
from pulumi_modelarts.cli.review.words import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_modelarts.cli.review.boxes import Box
    from pulumi_modelarts.cli.review.report import Report
    from pulumi_modelarts.plans.effect import Moved

MOST_BOXES: Final = 30
"""Pools that a picture shows; the rest stands in the tables."""
_MOST: Final = 48
"""Tiles of a kind in a box."""
_ARROWS: Final = 6
"""Arrows of a way, from which on one stands for all."""
_ROW, _WIDTH, _GAP = 3, 300, 90
_TILE, _STEP, _PER_ROW = 16, 22, 12
_HEAD, _LINE, _PADDING = 68, 18, 16
_RISE: Final = 40
"""How far above tiles of the same height an arrow is bent."""
_LETTERS: Final = 40

_SIGNS: Final = {"stays": "", "spare": "s", "broken": "!", "leaves": "→", "comes": "", "bought": "+", "removed": "✕"}


@dataclass(frozen=True)
class Tile:
    """A node in the picture.

    Attributes:
        kind: What becomes of it.
        text: What is said about it.
        node: Its name; empty for one that the input does not name.
    """

    kind: str
    text: str
    node: str = ""


@dataclass(frozen=True)
class _Placed:
    """A box where it stands."""

    box: Box
    tiles: Sequence[Tile]
    notes: Sequence[str]
    x: int
    y: int
    height: int

    def spot(self, index: int) -> tuple[int, int]:
        """Returns where the middle of a tile is."""
        row, column = divmod(index, _PER_ROW)
        return (
            self.x + _PADDING + column * _STEP + _TILE // 2,
            self.y + _HEAD + row * _STEP + _TILE // 2,
        )


def picture(report: Report) -> str:
    """Returns the picture as an element of a page; empty where there is no pool to show."""
    found = boxes(report.resources)
    if not found:
        return ""
    placed = list(_placed(found[:MOST_BOXES]))
    height = max(each.y + each.height for each in placed) + 12
    columns = min(_ROW, len(placed))
    width = columns * _WIDTH + (columns - 1) * _GAP + 24
    more = len(found) - len(placed)
    told = "; ".join(_sum(each.box) for each in placed) + (f"; and {number_of(more, 'more pool')}" if more > 0 else "")
    arrows = "".join(_arrows(placed))
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-labelledby="pt" aria-describedby="pd">'
        f'<title id="pt">Pools and what becomes of their nodes</title><desc id="pd">{escape(told)}</desc>'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" class="head"/></marker></defs>'
        f"{''.join(map(_drawn, placed))}{arrows}</svg>"
    )


def _placed(found: Sequence[Box]) -> Iterator[_Placed]:
    y = 12
    for start in range(0, len(found), _ROW):
        row = [(box, _tiles(box), _notes(box)) for box in found[start : start + _ROW]]
        heights = [_height(tiles, notes) for _, tiles, notes in row]
        for index, (box, tiles, notes) in enumerate(row):
            yield _Placed(box, tiles, notes, 12 + index * (_WIDTH + _GAP), y, heights[index])
        y += max(heights) + 48


def _height(tiles: Sequence[Tile], notes: Sequence[str]) -> int:
    return _HEAD + -(-len(tiles) // _PER_ROW) * _STEP + len(notes) * _LINE + _PADDING


def _tiles(box: Box) -> list[Tile]:
    """Returns the tiles of a box: those that stay, leave, are removed, come and are bought, the first of each."""
    staying = box.staying or 0
    broken = min(box.broken, staying)
    spare = min(box.spare, staying - broken)
    plain = max(0, min(_MOST, staying) - broken - spare)
    return [
        *([Tile("broken", "a broken node")] * min(broken, _MOST)),
        *([Tile("spare", "a spare node")] * min(spare, _MOST)),
        *([Tile("stays", "a node that stays")] * plain),
        *(Tile("leaves", f"{each.node} moves to {place(each.target)}", each.node) for each in box.leaving[:_MOST]),
        *(Tile("removed", f"{each.node} is removed", each.node) for each in box.removed[:_MOST]),
        *(Tile("comes", f"{each.node} comes from {place(each.source)}", each.node) for each in box.arriving[:_MOST]),
        *([Tile("bought", "a node that is bought")] * min(box.bought, _MOST)),
    ]


def _notes(box: Box) -> list[str]:
    counts = (box.staying or 0, len(box.leaving), len(box.removed), len(box.arriving), box.bought)
    hidden = sum(max(0, count - _MOST) for count in counts)
    return [*([f"and {number_of(hidden, 'more node')}, not drawn"] if hidden else []), *box.notes]


def _counts(box: Box) -> str:
    """Returns how many nodes there are before and after, as far as that is known."""
    if box.deleted:
        return "deleted with every node in it" if box.before is None else f"{number_of(box.before, 'node')} on record"
    if box.staying is None:
        return "how many nodes there are is not in this file"
    before = box.staying + len(box.leaving) + len(box.removed)
    after = box.staying + len(box.arriving) + box.bought
    return f"{number_of(before, 'node')} -> {after}" if before != after else number_of(before, "node")


def _fate(box: Box) -> str:
    return "made" if box.made else "deleted" if box.deleted else ""


def _sum(box: Box) -> str:
    done = (
        (len(box.leaving), "leaves", "leave"),
        (len(box.arriving), "comes", "come"),
        (len(box.removed), "is removed", "are removed"),
        (box.bought, "is bought", "are bought"),
    )
    told = [f"{count} {one if count == 1 else more}" for count, one, more in done if count]
    fate = f", which is {_fate(box)}" if _fate(box) else ""
    return f"pool {box.subject.title}{fate}: {', '.join([_counts(box), *told])}"


def _drawn(placed: _Placed) -> str:
    box, x, y = placed.box, placed.x, placed.y
    fate = _fate(box)
    label = f"{fate}: " if fate else ""
    below = y + placed.height - _PADDING - (len(placed.notes) - 1) * _LINE
    notes = "".join(_text(x + _PADDING, below + i * _LINE, note, "note") for i, note in enumerate(placed.notes))
    return (
        f'<g><rect x="{x}" y="{y}" width="{_WIDTH}" height="{placed.height}" rx="8" class="pool {fate}"/>'
        f"{_text(x + _PADDING, y + 22, label + box.subject.title, 'name')}"
        f"{_text(x + _PADDING, y + 40, _counts(box), 'count')}"
        f"{''.join(_tile(placed, index) for index in range(len(placed.tiles)))}"
        f"{notes}"
        "</g>"
    )


def _tile(placed: _Placed, index: int) -> str:
    tile = placed.tiles[index]
    x, y = placed.spot(index)
    sign = _SIGNS[tile.kind]
    glyph = f'<text x="{x}" y="{y + 4}">{sign}</text>' if sign else ""
    return (
        f'<g class="tile {tile.kind}"><title>{escape(tile.text)}</title>'
        f'<rect x="{x - _TILE // 2}" y="{y - _TILE // 2}" width="{_TILE}" height="{_TILE}" rx="3"/>'
        f"{glyph}</g>"
    )


def _text(x: int, y: int, text: str, kind: str) -> str:
    short = text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(short)}<title>{escape(text)}</title></text>'


def _arrows(placed: Sequence[_Placed]) -> Iterator[str]:
    """Yields the arrows of moves whose both ends are drawn; one for all of a way where they are many."""
    leaves = {tile.node: each.spot(i) for each in placed for i, tile in enumerate(each.tiles) if tile.kind == "leaves"}
    comes = {tile.node: each.spot(i) for each in placed for i, tile in enumerate(each.tiles) if tile.kind == "comes"}
    ways: dict[tuple[str, str], list[Moved]] = {}
    for each in placed:
        for move in each.box.leaving:
            ways.setdefault((place(move.source), place(move.target)), []).append(move)
    for moves in ways.values():
        drawn = [move for move in moves if move.node in leaves and move.node in comes]
        label = f"{number_of(len(moves), 'node')}" if len(moves) > _ARROWS else ""
        for move in drawn[:1] if label else drawn:
            yield _arrow(leaves[move.node], comes[move.node], label)


def _arrow(start: tuple[int, int], end: tuple[int, int], label: str) -> str:
    """Returns an arrow from the top of a tile to that of another one; between rows it goes straight down or up."""
    (x1, y1), (x2, y2) = start, end
    y1, y2, middle = y1 - _TILE // 2, y2 - _TILE // 2, (x1 + x2) // 2
    level = abs(y1 - y2) < _STEP * 2
    lift = min(y1, y2) - _RISE if level else (y1 + y2) // 2
    bend = f"Q {middle} {lift} {x2} {y2}" if level else f"C {x1} {lift} {x2} {lift} {x2} {y2}"
    said = f'<text x="{middle}" y="{lift + _RISE // 2 - 4 if level else lift}" class="way">{escape(label)}</text>'
    return f'<path d="M {x1} {y1} {bend}" class="move"/>{said if label else ""}'
