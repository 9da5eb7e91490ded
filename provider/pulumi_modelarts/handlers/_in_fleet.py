"""A pool of a fleet: its counts change by the plan that its fleet has posted in this process, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.plans import pool_share
from pulumi_modelarts.plans.pool_share import PoolShare
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.reconcilers.fleet_board import FleetBoard
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


def to_check(spec: ResourcePoolSpec, board: FleetBoard) -> ResourcePoolSpec:
    """Returns what a check is to look at: everything that is declared, bounded by the plan."""
    if not spec.fleet:
        return spec
    return pool_share.within(spec, board.share(spec.pool_name) or PoolShare())


def to_run(spec: ResourcePoolSpec, board: FleetBoard) -> ResourcePoolSpec:
    """Returns what a run is to make true: no counts where none are planned."""
    if not spec.fleet:
        return spec
    share = board.share(spec.pool_name)
    return pool_share.uncounted(spec) if share is None else pool_share.within(spec, share)


def refused(spec: ResourcePoolSpec, plan: PoolPlan, board: FleetBoard) -> tuple[Problem, ...]:
    """Returns what stands against the plan of a pool: where it goes beyond that of its fleet, nothing else."""
    if not spec.fleet:
        return plan.problems
    return tuple(pool_share.unplanned(plan, board.share(spec.pool_name), _target(spec))) or plan.problems


def made(spec: ResourcePoolSpec, foresight: Foresight, board: FleetBoard) -> Foresight:
    """Returns what a check has found out of a pool that the program makes, unless its fleet has not planned for it."""
    if not spec.fleet or board.share(spec.pool_name) is not None:
        return foresight
    from pulumi_modelarts.plans.pool_creation import creates  # noqa: PLC0415 - on demand

    if not creates(foresight.changes):
        return foresight
    return Foresight({}, (Problem("name", pool_share.unplanned_creation(spec, _target(spec))),))


def _target(spec: ResourcePoolSpec) -> str:
    return f"'**::{spec.fleet}'"
