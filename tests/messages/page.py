"""The page that prints every message: each scene is played, and what it says is written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from tests.messages import (
    arrivals,
    declarations,
    engine,
    fleets,
    limits,
    marks,
    migration_runs,
    migrations,
    networks,
    pool_creations,
    pool_deletions,
    pool_runs,
    pools,
    rights,
    selections,
    sent,
    service,
    settings,
    sources,
)
from tests.messages.situation import SCENES, Scene, Situation

ORDER = (
    *(declarations.VALUES, declarations.POOL, declarations.MIGRATION),
    *(pools.POOL, pools.GROWTH, pools.SHRINKING, pools.HEALTH),
    *(migrations.NODES, migrations.POOLS, migrations.NOTES),
    *(networks.ARGUMENTS, networks.THERE, networks.MAKING, networks.ENDING),
    *(arrivals.ARRIVALS, arrivals.UNBORN),
    *(pool_creations.MAKING, pool_creations.DETAILS, pool_creations.RUNS, pool_creations.ROWS),
    *(selections.ARGUMENTS, selections.CHOOSING, selections.KEPT, selections.CHOICE),
    *(fleets.ARGUMENTS, fleets.PLANS, fleets.OWNERS, fleets.RUNS),
    *(marks.OWNERS, marks.MARKING),
    *(pool_runs.BEFORE, pool_runs.GROWTH, pool_runs.FIELDS, pool_runs.REMOVAL, pool_runs.ROWS),
    *(pool_deletions.DELETING, pool_deletions.HANDED),
    *(migration_runs.RUNS, migration_runs.ROWS),
    *(engine.PLAN, sent.SENT, engine.SECRET, engine.CEILINGS, engine.STOPPED),
    *(limits.FREEZE, limits.BOUNDS, limits.APPROVED),
    *(service.REFUSED, rights.RIGHTS, service.LOST, service.UNREADABLE, service.RELEASED, settings.SETTINGS),
    sources.DATA,
)
"""Headings of the page; a new topic of scenes is named here."""

HEAD = """# Messages

Everything that pulumi-modelarts says, each text as it was said in the situation above it: a world of the emulator, a
program, one command. `make messages` plays the situations and writes this page.

A message says what is wrong and with which argument, in the program's spelling, then what to do next. What stands in
brackets behind the service's own words is its error code and the id of the request, which its support asks for.

- *refused in the preview*: `pulumi preview` and `pulumi up` fail before anything is sent. Everything that is wrong with
  a resource is told at once.
- *warning*: nothing fails, and something is not as it should be.
- *error*: a run ended. Where the service had accepted something the resource stays in the state, and the next
  `pulumi up` goes on from there.
- *note*: nothing is wrong; what a run is about to do, has sent, or has left as it is.
- *status in the row*: what the resource's row says meanwhile, one line after the other.
"""

_REQUEST = re.compile(r"request [0-9a-f]{32}")


@dataclass(frozen=True)
class Played:
    """A scene and what was said in it."""

    scene: Scene
    texts: tuple[str, ...]


def played() -> list[Played]:
    """Play every scene, each in a world of its own."""
    made: list[Played] = []
    for number, scene in enumerate(SCENES):
        texts = tuple(dict.fromkeys(_settled(text) for text in scene.play(Situation(str(number)))))
        if not texts:
            raise AssertionError(f"nothing was said: {scene.topic}, {scene.when}")
        made.append(Played(scene, texts))
    return made


def rendered(scenes: list[Played]) -> str:
    """Return the page."""
    by_topic = sorted(scenes, key=lambda each: ORDER.index(each.scene.topic))
    groups = [(topic, list(each)) for topic, each in groupby(by_topic, key=lambda each: each.scene.topic)]
    return HEAD + "".join(f"\n## {topic}\n{''.join(map(_section, found))}" for topic, found in groups)


def _section(each: Played) -> str:
    when = f"{each.scene.when[0].upper()}{each.scene.when[1:]}"
    lines = "\n".join(each.texts)
    return f"\n**{when}** · *{each.scene.kind}*\n\n```text\n{lines}\n```\n"


def _settled(text: str) -> str:
    """Return a text without what differs from one version of this program to the next: the ids of requests."""
    return _REQUEST.sub("request …", text)
