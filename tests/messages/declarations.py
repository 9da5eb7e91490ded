"""What is wrong with a program by itself: seen without the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator import INFER_POOL, NODE, TRAIN_POOL, Fault
from tests.messages.situation import PREVIEW, refused, scene
from tests.resources.migrations import placing
from tests.resources.pools import CPU, GPU, JOB, train

if TYPE_CHECKING:
    from tests.messages.situation import Situation

VALUES, POOL, MIGRATION = (
    "Arguments: values of the wrong kind",
    "Arguments of a ResourcePool",
    "Arguments of a NodeMigration",
)


def pool(**inputs: Any) -> dict[str, Any]:
    """Declare the training pool, managing nothing of it but what is given."""
    return {"poolName": TRAIN_POOL, **inputs}


refused(VALUES, "a required argument is missing", {"nodes": [NODE], "targetPool": INFER_POOL})
refused(VALUES, "an argument is misspelt", pool(maxGrowt=3.0))
refused(VALUES, "an argument does not exist", pool(replicas=3.0))
refused(VALUES, "an argument of a group is misspelt", pool(driver={"gpuVersion": "515.65.01", "updateStategy": "idle"}))
refused(VALUES, "an argument of a group does not exist", placing(NODE, strategy={"parallel": 2.0}))
refused(VALUES, "a number is given in quotes", train(2, maxScaleIn="3"))
refused(VALUES, "a number is not whole", train(2.5))  # type: ignore[arg-type]  # that is the mistake
refused(VALUES, "a number is negative", train(2, maxGrowth=-1.0))
refused(VALUES, "a number is beyond all pools", train(2, maxGrowth=1e9))
refused(VALUES, "a count is left out as None", pool(flavors={CPU: None}))
refused(VALUES, "a version is given as a number", pool(driver={"gpuVersion": 515.65}))
refused(VALUES, "a text is given in place of a list", pool(scope="Train"))
refused(VALUES, "a text is given in place of a group of arguments", pool(driver="515.65.01"))
refused(VALUES, "a text is given in place of another list", pool(jobFlavors="modelarts.vm.cpu.4ud"))
refused(VALUES, "a list is given in place of a map", pool(flavors=[CPU]))
refused(VALUES, "a map is given in place of a text", pool(description={"text": "training"}))
refused(VALUES, "an empty map or list is given in place of a text", pool(description=[], jobFlavors=[{}]))
refused(VALUES, "an archive or a file is given in place of a text", pool(description=object))
refused(VALUES, "a switch is neither True nor False", pool(ignoreCountDrift="perhaps"))
refused(
    VALUES, "a choice does not exist", train(2, onRunningJobs="Wait", driver={"npuVersion": "C78", "updateStrategy": 1})
)
refused(VALUES, "a text is empty", pool(jobFlavors=[""], driver={"npuVersion": ""}))
refused(
    VALUES,
    "what a group takes is wrong",
    pool(nodePools={"gold": "two", "silver": {"flavor": 4.0, "azs": ["cn-north-7c"]}}),
)
refused(
    VALUES,
    "what a migration takes is wrong",
    {
        "nodes": NODE,
        "sourcePool": 5.0,
        "targetPool": INFER_POOL,
        "sourceCluster": 1.0,
        "targetNodePool": 7.0,
        "flavor": [],
        "awaitJobs": JOB,
        "strategy": "two",
    },
)
refused(VALUES, "an element of a list is wrong", {**placing(), "nodes": [1.0], "awaitJobs": [1.0], "sourceCluster": ""})
refused(VALUES, "what migrations come before is no list of them", pool(after="move", nodePools=["gold"]))
refused(VALUES, "a migration that comes before does not say where it places a node", pool(after={NODE: 1.0}))
refused(
    POOL, "a migration that comes before has names that are none", pool(after={"No Node": TRAIN_POOL, NODE: "train"})
)

refused(POOL, "no id of a pool is given", pool(poolName="train"))
refused(POOL, "the map of flavors is empty, or has an empty id", pool(flavors={}, nodePools={}))
refused(POOL, "a flavor has an empty id", pool(flavors={"": 1.0}))
refused(POOL, "a node pool has neither count nor zones", pool(nodePools={"gold": {"flavor": CPU}}))
refused(
    POOL,
    "count and zones of a node pool differ",
    pool(nodePools={"gold": {"flavor": CPU, "count": 3.0, "azs": {"cn-north-7c": 1.0}}}),
)
refused(POOL, "a zone has an empty name", pool(nodePools={"gold": {"flavor": CPU, "azs": {"": 1.0}}}))
refused(POOL, "a node pool has an empty name", pool(nodePools={"": {"flavor": CPU, "count": 1.0}}))
refused(
    POOL,
    "the default node pool of a flavor is declared in both ways",
    train(2, nodePools={f"{CPU}-default": {"flavor": CPU, "count": 2.0}}),
)
refused(
    POOL,
    "a node pool is named like the default one of another flavor",
    pool(nodePools={f"{GPU}-default": {"flavor": CPU, "count": 2.0}}),
)
refused(POOL, "a driver is declared without a version", pool(driver={}))
refused(POOL, "a job type is misspelt", pool(scope=["train"]))
refused(POOL, "a job type does not exist", pool(scope=["Cooking"]))
refused(POOL, "no job type is named", pool(scope=[]))
refused(POOL, "a description has characters that the service does not take", pool(description="training & inference"))

refused(MIGRATION, "no node is named", placing())
refused(MIGRATION, "a node is named twice", placing(NODE, NODE))
refused(MIGRATION, "a node's name is none", placing("Node 1"))
refused(MIGRATION, "a duration is none", placing(NODE, strategy={"drainTimeout": "soon", "soak": 30.0}))
refused(MIGRATION, "no node may be away", placing(NODE, strategy={"maxUnavailable": 0.0}))
refused(MIGRATION, "an id of a training job is none", placing(NODE, awaitJobs=["job 1"]))
refused(MIGRATION, "one cluster is declared without the other", placing(NODE, sourceCluster="cluster-a"))
refused(MIGRATION, "source and target are one pool", placing(NODE, targetPool=TRAIN_POOL))
refused(MIGRATION, "source and target are one cluster", placing(NODE, sourceCluster="a", targetCluster="a"))


@scene(POOL, "the display name of a pool is given in place of its id", PREVIEW)
def display_name(situation: Situation) -> list[str]:
    """Only the service knows which pool that is."""
    return situation.refusals(pool(poolName="auto-pool-os"))


@scene(POOL, "several pools have the display name that is given", PREVIEW)
def display_name_of_two(situation: Situation) -> list[str]:
    """It is a label, and needs not be the only one."""
    listed = situation.hand.listed()
    for found in listed["items"]:
        found["metadata"]["labels"]["os.modelarts/name"] = "train"
    situation.emulator.faults.arm(Fault("listPools", body=listed))
    return situation.refusals(pool(poolName="train"))


@scene(MIGRATION, "the display name of a pool is given in place of its id", PREVIEW)
def display_names(situation: Situation) -> list[str]:
    """Likewise."""
    return situation.refusals(placing(NODE, targetPool="infer-pool-os"))
