"""Migration of nodes: from an accepted request to a job, and to the moments at which its nodes arrive."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from modelarts_emulator.service.models import agenda, job, migration_rules, supernode
from modelarts_emulator.service.models.job import Job, Move
from modelarts_emulator.service.models.node_arrival import Arrival, payload

if TYPE_CHECKING:
    from modelarts_emulator.service.models.migration_rules import Migration, Wish
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant
    from modelarts_emulator.trouble import Outcome

BY_CHANCE = "the node could not be moved"
AT_ONCE = 3
"""Nodes of one job that are moved at the same time (assumed)."""


class Plan(NamedTuple):
    """When a job ends, and what it does.

    Attributes:
        ends_at: When it ends; None for a stuck job.
        moves: In the order of the request.
    """

    ends_at: float | None
    moves: list[Move]


def start(tenant: Tenant, wish: Wish) -> Job:
    """Make the job for a request.

    An unfinished order of either pool does not stand in the way (assumed).

    Raises:
        ApiError: A precondition is not met.
    """
    migration = migration_rules.check(tenant, wish)
    outcome = tenant.outcome("migration", {"pool": wish.pool})
    plan = _plan(tenant, migration.nodes, outcome)
    number, job_id = job.next_identity(tenant)
    left = sum(not move.arrives for move in plan.moves)
    made = Job(
        number=number,
        id=job_id,
        type=job.MIGRATE,
        source=migration.source.name,
        target=migration.target.name,
        created_at=tenant.now,
        ends_at=plan.ends_at,
        inputs=wish.body,
        spelling=wish.spelling,
        outcome="Failed" if left else "Success",
        message=f"{left} of {len(plan.moves)} nodes failed: {_reason(outcome)}" if left else "",
        hidden=outcome is not None and outcome.job == "vanished",
    )
    job.make(tenant, made, plan.moves)
    _note_arrivals(tenant, migration, plan)
    return made


def _plan(tenant: Tenant, nodes: list[Node], outcome: Outcome | None) -> Plan:
    """A few nodes at a time, each when its predecessor has arrived; the first that fails ends the job for the rest.

    A supernode moves as one node does (assumed).
    """
    units, names = supernode.units(nodes), [item.name for item in nodes]
    arrivals = _arrivals(tenant, units)
    stuck = outcome is not None and outcome.job == "stuck"
    good = _whole(units, _arriving(tenant, names, outcome))
    ends_at = None if stuck else max(arrivals[: good + 1])
    moves = [
        Move(name, arrivals[index] if index < good else ends_at, arrives=index < good)
        for index, name in enumerate(names)
    ]
    return Plan(ends_at, moves)


def _arriving(tenant: Tenant, names: list[str], outcome: Outcome | None) -> int:
    """How many nodes arrive: as a rule says, or all before the first that fails by chance."""
    if outcome is not None and outcome.nodes is not None:
        return min(outcome.nodes, len(names))
    if outcome is not None and outcome.job == "stuck":
        return 0
    if not tenant.chances.migration:
        return len(names)
    branches = [tenant.chance("migration", name, job.attempts(tenant, name)) for name in names]
    return [*branches, "fails"].index("fails")


def _whole(units: list[list[Node]], good: int) -> int:
    """As many of the nodes that would arrive as make whole supernodes."""
    ends = accumulate(map(len, units))
    return max((end for end in ends if end <= good), default=0)


def _arrivals(tenant: Tenant, units: list[list[Node]]) -> list[float]:
    """When each node would arrive."""
    free = [tenant.now + tenant.timings.queue] * AT_ONCE
    arrivals = []
    for unit in units:
        lane = free.index(min(free))
        free[lane] += tenant.timings.migrating + max(tenant.timings.spread_of(item.name) for item in unit)
        arrivals += [free[lane]] * len(unit)
    return arrivals


def _note_arrivals(tenant: Tenant, migration: Migration, plan: Plan) -> None:
    for move, entry in zip(plan.moves, migration.entries, strict=True):
        if move.arrives and move.ends_at is not None:
            arrival = Arrival(move.node, migration.source.name, migration.target.name, migration.cluster, entry)
            agenda.note(tenant, move.ends_at, "arrive", payload(arrival))


def _reason(outcome: Outcome | None) -> str:
    return outcome.reason if outcome is not None else BY_CHANCE
