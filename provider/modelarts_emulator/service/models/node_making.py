"""New nodes: rows of the moments at which they come, or do not."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import to_json

from modelarts_emulator.service.models.node import POOL
from modelarts_emulator.state.lifecycle import STEP_OF_SPREAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelarts_emulator.service.models.entry import EntryKey
    from modelarts_emulator.service.models.tenant import Tenant

FIRST_ADDRESS = int(IPv4Address("10.0.0.10"))
_BYTES = ", ".join(f"({FIRST_ADDRESS} + number) >> {shift} & 255" for shift in (24, 16, 8, 0))
_INSERT = f"""
INSERT INTO nodes (number, pool, name, flavor, node_pool, step, az, private_ip, created_at, checking_at, ready_at,
    breaks_at, failed, gone_at, creation_order, locked, cluster, since_at, spare, batch,
    details)
SELECT number + 1, {POOL}, name, :flavor, :node_pool, :step, :az,
    coalesce(:private_ip, printf('%d.%d.%d.%d', {_BYTES})),
    :created_at, :checking_at + late, :ready_at + late, iif(:fate = 'Abnormal', :created_at, NULL),
    :fate != 'Available', iif(:fate = 'vanishes', :ready_at + late, NULL), :creation_order, :locked, :cluster,
    :created_at, :spare, :batch, :details
FROM (
    SELECT :numbered + key AS number, name, {STEP_OF_SPREAD} * :spread AS late
    FROM (SELECT key, value AS name FROM json_each(:names))
)
"""  # noqa: S608 - constants


class NewNodes(NamedTuple):
    """Nodes about to be made that differ in nothing but their names, and what follows from those.

    Attributes:
        names: Node names, unique in the project.
        key: Entry of the pool they belong to.
        az: Availability zone.
        created_at: When they were asked for.
        checking_at: When the quickest of them begins to check itself; None: never.
        ready_at: When that one is ready; None: never.
        spread: Seconds by which others take longer, times 0 to 3 (`Timings.spread_of`).
        fate: What becomes of them then: Available; Abnormal, from the beginning; or it `vanishes`.
        creation_order: Number of the order that makes them; None for nodes of the initial world.
        locked: True with a deletion lock.
        private_ip: Address of the only one; None takes the next free ones.
        cluster: Cluster of the pool; empty for its first one.
        spare: True for nodes that are kept for when another one breaks, and run nothing.
        batch: Supernode that all of them are in; empty: none.
        details: What they show of their entry (`entry.details_of`).
    """

    names: Sequence[str]
    key: EntryKey
    az: str
    created_at: float
    checking_at: float | None
    ready_at: float | None
    spread: float = 0.0
    fate: str = "Available"
    creation_order: int | None = None
    locked: bool = False
    private_ip: str | None = None
    cluster: str = ""
    spare: bool = False
    batch: str = ""
    details: str = ""


def make(tenant: Tenant, pool: str, nodes: NewNodes) -> None:
    """Add nodes to a pool, in one statement: a hundred thousand of them are to take a fraction of a second."""
    numbered = tenant.connection.execute("SELECT coalesce(max(number), 0) FROM nodes").fetchone()[0]
    given = {**nodes._asdict(), **nodes.key._asdict(), "names": to_json(nodes.names).decode()}
    where = {"project": tenant.project, "pool": pool, "numbered": numbered}
    tenant.connection.execute(_INSERT, {**given, **where})


def last_ready(tenant: Tenant, order: int) -> float | None:
    """When the last node of those that an order makes is ready, or would be; None when it makes none."""
    query = "SELECT max(ready_at) FROM nodes WHERE creation_order = ?"
    moment: float | None = tenant.connection.execute(query, (order,)).fetchone()[0]
    return moment
