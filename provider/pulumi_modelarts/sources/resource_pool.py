"""Data sources about resource pools: `get_resource_pools` and `get_resource_pool`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi_modelarts.resources._errors import ProgramError
from pulumi_modelarts.sources._results import many, read, read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class NodePoolInfo:
    """A node pool of a resource pool, and how many nodes it should have.

    Attributes:
        name: Its name; "{flavor}-default" for the default one of a flavor.
        flavor: Flavor id of its nodes.
        count: Nodes it should have. While a pool scales, those that exist are fewer or more.
        azs: The same by availability zone, {zone: nodes}; empty where the service does not say.
        step: Nodes that come and go at once, for flavors that are ordered by cabinet or supernode; else 1.
    """

    name: str = ""
    flavor: str = ""
    count: int = 0
    azs: Mapping[str, int] = field(default_factory=dict)
    step: int = 1


@dataclass(frozen=True)
class DriverInfo:
    """The accelerator drivers a pool should have.

    Attributes:
        gpu_version: GPU driver version such as "515.65.01"; empty for none.
        npu_version: Ascend driver version such as "C78"; empty for none.
        update_strategy: "force" or "idle"; empty where nothing was asked for.
    """

    gpu_version: str = ""
    npu_version: str = ""
    update_strategy: str = ""


@dataclass(frozen=True)
class ResourcePoolInfo:
    """A dedicated resource pool, as it is.

    Attributes:
        pool_name: Its id, which `ResourcePool` takes.
        display_name: The name it was given.
        phase: "Running", "Creating", "Abnormal", "Deleting" or "Error"; others may come. While a pool scales it stays
            as it was.
        message: What the service says about the phase; may be empty.
        description: What somebody wrote about it.
        type: "Dedicate", or "Logical" for a part of another pool.
        scope: Job types it serves: "Train", "Infer", "Notebook".
        node_pools: What it should have.
        node_counts: Nodes that exist, Abnormal ones too, {flavor: nodes}.
        available: Nodes that can run jobs, {flavor: nodes}; those that stand by as spares count too.
        creating: Nodes that are on their way, {flavor: nodes}.
        abnormal: Broken nodes, {flavor: nodes}.
        deleting: Nodes that are on their way out, {flavor: nodes}.
        driver: The drivers it should have.
        driver_status: The drivers it has, such as {"gpu": "515.65.01 Running"}.
        job_flavors: Ids of the job specifications it supports.
        network: Id of the network it is in.
        workspace_id: The workspace it belongs to; empty where the service does not say.
        prepaid: Whether it was paid for a period.
        order_name: The last order that changed its nodes; empty if there was none.
        tags: Its tags, {key: value}.
        created_at: When it was made, such as "2026-01-01T00:00:00Z".
        labels: Its labels, as the service has them.
        annotations: Its annotations, likewise.
    """

    pool_name: str = ""
    display_name: str = ""
    phase: str = ""
    message: str = ""
    description: str = ""
    type: str = ""
    scope: tuple[str, ...] = ()
    node_pools: tuple[NodePoolInfo, ...] = many(NodePoolInfo)
    node_counts: Mapping[str, int] = field(default_factory=dict)
    available: Mapping[str, int] = field(default_factory=dict)
    creating: Mapping[str, int] = field(default_factory=dict)
    abnormal: Mapping[str, int] = field(default_factory=dict)
    deleting: Mapping[str, int] = field(default_factory=dict)
    driver: DriverInfo = DriverInfo()
    driver_status: Mapping[str, str] = field(default_factory=dict)
    job_flavors: tuple[str, ...] = ()
    network: str = ""
    workspace_id: str = ""
    prepaid: bool = False
    order_name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    created_at: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def get_resource_pools(
    *,
    status: str | None = None,
    label: str | None = None,
    workspace_id: str | None = None,
    display_name: str | None = None,
    opts: InvokeOptions | None = None,
) -> tuple[ResourcePoolInfo, ...]:
    """Returns the resource pools of the project.

    Args:
        status: "created", "creating" or "failed"; default: those that are valid.
        label: Label selector such as "os.modelarts/name=train".
        workspace_id: Of this workspace; default: the one of the settings, and then the service's default one.
        display_name: Only those of this name.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        ModelArtsError: The service could not be asked, its answer was no, or one of the pools cannot be read.
        ProgramError: An argument is an output.
    """
    return _POOLS.ask(opts, status=status, label=label, workspace_id=workspace_id, display_name=display_name)


def get_resource_pools_output(
    *,
    status: Input[str | None] = None,
    label: Input[str | None] = None,
    workspace_id: Input[str | None] = None,
    display_name: Input[str | None] = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[tuple[ResourcePoolInfo, ...]]:
    """Returns what `get_resource_pools` does, as an output, read when its inputs and dependencies are there."""
    return _POOLS.ask_output(opts, status=status, label=label, workspace_id=workspace_id, display_name=display_name)


def get_resource_pool(
    *, pool_name: str | None = None, display_name: str | None = None, opts: InvokeOptions | None = None
) -> ResourcePoolInfo:
    """Returns one resource pool.

    Args:
        pool_name: Its id; give this or `display_name`.
        display_name: The name it was given, if no other pool has the same.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        NotFoundError: There is no such pool.
        RefusedError: No pool has this display name, or several have.
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output, or both or none of the names are given.
    """
    return _POOL.ask(opts, pool_name=pool_name, display_name=display_name)


def get_resource_pool_output(
    *,
    pool_name: Input[str | None] = None,
    display_name: Input[str | None] = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[ResourcePoolInfo]:
    """Returns what `get_resource_pool` does, as an output, read when its inputs and dependencies are there."""
    return _POOL.ask_output(opts, pool_name=pool_name, display_name=display_name)


def _one_name(given: Mapping[str, Any]) -> None:
    if len(given) != 1:
        raise ProgramError("get_resource_pool: give pool_name or display_name, and only one of them")


_POOLS = Source("get_resource_pools", lambda answer: read_each(ResourcePoolInfo, answer, "pools"))
_POOL = Source("get_resource_pool", lambda answer: read(ResourcePoolInfo, answer), check=_one_name)
