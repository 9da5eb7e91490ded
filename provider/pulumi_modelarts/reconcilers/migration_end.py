"""What a migration says when it ends early: how far it came, why it ended, what is left drained, how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import CancelledError, RefusedError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.live_nodes import elsewhere, in_place
from pulumi_modelarts.plans.migration_notes import drained
from pulumi_modelarts.reconcilers.stopped import GOES_ON

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pulumi_modelarts.api.errors import ModelArtsError
    from pulumi_modelarts.plans.live_nodes import LiveNodes
    from pulumi_modelarts.plans.migration_step import Attach
    from pulumi_modelarts.specs.node_migration import NodeMigrationSpec

_WAYS_OUT = ("run the same command", "un `pulumi up`")
"""How an error says itself which command goes on."""


def tally(spec: NodeMigrationSpec, live: LiveNodes, of: str) -> str:
    """Returns how many of the nodes are in place."""
    return f"{len(in_place(spec, live))}{of}{len(spec.nodes)} moved"


def sentence(spec: NodeMigrationSpec, live: LiveNodes, marked: AbstractSet[str], error: ModelArtsError) -> str:
    """Returns what was attempted, how far it came, why it ended, how to go on, and which nodes take no work.

    Args:
        spec: What the program declares.
        live: What was last seen.
        marked: Nodes that the run has drained.
        error: Why it ended.
    """
    begin = f"Placing nodes in resource pool {spec.target_pool!r}: {tally(spec, live, ' of ')}; "
    left = _left_drained(spec, live, marked)
    if isinstance(error, RefusedError):
        return f"{begin}{str(error).rstrip('.')}. {left}" if left else f"{begin}{error}"
    said = str(error).rstrip(".")
    says_how = isinstance(error, CancelledError) or any(word in said for word in _WAYS_OUT)
    return f"{begin}{said}{'' if says_how else '. Run `pulumi up` to resume'}. {left}".rstrip()


def goes_on(job: Attach | None) -> str:
    """Returns what goes on at the service when a run is stopped.

    Args:
        job: The job that was followed, and its nodes; None for none.
    """
    if job is None:
        return GOES_ON
    which = f"Job {job.job}" if job.job else "The job"
    return f"{which} goes on by itself at the service and moves {changes.names(job.nodes)}"


def _left_drained(spec: NodeMigrationSpec, live: LiveNodes, marked: AbstractSet[str]) -> str:
    """Returns which nodes are drained and have not moved, since nothing but a move lets them take work again."""
    found = {name for name, node in elsewhere(spec, live).items() if node.node.drained}
    left = sorted((found | marked) - {*in_place(spec, live)})
    if not left:
        return ""
    arrives = "it arrives" if len(left) == 1 else "they arrive"
    return f"{drained(left)} until {arrives} in {spec.target_pool!r}: a drain cannot be taken back through the API."
