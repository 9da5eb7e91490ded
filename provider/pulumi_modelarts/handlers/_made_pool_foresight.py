"""What the check of a pool finds out that the program makes, be it there already or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.handlers import _in_fleet
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.handlers._pool_foresight import of_there
from pulumi_modelarts.plans import pool_creation, pool_switch
from pulumi_modelarts.plans.pool_creation import Stage
from pulumi_modelarts.reconcilers.pool_outlook import BegunReader, creation, found
from pulumi_modelarts.reconcilers.pool_reader import PoolReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec


def foresee(session: Session, spec: ResourcePoolSpec, olds: Mapping[str, Any], urn: str) -> Foresight:
    """Plans the run of a pool that the program makes; one of a fleet only as the fleet has planned.

    Args:
        session: Reads the service.
        spec: What the program declares.
        olds: The recorded inputs.
        urn: The resource.

    Raises:
        ModelArtsError: Something could not be read.
    """
    return _in_fleet.made(spec, _of_made(session, spec, olds, urn), session.fleets)


def _of_made(session: Session, spec: ResourcePoolSpec, olds: Mapping[str, Any], urn: str) -> Foresight:
    """Plans it, and posts it for the checks of others until it is there."""
    session.unborn.take_back(urn)
    pool, recorded = found(session, spec.pool_name), pool_switch.is_own(olds, spec)
    stage = pool_creation.stage_of(spec, pool, recorded=recorded)
    if stage is Stage.FOREIGN:
        return Foresight({}, (pool_creation.foreign(spec),))
    if pool is None or stage.is_to_be_made:
        spec = spec.to_make
        session.unborn.post_pool(urn, pool_creation.blank(spec, session.client.settings.workspace_id))
        made = creation(session, spec, stage, None, ahead=True)
        session.unborn.post_pool(urn, pool_creation.born(spec, made.plan.body, made.before))
        return Foresight(made.shown, made.problems, made.plan.warnings)
    reader = PoolReader(session, session.clock.monotonic())
    if stage is Stage.BEGUN:
        session.unborn.post_pool(urn, pool_creation.born(spec, {}, pool))
        reader = BegunReader(session, session.clock.monotonic())
    there = of_there(reader, pool, spec, olds)
    problems = there.problems if recorded else (*pool_switch.unlike(spec, pool), *there.problems)
    warnings = there.warnings if recorded else (pool_creation.taken_up(spec), *there.warnings)
    return Foresight({**pool_creation.entry(spec, stage), **there.changes}, problems, warnings)
