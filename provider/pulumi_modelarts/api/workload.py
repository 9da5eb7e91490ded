"""Workloads: whatever runs on the nodes of a pool, be it training, inference or a notebook. They say which are busy.

Documented by the official SDK: ListWorkloads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, each
from pulumi_modelarts.api.operation import Operation, Stated
from pulumi_modelarts.api.wire import Wire, segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_modelarts.api.service import Service

PAGE: Final = 500
"""Workloads of one page, the most there can be (client: official SDK)."""

LIST_WORKLOADS: Final = Operation(
    "ListWorkloads",
    "what runs on nodes that are to leave their pool, and what an idle upgrade waits for",
    "modelarts:pool:get",
    Stated.ON_ITS_PAGE,
    only_reads=True,
    previews=True,
)

ON_NO_NODE: Final = frozenset({"queue", "pending", "completed", "terminated", "failed"})
"""Statuses of a workload that holds no node, in lower case: it has none yet, or none any more."""

TRAINING: Final = "train"

WORDS: Final[Mapping[str, str]] = {
    TRAINING: "training job",
    "infer": "inference service",
    "x-infer": "inference service",
    "notebook": "notebook",
}
"""What a user calls them, by type."""


class WorkloadNode(Wire):
    """A node that a workload is on.

    Attributes:
        host_ip: the private address of the node.
    """

    host_ip: str = ""


class Workload(Wire):
    """Something that runs in a pool, or waits to.

    Attributes:
        type: `train`, `infer`, `notebook` or `x-infer`; others may come.
        name: as the cluster has it.
        job_name: as the user has it; may be empty.
        uid: its id in the cluster.
        job_id: the id of the job, service or notebook that it belongs to; may be empty.
        flavor: what it asked for.
        status: `Queue`, `Pending`, `Creating`, `Running`, `Abnormal`, `Terminating`, `Completed`, `Terminated`,
            `Failed`; others may come.
        user_name: whose it is; may be empty.
        host_ips: private addresses of its nodes, separated by commas; may be empty.
        nodes: the same, one by one; may be empty.
        running_duration: seconds.
        pending_duration: seconds.
    """

    type: str = ""
    name: str = ""
    job_name: str = ""
    uid: str
    job_id: str = Field("", alias="jobUUID")
    flavor: str = ""
    status: str = ""
    user_name: str = ""
    host_ips: str = ""
    nodes: list[WorkloadNode] = Field(default_factory=list)
    running_duration: int = 0
    pending_duration: int = 0

    @property
    def display_name(self) -> str:
        """The name a user knows it by."""
        return self.job_name or self.name or self.uid

    @property
    def word(self) -> str:
        """What a user calls it, such as "training job"; its type where there is no such word."""
        return WORDS.get(self.type.lower()) or self.type or "workload"

    @property
    def owner(self) -> str:
        """Whose it is; empty if the service does not say."""
        return self.user_name

    @property
    def holds_nodes(self) -> bool:
        """Whether it is on nodes. A status that nobody knows is taken for one of those that are."""
        return self.status.lower() not in ON_NO_NODE

    @property
    def ends_by_itself(self) -> bool:
        """Whether it can be waited for: a training job ends, an inference service or a notebook does not."""
        return self.type.lower() == TRAINING

    @property
    def hosts(self) -> frozenset[str]:
        """Private addresses of the nodes it is on, as far as the service tells; none where it does not."""
        listed = (address.strip() for address in self.host_ips.split(","))
        return frozenset(filter(None, [*listed, *(node.host_ip.strip() for node in self.nodes)]))

    def may_be_on(self, address: str) -> bool:
        """Whether it is, or may be, on the node with this private address.

        One that holds nodes of which nobody tells may be on any node of its pool.
        """
        return self.holds_nodes and (not self.hosts or address in self.hosts)


class Workloads:
    """Workloads of the project's pools."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self, pool: str) -> list[Workload]:
        """The workloads of a pool, those that hold no node too, each once.

        The list must have `items`, each with a `uid`. It counts nothing (client: official SDK), so that it ends with a
        page that is not full; one that counts all the same has to have as many.

        Raises:
            NotFoundError: there is no such pool.
            UnreadableError: the list is not complete, or a workload in it cannot be read.
        """
        attempting = f"list workloads of resource pool {pool}"
        path = f"/v2/{{project_id}}/pools/{segment(pool)}/workloads"

        def page(begin: Begin) -> Any:
            # From the oldest on, so that what begins meanwhile is at the end.
            params = {"limit": PAGE, "offset": begin.item, "sort": "create_time", "ascend": "true"}
            return self._service.request("GET", path, operation=LIST_WORKLOADS, attempting=attempting, params=params)

        shape = ListOf(attempting, key=("uid",), totals=("total", "count"), page=PAGE)
        return [workload for _, workload in each(Workload, by_offset(page, shape), shape)]
