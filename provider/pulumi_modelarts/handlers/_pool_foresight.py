"""What the check of a pool finds out that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.handlers import _in_fleet
from pulumi_modelarts.handlers._foresight import Foresight
from pulumi_modelarts.plans import arrivals, health, pool_share, pool_switch
from pulumi_modelarts.plans.counts import declared_counts
from pulumi_modelarts.plans.node_details import altered
from pulumi_modelarts.plans.secrets import told
from pulumi_modelarts.specs._spec import inputs_of
from pulumi_modelarts.specs.node_pool import NodePoolSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.pool_reader import PoolReader


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
