"""Draws docs/fleet.svg from a plan that is really made: `.venv/bin/python -m tools.fleet_picture`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelarts_emulator import Emulator
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.live_fleet import DeclaredFleet
from pulumi_modelarts.reconcilers.fleet_reader import FleetReader
from pulumi_modelarts.reconcilers.session import Session
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.plans.fleet import FleetPlan

PAGE = Path(__file__).parents[1] / "docs" / "fleet.svg"
PROJECT = "86c13962597848eeb29c5861153a391f"
CPU = "modelarts.vm.cpu.4ud"
LIVE, DECLARED = {"train": 8, "infer": 2, "east": 2}, {"train": 6, "infer": 4, "east": 3}

_LEFT, _STEP, _SIZE, _ROW = 110, 34, 24, 74
_AFTER = 500
"""Where the nodes as they will be begin, from the left."""
_SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
_FONT = 'font-family="system-ui, sans-serif" font-size="14"'
_STYLE = """  <style>
    rect.page { fill: #ffffff } rect.stays { fill: #eef4fb; stroke: #2b5c8a } rect.moves { fill: #f6d58a; stroke: #8a6a1c }
    rect.bought { fill: #e9f6ec; stroke: #2f7d46; stroke-dasharray: 4 3 } text { fill: #1c2733 } text.small { font-size: 12px; fill: #44535f }
    path { fill: none; stroke: #8a6a1c; stroke-width: 1.4; marker-end: url(#a) }
  </style>
  <defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L10,5 L0,10 z" style="fill:#8a6a1c;stroke:none;marker-end:none"/></marker></defs>"""  # noqa: E501 - as it stands in the file


def planned() -> FleetPlan:
    """Returns the plan for three pools of an emulator."""
    emulator = Emulator()
    like = {"network": "network-1", "scope": ["Train"], "zone": "cn-north-7c"}
    pools = {
        _id(name): {
            **like,
            "resources": [{"flavor": CPU, "count": count}],
            "nodes": {f"os-node-{name}-{number:05d}": {} for number in range(count)},
        }
        for name, count in LIVE.items()
    }
    emulator.seed({"projects": {PROJECT: {"pools": pools}}})
    settings = Settings.resolve({"modelarts:endpoint": "emulator"}.get, {})
    session = Session(Client(settings, transport=emulator.transport()))
    specs = {name: ResourcePoolSpec(pool_name=_id(name), flavors={CPU: count}) for name, count in DECLARED.items()}
    _, made = FleetReader.recent(session).plan(DeclaredFleet(specs))
    return made


def drawn(plan: FleetPlan) -> str:
    """Returns a plan as a picture: each pool in a row, as it is and as it will be."""
    width, height = 860, 40 + _ROW * len(LIVE) + 40
    what = ", ".join(f"{name} {LIVE[name]} to {DECLARED[name]}" for name in LIVE)
    return "\n".join(
        [
            f'{_SVG} viewBox="0 0 {width} {height}" {_FONT} role="img" aria-labelledby="t d">',
            '  <title id="t">A plan of a fleet</title>',
            f'  <desc id="d">{what}: {len(plan.moves)} nodes move, and what no move supplies is bought.</desc>',
            _STYLE,
            f'  <rect class="page" width="{width}" height="{height}"/>',
            '  <text class="small" x="110" y="24">live</text><text class="small" x="500" y="24">declared</text>',
            *_rows(plan),
            f'  <text class="small" x="20" y="{height - 16}">{"; ".join(plan.info)}</text>',
            "</svg>",
            "",
        ]
    )


def _rows(plan: FleetPlan) -> Iterator[str]:
    tops = {name: 40 + _ROW * row for row, name in enumerate(LIVE)}
    arrived = dict.fromkeys(LIVE, 0)
    for name, top in tops.items():
        leaving = [move for move in plan.moves if move.source == name]
        stays = LIVE[name] - len(leaving)
        comes = sum(move.target == name for move in plan.moves)
        yield f'  <text x="20" y="{top + 17}">{name}</text>'
        yield from _nodes(_LEFT, top, {"stays": stays, "moves": len(leaving)})
        yield from _nodes(_AFTER, top, {"stays": stays, "moves": comes, "bought": _bought(plan, name)})
        for number, move in enumerate(leaving):
            source = _LEFT + _STEP * (stays + number) + _SIZE
            kept = LIVE[move.target] - sum(each.source == move.target for each in plan.moves)
            target = _AFTER + _STEP * (kept + arrived[move.target])
            arrived[move.target] += 1
            below = tops[move.target] + _SIZE / 2
            bend = f"C{source + 60},{top + 12} {target - 60},{below} {target - 2},{below}"
            yield f'  <path d="M{source},{top + 12} {bend}"/>'


def _nodes(left: int, top: int, kinds: Mapping[str, int]) -> Iterator[str]:
    found = [kind for kind, count in kinds.items() for _ in range(count)]
    for number, kind in enumerate(found):
        yield f'  <rect class="{kind}" x="{left + _STEP * number}" y="{top}" width="{_SIZE}" height="{_SIZE}" rx="4"/>'


def _bought(plan: FleetPlan, name: str) -> int:
    return sum(plan.growth.get(name, {}).values())


def _id(name: str) -> str:
    return f"{name}-pool-os-{PROJECT}"[:63]


if __name__ == "__main__":
    PAGE.write_text(drawn(planned()), encoding="utf-8")
