"""What a migration must not begin with, found out before any node is touched: the nodes, then their pools."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.migration_notes import renew
from pulumi_modelarts.plans.pool_names import absent
from pulumi_modelarts.plans.pool_obstacles import closed
from pulumi_modelarts.plans.supernodes import missing, possible_steps, unit, units
from pulumi_modelarts.plans.work import OR_IGNORE, lasting, told
from pulumi_modelarts.specs._spec import Problem
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes, Record
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

KEEPS_ONE = "a pool keeps at least one. Name fewer nodes, or grow that pool first"


def obstacles(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], unknown: Sequence[str], record: Record
) -> Iterator[Problem]:
    """Yields what must be resolved before the run may start.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        leaving: Nodes that have to move.
        unknown: Nodes that are in no pool and were never placed.
        record: What is on record from before.
    """
    for name in unknown:
        yield Problem(_at(spec, name), _unknown_node(name, spec, live, record))
    if not leaving:
        return
    for name, found in sorted(leaving.items()):
        if name not in live.migrating and (why := _immovable(spec, live, found)):
            yield Problem(_at(spec, name), f"{name!r} in {found.pool!r} {why}")
    if live.untold:
        yield Problem("on_running_jobs", f"{live.untold}{OR_IGNORE}")
    yield from _supernodes(spec, live, leaving)
    yield from _emptied(spec, live, leaving)
    yield from closed(spec, live, leaving)
    for job, answer in sorted((live.unknown_jobs or {}).items()):
        if job not in record.awaited:
            yield Problem("await_jobs", f"{answer}. Correct the id, or take out a job that has been deleted")


def emptied_together(
    spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode], pool: str, others: Mapping[str, int]
) -> Problem | None:
    """Returns that several migrations together leave a pool without a node; None where one is left.

    Args:
        spec: What the program declares.
        live: What is known of the service.
        leaving: Nodes that have to move.
        pool: A pool that some of them leave.
        others: How many nodes each other migration takes from it, by the name that its program has for it.
    """
    mine = sum(found.pool == pool for found in leaving.values())
    size = len(live.present(pool))
    if pool == spec.target_pool or not others or mine >= size or mine + sum(others.values()) < size:
        return None
    taken = " and ".join(f"{name} takes {count} of them" for name, count in sorted(others.items()))
    return Problem(
        "nodes",
        f"takes {number_of(mine, 'node')} from {pool!r}, which has {size}, and {taken}; {KEEPS_ONE}",
    )


def _at(spec: NodeMigrationSpec, name: str) -> str:
    return property_path(("nodes", spec.nodes.index(name)))


def _unknown_node(name: str, spec: NodeMigrationSpec, live: LiveNodes, record: Record) -> str:
    if name in record.chosen:
        return f"{name!r} is in no pool of the project any more; {renew(record.chosen[name])}"
    if spec.source_pool in live.pools:
        return (
            f"{name!r} is in no pool of the project, neither in {spec.source_pool!r} nor elsewhere; correct its name, "
            "or take it out of the program"
        )
    return (
        f"{name!r} is in no pool of the project, and source_pool {absent(spec.source_pool, live.pools, 'source_pool')}"
    )


def _immovable(spec: NodeMigrationSpec, live: LiveNodes, found: LiveNode) -> str:
    """Returns why the service would not move a node, or why the program does not want it to; empty if it may move."""
    node, jobs = found.node, live.jobs
    held = jobs.holding.get(node.name) if jobs is not None else None
    home = spec.source_cluster if not spec.between_clusters and found.pool == spec.source_pool else None
    reasons = (
        (
            not node.available,
            (
                f"is {node.phase}, and only an Available node can move; wait until it is, have it repaired, or take it "
                "out of the program"
            ),
        ),
        (bool(held), f"is under {held}; run `pulumi up` again when that has ended"),
        (node.locked, "is locked; unlock it in the console first"),
        (
            node.spare,
            "is a spare, which stands by for nodes that break; close HA redundancy for it first, or name another node",
        ),
        (
            spec.flavor not in {None, node.flavor},
            f"has flavor {node.flavor!r}, not {spec.flavor!r}; correct flavor, or leave it out",
        ),
        (
            home is not None and node.cluster not in {"", home},
            f"is in cluster {node.cluster!r}, not {home!r}; correct source_cluster, or take the node out",
        ),
        (
            len(possible_steps(live.pools.get(found.pool), node)) > 1,
            (
                "is of one of several entries that differ in their creating step alone, and the service does not tell "
                "of which; move it by hand"
            ),
        ),
    )
    return next((text for applies, text in reasons if applies), "") or _busy(spec, live, node.name)


def _busy(spec: NodeMigrationSpec, live: LiveNodes, name: str) -> str:
    """Returns what runs on a node and keeps it there; empty where it is idle, ignored, or can be waited for."""
    works = (live.work or {}).get(name, ())
    if works and spec.on_running_jobs == "fail":
        return f'runs {told(works)}; wait until that has ended, or set on_running_jobs="wait"'
    staying = lasting({name: works}).get(name, ())
    if not staying or spec.on_running_jobs == "ignore":
        return ""
    end = (
        "does not end by itself. Stop it or move it elsewhere"
        if len(staying) == 1
        else ("do not end by themselves. Stop them or move them elsewhere")
    )
    return f'runs {told(staying)}, which {end}, take the node out of the program, or set on_running_jobs="ignore"'


def _supernodes(spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields supernodes that are named in part, and those that are larger than what may be away."""
    waiting = {name: found for name, found in sorted(leaving.items()) if name not in live.migrating}
    for name, rest in missing(waiting, live.lists).items():
        found = waiting[name]
        yield Problem(
            _at(spec, name),
            f"{name!r} in {found.pool!r} is part of supernode {unit(found.node)}, whose nodes move together or not at "
            f"all; name {changes.names(rest, len(rest))} too, or leave all of them out",
        )
    sizes = {uid: len(names) for (_, uid), names in units(waiting.values()).items()}
    uid, most = max(sizes.items(), key=lambda item: item[1], default=("", 0))
    if most > spec.strategy.max_unavailable:
        yield Problem(
            "strategy.max_unavailable",
            f"is {spec.strategy.max_unavailable}, and the {most} nodes of supernode {uid} move together; write "
            f"max_unavailable={most} or more",
        )


def _emptied(spec: NodeMigrationSpec, live: LiveNodes, leaving: Mapping[str, LiveNode]) -> Iterator[Problem]:
    """Yields pools that would be left with no node; a pool with a single one is refused (documented)."""
    for pool, count in sorted(Counter(found.pool for found in leaving.values()).items()):
        present = live.present(pool)
        going = live.jobs.leaving & present if live.jobs is not None else frozenset[str]()
        if pool != spec.target_pool and count + len(going) >= len(present):
            others = f" and loses {len(going)} to other migrations" if going else ""
            yield Problem(
                "nodes",
                f"takes {number_of(count, 'node')} from {pool!r}, which has {len(present)}{others}; {KEEPS_ONE}",
            )
        elif len(present) == 1:
            yield Problem(
                "nodes", f"{pool!r} has a single node, and such a pool takes part in no migration; grow that pool first"
            )
