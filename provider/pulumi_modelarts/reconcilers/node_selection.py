"""Reads what a plan for a selection needs, and no more. Nothing is ever written: a choice is in the state alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_nodes import LiveNode, LiveNodes
from pulumi_modelarts.plans.node_selection import SelectionPlan, plan
from pulumi_modelarts.reconcilers.lookup import complete
from pulumi_modelarts.reconcilers.node_jobs import node_jobs
from pulumi_modelarts.reconcilers.node_search import NodeSearch
from pulumi_modelarts.reconcilers.work import UnknownWorkError, busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.plans.node_selection import Choice
    from pulumi_modelarts.plans.selectable import Holder
    from pulumi_modelarts.specs.node_selection import NodeSelectionSpec


@dataclass(frozen=True)
class SelectionReader(NodeSearch):
    """Finds the nodes of a choice, and those that can join it."""

    def plan(self, spec: NodeSelectionSpec, choice: Choice, others: Mapping[str, Holder]) -> SelectionPlan:
        """Plans a choice from the pool, and from whatever else the plan turns out to need.

        Args:
            spec: What the program declares.
            choice: What is on record.
            others: Nodes that other selections and migrations of the program have.

        Raises:
            ModelArtsError: Something could not be read.
        """
        readers = {
            Fact.NODES: lambda live: self._with_nodes(live, spec, choice),
            Fact.ELSEWHERE: lambda live: self.elsewhere(choice.nodes, live, _likely(spec, live), [spec.pool]),
            Fact.MIGRATING: lambda live: self._with_jobs(live, spec, choice),
            Fact.WORK: lambda live: self._with_work(live, spec),
        }
        live = LiveNodes(self.pools(spec.pool), {}, {})
        _, made = complete(live, lambda live: plan(spec, choice, live, others), readers)
        return made

    def _with_nodes(self, live: LiveNodes, spec: NodeSelectionSpec, choice: Choice) -> LiveNodes:
        """Adds the nodes of the pool, and which of the chosen ones are there."""
        pool, nodes = self.together(live.pools[spec.pool])
        live = replace(live, pools={**live.pools, spec.pool: pool}, lists={spec.pool: nodes})
        return live.with_nodes(spec.pool, [node for node in nodes if node.name in choice.nodes])

    def _with_jobs(self, live: LiveNodes, spec: NodeSelectionSpec, choice: Choice) -> LiveNodes:
        """Adds what jobs do to the nodes of the pool; chosen ones that are in no pool may have left any."""
        lost = len(live.nodes) < len(choice.nodes)
        names = {node.name for node in live.lists.get(spec.pool, ())} | {*choice.nodes}
        jobs = self.session.client.jobs.list(None if lost else spec.pool)
        return replace(live, jobs=node_jobs(jobs, frozenset(names)))

    def _with_work(self, live: LiveNodes, spec: NodeSelectionSpec) -> LiveNodes:
        """Adds what runs on the nodes of the pool, or why that cannot be known."""
        here = [LiveNode(spec.pool, node) for node in live.lists[spec.pool] if node.flavor == spec.flavor]
        try:
            return replace(live, work=busy(self.session, here))
        except UnknownWorkError as error:
            return replace(live, work={}, untold=error.why)


def _likely(spec: NodeSelectionSpec, live: LiveNodes) -> list[str]:
    """Returns the pools that have nodes of the flavor, where chosen ones are likely to be."""
    return sorted(name for name, pool in live.pools.items() if spec.flavor in {entry.flavor for entry in pool.entries})
