"""Nodes that are on their way: by jobs of the service, and by migrations that the program runs before its fleet.

They count where they go. A job does not say so in a field of its own: its target is the one pool that its text names
besides the pool that it was listed with, which its nodes leave (assumed).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import to_json

from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pulumi_modelarts.api.job import PoolJob
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet, LiveFleet

_WORD = re.compile(r"[\w.-]+")


class Flight(NamedTuple):
    """A node on its way.

    Attributes:
        home: Id of the pool that it is in yet.
        place: Where it goes: the id of a pool; `pool/node pool` for a named one.
        flavor: Its flavor.
        job: The job that moves it; empty where a migration of the program will.
    """

    home: str
    place: str
    flavor: str
    job: str = ""


def flights(fleet: DeclaredFleet, live: LiveFleet) -> dict[str, Flight]:
    """Returns the nodes that are on their way from or to a pool of the fleet, by their names."""
    homes, ids = live.homes, fleet.names.keys()
    found: dict[str, Flight] = {}
    for source, job in _jobs(live):
        target = target_of(job, source, live.known)
        for name in sorted(job.node_names & homes.keys()):
            pool, node = homes[name]
            if pool == source and target and {source, target} & ids:
                found[name] = Flight(source, target, node.flavor, job.job_id)
    for name, place in fleet.after.items():
        if name in homes and {homes[name][0], place.partition("/")[0]} & ids:
            pool, node = homes[name]
            found[name] = Flight(pool, place, node.flavor)
    return found


def target_of(job: PoolJob, source: str, known: Collection[str]) -> str:
    """Returns the id of the pool that a job moves nodes to; empty where its text names none, or more than one."""
    targets = _named(job, source, known)
    return targets.pop() if len(targets) == 1 else ""


def untold(fleet: DeclaredFleet, live: LiveFleet) -> Iterator[Problem]:
    """Yields jobs of which nobody can tell which nodes they move, or where to, so that nothing can be counted."""
    homes, ids = live.homes, fleet.names.keys()
    for source, job in _jobs(live):
        names, targets = job.node_names & homes.keys(), _named(job, source, live.known)
        if {source, *targets} & ids and (len(targets) != 1 or not names):
            what = "which ones" if len(targets) == 1 else "where to"
            yield Problem(
                "pools",
                f"job {job.job_id} moves nodes of {fleet.names.get(source, source)!r} and does not say {what}, so that "
                "nobody can count them; run `pulumi up` again when it has ended",
            )


def outside(fleet: DeclaredFleet, live: LiveFleet) -> tuple[str, ...]:
    """Returns the ids of other pools whose nodes have to be read, because nodes may be on their way from there."""
    ids, homes = fleet.names.keys(), live.homes
    wanted = {source for source, job in _jobs(live) if _named(job, source, live.known) & ids} - ids
    if any(name not in homes and place.partition("/")[0] in ids for name, place in fleet.after.items()):
        wanted |= live.known.keys() - ids
    return tuple(sorted(wanted - live.elsewhere.keys()))


def _named(job: PoolJob, source: str, known: Collection[str]) -> set[str]:
    """Returns the ids of the pools that the text of a job names, besides the one that its nodes leave."""
    words = {word for text in (job.inputs, job.involved_objects) for word in _words(text)}
    return words & {*known} - {source}


def _jobs(live: LiveFleet) -> Iterator[tuple[str, PoolJob]]:
    for source, jobs in sorted((live.jobs or {}).items()):
        for job in jobs:
            yield source, job


def _words(value: object) -> list[str]:
    return _WORD.findall(value if isinstance(value, str) else to_json(value).decode())
