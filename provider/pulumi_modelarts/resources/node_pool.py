"""What a program writes about one node pool of a resource pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pulumi_modelarts.resources._calls import arguments_checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi import Input


@arguments_checked
@dataclass(frozen=True)
class Taint:
    """A taint of the nodes of a node pool.

    Attributes:
        key: Its key.
        effect: "NoSchedule", "PreferNoSchedule" or "NoExecute".
        value: Its value (default: empty).
    """

    key: Input[str]
    effect: Input[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]]
    value: Input[str] | None = None


@arguments_checked
@dataclass(frozen=True)
class Volume:
    """The system disk of a node.

    Attributes:
        type: "SSD", "GPSSD" or "SAS".
        size: GiB, a whole number of 1 or more.
    """

    type: Input[Literal["SSD", "GPSSD", "SAS"]]
    size: Input[int]


@arguments_checked
@dataclass(frozen=True)
class DataVolume:
    """Data disks of a node that are alike.

    Attributes:
        type: "SSD", "GPSSD" or "SAS".
        size: GiB, a whole number of 1 or more.
        count: How many of them each node has (default 1).
        volume_group: "vgpaas", "default", "vguser1" and so on, "vg-everest-localvolume-persistent" or
            "vg-everest-localvolume-ephemeral"; left to the service where it is not given.
    """

    type: Input[Literal["SSD", "GPSSD", "SAS"]]
    size: Input[int]
    count: Input[int] | None = None
    volume_group: Input[str] | None = None


@arguments_checked
@dataclass(frozen=True)
class NodePool:
    """A node pool of a resource pool: how many nodes it should have, and what they are made with.

    What nodes are made with is taken when the node pool is made, with its pool or later; the service is not known to
    change it afterwards, so a preview refuses that.

    Attributes:
        flavor: Flavor id of its nodes.
        count: Nodes in the end, a whole number of 0 or more; may be left out when `azs` says it.
        azs: Nodes per availability zone, {zone: count}; zones that are not named hold none.
        labels: Kubernetes labels that its nodes are made with.
        taints: Taints that they are made with.
        tags: Tags that they are made with.
        root_volume: System disk that each is made with.
        data_volumes: Data disks that each is made with.
        os_image: Id of the private image that they are made from.
        post_install: Shell script that runs on each once it is installed; wrap it in `pulumi.Output.secret` where it
            holds a secret.
    """

    flavor: Input[str]
    count: Input[int] | None = None
    azs: Input[Mapping[str, Input[int]]] | None = None
    labels: Input[Mapping[str, Input[str]]] | None = None
    taints: Input[Sequence[Input[Taint]]] | None = None
    tags: Input[Mapping[str, Input[str]]] | None = None
    root_volume: Input[Volume] | None = None
    data_volumes: Input[Sequence[Input[DataVolume]]] | None = None
    os_image: Input[str] | None = None
    post_install: Input[str] | None = None
