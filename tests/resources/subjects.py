"""One row for each provider: what the laws in `test_every_provider.py` have to know of it.

A new resource inherits every law by adding its row to `SUBJECTS`; a law sees to it that none is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi import ResourceOptions

import pulumi_modelarts as modelarts
from modelarts_emulator import GPU_POOL, INFER_POOL, NODE, PROJECT, TRAIN_POOL, TRAINING_JOB, Fault
from modelarts_emulator.worlds.documented import NETWORK as NETWORK_ID
from pulumi_modelarts.resources.fleet import FleetPlacement, FleetPlacementProvider
from pulumi_modelarts.resources.network import NetworkProvider
from pulumi_modelarts.resources.node_migration import NodeMigrationProvider
from pulumi_modelarts.resources.node_selection import NodeSelectionProvider
from pulumi_modelarts.resources.resource_pool import ResourcePoolProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi import dynamic

    from modelarts_emulator import Emulator
    from pulumi_modelarts.resources._provider import Provider

CPU = "modelarts.vm.cpu.4ud"

LISTING = "listPools"
"""Operation by which a provider begins to look at the service, unless its subject says otherwise."""

LONG_AFTER = 100_000
"""Virtual seconds past anything that a run in a test takes, for a world whose time was taken back to its beginning."""


@dataclass(frozen=True)
class AtService:
    """What a resource stands for at the service.

    Attributes:
        showing: Operation by which the object speaks for itself.
        vanish: Takes the object out of the world.
        listing: Operation that lists it among others.
        hide: Takes it out of that list, where it is there in whatever workspace.
    """

    showing: str
    vanish: Callable[[Emulator], None]
    listing: str = LISTING
    hide: Callable[[Emulator], None] = lambda _: None


@dataclass(frozen=True)
class Subject:
    """What the laws have to know of one provider.

    Attributes:
        provider: Its class.
        path: Where state files say that the class is, `module:name`; must never change.
        token: Type of the resource in state files; must never change.
        inputs: Names of all inputs, as state files have them; must never change.
        outputs: Names of what the outputs have beyond the inputs; likewise.
        declare: Declares a resource of that name in a program, every argument given.
        program: Inputs that give every field a program can set, and change something in the documented world.
        bad: Inputs that are wrong in several fields.
        complaints: Property paths of everything that is wrong with `bad`.
        computed: The input that `check` fills in.
        at_service: What it stands for at the service; None where there is no object that could be gone.
        acts: Whether a run of it does something to the service.
        filled: Further inputs that the check fills in, known where all that it was given is.
    """

    provider: type[Provider]
    path: str
    token: str
    inputs: frozenset[str]
    outputs: frozenset[str]
    declare: Callable[[str], dynamic.Resource]
    program: Mapping[str, Any]
    bad: Mapping[str, Any]
    complaints: tuple[str, ...]
    computed: str
    at_service: AtService | None
    acts: bool = True
    filled: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Name for test ids."""
        return self.provider.__name__

    @property
    def listing(self) -> str:
        """Operation by which it begins to look at the service."""
        return self.at_service.listing if self.at_service else LISTING


def _declare_pool(name: str) -> dynamic.Resource:
    return modelarts.ResourcePool(
        name,
        pool_name=TRAIN_POOL,
        flavors={CPU: 3},
        node_pools={"gold": modelarts.NodePool(flavor=CPU, count=1, azs={"cn-north-7c": 1})},
        driver=modelarts.Driver(gpu_version="515.65.01", npu_version="C78", update_strategy="force"),
        scope=["Train"],
        job_flavors=["a"],
        description="training",
        max_scale_in=1,
        max_growth=5,
        on_running_jobs="fail",
        ignore_count_drift=True,
        take_over=True,
    )


def _remove_all_pools(emulator: Emulator) -> None:
    emulator.seed({"projects": {PROJECT: {"pools": {}}}})
    emulator.clock.advance(LONG_AFTER)


RESOURCE_POOL = Subject(
    provider=ResourcePoolProvider,
    path="pulumi_modelarts.resources.resource_pool:ResourcePoolProvider",
    token="pulumi-python:dynamic/modelarts:ResourcePool",  # noqa: S106 - a type token, as Pulumi calls it
    inputs=frozenset(
        {
            *("poolName", "name", "network", "workspaceId", "prefix", "tags", "arrivals"),
            *("flavors", "nodePools", "driver", "scope", "jobFlavors", "description"),
            *("maxScaleIn", "maxGrowth", "onRunningJobs", "ignoreCountDrift", "after", "changes"),
            *("takeOver", "fleet", "organization", "ignored", "secrets"),
        }
    ),
    outputs=frozenset({"ownership", "phase", "nodeCounts", "nodeStates", "driverStatus"}),
    declare=_declare_pool,
    program={
        "poolName": TRAIN_POOL,
        "flavors": {CPU: 3.0},
        "scope": ["Train", "Notebook"],
        "jobFlavors": ["b", "a"],
        "description": "training, team blue",
        "maxScaleIn": 1.0,
        "maxGrowth": 5.0,
        "onRunningJobs": "fail",
        "ignoreCountDrift": False,
        "after": {NODE: TRAIN_POOL},
    },
    bad={
        "poolName": "train",
        "flavors": {CPU: -1.0, "other": 2.5},
        "nodePools": {"gold": {"flavor": CPU, "azs": {"cn-north-7c": "three"}}},
        "driver": {"updateStrategy": "soon", "gpuVersion": "515.65.01"},
        "scope": ["Cooking"],
        "description": "a & b",
        "maxGrowth": True,
        "flavours": {},
    },
    complaints=(
        *("description", "driver.update_strategy", f'flavors["{CPU}"]', 'flavors["other"]', "flavours", "max_growth"),
        *('node_pools["gold"].azs["cn-north-7c"]', "pool_name", "scope[0]"),
    ),
    computed="changes",
    at_service=AtService("showPool", _remove_all_pools),
)


def _declare_migration(name: str) -> dynamic.Resource:
    return modelarts.NodeMigration(
        name,
        nodes=[NODE],
        source_pool=TRAIN_POOL,
        target_pool=INFER_POOL,
        target_node_pool="gold",
        flavor=CPU,
        source_cluster="a",
        target_cluster="b",
        strategy=modelarts.Rollout(
            max_unavailable=2, drain=False, drain_timeout="1m", soak="10s", on_undrainable="skip"
        ),
        on_running_jobs="ignore",
        await_jobs=[TRAINING_JOB],
    )


NODE_MIGRATION = Subject(
    provider=NodeMigrationProvider,
    path="pulumi_modelarts.resources.node_migration:NodeMigrationProvider",
    token="pulumi-python:dynamic/modelarts:NodeMigration",  # noqa: S106 - a type token, as Pulumi calls it
    inputs=frozenset(
        {
            *("nodes", "sourcePool", "targetPool", "targetNodePool", "flavor", "sourceCluster", "targetCluster"),
            *("strategy", "onRunningJobs", "awaitJobs", "moves", "organization", "ignored", "secrets"),
        }
    ),
    outputs=frozenset({"placed"}),
    declare=_declare_migration,
    program={
        "nodes": [NODE],
        "sourcePool": TRAIN_POOL,
        "targetPool": INFER_POOL,
        "flavor": CPU,
        "strategy": {"maxUnavailable": 2.0, "drain": True, "drainTimeout": "90m", "soak": "0s"},
        "onRunningJobs": "fail",
    },
    bad={
        "nodes": [NODE, "No Node", NODE],
        "sourcePool": "train",
        "strategy": {"maxUnavailable": 0.0, "soak": "-5s", "drainTimeout": "soon"},
        "onRunningJobs": "perhaps",
        "sauce": "",
    },
    complaints=(
        *("nodes[1]", "nodes[2]", "on_running_jobs", "sauce", "source_pool"),
        *("strategy.drain_timeout", "strategy.max_unavailable", "strategy.soak", "target_pool"),
    ),
    computed="moves",
    at_service=AtService("showPool", _remove_all_pools),
)


def _declare_selection(name: str) -> dynamic.Resource:
    return modelarts.NodeSelection(name, pool=TRAIN_POOL, flavor=CPU, count=1, keepers={"round": 1})


NODE_SELECTION = Subject(
    provider=NodeSelectionProvider,
    path="pulumi_modelarts.resources.node_selection:NodeSelectionProvider",
    token="pulumi-python:dynamic/modelarts:NodeSelection",  # noqa: S106 - a type token, as Pulumi calls it
    inputs=frozenset({"pool", "flavor", "count", "keepers", "nodes", "organization", "ignored", "secrets"}),
    outputs=frozenset(),
    declare=_declare_selection,
    program={"pool": TRAIN_POOL, "flavor": CPU, "count": 1.0, "keepers": {"round": 2.0, "why": "node-0815 died"}},
    bad={"pool": "train", "count": 0.0, "keepers": {"round": [1.0]}, "nodes": [NODE], "number": 2.0},
    complaints=("count", "flavor", 'keepers["round"]', "number", "pool"),
    computed="nodes",
    at_service=None,
    acts=False,
)


def _declare_network(name: str) -> dynamic.Resource:
    return modelarts.Network(name, name="team-net", cidr="192.168.0.0/20", workspace_id="0", network_name=NETWORK_ID)


def _hide_networks(emulator: Emulator) -> None:
    emulator.faults.arm(Fault("listNetworks", body={"items": []}, times=None))


NETWORK = Subject(
    provider=NetworkProvider,
    path="pulumi_modelarts.resources.network:NetworkProvider",
    token="pulumi-python:dynamic/modelarts:Network",  # noqa: S106 - a type token, as Pulumi calls it
    inputs=frozenset(
        {
            *("name", "cidr", "workspaceId", "networkName", "ownership", "changes"),
            *("organization", "ignored", "secrets"),
        }
    ),
    outputs=frozenset({"phase", "subnets", "freeAddresses", "pools"}),
    declare=_declare_network,
    program={"name": "team-net", "cidr": "192.168.0.0/20", "workspaceId": "0"},
    bad={"cidr": "10.0.0.0/8", "workspaceId": "team blue", "netmask": "255.255.240.0"},
    complaints=("cidr", "name", "netmask", "workspace_id"),
    computed="changes",
    at_service=AtService("showNetwork", _remove_all_pools, "listNetworks", _hide_networks),
    filled=frozenset({"networkName", "ownership"}),
)


def _declare_placement(name: str) -> dynamic.Resource:
    pools = {"train": {"poolName": TRAIN_POOL, "flavors": {CPU: 1}}, "infer": {"poolName": INFER_POOL}}
    props = {
        "pools": pools,
        "strategy": {"maxUnavailable": 2},
        "onRunningJobs": "fail",
        "maxMoves": 1,
        "maxGrowth": 1,
        "maxScaleIn": 1,
        "after": {NODE: INFER_POOL},
    }
    return FleetPlacement(name, props, ResourceOptions())


FLEET_PLACEMENT = Subject(
    provider=FleetPlacementProvider,
    path="pulumi_modelarts.resources.fleet:FleetPlacementProvider",
    token="pulumi-python:dynamic/modelarts:FleetPlacement",  # noqa: S106 - a type token, as Pulumi calls it
    inputs=frozenset(
        {
            *("pools", "strategy", "onRunningJobs", "maxMoves", "maxGrowth", "maxScaleIn", "after", "moves"),
            *("organization", "ignored", "secrets"),
        }
    ),
    outputs=frozenset({"balanced"}),
    declare=_declare_placement,
    program={
        "pools": {
            "train": {"poolName": TRAIN_POOL, "flavors": {CPU: 1.0}},
            "infer": {"poolName": INFER_POOL, "flavors": {CPU: 3.0}},
        },
        "strategy": {"maxUnavailable": 2.0, "drain": True, "drainTimeout": "90m", "soak": "0s"},
        "onRunningJobs": "fail",
        "maxMoves": 3.0,
        "maxGrowth": 2.0,
        "maxScaleIn": 1.0,
    },
    bad={
        "pools": {
            "train": {"poolName": "train", "flavors": {CPU: -1.0}},
            "infer": {"poolName": INFER_POOL, "flavours": {}},
        },
        "strategy": {"maxUnavailable": 0.0},
        "maxMoves": 1.5,
        "sauce": "",
    },
    complaints=(
        *("max_moves", 'pools["infer"].flavours', f'pools["train"].flavors["{CPU}"]', 'pools["train"].pool_name'),
        *("sauce", "strategy.max_unavailable"),
    ),
    computed="moves",
    at_service=None,
)

SUBJECTS = (RESOURCE_POOL, NODE_MIGRATION, NODE_SELECTION, NETWORK, FLEET_PLACEMENT)

AT_SERVICE = tuple(subject for subject in SUBJECTS if subject.at_service is not None)
IN_STATE_ALONE = tuple(subject for subject in SUBJECTS if not subject.acts)

FURTHER_PROGRAMS = (
    (RESOURCE_POOL, {"poolName": GPU_POOL, "driver": {"gpuVersion": "515.65.01", "updateStrategy": "force"}}),
    (
        RESOURCE_POOL,
        {"poolName": TRAIN_POOL, "nodePools": {"gold": {"flavor": CPU, "count": 1.0, "azs": {"cn-north-7c": 1.0}}}},
    ),
)
"""Programs with the nested inputs that `program` cannot have at the same time."""
