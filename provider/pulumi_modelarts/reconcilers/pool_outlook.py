"""Looks ahead at a pool that the program makes: where it stands, what a run does, and what stands against that."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import NotFoundError
from pulumi_modelarts.api.network import LIST_NETWORKS
from pulumi_modelarts.plans import arrivals, pool_creation
from pulumi_modelarts.plans.facts import Fact
from pulumi_modelarts.plans.live_pool import LivePool
from pulumi_modelarts.plans.ownership import made_by
from pulumi_modelarts.plans.pool_creation import Ground, Stage
from pulumi_modelarts.plans.secrets import told
from pulumi_modelarts.reconcilers.pool_reader import PoolReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.network import Network
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.plans.resource_pool import PoolPlan
    from pulumi_modelarts.reconcilers.session import Session
    from pulumi_modelarts.specs._spec import Problem
    from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec

UNCHECKED_NETWORKS = "whether the network of a pool is there is not checked before a run"


@dataclass(frozen=True)
class BlankReader(PoolReader):
    """Reads what the plan for a pool needs that is not there: it has no node, and all else is as for any other."""

    def together(self, pool: ResourcePool) -> tuple[ResourcePool, tuple[Node, ...]]:
        """Returns the pool as it is before anything was asked for it."""
        return pool, ()


@dataclass(frozen=True)
class BegunReader(PoolReader):
    """Reads what the plan for a pool needs that is being made: as it will be once that is done."""

    def plan(
        self,
        spec: ResourcePoolSpec,
        pool: ResourcePool,
        before: Mapping[str, int] | None,
        named: frozenset[str] | None = None,
    ) -> tuple[LivePool, PoolPlan]:
        """Plans what is left to do then."""
        return super().plan(spec, _to_be(pool), before, named)

    def together(self, pool: ResourcePool) -> tuple[ResourcePool, tuple[Node, ...]]:
        """Returns the pool and its nodes, as far as they are there."""
        now, nodes = super().together(pool)
        return _to_be(now), nodes


@dataclass(frozen=True)
class Creation:
    """What a run asks for that makes a pool.

    Attributes:
        plan: The plan of growth from nothing.
        of_pool: What the `changes` map says of the pool itself.
        problems: What stands against it.
        before: The pool before anything was asked for it.
    """

    plan: PoolPlan
    of_pool: Mapping[str, str]
    problems: tuple[Problem, ...]
    before: ResourcePool

    @property
    def changes(self) -> dict[str, str]:
        """What it does, as a map."""
        return {**self.of_pool, **self.plan.changes}

    @property
    def shown(self) -> dict[str, str]:
        """The map that a preview shows: what it does, and which nodes it awaits."""
        return {**self.of_pool, **self.plan.shown}


def creation(
    session: Session, spec: ResourcePoolSpec, stage: Stage, named: frozenset[str] | None, *, ahead: bool
) -> Creation:
    """Plans the making of a pool.

    Args:
        session: Reads the service.
        spec: What the program declares.
        stage: Where the pool stands.
        named: As for the plan of any pool: None while previewing.
        ahead: Whether a network that the program will make counts, as it does in a check.

    Raises:
        ModelArtsError: Something could not be read.
    """
    before = pool_creation.blank(spec, session.client.settings.workspace_id)
    ground = _ground(session, spec, ahead=ahead)
    unasked = ground.network is None and ground.tells_networks
    # Who finds that a pool is not there may show pools; what is asked of a network that is not there has no answer.
    known = LivePool(before, addresses=math.inf if unasked else None, denied={Fact.MAY_SHOW_POOL: ""})
    live, plan = BlankReader(session, session.clock.monotonic()).plan_from(spec, known, None, named)
    against = (*pool_creation.obstacles(spec, plan, ground), *arrivals.unknown(spec, live, ()), *plan.problems)
    return Creation(plan, pool_creation.entry(spec, stage), told(against, spec.hidden), before)


def found(session: Session, name: str) -> ResourcePool | None:
    """Returns a pool that is live, from a listing that is fresh enough; None where its own address says there is none.

    Raises:
        ModelArtsError: It could not be read.
    """
    live = session.live()
    with suppress(NotFoundError):
        return live.board.find(name, live.snapshot(name))
    return None


def shown(session: Session, name: str) -> ResourcePool | None:
    """Returns a pool as the service shows it now; None where there is none.

    Raises:
        ModelArtsError: It could not be read.
    """
    with suppress(NotFoundError):
        return session.client.resource_pools.get(name)
    return None


def _ground(session: Session, spec: ResourcePoolSpec, *, ahead: bool) -> Ground:
    """Reads where a pool is to be made."""
    listed = session.live().snapshot().pools
    known = session.rights.if_told(LIST_NETWORKS, session.networks, UNCHECKED_NETWORKS)
    unborn = session.unborn.networks() if ahead else {}
    network = unborn.get(str(spec.network)) or _network(session, str(spec.network), known)
    return Ground(
        network=network,
        tells_networks=known is not None,
        quota=session.allowance().pool_quota,
        pools=frozenset(listed),
        further=frozenset({spec.pool_name, *session.unborn.pools()}),
        namesakes=tuple(
            sorted(name for name, pool in listed.items() if name != spec.pool_name and made_by(pool, spec.stack))
        ),
    )


def _network(session: Session, name: str, known: Mapping[str, Network] | None) -> Network | None:
    """Returns a network; one that the list lacks, or that is not ready in it, as it shows itself now."""
    listed = (known or {}).get(name)
    if known is None or (listed is not None and pool_creation.usable(listed)):
        return listed
    with suppress(NotFoundError):
        return session.client.networks.get(name)
    return None


def _to_be(pool: ResourcePool) -> ResourcePool:
    """Returns a pool that is being made as if that were done."""
    return pool.model_copy(update={"status": pool.status.model_copy(update={"phase": "Running"})})
