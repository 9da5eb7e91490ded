"""What stands against the deletion of a pool that a program has made, from the record and from what is live alone.

A deletion takes every node that is in the pool, also those that were moved there, and what runs on them. No preview
shows what it will find: a destroy asks no provider before it begins. So the pool is looked at when its deletion is
asked for, each time anew, and nothing of it is deleted that the pool was not made with or grown by.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.wording import is_are, number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.candidates import prepaid
from pulumi_modelarts.plans.counts import entry_of
from pulumi_modelarts.plans.live_pool import entries
from pulumi_modelarts.plans.ownership import MARK
from pulumi_modelarts.plans.work import told
from pulumi_modelarts.specs.paths import Paths
from pulumi_modelarts.specs.spelling import property_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.live_pool import EntryKey, LivePool
    from pulumi_modelarts.plans.work import Work

ANYWHERE: Final = ""
"""In place of a node's name, for what is in the pool and on no node that is known."""

_GOING: Final = "Deleting"
_MOVE: Final = "Move what is to stay to another pool by a NodeMigration, and run `pulumi up`"
_UNSUBSCRIBE: Final = "Unsubscribe in the console, which nobody does for you"
_NOT_OWN: Final = (
    "it was not made by this resource: neither its node pools nor its nodes have the mark that this resource has given "
    "them, so that another pool seems to have taken the name. Look at it in the console"
)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""A moment as the service writes it; two of them are in the order of their texts (documented: examples)."""


@dataclass(frozen=True)
class Count:
    """A count on record.

    Attributes:
        path: The input that says it, as a program writes it.
        nodes: Nodes that the pool was made with or grown by.
        secret: Whether it is never told.
    """

    path: str
    nodes: int
    secret: bool = False


@dataclass(frozen=True)
class MadePool:
    """What is on record of a pool that a program has made.

    Attributes:
        counts: How many nodes it was made with or grown by, by flavor and node pool.
        arrivals: Nodes that migrations were to bring.
        marks: Values of the mark on what is its own: another name of the resource makes another one.
    """

    counts: Mapping[EntryKey, Count]
    arrivals: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def of(cls, recorded: Mapping[str, Any], marks: Iterable[str]) -> MadePool:
        """Returns what recorded inputs say of a pool; a count that the program no longer declares counts as none.

        Args:
            recorded: The inputs; of them only counts, arrivals and the names of secret inputs matter.
            marks: Values of its mark; empty ones mark nothing.
        """
        hidden = Paths.of(recorded.get("secrets") or ())
        counts = {
            (flavor, node_pool): Count(property_path(steps), total, hidden.touch(*steps))
            for steps, flavor, node_pool, total in _counts(recorded)
        }
        return cls(counts, frozenset(recorded.get("arrivals") or ()), frozenset(marks) - {""})

    def owns(self, tags: Mapping[str, str] | None) -> bool:
        """Returns whether tags hold a mark of the pool's own; tags that are not understood hold none."""
        return (tags or {}).get(MARK) in self.marks


def _counts(recorded: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str, str, int]]:
    """Yields each recorded count: the steps to it, flavor, node pool, and nodes."""
    for flavor, count in (recorded.get("flavors") or {}).items():
        yield ("flavors", flavor), flavor, f"{flavor}-default", int(count)
    for name, node_pool in (recorded.get("nodePools") or {}).items():
        zones = sum(int(count) for count in (node_pool.get("azs") or {}).values())
        count = node_pool.get("count")
        yield ("nodePools", name), node_pool["flavor"], name, zones if count is None else int(count)


def obstacles(made: MadePool, live: LivePool) -> list[str]:
    """Returns everything that stands against the deletion of a pool, each with what to do about it; none where it may.

    Args:
        made: What is on record of it.
        live: The pool with its nodes, what the service does to them (`migrating`), and what runs in it (`work`, or
            `untold`). Nodes that are going anyway do not count.
    """
    nodes = [node for node in live.nodes or () if node.phase != _GOING]
    if not _is_own(made, live.pool, nodes):
        return [_NOT_OWN]
    return [
        *_strange(made, live.pool, nodes),
        *_arrived(made, nodes),
        *_more(made, live, nodes),
        *_works(live),
        *_under_way(live),
        *_paid(live, nodes),
        *_locked(nodes),
    ]


def refusal(pool: str, found: Sequence[str]) -> str:
    """Returns that a pool is not deleted: why, and what else can be done.

    Args:
        pool: Id of the pool.
        found: What stands against it.
    """
    reasons = "\n".join(f"    {each}" for each in found)
    return (
        f"Deleting resource pool {pool!r} was refused, and nothing was sent:\n{reasons}\n"
        f"To keep the pool and manage it no longer, declare it with pool_name={pool!r} in place of name and network, "
        "run `pulumi up`, and take it out then. This refusal stops no other deletion of the run: only protect=True "
        "among the resource's options stops a whole `pulumi destroy` before it begins"
    )


def being_deleted(pool: str) -> str:
    """Returns that a pool goes, whoever asked for it."""
    return f"resource pool {pool!r} is being deleted"


def unread(why: object) -> str:
    """Returns that what is in a pool could not be read, so that nobody can tell whether it may go.

    Args:
        why: What the service said.
    """
    return f"what is in it could not be read, and may be anything ({why}). Run the same command again"


def stays(pool: ResourcePool, lost: str | None) -> str:
    """Returns that a pool is not being deleted, although that was asked for.

    Args:
        pool: The pool.
        lost: Why the answer was lost; None where it was answered.
    """
    why = "the service accepted it" if lost is None else f"the answer was lost ({lost})"
    note = f": {pool.status.message}" if pool.status.message else ""
    return f"{why}, and the pool is {pool.phase or 'still there'}{note}. Run the same command again to delete it"


def foretold(pool: str, found: Sequence[str]) -> list[str]:
    """Returns what somebody who looks at a pool should know: a destroy would be refused, and why."""
    if not found:
        return []
    return [f"resource pool {pool!r} would not be deleted by a destroy as it is now: {'; '.join(found)}"]


def still_declared(pool: str, holder: str) -> str:
    """Returns that a pool is left as it is, since the program goes on declaring it.

    Args:
        pool: Id of the pool.
        holder: The resource that declares it.
    """
    return (
        f"resource pool {pool!r} stays as it is: {holder} of this program declares it, and what replaces it is the "
        "pool itself. Nothing was sent"
    )


def _is_own(made: MadePool, pool: ResourcePool, nodes: Sequence[Node]) -> bool:
    """Returns whether a pool is the one that is on record, and not a later one of the same name."""
    tagged = ({tag.key: tag.value for tag in entry.tags} for entry in pool.entries)
    return any(made.owns(tags) for tags in tagged) or any(made.owns(node.tags) for node in nodes)


def _strange(made: MadePool, pool: ResourcePool, nodes: Sequence[Node]) -> Iterator[str]:
    names = sorted(node.name for node in nodes if node.name not in made.arrivals and not _is_its_own(made, pool, node))
    if names:
        were = "was" if len(names) == 1 else "were"
        yield f"{changes.names(names)} {were} not made with it, and would be deleted with it. {_MOVE}"


def _is_its_own(made: MadePool, pool: ResourcePool, node: Node) -> bool:
    """Returns whether a pool was made with a node or grown by it.

    One that is older than the pool was not, however it is marked: the service may mark what moves in.
    """
    moments = node.creation_timestamp, pool.metadata.creation_timestamp
    older = all(map(_MOMENT.fullmatch, moments)) and moments[0] < moments[1]
    return node.name not in made.arrivals and made.owns(node.tags) and not older


def _arrived(made: MadePool, nodes: Sequence[Node]) -> Iterator[str]:
    """Yields the nodes that migrations were to bring, however they are marked."""
    names = sorted(node.name for node in nodes if node.name in made.arrivals)
    if names:
        yield f"{changes.names(names)} came by a migration (arrivals), and would be deleted with it. {_MOVE}"


def _more(made: MadePool, live: LivePool, nodes: Sequence[Node]) -> Iterator[str]:
    """Yields where there are more nodes than the pool was made with or grown by, whoever has added them.

    What has come from elsewhere is told by itself, and not counted again.
    """
    own = [node for node in nodes if _is_its_own(made, live.pool, node)]
    listed, mine = Counter(map(entry_of, nodes)), Counter(map(entry_of, own))
    present = Counter({entry.key: sum((entry.present or {}).values()) for entry in entries(live.pool)})
    for key in sorted(listed | present):
        count, there = made.counts.get(key), mine[key] + max(0, present[key] - listed[key])
        if there > (count.nodes if count else 0):
            names = sorted(node.name for node in own if entry_of(node) == key)
            yield _surplus(key, count, there, f" ({changes.names(names)})" if names else "")


def _surplus(key: EntryKey, count: Count | None, there: int, names: str) -> str:
    flavor, node_pool = key
    if count is None:
        return (
            f"{number_of(there, 'node')} of {flavor} in node pool {node_pool}{names} {is_are(there)} not on record: no "
            f"count is declared for {'it' if there == 1 else 'them'}. Declare one and run `pulumi up`, or take what is "
            "there away first"
        )
    if count.secret:
        return (
            f"{count.path}: there are more nodes than on record{names}. Declare what is there and run `pulumi up`, or "
            "take the surplus away first"
        )
    return (
        f"{count.path}: {number_of(there, 'node')} {is_are(there)} there and {count.nodes} on record{names}. Declare "
        f"{there} and run `pulumi up`, or take the surplus away first"
    )


def _works(live: LivePool) -> Iterator[str]:
    if live.untold:
        yield live.untold
    for kind, out in (
        (True, "Wait until it has ended, or stop it"),
        (False, "It does not end by itself: stop it, or move it elsewhere"),
    ):
        found = {
            name: here
            for name, works in sorted((live.work or {}).items())
            if (here := tuple(work for work in works if work.ends is kind))
        }
        if found:
            yield f"{_told(found)} would be lost with it. {out}"


def _told(busy: Mapping[str, Sequence[Work]]) -> str:
    """Returns work and the nodes that it runs on."""
    return changes.names([f"{told(works)} on {name}" if name else told(works) for name, works in busy.items()])


def _under_way(live: LivePool) -> Iterator[str]:
    by_job: dict[str, list[str]] = {}
    for name, job in sorted((live.migrating or {}).items()):
        by_job.setdefault(job, []).append(name)
    for job, names in sorted(by_job.items()):
        what = changes.names([name for name in names if name]) or "nodes that come or go"
        yield f"job {job} of the service, about {what}, has not ended. Wait until it has"


def _paid(live: LivePool, nodes: Sequence[Node]) -> Iterator[str]:
    if live.pool.prepaid:
        yield f"it is yearly/monthly. {_UNSUBSCRIBE}"
        return
    names = sorted(node.name for node in nodes if prepaid(node, live))
    if names:
        yield f"{changes.names(names)} {is_are(len(names))} yearly/monthly. {_UNSUBSCRIBE}"


def _locked(nodes: Sequence[Node]) -> Iterator[str]:
    names = sorted(node.name for node in nodes if node.locked)
    if names:
        yield f"{changes.nodes_are(names)} locked against deletion, which keeps no pool. Unlock what may go"
