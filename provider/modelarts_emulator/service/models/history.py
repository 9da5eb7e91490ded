"""What a pool's nodes have been doing since when, from the moments that their rows hold: nothing of it is written down.

A node that moves to another pool, or is broken or mended by hand, gets other moments. What it was until then is kept as
a stay: the moments it had, and the one at which they ended.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelarts_emulator.service.models.tenant import Tenant

AVAILABLE, ABNORMAL, CREATING, DELETING = GROUPS = ("available", "abnormal", "creating", "deleting")
"""What nodes do, in the order in which events count them (documented: ListEvents)."""

_POOL = "(SELECT number FROM pools WHERE project = :project AND name = :pool)"
_LIVES = f"""
SELECT since_at, ready_at, breaks_at, mends_at, coalesce(deleting_at, gone_at), deleting_at, gone_at, count(*)
FROM nodes WHERE pool = {_POOL} GROUP BY 1, 2, 3, 4, 5, 6, 7
UNION ALL
SELECT since_at, ready_at, breaks_at, mends_at, left_at, NULL, NULL, count(*)
FROM stays WHERE pool = {_POOL} GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - constants
_FOR_EVER = float("inf")


class Change(NamedTuple):
    """What the nodes of a pool did before and after a moment.

    Attributes:
        at: The moment.
        before: Nodes by what they did, in the order of `GROUPS`.
        after: The same from then on.
    """

    at: float
    before: tuple[int, ...]
    after: tuple[int, ...]


class _Life(NamedTuple):
    """Nodes that have their moments in common; None: it never comes."""

    since_at: float
    ready_at: float | None
    breaks_at: float | None
    mends_at: float | None
    ends_at: float | None
    deleting_at: float | None
    gone_at: float | None
    nodes: int


def close_stay(tenant: Tenant, number: int) -> None:
    """Keep what a node was until now, as it is about to get other moments."""
    parameters = {"now": tenant.now, "number": number}
    tenant.connection.execute(
        "INSERT INTO stays (pool, since_at, ready_at, breaks_at, mends_at, left_at) "
        "SELECT pool, since_at, ready_at, breaks_at, mends_at, :now FROM nodes WHERE number = :number",
        parameters,
    )
    tenant.connection.execute("UPDATE nodes SET since_at = :now WHERE number = :number", parameters)


def changes(tenant: Tenant, pool: str) -> list[Change]:
    """How what the nodes of a pool do has changed up to now, oldest first."""
    differences: dict[float, Counter[str]] = {}
    rows = tenant.connection.execute(_LIVES, {"project": tenant.project, "pool": pool})
    for life in (_Life(*row) for row in rows):
        for group, begin, end in _doing(life):
            differences.setdefault(begin, Counter())[group] += life.nodes
            differences.setdefault(end, Counter())[group] -= life.nodes
    counts = (0,) * len(GROUPS)
    found = []
    for at in sorted(moment for moment in differences if moment <= tenant.now):
        after = tuple(count + differences[at][group] for count, group in zip(counts, GROUPS, strict=True))
        if after != counts:
            found.append(Change(at, counts, after))
        counts = after
    return found


def _doing(life: _Life) -> Iterator[tuple[str, float, float]]:
    """What these nodes do, from when and until when."""
    end = _FOR_EVER if life.ends_at is None else life.ends_at
    ready = min(end, max(life.since_at, _FOR_EVER if life.ready_at is None else life.ready_at))
    breaks = min(end, max(ready, _FOR_EVER if life.breaks_at is None else life.breaks_at))
    mends = min(end, max(breaks, _FOR_EVER if life.mends_at is None else life.mends_at))
    spans = [
        (CREATING, life.since_at, ready),
        (AVAILABLE, ready, breaks),
        (ABNORMAL, breaks, mends),
        (AVAILABLE, mends, end),
    ]
    if life.deleting_at is not None and life.gone_at is not None:
        spans.append((DELETING, life.deleting_at, life.gone_at))
    return (span for span in spans if span[1] < span[2])
