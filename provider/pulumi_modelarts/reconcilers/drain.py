"""Draining: waits until nothing runs on nodes that are to leave, and marks them to take no further work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import OperationTimeout
from pulumi_modelarts.api.nodes import DRAIN_AT_ONCE
from pulumi_modelarts.api.operations import Observation
from pulumi_modelarts.plans import sent
from pulumi_modelarts.plans.live_nodes import LiveNode
from pulumi_modelarts.plans.work import Busy, lasting, that_last
from pulumi_modelarts.reconcilers.work import busy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.reconcilers.watch import Watch
    from pulumi_modelarts.reconcilers.writes import Writing


@dataclass(frozen=True)
class Drain:
    """Drains some nodes of one pool.

    A job may start on a node between a look and the mark, and marking ends no job: to wait for jobs, look before and
    after.

    Attributes:
        watch: What the call waits with.
        pool: Id of the pool.
        nodes: The nodes.
    """

    watch: Watch
    pool: str
    nodes: Sequence[Node]

    def busy(self) -> Busy:
        """Returns what runs on each busy one of the nodes now."""
        return busy(self.watch.session, [LiveNode(self.pool, node) for node in self.nodes])

    def wait_until_idle(self, what: str, status: Callable[[Busy], str], within: float | None = None) -> Busy:
        """Waits until nothing runs on the nodes.

        Args:
            what: What is waited for, for errors.
            status: Makes a status line of who is still busy.
            within: Seconds after which to go on all the same; None to wait until the call's deadline.

        Returns:
            Who is still busy after `within`; empty when nobody is.

        Raises:
            OperationFailed: Something runs there that does not end by itself.
            OperationTimeout: The call's deadline passed, or the service did not answer until `within` had passed.
            ModelArtsError: The service refused to answer.
        """
        last: Busy = {}

        def observe() -> Observation[Busy]:
            nonlocal last
            last = self.busy()
            failed = _in_the_way(lasting(last))
            return Observation(last, done=not last, status=status(last) if last and not failed else "", failed=failed)

        try:
            return self.watch.wait(what, observe, within=within)
        except OperationTimeout:
            if within is None or self.watch.over or not last:
                raise
            return last

    def mark(self, writing: Writing) -> None:
        """Marks the nodes to take no further jobs, those left out that are marked already.

        Args:
            writing: The right to write to the pool.

        Raises:
            ModelArtsError: The service refused, or an answer was lost twice.
        """
        unmarked = [node.name for node in self.nodes if not node.drained]
        nodes = self.watch.session.client.nodes
        for start in range(0, len(unmarked), DRAIN_AT_ONCE):
            some = unmarked[start : start + DRAIN_AT_ONCE]
            writing.mark(sent.drain(self.pool, some), partial(nodes.drain, self.pool, some))


def _in_the_way(works: Busy) -> str | None:
    """Returns why a wait for idle nodes will not end; None where everything that runs there ends by itself."""
    if not works:
        return None
    return f'{that_last(works)}, then run `pulumi up` again; or set on_running_jobs="ignore"'
