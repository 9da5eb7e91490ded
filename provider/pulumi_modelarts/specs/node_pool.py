"""What a program may declare about one node pool: its nodes, and what they are made with.

Labels, taints, tags, volumes, image and script are taken when a node pool is made (documented: CreatePool,
PoolResource; assumed for every kind of pool).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pulumi_modelarts.api.wording import number_of
from pulumi_modelarts.specs._spec import Spec
from pulumi_modelarts.specs.values import Count, FlavorId, Name, Tags, whole_number
from pulumi_modelarts.specs.wording import Takes, shown

if TYPE_CHECKING:
    from pulumi_modelarts.specs.paths import Paths

_VOLUME_GROUP = re.compile(r"vgpaas|default|vguser[0-9]+|vg-everest-localvolume-(persistent|ephemeral)")


def _volume_group(value: str) -> str:
    if not _VOLUME_GROUP.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not a volume group; use 'vgpaas', 'default', 'vguser1' (or another number), "
            "'vg-everest-localvolume-persistent' or 'vg-everest-localvolume-ephemeral'"
        )
    return value


VolumeType = Literal["SSD", "GPSSD", "SAS"]
Positive = Annotated[int, BeforeValidator(lambda value: whole_number(value, least=1))]
VolumeGroup = Annotated[str, AfterValidator(_volume_group)]
DETAILS = ("labels", "taints", "tags", "root_volume", "data_volumes", "os_image", "post_install")
"""What nodes are made with."""


class TaintSpec(Spec):
    """A taint of the nodes of a node pool (documented: CreatePool, PoolResource).

    Attributes:
        key: Its key.
        value: Its value.
        effect: What it does to work that does not tolerate it.
    """

    key: Annotated[Name, Takes("the key of a taint", '"dedicated"')]
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class VolumeSpec(Spec):
    """The system disk of a node (documented: CreatePool, PoolResource).

    Attributes:
        type: Kind of disk.
        size: GiB.
    """

    type: VolumeType
    size: Positive


class DataVolumeSpec(VolumeSpec):
    """Data disks of a node that are alike (documented: CreatePool, PoolResource).

    Attributes:
        count: How many of them each node has.
        volume_group: The group that they are in; None leaves it to the service.
    """

    count: Positive = 1
    volume_group: VolumeGroup | None = None


Taint = Annotated[TaintSpec, Takes("a Taint", 'Taint(key="dedicated", effect="NoSchedule")')]
Volume = Annotated[VolumeSpec, Takes("a Volume", 'Volume(type="SSD", size=100)')]
DataVolume = Annotated[DataVolumeSpec, Takes("a DataVolume", 'DataVolume(type="SSD", size=500)')]


def _zones(value: Mapping[str, int]) -> Mapping[str, int]:
    if "" in value:
        raise ValueError("names a zone with an empty name; give the zone's name such as 'cn-north-7c'")
    return dict(sorted(value.items()))


class NodePoolSpec(Spec):
    """One node pool of a resource pool.

    Attributes:
        flavor: Flavor id of its nodes.
        count: Nodes it has in the end; may be left out when `azs` says it.
        azs: Nodes per availability zone; zones that are not named hold none.
        labels: Kubernetes labels that its nodes are made with.
        taints: Taints that they are made with.
        tags: Tags that they are made with.
        root_volume: System disk that each is made with.
        data_volumes: Data disks that each is made with.
        os_image: Id of the private image that they are made from.
        post_install: Script that runs on each when it has been installed.
    """

    flavor: FlavorId
    count: Count | None = None
    azs: Annotated[
        Mapping[str, Count],
        AfterValidator(_zones),
        Takes("a map of availability zones and counts", '{"cn-north-7c": 2}'),
    ] = Field(default_factory=dict)
    labels: Annotated[Tags | None, Takes("a map of texts", '{"team": "blue"}')] = None
    taints: Annotated[
        tuple[Taint, ...] | None, Takes("a list of taints", '[Taint(key="dedicated", effect="NoSchedule")]')
    ] = None
    tags: Annotated[Tags | None, Takes("a map of texts", '{"team": "blue"}')] = None
    root_volume: Volume | None = None
    data_volumes: Annotated[
        tuple[DataVolume, ...] | None, Takes("a list of data volumes", '[DataVolume(type="SSD", size=500)]')
    ] = None
    os_image: Annotated[Name | None, Takes("the id of an image", '"4a3b…"')] = None
    post_install: Annotated[Name | None, Takes("a shell script", r'"#!/bin/sh\n…"')] = None

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


def misnamed(name: str, node_pool: NodePoolSpec, flavors: Mapping[str, int]) -> str:
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


def counted(name: str, node_pool: NodePoolSpec, alone: Paths) -> NodePoolSpec | None:
    """Returns what is looked after of a node pool: its zones, its count, or nothing."""
    if alone.cover("nodePools", name, "count"):
        return None
    if not alone.cover("nodePools", name, "azs"):
        return node_pool
    return None if node_pool.count is None else node_pool.model_copy(update={"azs": {}})
