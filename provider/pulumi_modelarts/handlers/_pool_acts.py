"""What the engine's calls about a pool do to the service: loaded by the first that does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_modelarts.handlers import _in_fleet, _ownership, _pool_foresight
from pulumi_modelarts.plans import marks, pool_creation, pool_share
from pulumi_modelarts.plans.pool_deletion import still_declared
from pulumi_modelarts.reconcilers import pool_marks
from pulumi_modelarts.reconcilers.pool_creation import PoolCreation
from pulumi_modelarts.reconcilers.pool_deletion import PoolDeletion
from pulumi_modelarts.reconcilers.resource_pool import ResourcePoolReconciler
from pulumi_modelarts.reconcilers.run import PoolRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.reconcilers.pool_reader import SeenPool
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
    from pulumi_modelarts.specs.stack import Stack

__all__ = ["apply", "delete", "release", "still_declared"]


def apply(
    spec: ResourcePoolSpec,
    announced: Mapping[str, str] | None,
    before: Mapping[str, int] | None,
    olds: Mapping[str, Any],
    watch: Watch,
) -> SeenPool:
    """Makes a pool what the program declares.

    Args:
        spec: What a run looks after.
        announced: What its preview has announced; None where previews are offline.
        before: Counts the last run declared, by their keys in the `changes` map; None on a first adoption.
        olds: The recorded outputs; empty where there are none.
        watch: What it waits with.

    Returns:
        The pool as it was seen last.

    Raises:
        HalfDoneError: Something was accepted, and is not true yet.
        ModelArtsError: Nothing was done.
    """
    bounded = _in_fleet.to_run(spec, watch.session.fleets)
    before = pool_share.before(bounded) if bounded.fleet else before
    run = PoolRun(bounded, announced, before, _pool_foresight.node_pools_before(olds))
    makes = spec.makes and (not run.recorded or announced is None or pool_creation.creates(announced))
    return (PoolCreation if makes else ResourcePoolReconciler)(run, watch).apply()


def delete(watch: Watch, id_: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any], stack: Stack) -> None:
    """Deletes a pool that the program made.

    Args:
        watch: What it waits with.
        id_: The pool.
        inputs: The recorded inputs.
        outputs: The recorded outputs.
        stack: The stack that it belongs to.

    Raises:
        ModelArtsError: Something stands against it, or it did not go.
    """
    PoolDeletion(watch, id_, _ownership.on_record(inputs, outputs, stack)).delete()


def release(watch: Watch, id_: str, stack: Stack) -> str:
    """Takes the mark of a stack off a pool; returns what is told of it, empty where there was none.

    Raises:
        ModelArtsError: It could not be taken off.
    """
    return marks.released(id_) if pool_marks.release(watch, id_, stack) else ""
