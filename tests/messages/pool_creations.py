"""What is said of pools that a program makes: what stands against it, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import NETWORK, PROJECT, Fault, Outcome
from tests.messages.declarations import pool
from tests.messages.situation import ERROR, NOTE, PREVIEW, ROW, WARNING, refused, scene
from tests.resources.making import TEAM, team
from tests.resources.pools import CPU
from tests.resources.service import world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.messages.situation import Situation

MAKING, DETAILS, RUNS, ROWS = (
    "A pool that is to be made",
    "What nodes are made with",
    "A run that makes a pool",
    "Rows of a pool that is being made",
)
GOLD = {"flavor": CPU, "count": 1.0}
DOCUMENT = {
    "kind": "Pool",
    "apiVersion": "v2",
    "metadata": {"name": TEAM, "labels": {"os.modelarts/name": "team-b"}},
    "spec": {"type": "Dedicate", "resources": [{"flavor": CPU, "count": 1}], "network": {"name": NETWORK}},
    "status": {"resources": {}},
}


def without(*names: str) -> dict[str, Any]:
    """Declare a pool to make, but for some inputs."""
    return {name: value for name, value in team().items() if name not in names}


def trouble(situation: Situation, **fields: Any) -> None:
    """Let something go wrong with the request that makes a pool."""
    situation.emulator.faults.arm(Fault("createPool", **fields))


refused(MAKING, "it is neither adopted nor made", {"flavors": {CPU: 1.0}})
refused(MAKING, "it is adopted and made", team(poolName=TEAM.replace("team", "other")))
refused(MAKING, "it has no network", without("network"))
refused(MAKING, "it has no name", without("name"))
refused(MAKING, "it has no counts and serves nothing", without("flavors", "scope"))
refused(MAKING, "an adopted pool is declared like one that is made", pool(prefix="blue"))
refused(
    MAKING,
    "what says what is made is misspelt",
    team(name="Team", network="Net", workspaceId="?", prefix="Blue", arrivals=["A node"]),
)
refused(
    MAKING,
    "what says what is made is of the wrong kind",
    team(name=1.0, network=2.0, workspaceId=3.0, prefix=4.0, arrivals=5.0, tags=6.0),
)
refused(MAKING, "it would have no node", team(0))
refused(MAKING, "its network does not exist", team(network="network-none-4711"))
refused(
    DETAILS,
    "they are of the wrong kind",
    team(
        nodePools={
            "gold": {
                **GOLD,
                "labels": 1.0,
                "taints": 1.0,
                "rootVolume": 1.0,
                "dataVolumes": 1.0,
                "osImage": 1.0,
                "tags": 1.0,
            },
            "iron": {
                **GOLD,
                "taints": [{"key": 1.0, "effect": "NoSchedule"}, 2.0],
                "dataVolumes": [{"type": "SSD", "size": 100.0, "volumeGroup": "mine"}, 3.0],
            },
        }
    ),
)
refused(DETAILS, "a tag has a key that is not the program's", team(tags={"": "a", "pulumi-modelarts": "b"}))


@scene(MAKING, "somebody else has made a pool of that name", PREVIEW)
def foreign(situation: Situation) -> list[str]:
    """It has no mark."""
    situation.hand.make_pool("team-b", NETWORK, CPU)
    return situation.refusals(team())


@scene(MAKING, "its network is on its way out", PREVIEW)
def leaving(situation: Situation) -> list[str]:
    """Somebody deletes it."""
    network = situation.hand.make_network("other", "192.168.0.0/24")
    situation.hand.delete_network(network)
    return situation.refusals(team(network=network))


@scene(MAKING, "the project may not have so many pools", PREVIEW)
def quota(situation: Situation) -> list[str]:
    """There are three, which is all there may be."""
    made = world()
    made["projects"][PROJECT]["quotas"] = {"pools": 3}
    situation.seed(made)
    return situation.refusals(team())


@scene(MAKING, "the program adopts what it makes", PREVIEW)
def made_here(situation: Situation) -> list[str]:
    """Another resource makes it."""
    situation.refusals(team(), "b")
    return situation.refusals(pool(poolName=TEAM), "again")


@scene(MAKING, "the service has made it under another id before", PREVIEW)
def namesake(situation: Situation) -> list[str]:
    """A pool of another id carries the mark of this resource."""
    situation.runs(team(name="team-c"))
    return situation.refusals(team())


@scene(MAKING, "the user may not list networks", NOTE)
def untold(situation: Situation) -> list[str]:
    """The preview does without."""
    situation.emulator.faults.arm(Fault("listNetworks", status=403, times=None))
    situation.foreseen(team())
    return situation.losses()


@scene(MAKING, "a pool is there that no state knows", WARNING)
def taken_up(situation: Situation) -> list[str]:
    """Its mark is that of this resource."""
    situation.runs(team())
    return [text for text in situation.warnings(team()) if "mark" in text]


@scene(DETAILS, "they are changed later", PREVIEW)
def altered(situation: Situation) -> list[str]:
    """The nodes are there."""
    program = team(nodePools={"gold": {**GOLD, "labels": {"team": "blue"}}})
    situation.runs(program)
    changed = team(nodePools={"gold": {**GOLD, "labels": {"team": "red"}}})
    return situation.refusals(changed, olds={**program, "poolName": TEAM})


@scene(RUNS, "somebody makes one of that name meanwhile", ERROR)
def overtaken(situation: Situation) -> list[str]:
    """It comes between the preview and the run."""
    return situation.fails(team(), lambda: situation.hand.make_pool("team-b", NETWORK, CPU))


@scene(RUNS, "something has come up since the preview", ERROR)
def hindered(situation: Situation) -> list[str]:
    """The network has no addresses any more; and a pool that was there has gone."""
    network = situation.hand.make_network("other", "192.168.0.0/24")
    return situation.fails(team(network=network), lambda: situation.hand.delete_network(network))


@scene(RUNS, "the answer is lost, and nothing was made", ERROR)
def lost(situation: Situation) -> list[str]:
    """The connection breaks before the service has acted."""
    trouble(situation, drop="reset")
    return situation.fails(team())


@scene(RUNS, "the run ends before it is known whether it was made", ERROR)
def in_doubt(situation: Situation) -> list[str]:
    """The connection breaks, and the limit passes."""
    trouble(situation, drop="reset")
    return situation.fails(team(), limit=20.0)


@scene(RUNS, "the name is taken by what cannot be seen", ERROR)
def taken(situation: Situation) -> list[str]:
    """The service speaks of a conflict."""
    trouble(situation, status=409, code="ModelArts.50015000", message="Pool already exists.")
    return situation.fails(team())


@scene(RUNS, "the service answers with another pool", ERROR)
def other_answers(situation: Situation) -> Iterator[str]:
    """Another id; other counts, secret or not."""
    trouble(situation, status=200, body={**DOCUMENT, "metadata": {"name": "team-b-4711", "labels": {}}})
    yield from situation.fails(team())
    trouble(situation, status=200, body=DOCUMENT)
    yield from situation.fails(team())
    trouble(situation, status=200, body=DOCUMENT)
    yield from situation.fails(team(secrets=[f'flavors["{CPU}"]']))


@scene(RUNS, "the service cannot make it", ERROR)
def failed(situation: Situation) -> list[str]:
    """Nothing is in stock."""
    trouble(situation, outcome=Outcome(nodes=0, reason="no stock"))
    return situation.fails(team())


@scene(RUNS, "it has been made, and is broken", ERROR)
def broken(situation: Situation) -> list[str]:
    """A node came Abnormal, and with it the pool."""
    trouble(situation, outcome=Outcome(nodes=0, others="Abnormal"))
    return situation.fails(team())


@scene(RUNS, "an interrupted run has begun it, and it is broken by now", ERROR)
def found_broken(situation: Situation) -> list[str]:
    """No state knows it."""
    situation.runs(team())
    document = situation.client.resource_pools.get(TEAM).to_wire()
    document["status"] |= {"phase": "Abnormal", "message": "host down"}
    return situation.fails(team(), lambda: situation.emulator.faults.arm(Fault("showPool", body=document)))


@scene(RUNS, "it has gone since the preview", ERROR)
def gone(situation: Situation) -> list[str]:
    """Somebody has deleted it, and no preview has shown that it is made again."""
    situation.runs(team())
    olds = {**team(), "poolName": TEAM}
    return situation.fails(team(description="blue"), lambda: situation.hand.delete_pool(TEAM), olds)


@scene(RUNS, "it is not finished within the limit, and the next run goes on", ERROR)
def unfinished(situation: Situation) -> Iterator[str]:
    """Its order takes long."""
    situation.emulator.seed({**world(), "timings": {"creating": 5000}})
    yield from situation.fails(team(), limit=30.0)
    olds = {**team(), "poolName": TEAM}
    yield situation.planned(team(), olds)
    yield from situation.fails(team(), olds=olds, limit=30.0)


@scene(RUNS, "what was there is not gone within the limit", ERROR)
def ungone(situation: Situation) -> list[str]:
    """Somebody has asked to delete it."""
    situation.runs(team())
    situation.emulator.clock.advance(60)
    situation.hand.begin_to_delete(TEAM)
    return situation.fails(team(), olds={**team(), "poolName": TEAM}, limit=1.0)


@scene(ROWS, "it is made", ROW)
def made(situation: Situation) -> list[str]:
    """Two nodes, serving training jobs."""
    return situation.runs(team())


@scene(ROWS, "the service does not show it at once", ROW)
def late(situation: Situation) -> list[str]:
    """Neither in its list, nor alone."""
    nothing = {"kind": "PoolList", "apiVersion": "v2", "items": []}
    situation.emulator.faults.arm(Fault("listPools", body=nothing, after=1))
    absent: dict[str, Any] = {"status": 404, "code": "ModelArts.50015001", "message": "pool not found"}
    situation.emulator.faults.arm(Fault("showPool", **absent, after=2))
    return situation.runs(team())
