"""What a fleet says: of its arguments, of a plan that cannot be, of who else wants its pools, and what its run says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault, Outcome
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans import changes, pool_share, summary
from pulumi_modelarts.plans.fleet import plan
from pulumi_modelarts.plans.fleet_declared import declared
from pulumi_modelarts.plans.live_fleet import DeclaredFleet
from pulumi_modelarts.plans.pool_share import PoolShare
from pulumi_modelarts.reconcilers.fleet import FleetReconciler
from pulumi_modelarts.reconcilers.run import FleetRun
from pulumi_modelarts.specs.fleet import FleetPlacementSpec
from pulumi_modelarts.specs.resource_pool import ResourcePoolSpec
from tests.messages.situation import ERROR, NOTE, PREVIEW, ROW, refused, scene
from tests.plans.fleets import FleetWorld, id_of
from tests.plans.worlds import CPU, GPU, Machine
from tests.resources.fleet_program import fleet_world, node, pools
from tests.resources.migrations import placing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.messages.situation import Situation

ARGUMENTS, PLANS, OWNERS, RUNS = (
    "Arguments of a Fleet",
    "A fleet that cannot be planned",
    "Who else wants a pool of a fleet",
    "Runs of a fleet",
)
PLACEMENT = "fleet-placement"


def fleet(**counts: int) -> dict[str, Any]:
    """Declare a fleet."""
    return {"pools": pools(**counts)}


def _of(train: int, infer: int, **more: Any) -> dict[str, Any]:
    return {**fleet(train=train, infer=infer), **more}


refused(ARGUMENTS, "no pool is named", {"pools": {}})
refused(ARGUMENTS, "a pool has no name", {"pools": {"": {"poolName": TRAIN_POOL}}})
refused(ARGUMENTS, "a pool is neither adopted nor made", {"pools": {"train": {}}})
refused(ARGUMENTS, "the pools are no map", {"pools": [TRAIN_POOL]})
refused(ARGUMENTS, "a pool is no PoolSpec", {"pools": {"train": TRAIN_POOL}})
refused(
    ARGUMENTS, "two names are of one pool", {"pools": {"a": {"poolName": TRAIN_POOL}, "b": {"poolName": TRAIN_POOL}}}
)
refused(ARGUMENTS, "a count is secret", {**fleet(train=2), "secrets": ["pools"]})
refused(PLANS, "more nodes would move than it allows", _of(1, 3, maxMoves=0.0))
refused(PLANS, "more nodes would be bought than it allows", _of(2, 4, maxGrowth=1.0))


def machines(name: str, count: int, **facts: Any) -> tuple[Machine, ...]:
    """Return nodes of a pool."""
    return tuple(Machine(f"{name}-{number}", **facts) for number in range(count))


def whole(name: str, size: int) -> tuple[Machine, ...]:
    """Return a supernode."""
    return machines(f"{name}-s", size, supernode=f"super-{name}")


def said(world: FleetWorld, counts: dict[str, dict[str, int]], untold: str = "", **policy: Any) -> list[str]:
    """Return what a plan says: problems, or what it does and why."""
    specs = {name: ResourcePoolSpec(pool_name=id_of(name), flavors=each) for name, each in counts.items()}
    made = plan(DeclaredFleet(specs, **policy), world.live(untold=untold))
    return [*(f"{each.path}: {each.reason}" for each in made.problems), *made.info, *summary.reasons(made.moves)]


@scene(PLANS, "nodes cannot move, or nobody can tell whether they can", PREVIEW)
def kept(_: Situation) -> Iterator[str]:
    """One that is under a job, supernodes, and those of which nobody tells."""
    held = FleetWorld({"train": (*machines("t", 1), *machines("h", 1, job="7")), "infer": machines("i", 1)})
    yield from said(held, {"train": {CPU: 0}, "infer": {CPU: 3}})
    ordered = FleetWorld({"train": machines("t", 1), "infer": machines("i", 1)}, ordered={"train": {CPU: 2}})
    yield from said(ordered, {"train": {CPU: 1}, "infer": {CPU: 3}})
    supers = FleetWorld({"train": (*whole("t", 3), *machines("k", 1)), "infer": machines("i", 1)})
    yield from said(supers, {"train": {CPU: 2}, "infer": {CPU: 3}})
    yield from said(supers, {"train": {CPU: 1}, "infer": {CPU: 4}})
    flying = FleetWorld({"train": machines("t", 3), "infer": machines("i", 1)}, flying={"t-0": "nowhere"})
    yield from said(flying, {"train": {CPU: 2}, "infer": {CPU: 2}})


@scene(PLANS, "a pool would be left without a node", PREVIEW)
def emptied(_: Situation) -> Iterator[str]:
    """Before what is bought for it arrives, by an exchange, or because what was ordered is not there yet."""
    world = FleetWorld({"train": machines("t", 1), "infer": machines("i", 1)})
    yield from said(world, {"train": {CPU: 0, GPU: 1}, "infer": {CPU: 2}})
    yield from said(world, {"train": {CPU: 0, GPU: 2}, "infer": {CPU: 2}})
    yield from said(world, {"train": {CPU: 0}, "infer": {CPU: 2}})
    two = FleetWorld({"train": machines("t", 2), "infer": machines("i", 1)})
    yield from said(two, {"train": {CPU: 0, GPU: 1}, "infer": {CPU: 3}})
    crossing = FleetWorld({"train": machines("t", 1), "infer": machines("i", 1, flavor=GPU)})
    yield from said(crossing, {"train": {CPU: 0, GPU: 1}, "infer": {CPU: 1, GPU: 0}})
    supers = FleetWorld(
        {"train": whole("t", 2), "infer": tuple(Machine(f"i-{n}", flavor=GPU, supernode="super-i") for n in range(2))}
    )
    yield from said(
        supers,
        {"train": {CPU: 0, GPU: 2}, "infer": {CPU: 2, GPU: 0}},
        strategy=FleetPlacementSpec.model_validate({**fleet(train=1), "strategy": {"maxUnavailable": 2}}).strategy,
    )
    ordered = FleetWorld({"train": machines("t", 1), "infer": machines("i", 1)}, ordered={"train": {CPU: 1}})
    yield from said(ordered, {"train": {CPU: 1}, "infer": {CPU: 2}})


@scene(PLANS, "a plain preview tells the plan", NOTE)
def told(situation: Situation) -> Iterator[str]:
    """What moves and why, and what is on its way."""
    world = FleetWorld({"train": machines("t", 4), "infer": machines("i", 1)}, flying={"t-0": "infer"})
    yield from said(world, {"train": {CPU: 2}, "infer": {CPU: 4}})
    yield from said(world, {"train": {CPU: 2}, "infer": {CPU: 4}}, "nobody tells", on_running_jobs="ignore")
    situation.seed(fleet_world(train=8, infer=2))
    yield situation.planned(_of(1, 9))


@scene(OWNERS, "a pool of a fleet is declared elsewhere too", PREVIEW)
def owned(situation: Situation) -> Iterator[str]:
    """By another fleet, by a resource of its own, or by a migration that the fleet does not know of."""
    situation.refusals(_of(2, 2), PLACEMENT)
    yield from situation.refusals(_of(2, 2), "platform-placement")
    yield from situation.refusals({"poolName": TRAIN_POOL, "flavors": {CPU: 2.0}}, "own")
    yield from situation.refusals(placing(NODE), "move")


@scene(OWNERS, "a resource of its own, or a migration, was there first", PREVIEW)
def owned_before(situation: Situation) -> Iterator[str]:
    """The fleet is told."""
    situation.refusals({"poolName": INFER_POOL, "flavors": {CPU: 2.0}}, "own")
    yield from situation.refusals(_of(2, 2), PLACEMENT)


@scene(OWNERS, "a pool would do more than its fleet has planned", PREVIEW)
def beyond(situation: Situation) -> Iterator[str]:
    """In a run that has not planned the fleet, and in one that has planned less."""
    pool = {"poolName": TRAIN_POOL, "fleet": PLACEMENT}
    made: dict[str, Any] = {
        "name": "blue",
        "network": "network-maos-86c13962597848eeb29c5861153a391f",
        "fleet": PLACEMENT,
    }
    made |= {"scope": ["Train"]}
    yield from situation.refusals({**pool, "flavors": {CPU: 4.0}})
    yield from situation.refusals({**made, "flavors": {CPU: 1.0}}, "blue")
    situation.session.fleets.post(PLACEMENT, {TRAIN_POOL: PoolShare()}, ())
    yield from situation.refusals({**pool, "flavors": {CPU: 4.0}})
    situation.session.fleets.post(PLACEMENT, {TRAIN_POOL: PoolShare(removals=frozenset({"another"}))}, ())
    yield from situation.refusals({**pool, "flavors": {CPU: 1.0}})


def run(situation: Situation, program: dict[str, Any], announced: dict[str, str]) -> FleetReconciler:
    """Return a run of a fleet."""
    spec = FleetPlacementSpec.model_validate(program)
    made = declared(spec, {}, None, announced)
    return FleetReconciler(FleetRun(spec, announced, made), situation.watch())


def error_of(reconciler: FleetReconciler) -> Iterable[str]:
    """Return the error that ends a run."""
    try:
        reconciler.apply()
    except ModelArtsError as error:
        return [str(error)]
    raise AssertionError("the run was to fail")


@scene(RUNS, "a job fails, or nodes have moved since the preview", ERROR)
def failed(situation: Situation) -> Iterator[str]:
    """What has moved is told, and how to go on."""
    situation.seed(fleet_world(train=8, infer=2))
    ways = {node("train", number): changes.step("train", "infer") for number in range(2)}
    yield from error_of(run(situation, _of(6, 4), {}))
    situation.emulator.faults.arm(Fault("batchMigratePoolNodes", outcome=Outcome(nodes=0)))
    yield from error_of(run(situation, _of(6, 4), ways))


@scene(RUNS, "nodes move", ROW)
def moving(situation: Situation) -> list[str]:
    """How far the run is, and what each pair of pools is doing."""
    situation.seed(fleet_world(train=8, infer=2))
    ways = {node("train", number): changes.step("train", "infer") for number in range(2)}
    run(situation, _of(6, 4), ways).apply()
    return situation.rows


@scene(RUNS, "a fleet is destroyed", NOTE)
def destroyed(_: Situation) -> list[str]:
    """No node is touched."""
    return [pool_share.released(["infer", "train"])]
