"""Making a pool: where one stands that a program makes, what is asked for, and what stands against it.

What a new pool will have is planned like growth of a pool that has nothing: one set of rules for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.resource_pool import (
    BILLING_MODE,
    DELETING,
    DISPLAY_NAME,
    NODE_PREFIX,
    WORKSPACE_ID,
    ResourcePool,
)
from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.plans import changes
from pulumi_modelarts.plans.ownership import made_by
from pulumi_modelarts.plans.progress import BEGUN, FAILED
from pulumi_modelarts.specs._spec import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

KEY: Final = "pool"
"""Of the entry in the `changes` map."""

_ACTIVE: Final = "Active"
_PAY_PER_USE: Final = "0"


class Stage(Enum):
    """Where a pool stands that a program makes."""

    ABSENT = "absent"
    FAILED = "failed"
    GOING = "going"
    BEGUN = "begun"
    THERE = "there"
    FOREIGN = "foreign"

    @property
    def is_to_be_made(self) -> bool:
        """Whether it has to be asked for."""
        return self in {Stage.ABSENT, Stage.FAILED, Stage.GOING}


_BEFORE: Final = {
    Stage.ABSENT: changes.NOTHING,
    Stage.FAILED: FAILED,
    Stage.GOING: DELETING,
    Stage.BEGUN: "creating (begun by an interrupted run)",
}
"""What a preview says that a pool is, where it does not stay so."""


@dataclass(frozen=True)
class Ground:
    """What is known of where a pool is to be made.

    Attributes:
        network: Its network; None where there is none.
        tells_networks: Whether the service tells which networks there are.
        quota: Pools that the project may have; None where the service does not say.
        pools: Pools that it has.
        further: Pools that the program makes, this one among them.
        namesakes: Pools that this resource has made under another id.
    """

    network: Network | None
    tells_networks: bool
    quota: int | None
    pools: frozenset[str]
    further: frozenset[str]
    namesakes: tuple[str, ...] = ()


def stage_of(spec: ResourcePoolSpec, pool: ResourcePool | None, *, recorded: bool) -> Stage:
    """Returns where a pool stands.

    Args:
        spec: What the program declares.
        pool: The pool that has the id; None where none does.
        recorded: Whether the state says that the pool is this resource's, so that it need not be marked.
    """
    if pool is None:
        return Stage.ABSENT
    if pool.deleting:
        return Stage.GOING
    if not recorded and not made_by(pool, spec.stack):
        return Stage.FOREIGN
    if pool.phase == FAILED:
        return Stage.FAILED
    return Stage.BEGUN if pool.phase in BEGUN else Stage.THERE


def entry(spec: ResourcePoolSpec, stage: Stage) -> dict[str, str]:
    """Returns what the `changes` map says of the pool itself."""
    if stage.is_to_be_made:
        return {KEY: f"{_BEFORE[stage]}{changes.ARROW}created in {spec.network}"}
    return {KEY: f"{_BEFORE[stage]}{changes.ARROW}Running"} if stage is Stage.BEGUN else {}


def creates(announced: Mapping[str, str]) -> bool:
    """Returns whether a map announces that a pool is made, or goes on being made."""
    return KEY in announced


def allowed(planned: Mapping[str, str], announced: Mapping[str, str] | None) -> dict[str, str]:
    """Returns what a run would do, without what its preview has shown to end in the same.

    A record of a failed creation that has gone meanwhile makes it less, and no other.
    """
    ends = [each.get(KEY, "").partition(changes.ARROW)[2] for each in (planned, announced or {})]
    same = ends[0] and ends[0] == ends[1]
    return {key: each for key, each in planned.items() if not (key == KEY and same)}


def blank(spec: ResourcePoolSpec, workspace: str | None) -> ResourcePool:
    """Returns the pool as it is before anything was asked for it: it has a name and a network, and no node.

    Args:
        spec: What the program declares.
        workspace: The workspace of the settings; None for the default one.
    """
    return ResourcePool.model_validate(
        {
            "metadata": {"name": spec.pool_name, "labels": _labels(spec, workspace), "annotations": _annotations({})},
            "spec": {"type": "Dedicate", "network": {"name": spec.network}},
            "status": {"phase": "Running"},
        }
    )


def body(spec: ResourcePoolSpec, plan: PoolPlan, workspace: str | None) -> dict[str, Any]:
    """Returns the request that makes a pool (documented: CreatePool): what its plan would patch, on top of its name.

    It is paid per use; whoever wants it paid by the month orders that at the console, and it is adopted.

    Args:
        spec: What the program declares.
        plan: The plan of growth from nothing.
        workspace: The workspace of the settings; None for the default one.
    """
    annotations = plan.body.get("metadata", {}).get("annotations", {})
    wanted = {"type": "Dedicate", "scope": list(spec.scope or ()), "network": {"name": spec.network}}
    return {
        "metadata": {"labels": _labels(spec, workspace), "annotations": _annotations(annotations)},
        "spec": {**wanted, **plan.body.get("spec", {})},
    }


def born(spec: ResourcePoolSpec, body: Mapping[str, Any], begun: ResourcePool) -> ResourcePool:
    """Returns the pool as it will be, for the checks of others; the names of its nodes are not known yet.

    Args:
        spec: What the program declares.
        body: What a run asks for.
        begun: The pool as it is, or before anything was asked for it.
    """
    wanted = {**begun.spec.to_wire(), **body.get("spec", {}), "scope": list(spec.scope or begun.spec.scope)}
    return ResourcePool.model_validate(
        {"metadata": begun.metadata.to_wire(), "spec": wanted, "status": {"phase": "Running"}}
    )


def foreign(spec: ResourcePoolSpec) -> Problem:
    """Returns why a pool that somebody else has made is not touched."""
    return Problem(
        "name",
        f"resource pool {spec.pool_name!r} exists and was not made by this resource. Adopt it with "
        f"pool_name={spec.pool_name!r} in place of name and network, or give the pool to make another name",
    )


def made_here(spec: ResourcePoolSpec, maker: str) -> str:
    """Returns why a pool that the program makes is not adopted by it as well.

    Args:
        spec: What adopts it.
        maker: The resource that makes it, as its program calls it.
    """
    return (
        f"{spec.pool_name!r} is made by {maker} of this program: declare there what should be true of it. Where its id "
        f"is wanted, use pool_name of {maker}, so that what needs the pool comes after it"
    )


def taken_up(spec: ResourcePoolSpec) -> str:
    """Returns what a preview says that finds a pool of this resource which no state knows."""
    return (
        f"resource pool {spec.pool_name!r} is there and carries the mark of this resource, which is not recorded: an "
        "interrupted run has begun it, or it takes its own place, and this run goes on with it. A stack of the same "
        "project and name in another backend looks the same; if there is one, give the pool another name in one of them"
    )


def obstacles(spec: ResourcePoolSpec, plan: PoolPlan, ground: Ground) -> Iterator[Problem]:
    """Yields what stands against making a pool, beside what stands against its growth."""
    counted = spec.flavors is not None or spec.node_pools is not None
    if counted and not any(cell.growth for cell in plan.cells) and not spec.arrivals:
        yield Problem(
            "flavors",
            "a pool is made with at least one node: declare a flavor or a node pool with a count of 1 or more",
        )
    yield from _of_network(spec, ground)
    if ground.quota is not None and len(ground.pools | ground.further) > ground.quota:
        has, more = len(ground.pools), len(ground.further - ground.pools)
        yield Problem(
            "name",
            f"the project may have {number_of(ground.quota, 'pool')}, has {has}, and this program makes {more} more. "
            "Make fewer, or ask for more quota",
        )
    for other in ground.namesakes:
        yield Problem(
            "name",
            f"this resource has made resource pool {other!r}, not {spec.pool_name!r} as was expected. Adopt it with "
            f"pool_name={other!r} in place of name and network, or delete it in the console",
        )


def usable(network: Network) -> bool:
    """Returns whether a pool can be made in a network (assumed: in one that is Active alone)."""
    return network.phase == _ACTIVE and not network.deleting


def _of_network(spec: ResourcePoolSpec, ground: Ground) -> Iterator[Problem]:
    network = ground.network
    if network is None:
        if ground.tells_networks:
            yield Problem(
                "network",
                f"there is no network {spec.network!r}. Give the id of one that there is, or network_name of a Network",
            )
        return
    if not usable(network):
        doing = "being deleted" if network.deleting else changes.text(network.phase)
        yield Problem(
            "network",
            f"network {spec.network!r} is {doing}, and a pool is made in one that is Active. Wait until it is, or name "
            "another one",
        )


def _labels(spec: ResourcePoolSpec, workspace: str | None) -> dict[str, str]:
    found = {DISPLAY_NAME: spec.name, WORKSPACE_ID: spec.workspace_id or workspace, NODE_PREFIX: spec.prefix}
    return {name: value for name, value in found.items() if value}


def _annotations(further: Mapping[str, str]) -> dict[str, str]:
    return {BILLING_MODE: _PAY_PER_USE, **further}
