"""What a program can say of a pool so that a run has nothing to do: what a plan of the same pool agrees to.

Nothing is written that was not planned first. What a run would change, or refuse, is left out, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.plans.fields import ENABLE_FAILED, driver_version, live_scope
from pulumi_modelarts.plans.live_pool import Entry, LivePool, entries
from pulumi_modelarts.specs._spec import parse
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from pulumi_modelarts.specs.spelling import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.reconcilers.pool_reader import PoolReader

PREPAID: Final = (
    "Paid by the year or month: it grows here as declared, and what is paid for is given back in the console alone."
)
UNSETTLED: Final = "Nodes are being made or removed just now: the counts are those that it is to have."


@dataclass(frozen=True)
class Declared:
    """A pool as a program has it.

    Attributes:
        pool: the pool.
        inputs: what is declared of it, as the inputs of a `ResourcePool`.
        remarks: what could not be declared, and what whoever reads the program should know.
        refused: why it cannot be declared at all; empty where it can.
    """

    pool: ResourcePool
    inputs: dict[str, Any]
    remarks: tuple[str, ...] = ()
    refused: str = ""


def declared(reader: PoolReader, pool: ResourcePool) -> Declared:
    """What can be said of a pool.

    Raises:
        ModelArtsError: something of it could not be read.
    """
    inputs: dict[str, Any] = {"poolName": pool.name}
    if reason := _objection(reader, pool, inputs):
        return Declared(pool, inputs, refused=reason)
    live, remarks = reader.settled_view(pool), []
    for name, value in (*_counts(live), *_fields(pool)):
        more = _with(inputs, name, value)
        if reason := _objection(reader, pool, more):
            remarks.append(f"Not declared: {reason}.")
        else:
            inputs = more
    return Declared(pool, inputs, (*_circumstances(live), *remarks))


def _objection(reader: PoolReader, pool: ResourcePool, inputs: dict[str, Any]) -> str:
    """Why inputs cannot be declared of a pool; empty where a run with them has nothing to do."""
    parsed = parse(ResourcePoolSpec, inputs, lambda _: False)
    if parsed.spec is None:
        return "; ".join(f"{problem.path} {problem.reason}" for problem in parsed.problems)
    _, plan = reader.plan(parsed.spec, pool, None)
    if plan.problems:
        return "; ".join(f"{problem.path} {problem.reason}" for problem in plan.problems)
    return "; ".join(f"{spoken(key)} would be changed, {entry}" for key, entry in plan.changes.items())


def _with(inputs: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Inputs with one more; one that is a map gains entries."""
    before = inputs.get(name)
    return {**inputs, name: {**before, **value} if isinstance(before, dict) else value}


def _counts(live: LivePool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The counts of a pool, one by one."""
    seen = set()
    for entry in entries(live.pool):
        if entry.key not in seen:
            seen.add(entry.key)
            yield _count(entry, live)


def _count(entry: Entry, live: LivePool) -> tuple[str, dict[str, Any]]:
    """One count: of a flavor, or of a node pool, by zone where its nodes are in several."""
    flavor, node_pool = entry.key
    zones = entry.zones(settled=live.settled) or {}
    if len(zones) > 1:
        return "nodePools", {node_pool: {"flavor": flavor, "azs": dict(sorted(zones.items()))}}
    count = entry.count(settled=live.settled)
    if node_pool == f"{flavor}-default":
        return "flavors", {flavor: count}
    return "nodePools", {node_pool: {"flavor": flavor, "count": count}}


def _fields(pool: ResourcePool) -> Iterator[tuple[str, Any]]:
    """What else can be declared, as far as the pool has it."""
    for chip in ("gpu", "npu"):
        if version := driver_version(pool, chip):
            yield "driver", {f"{chip}Version": version}
    if scope := live_scope(pool):
        yield "scope", scope
    if job_flavors := sorted(set(pool.spec.job_flavors)):
        yield "jobFlavors", job_flavors
    if pool.description:
        yield "description", pool.description


def _circumstances(live: LivePool) -> Iterator[str]:
    if live.pool.prepaid:
        yield PREPAID
    if not live.settled:
        yield UNSETTLED
    for scope in live.pool.status.scope:
        if scope.state == ENABLE_FAILED:
            yield f"Not declared: scope {scope.scope_type} is {ENABLE_FAILED}."
