"""What a program may declare about a resource pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pulumi_modelarts.specs._declaration import Declaration
from pulumi_modelarts.specs._spec import Apart, Computed, Replaces, Spec, wrong_inside
from pulumi_modelarts.specs.made_pool import POOL_EXAMPLE, made_by_half, only_for_made
from pulumi_modelarts.specs.node_pool import NodePool, NodePoolSpec, counted, misnamed
from pulumi_modelarts.specs.paths import ANY, Paths, Steps
from pulumi_modelarts.specs.values import (
    GIVE_A_NODE,
    GIVE_AN_ID,
    NODE_NAME,
    Count,
    Description,
    JobFlavorId,
    MadeName,
    Name,
    NetworkId,
    NodeNames,
    NodePrefix,
    Place,
    PoolName,
    RunningJobs,
    Scope,
    Tags,
    WorkspaceId,
    is_pool_name,
)
from pulumi_modelarts.specs.wording import Takes, shown

DEFAULT_GROWTH = 32
"""Nodes that a run may buy where nobody says how many: a count with a zero too many is an expensive typing error."""


def _flavors(value: Mapping[str, int]) -> Mapping[str, int]:
    if not value:
        raise ValueError("is empty; leave it out to manage no counts, or declare a flavor with its count")
    if "" in value:
        raise ValueError("names a flavor with an empty id; give the flavor's id such as 'modelarts.vm.cpu.4ud'")
    return dict(sorted(value.items()))


def _after(value: Mapping[str, str]) -> Mapping[str, str]:
    wrong: list[tuple[str | int, str]] = []
    for node, place in value.items():
        pool = place.partition("/")[0]
        if not NODE_NAME.fullmatch(node):
            wrong.append((node, f"{shown(node)} is not the name of a node; {GIVE_A_NODE}"))
        elif not is_pool_name(pool):
            wrong.append((node, f"{shown(pool)} is not the id of a resource pool; {GIVE_AN_ID}"))
    if wrong:
        raise wrong_inside(wrong)
    return dict(sorted(value.items()))


Flavors = Annotated[
    Annotated[Mapping[str, Count], AfterValidator(_flavors)],
    Takes("a map of flavor ids and counts", '{"modelarts.vm.cpu.4ud": 3}'),
]
NodePools = Annotated[
    Mapping[str, NodePool],
    Takes("a map of names and node pools", '{"gold": NodePool(flavor="modelarts.vm.cpu.4ud", count=2)}'),
]
Placement = Annotated[Mapping[str, Place], AfterValidator(_after), Takes("a list of NodeMigration resources", "[move]")]
"""Where migrations place nodes, {node: pool}; `pool/node pool` for a named one."""


class DriverSpec(Spec):
    """The accelerator driver of a pool (documented: PatchPool, table PoolDriver).

    Attributes:
        gpu_version: GPU driver version such as "515.65.01".
        npu_version: Ascend driver version such as "C78".
        update_strategy: "idle" upgrades a node when no job runs on it, "force" at once. Policy: never a change by
            itself.
    """

    gpu_version: Annotated[Name | None, Takes("a version", '"515.65.01"', numbers=True)] = None
    npu_version: Annotated[Name | None, Takes("a version", '"C78"', numbers=True)] = None
    update_strategy: Literal["force", "idle"] = "idle"

    @model_validator(mode="after")
    def _names_a_version(self) -> DriverSpec:
        if self.gpu_version is None and self.npu_version is None:
            raise ValueError("names no version; set gpu_version or npu_version, or leave driver out")
        return self


class ResourcePoolSpec(Declaration):
    """A dedicated resource pool and what should be true of it; only declared keys are managed.

    Attributes:
        pool_name: Id of the pool (`metadata.name`); another id means another pool. Filled in by the provider where the
            program makes the pool.
        name: Name of the pool to make, by which its id is known before it is there; None to adopt one that exists.
        network: Id of the network that a pool is made in.
        workspace_id: Workspace that a pool is made in; None for the default one.
        prefix: What the names of the nodes of a pool that is made begin with; None leaves it to the service.
        tags: Tags of the nodes that a pool is made with.
        arrivals: Nodes that migrations will bring to a pool that is made, and that are not bought therefore.
        flavors: Final node count per flavor id, in that flavor's default node pool.
        node_pools: Final counts of named node pools.
        driver: Driver versions.
        scope: Job types the pool serves.
        job_flavors: Job specifications the pool supports.
        description: Text shown in the console.
        max_scale_in: Nodes one run may remove.
        max_growth: Nodes one run may buy; None where the program does not say.
        on_running_jobs: What to do about training jobs on a node that is removed.
        ignore_count_drift: Send only counts that the program itself changed.
        take_over: Manage the pool although another stack has marked it, and take that mark away.
        after: Where migrations place nodes before this pool is touched, {node: pool}; `pool/node pool` for a named one.
        fleet: The placement, by the name that the program has for it, whose plan alone changes counts; filled in by the
            fleet of the pool, empty for a pool of its own.
        changes: What this run will do to the service, filled in by the provider.
    """

    pool_name: Annotated[PoolName, Replaces] = ""
    name: MadeName | None = None
    network: NetworkId | None = None
    workspace_id: WorkspaceId | None = None
    prefix: NodePrefix | None = None
    tags: Tags | None = None
    arrivals: NodeNames = ()
    flavors: Annotated[
        Annotated[Mapping[str, Count], AfterValidator(_flavors)] | None,
        Takes("a map of flavor ids and counts", '{"modelarts.vm.cpu.4ud": 3}'),
        Apart,
    ] = None
    node_pools: Annotated[
        Mapping[str, NodePool] | None,
        Takes("a map of names and node pools", '{"gold": NodePool(flavor="modelarts.vm.cpu.4ud", count=2)}'),
        Apart,
    ] = None
    driver: Annotated[DriverSpec | None, Takes("a Driver", 'Driver(gpu_version="515.65.01")'), Apart] = None
    scope: Annotated[
        Scope | None,
        Takes("a list of job types", '["Infer", "Train"]'),
        Apart,
    ] = None
    job_flavors: Annotated[
        Annotated[tuple[JobFlavorId, ...], AfterValidator(lambda names: tuple(sorted(set(names))))] | None,
        Takes("a list of ids of job flavors", '["modelarts.vm.cpu.4ud"]'),
        Apart,
    ] = None
    description: Annotated[Description | None, Takes("a text", '"training, team blue"'), Apart] = None
    max_scale_in: Count = 0
    max_growth: Count | None = None
    on_running_jobs: RunningJobs = "wait"
    ignore_count_drift: bool = False
    take_over: bool = False
    after: Annotated[
        Mapping[str, Place], AfterValidator(_after), Takes("a list of NodeMigration resources", "[move]")
    ] = Field(default_factory=dict)
    fleet: str = ""
    changes: Annotated[Mapping[str, str], Computed] = Field(default_factory=dict)

    _most_growth: int | None = PrivateAttr(None)
    _whole: ResourcePoolSpec | None = PrivateAttr(None)

    @classmethod
    def together(cls, given: Mapping[str, object]) -> Mapping[str, str]:
        """Returns what is wrong where a pool is neither adopted nor made, both, or made by half."""
        if "poolName" not in given and not given.keys() & {"name", "network"}:
            ways = f"give the id of a pool such as {POOL_EXAMPLE} to adopt it, or name and network to make one"
            return {"poolName": f"is required: {ways}"}
        return made_by_half(given) if given.keys() & {"name", "network"} else only_for_made(given)

    @property
    def makes(self) -> bool:
        """Whether the program makes the pool; it adopts one otherwise."""
        return self.name is not None

    def under(self, most_growth: int | None) -> Self:
        """Returns the declaration as it is where a setting (`modelarts:maxGrowth`) bounds every pool's growth."""
        bounded = self.model_copy()
        bounded._most_growth = most_growth  # noqa: SLF001 - its own
        return bounded

    @classmethod
    def arguments(cls) -> frozenset[str]:
        """Returns the names of the arguments that a program can give; a fleet makes itself known to its pools."""
        return super().arguments() - {"fleet"}

    @property
    def growth_limit(self) -> tuple[int, str]:
        """Nodes that a run may buy, and by what that is said; empty where nobody says it."""
        if self.max_growth is not None:
            return self.max_growth, "max_growth"
        return (DEFAULT_GROWTH, "") if self._most_growth is None else (self._most_growth, "modelarts:maxGrowth")

    identities: ClassVar[tuple[Steps, ...]] = (
        ("poolName",),
        ("name",),
        ("network",),
        ("workspaceId",),
        ("prefix",),
        ("arrivals",),
        ("flavors",),
        ("nodePools",),
        ("nodePools", ANY, "azs"),
    )

    @property
    def managed(self) -> ResourcePoolSpec:
        """The same declaration without what is left alone; zones that are, are left out where zones are counted."""
        alone = self.left_alone
        if not alone:
            return self
        flavors = {
            flavor: count for flavor, count in (self.flavors or {}).items() if not alone.cover("flavors", flavor)
        }
        found = ((name, counted(name, node_pool, alone)) for name, node_pool in (self.node_pools or {}).items())
        node_pools = {name: node_pool for name, node_pool in found if node_pool is not None}
        plain = {"scope": "scope", "job_flavors": "jobFlavors", "description": "description"}
        kept = self.model_copy(
            update={
                "flavors": flavors or None,
                "node_pools": node_pools or None,
                "driver": _driven(self.driver, alone),
                **{name: None for name, path in plain.items() if alone.cover(path)},
            }
        )
        kept._whole = self  # noqa: SLF001 - its own
        return kept

    @property
    def to_make(self) -> ResourcePoolSpec:
        """The same declaration with what is left alone: a pool is made with it, and it is left alone from then on."""
        if self._whole is None:
            return self
        whole = self._whole.model_copy(update={"ignored": ()})
        whole._stack, whole._most_growth = self._stack, self._most_growth  # noqa: SLF001 - its own
        return whole

    @classmethod
    def entries_of(cls, paths: Paths, entries: Mapping[str, str]) -> dict[str, str]:
        """Returns the changes that are about some inputs; nodes go for counts, and are about those that change."""
        found = super().entries_of(paths, entries)
        counted = any(key.startswith(("flavors.", "nodePools.")) for key in entries.keys() - found.keys())
        if counted or not found:
            return found
        return found | {key: entry for key, entry in entries.items() if key.startswith("nodes.")}

    @property
    def moving(self) -> tuple[str, ...]:
        """Nodes that migrations move, into this pool or out of it: those before its run, and those after it."""
        return tuple(dict.fromkeys([*self.after, *self.arrivals]))

    @property
    def arriving(self) -> dict[str, str]:
        """Nodes that migrations place in this pool, with their node pool; empty for the default one of their flavor."""
        placed = {node: place.partition("/") for node, place in self.after.items()}
        before = {node: node_pool for node, (pool, _, node_pool) in placed.items() if pool == self.pool_name}
        return dict.fromkeys(self.arrivals, "") | before

    @field_validator("node_pools")
    @classmethod
    def _one_name_for_each_entry(
        cls, value: Mapping[str, NodePoolSpec] | None, info: ValidationInfo
    ) -> Mapping[str, NodePoolSpec] | None:
        if value is None:
            return None
        if not value:
            raise ValueError("is empty; leave it out, or declare a node pool")
        flavors = info.data.get("flavors") or {}
        named = ((name, misnamed(name, node_pool, flavors)) for name, node_pool in sorted(value.items()))
        if wrong := [(name, why) for name, why in named if why]:
            raise wrong_inside(wrong)
        return value


def _driven(driver: DriverSpec | None, alone: Paths) -> DriverSpec | None:
    """Returns a driver without the versions that are left alone; None where none is looked after."""
    if driver is None:
        return None
    versions = {
        "gpu_version": None if alone.cover("driver", "gpuVersion") else driver.gpu_version,
        "npu_version": None if alone.cover("driver", "npuVersion") else driver.npu_version,
    }
    return driver.model_copy(update=versions) if any(versions.values()) else None
