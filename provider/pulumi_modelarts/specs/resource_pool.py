"""What a program may declare about a resource pool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from pulumi_modelarts.api.wording import choice, meant, number_of
from pulumi_modelarts.specs._spec import Apart, Computed, Replaces, Spec, wrong_inside
from pulumi_modelarts.specs.wording import Takes, shown

SCOPES = ("Infer", "Notebook", "Train")
FORBIDDEN_IN_DESCRIPTIONS = "!<>=&\"'"
_POOL_NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
NODE_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
GIVE_A_NODE = "give its name as the service lists it, such as 'os-node-created-mnmcf'"
_SHORTEST, _LONGEST = 36, 63
_GIVE_AN_ID = (
    "give its metadata.name, 36 to 63 lowercase letters, digits and hyphens such as "
    "'auto-pool-os-86c13962597848eeb29c5861153a391f' (the display name is only a label)"
)


def pool_name(value: str) -> str:
    """Accepts the id of a resource pool (`metadata.name`; documented: ShowPool, 36 to 63 characters)."""
    if not _is_pool_name(value):
        raise ValueError(f"{shown(value)} is not the id of a resource pool; {_GIVE_AN_ID}")
    return value


def _is_pool_name(value: str) -> bool:
    return _SHORTEST <= len(value) <= _LONGEST and _POOL_NAME.fullmatch(value) is not None


def whole_number(value: object, least: int = 0) -> object:
    """Accepts whole numbers from `least` on; Pulumi delivers 3 as 3.0, and True or "3" are mistakes, not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < least or not float(value).is_integer():
        quotes = f"; write it without quotes: {value}" if isinstance(value, str) and value.isdecimal() else ""
        raise ValueError(f"must be a whole number of {least} or more, got {shown(value)}{quotes}")
    return int(value)


def _flavors(value: Mapping[str, int]) -> Mapping[str, int]:
    if not value:
        raise ValueError("is empty; leave it out to manage no counts, or declare a flavor with its count")
    if "" in value:
        raise ValueError("names a flavor with an empty id; give the flavor's id such as 'modelarts.vm.cpu.4ud'")
    return dict(sorted(value.items()))


def _zones(value: Mapping[str, int]) -> Mapping[str, int]:
    if "" in value:
        raise ValueError("names a zone with an empty name; give the zone's name such as 'cn-north-7c'")
    return dict(sorted(value.items()))


def _scope(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("is empty; name a job type or more that the pool serves, or leave the input out")
    if wrong := [(index, _no_job_type(name)) for index, name in enumerate(value) if name not in SCOPES]:
        raise wrong_inside(wrong)
    return tuple(sorted(set(value)))


def _no_job_type(name: str) -> str:
    close = meant(name, SCOPES)
    return f"{shown(name)} is not a job type; " + (f"did you mean {close!r}?" if close else f"use {choice(SCOPES)}")


def _description(value: str) -> str:
    wrong = sorted(set(value) & set(FORBIDDEN_IN_DESCRIPTIONS))
    if wrong:
        raise ValueError(
            f"contains {' '.join(wrong)}; leave that out, the service takes none of "
            + " ".join(FORBIDDEN_IN_DESCRIPTIONS)
        )
    return value


def _after(value: Mapping[str, str]) -> Mapping[str, str]:
    wrong: list[tuple[str | int, str]] = []
    for node, place in value.items():
        pool = place.partition("/")[0]
        if not NODE_NAME.fullmatch(node):
            wrong.append((node, f"{shown(node)} is not the name of a node; {GIVE_A_NODE}"))
        elif not _is_pool_name(pool):
            wrong.append((node, f"{shown(pool)} is not the id of a resource pool; {_GIVE_AN_ID}"))
    if wrong:
        raise wrong_inside(wrong)
    return dict(sorted(value.items()))


Count = Annotated[int, BeforeValidator(whole_number)]
PoolName = Annotated[
    str,
    AfterValidator(pool_name),
    Takes("the id of a resource pool", '"auto-pool-os-86c13962597848eeb29c5861153a391f"'),
]
Name = Annotated[str, Field(min_length=1)]
FlavorId = Annotated[Name, Takes("the id of a flavor", '"modelarts.vm.cpu.4ud"')]
JobType = Annotated[str, Takes("a job type", '"Train"')]
JobFlavorId = Annotated[Name, Takes("the id of a job flavor", '"modelarts.vm.cpu.4ud"')]
Place = Annotated[str, Takes("the id of a resource pool", '"infer-pool-os-86c13962597848eeb29c5861153a391f"')]
RunningJobs = Literal["wait", "fail", "ignore"]


class NodePoolSpec(Spec):
    """One node pool of a resource pool.

    Attributes:
        flavor: Flavor id of its nodes.
        count: Nodes it has in the end; may be left out when `azs` says it.
        azs: Nodes per availability zone; zones that are not named hold none.
    """

    flavor: FlavorId
    count: Count | None = None
    azs: Annotated[
        Mapping[str, Count],
        AfterValidator(_zones),
        Takes("a map of availability zones and counts", '{"cn-north-7c": 2}'),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _counts_agree(self) -> NodePoolSpec:
        if self.count is None and not self.azs:
            raise ValueError("needs a count, or azs with a count for each availability zone; declare one of the two")
        placed = sum(self.azs.values())
        if self.count is not None and self.azs and self.count != placed:
            raise ValueError(
                f"declares count {self.count}, and {number_of(placed, 'node')} in azs; make them agree, or leave one "
                "of the two out"
            )
        return self

    @property
    def total(self) -> int:
        """Nodes in all zones."""
        return sum(self.azs.values()) if self.count is None else self.count


NodePool = Annotated[NodePoolSpec, Takes("a NodePool", 'NodePool(flavor="modelarts.vm.cpu.4ud", count=2)')]


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


class ResourcePoolSpec(Spec):
    """A dedicated resource pool and what should be true of it; only declared keys are managed.

    Attributes:
        pool_name: Id of the pool (`metadata.name`); another id means another pool.
        flavors: Final node count per flavor id, in that flavor's default node pool.
        node_pools: Final counts of named node pools.
        driver: Driver versions.
        scope: Job types the pool serves.
        job_flavors: Job specifications the pool supports.
        description: Text shown in the console.
        max_scale_in: Nodes one run may remove.
        max_growth: Nodes one run may buy; None is no limit.
        on_running_jobs: What to do about training jobs on a node that is removed.
        ignore_count_drift: Send only counts that the program itself changed.
        after: Where migrations place nodes before this pool is touched, {node: pool}; `pool/node pool` for a named one.
        changes: What this run will do to the service, filled in by the provider.
    """

    pool_name: Annotated[PoolName, Replaces]
    flavors: Annotated[
        Annotated[Mapping[str, Count], AfterValidator(_flavors)] | None,
        Takes("a map of flavor ids and counts", '{"modelarts.vm.cpu.4ud": 3}'),
        Apart,
    ] = None
    node_pools: Annotated[
        Mapping[str, Annotated[NodePoolSpec, Takes("a NodePool", 'NodePool(flavor="modelarts.vm.cpu.4ud", count=2)')]]
        | None,
        Takes("a map of names and node pools", '{"gold": NodePool(flavor="modelarts.vm.cpu.4ud", count=2)}'),
        Apart,
    ] = None
    driver: Annotated[DriverSpec | None, Takes("a Driver", 'Driver(gpu_version="515.65.01")'), Apart] = None
    scope: Annotated[
        Annotated[tuple[JobType, ...], AfterValidator(_scope)] | None,
        Takes("a list of job types", '["Infer", "Train"]'),
        Apart,
    ] = None
    job_flavors: Annotated[
        Annotated[tuple[JobFlavorId, ...], AfterValidator(lambda names: tuple(sorted(set(names))))] | None,
        Takes("a list of ids of job flavors", '["modelarts.vm.cpu.4ud"]'),
        Apart,
    ] = None
    description: Annotated[
        Annotated[str, AfterValidator(_description)] | None, Takes("a text", '"training, team blue"'), Apart
    ] = None
    max_scale_in: Count = 0
    max_growth: Count | None = None
    on_running_jobs: RunningJobs = "wait"
    ignore_count_drift: bool = False
    after: Annotated[
        Mapping[str, Place], AfterValidator(_after), Takes("a list of NodeMigration resources", "[move]")
    ] = Field(default_factory=dict)
    changes: Annotated[Mapping[str, str], Computed] = Field(default_factory=dict)

    @property
    def arriving(self) -> dict[str, str]:
        """Nodes that migrations place in this pool, with their node pool; empty for the default one of their flavor."""
        placed = {node: place.partition("/") for node, place in self.after.items()}
        return {node: node_pool for node, (pool, _, node_pool) in placed.items() if pool == self.pool_name}

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
        named = ((name, _misnamed(name, node_pool, flavors)) for name, node_pool in sorted(value.items()))
        if wrong := [(name, why) for name, why in named if why]:
            raise wrong_inside(wrong)
        return value


def _misnamed(name: str, node_pool: NodePoolSpec, flavors: Mapping[str, int]) -> str:
    """Returns what is wrong with the name of a node pool, or an empty string.

    The default node pool of a flavor is `{flavor}-default`, and no other name ends like that (documented: CreatePool,
    nodePoolName).
    """
    default = f"{node_pool.flavor}-default"
    if not name:
        return "is a node pool with an empty name; give its name"
    if name == default and node_pool.flavor in flavors:
        return f'is the same entry of the pool as flavors["{node_pool.flavor}"]; declare one of the two'
    if name.endswith("-default") and name != default:
        return (
            f"is named like the default node pool of another flavor; the one of {node_pool.flavor!r} is "
            f"{default!r}, and other node pools have names that do not end in -default"
        )
    return ""
