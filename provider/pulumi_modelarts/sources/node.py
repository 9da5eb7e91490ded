"""The data source about the nodes of a pool: `get_pool_nodes`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import many, read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class NodeWork:
    """Something that runs on a node.

    Attributes:
        kind: "training job", "inference service" or "notebook"; what the service calls it where it is something else.
        name: The name a user knows it by.
        owner: Whose it is; empty where the service does not say.
        ends_by_itself: Whether it can be waited for: a training job ends, a service or a notebook does not.
    """

    kind: str = ""
    name: str = ""
    owner: str = ""
    ends_by_itself: bool = False


@dataclass(frozen=True)
class NodeInfo:
    """A node of a resource pool, as it is.

    Attributes:
        name: Its id, which `NodeMigration` takes.
        pool_name: Id of the pool it is in.
        node_pool: The node pool it belongs to.
        flavor: Its flavor id.
        phase: "Available", "Creating", "Checking", "Abnormal" or "Deleting"; others may come.
        zone: The availability zone it is in.
        private_ip: Its address in the network of its pool; empty where the service does not say.
        busy: Whether anything runs on it, or may: what holds nodes of which nobody tells may be on any node of its
            pool. None where the workloads were not asked for.
        workloads: What runs on it, or may.
        spare: Whether it stands by for a node that breaks; until then nothing is scheduled there.
        drained: Whether it is marked to take no further jobs.
        locked: Whether somebody locked it against deletion.
        prepaid: Whether it was paid for a period.
        supernode: Id of the supernode it is a part of, which comes, moves and goes as a whole; empty for none.
        supernode_size: Nodes of that supernode; None where the service does not say.
        driver_phase: "Running", "Abnormal", "Pending" or "Updating"; empty for a node without accelerator.
        driver_version: The driver version that is there; likewise.
        created_at: When it was made, such as "2026-01-01T00:00:00Z".
        labels: Its labels, as the service has them.
        annotations: Its annotations, likewise.
    """

    name: str = ""
    pool_name: str = ""
    node_pool: str = ""
    flavor: str = ""
    phase: str = ""
    zone: str = ""
    private_ip: str = ""
    busy: bool | None = None
    workloads: tuple[NodeWork, ...] = many(NodeWork)
    spare: bool = False
    drained: bool = False
    locked: bool = False
    prepaid: bool = False
    supernode: str = ""
    supernode_size: int | None = None
    driver_phase: str = ""
    driver_version: str = ""
    created_at: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def get_pool_nodes(
    pool_name: str, *, workloads: bool = True, opts: InvokeOptions | None = None
) -> tuple[NodeInfo, ...]:
    """Returns the nodes of a resource pool, in order of their names.

    Busy, spare and drained are what plans go by: a node is busy when a workload of its pool is on it, be it a training
    job, an inference service or a notebook. Nodes that were picked by this change when they move: what a migration is
    to keep is better chosen once.

    Args:
        pool_name: Id of the pool.
        workloads: Whether to ask what runs on them (default true), which takes the right to list workloads or training
            jobs, and a request more.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        NotFoundError: There is no such pool.
        RefusedError: What runs on the nodes cannot be found out.
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _NODES.ask(opts, pool_name=pool_name, workloads=workloads)


def get_pool_nodes_output(
    pool_name: Input[str],
    *,
    workloads: Input[bool] = True,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[tuple[NodeInfo, ...]]:
    """Returns what `get_pool_nodes` does, as an output, read when its inputs and dependencies are there."""
    return _NODES.ask_output(opts, pool_name=pool_name, workloads=workloads)


_NODES = Source("get_pool_nodes", lambda answer: read_each(NodeInfo, answer, "nodes"))
