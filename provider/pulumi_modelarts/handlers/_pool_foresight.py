"""What the check of a pool finds out: of one that is there, and of one that the program makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.handlers import _in_fleet
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.plans import arrivals, health, pool_creation, pool_share, pool_switch
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.node_details import altered
from pulumi_modelarts.plans.pool_creation import Stage
from pulumi_modelarts.plans.secrets import told
from pulumi_modelarts.reconcilers.pool_outlook import BegunReader, creation, found
from pulumi_modelarts.reconcilers.pool_reader import PoolReader
from pulumi_modelarts.specs._spec import inputs_of
from pulumi_modelarts.specs.node_pool import NodePoolSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.session import Session


def of_made(session: Session, spec: ResourcePoolSpec, olds: Mapping[str, Any], urn: str) -> Foresight:
    """Plans the run of a pool that the program makes, and posts it for the checks of others until it is there.

    Args:
        session: Reads the service.
        spec: What the program declares.
        olds: The recorded inputs.
        urn: The resource.

    Raises:
        ModelArtsError: Something could not be read.
    """
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


def of_there(reader: PoolReader, pool: ResourcePool, spec: ResourcePoolSpec, olds: Mapping[str, Any]) -> Foresight:
    """Plans the run of a pool that is there.

    Args:
        reader: Reads the service.
        pool: The pool.
        spec: What the program declares.
        olds: The recorded inputs.

    Raises:
        ModelArtsError: Something could not be read.
    """
    before = pool_share.before(spec) if spec.fleet else counts_before(olds)
    live, plan = reader.plan(spec, pool, before)
    unseen = () if plan.changes else health.coming(live)
    known = inputs_of(ResourcePoolSpec, olds)
    problems = (
        *_in_fleet.refused(spec, plan, reader.session.fleets),
        *told(altered(spec, live, node_pools_before(olds)), spec.hidden),
        *arrivals.unknown(spec, live, known.get("arrivals") or ()),
    )
    late = arrivals.warnings(spec, live, known.get("changes") or {})
    shown = {**plan.shown, **pool_switch.entry(olds, spec, live, plan)}
    return Foresight(shown, problems, (*health.warnings(live), *unseen, *plan.warnings, *late))


def counts_before(olds: Mapping[str, Any]) -> dict[str, int] | None:
    """Returns the counts that the last run declared; None where there was none."""
    inputs = inputs_of(ResourcePoolSpec, olds)
    return declared_counts(inputs) if inputs else None


def node_pools_before(olds: Mapping[str, Any]) -> dict[str, NodePoolSpec]:
    """Returns the node pools that the last run declared."""
    found = inputs_of(ResourcePoolSpec, olds).get("nodePools") or {}
    return {name: NodePoolSpec.model_validate(node_pool) for name, node_pool in found.items()}
