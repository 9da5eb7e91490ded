"""What one run is to do, and when it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from pulumi_modelarts.api.errors import RefusedError
from pulumi_modelarts.plans import changes
from pulumi_modelarts.specs._spec import SpecT
from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.network import NetworkSpec
from pulumi_modelarts.specs.node_migration import NodeMigrationSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_modelarts.plans import network
    from pulumi_modelarts.plans.live_fleet import DeclaredFleet
    from pulumi_modelarts.plans.live_nodes import Record
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.node_pool import NodePoolSpec


@dataclass(frozen=True)
class Run(Generic[SpecT]):
    """A run of any resource.

    Attributes:
        spec: What the program declares.
        announced: What the preview showed; None when previews are offline and the run decides alone.
    """

    spec: SpecT
    announced: Mapping[str, str] | None

    def refuse(
        self, problems: Sequence[Problem], planned: Mapping[str, str], *, refusal: str, since_preview: str
    ) -> None:
        """Stops a run that may not start, or that would do more than its preview announced.

        Args:
            problems: What must be resolved before the run may start.
            planned: What it would do now.
            refusal: The beginning of the error: what is refused.
            since_preview: What has happened since the preview, for the error.

        Raises:
            RefusedError: There is a problem, or something was not announced.
        """
        if problems:
            reasons = "\n".join(f"    {problem.path}: {problem.reason}" for problem in problems)
            raise RefusedError(f"{refusal}:\n{reasons}")
        if self.announced is None:
            return
        if more := changes.beyond(planned, self.announced):
            raise RefusedError(
                f"{refusal}: {since_preview} since the preview, and this run would now do\n{changes.listed(more)}\n"
                "which the preview did not show. Run `pulumi up` again to see it."
            )


@dataclass(frozen=True)
class PoolRun(Run[ResourcePoolSpec]):
    """A run of a resource pool.

    Attributes:
        before: Counts the last run declared, by their keys in the `changes` map; None on a first adoption.
        node_pools: Node pools that the last run declared.
    """

    before: Mapping[str, int] | None
    node_pools: Mapping[str, NodePoolSpec] = field(default_factory=dict)

    @property
    def recorded(self) -> bool:
        """Whether an earlier run has recorded the pool."""
        return self.before is not None

    @property
    def named(self) -> frozenset[str] | None:
        """Nodes the preview named for removal; None when previews are offline."""
        if self.announced is None:
            return None
        return changes.removed(self.announced)


@dataclass(frozen=True)
class FleetRun(Run[FleetPlacementSpec]):
    """A run of the placement of a fleet.

    Attributes:
        fleet: What the program declares, as a plan takes it.
    """

    fleet: DeclaredFleet


@dataclass(frozen=True)
class MigrationRun(Run[NodeMigrationSpec]):
    """A run of a node migration.

    Attributes:
        record: What is on record from before.
    """

    record: Record


@dataclass(frozen=True)
class NetworkRun(Run[NetworkSpec]):
    """A run of a network.

    Attributes:
        record: What is on record from before; None on the first run.
    """

    record: network.Record | None
