"""What is said of pools that a program has made when they are to go, or to change hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import NETWORK, NODE, PROJECT, TRAIN_POOL, Fault
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.plans import pool_deletion
from pulumi_modelarts.plans.ownership import MARK
from pulumi_modelarts.plans.pool_deletion import MadePool
from pulumi_modelarts.reconcilers.pool_deletion import PoolDeletion, foretold
from tests.emulator.training import body
from tests.messages.situation import ERROR, LIMIT, NOTE, PREVIEW, ROW, WARNING, scene
from tests.resources.blue import BLUE, adopted_blue, blue
from tests.resources.pools import CPU, GPU

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.messages.situation import Situation

DELETING, HANDED = "A made pool that is to be deleted", "A made pool that is replaced, or changes hands"
OURS = "0123456789abcdef0123456789abcdef"


def made(situation: Situation, *, mark: str = OURS, **annotations: str) -> None:
    """Make a pool of two nodes, with the mark of the program."""
    tags = [{"key": MARK, "value": mark}]
    metadata = {"labels": {"os.modelarts/name": "blue"}, "annotations": annotations}
    spec = {"type": "Dedicate", "scope": ["Train"], "resources": [{"flavor": CPU, "count": 2, "tags": tags}]}
    situation.client.resource_pools.create({"metadata": metadata, "spec": {**spec, "network": {"name": NETWORK}}})
    situation.emulator.clock.advance(60)


def record(**inputs: Any) -> MadePool:
    """Return what is on record of the pool."""
    return MadePool.of({"flavors": {CPU: 2.0}, **inputs}, [OURS])


def fails(situation: Situation, on_record: MadePool, limit: float = LIMIT, pool: str = BLUE) -> list[str]:
    """Return why the pool is not deleted."""
    try:
        PoolDeletion(situation.watch(limit), pool, on_record).delete()
    except ModelArtsError as error:
        return [str(error)]
    raise AssertionError("the pool was to stay")


@scene(DELETING, "a node has come from elsewhere, somebody has added one, and something runs there", ERROR)
def inhabited(situation: Situation) -> list[str]:
    """Beside that, a node is locked, and one leaves."""
    made(situation)
    situation.hand.migrate(TRAIN_POOL, BLUE, NODE)
    situation.hand.scale(BLUE, CPU, 5)
    first, second, third = [name for name in situation.hand.nodes(BLUE) if name != NODE][:3]
    situation.emulator.start_workload(BLUE, [first], name="llm", user="ann")
    situation.hand.lock(BLUE, second)
    situation.hand.send_off(BLUE, TRAIN_POOL, third)
    return fails(situation, record())


@scene(DELETING, "a job runs in it, and a node was awaited", ERROR)
def awaited(situation: Situation) -> list[str]:
    """The node is named in `arrivals`."""
    made(situation)
    situation.hand.ask("training-jobs", body("night-run", BLUE)).raise_for_status()
    situation.emulator.clock.advance(60)
    return fails(situation, record(arrivals=situation.hand.nodes(BLUE)[:1]))


@scene(DELETING, "a node is on its way there", ERROR)
def coming(situation: Situation) -> list[str]:
    """It is in no pool just now."""
    made(situation)
    situation.hand.send_off(TRAIN_POOL, BLUE, NODE)
    return fails(situation, record())


@scene(DELETING, "it has nodes that no count declares, or more than a secret one", ERROR)
def uncounted(situation: Situation) -> Iterable[str]:
    """The program has counted others."""
    made(situation)
    yield from fails(situation, MadePool.of({"flavors": {GPU: 2.0}}, [OURS]))
    yield from fails(situation, MadePool.of({"flavors": {CPU: 1.0}, "secrets": [f'flavors["{CPU}"]']}, [OURS]))


@scene(DELETING, "it is paid by the month", ERROR)
def paid(situation: Situation) -> list[str]:
    """Nobody unsubscribes from it but its owner."""
    period = {"os.modelarts/period.num": "1", "os.modelarts/period.type": "2"}
    made(situation, **{"os.modelarts/billing.mode": "1"}, **period)
    return fails(situation, record())


@scene(DELETING, "another pool has taken its name", ERROR)
def namesake(situation: Situation) -> list[str]:
    """It has the mark of another resource."""
    made(situation, mark="fedcba9876543210fedcba9876543210")
    return fails(situation, record())


@scene(DELETING, "what is in it cannot be read", ERROR)
def unread(situation: Situation) -> list[str]:
    """The user may not list jobs."""
    made(situation)
    situation.emulator.faults.arm(Fault("listJobs", status=403, times=None))
    return fails(situation, record())


@scene(DELETING, "the service accepts it and does nothing", ERROR)
def stays(situation: Situation) -> Iterable[str]:
    """Neither with an answer nor without one."""
    made(situation)
    pool = situation.client.resource_pools.get(BLUE)
    situation.emulator.faults.arm(Fault("deletePool", status=200, body=pool.to_wire(), times=1))
    yield from fails(situation, record())
    situation.emulator.faults.arm(Fault("deletePool", drop="reset", times=None))
    yield from fails(situation, record())


@scene(DELETING, "the user asks to stop", ERROR)
def stopped(situation: Situation) -> list[str]:
    """While the pool is being deleted."""
    made(situation)
    situation.once(lambda: situation.asked("deletePool"), situation.cancellation.request)
    return fails(situation, record())


@scene(DELETING, "the user asks to stop before anything is sent", ERROR)
def stopped_early(situation: Situation) -> list[str]:
    """While the pool is looked at."""
    made(situation)
    situation.once(lambda: True, situation.cancellation.request)
    return fails(situation, record())


@scene(DELETING, "it goes", ROW)
def goes(situation: Situation) -> list[str]:
    """Nothing stands against it."""
    made(situation)
    PoolDeletion(situation.watch(), BLUE, record()).delete()
    return situation.rows


@scene(DELETING, "it is not in the project to which the settings lead; a refresh says so of every pool", ERROR)
def elsewhere(situation: Situation) -> list[str]:
    """The project is that of another provider, or of another shell's environment."""
    return fails(situation, record(), pool=f"blue-{OURS}")


@scene(DELETING, "it has been asked to go", NOTE)
def asked(situation: Situation) -> list[str]:
    """Once."""
    made(situation)
    PoolDeletion(situation.watch(), BLUE, record()).delete()
    return situation.told


@scene(DELETING, "a refresh finds that a destroy would not delete it, or that it goes already", WARNING)
def looked_at(situation: Situation) -> Iterable[str]:
    """A node has come from elsewhere; later the pool is deleted by hand."""
    made(situation)
    situation.hand.migrate(TRAIN_POOL, BLUE, NODE)
    yield from foretold(situation.session, situation.client.resource_pools.get(BLUE), record())
    situation.hand.begin_to_delete(BLUE)
    yield from foretold(situation.session, situation.client.resource_pools.get(BLUE), record())


@scene(DELETING, "the program goes on declaring it", NOTE)
def declared(situation: Situation) -> list[str]:
    """A run has been asked to replace it."""
    del situation
    return [pool_deletion.still_declared(BLUE, "'blue'")]


@scene(HANDED, "another name, network, prefix or workspace is declared for it", PREVIEW)
def replaced(situation: Situation) -> Iterable[str]:
    """It would have to be made anew."""
    before = {**blue(), "poolName": BLUE}
    further = {"network": f"other-{PROJECT}", "prefix": "blue", "workspaceId": "0123456789abcdef0123456789abcdef"}
    for name, value in {"name": "green", **further}.items():
        yield from situation.refusals({**blue(), name: value}, olds=before)


@scene(HANDED, "the settings lead to another project than the one it was made in", PREVIEW)
def moved(situation: Situation) -> list[str]:
    """It would be made there once more."""
    return situation.refusals(blue(), olds={**blue(), "poolName": f"blue-{OURS}"})


@scene(HANDED, "another pool is declared in its place", PREVIEW)
def displaced(situation: Situation) -> list[str]:
    """It would have to be deleted first."""
    return situation.refusals({"poolName": TRAIN_POOL}, olds={**blue(), "poolName": BLUE})


@scene(HANDED, "it is adopted from now on", NOTE)
def handed_over(situation: Situation) -> list[str]:
    """It would be released in the end."""
    made(situation)
    shown = situation.foreseen(adopted_blue(), {**blue(), "poolName": BLUE}).changes
    return [f"{key}: {entry}" for key, entry in shown.items()]
