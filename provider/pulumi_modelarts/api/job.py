"""Jobs of the pool service: the asynchronous handle of moving, resetting and rebooting nodes.

Documented: ListJobs. The way to read one job by itself is on no page; the official Terraform provider uses it. The
pages name three phases; a phase nobody documented means that the job is not finished.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json, to_json

from pulumi_modelarts.api.listing import Begin, ListOf, by_offset, each
from pulumi_modelarts.api.operation import Operation
from pulumi_modelarts.api.wire import Wire, expect_same, read, segment, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_modelarts.api.service import Service

SUCCEEDED: Final = "success"
FAILED: Final = "failed"
"""Phases of a job that has ended, in lower case."""

PAGE: Final = 500
"""Jobs of one page, the most there can be (documented: ListJobs)."""

SHOW_JOB: Final = Operation("ShowJob", "how a move goes", only_reads=True)
LIST_JOBS: Final = Operation(
    "ListJobs",
    "which nodes the service moves, restarts or replaces: where nodes move or are removed",
    only_reads=True,
    previews=True,
)

_NODE_LISTS: Final = frozenset({"migratenodenames", "deletenodenames", "nodenames", "nodename", "nodes", "node"})
_GENERATED_NAME: Final = re.compile(r"(?<![\w.-])[a-z][a-z0-9-]*-[a-z0-9]{5}(?![\w.-])")
"""Shape of the names that the service gives to nodes: a prefix and five random characters (documented: examples)."""


class PoolJob(Wire):
    """A job of the pool service.

    Attributes:
        job_id: Its id.
        job_name: Its name.
        type: What it does; the word for a migration is on no page.
        phase: `Running`, `Success` or `Failed`; others may come.
        message: Why it failed.
        inputs: What it was asked to do: text of a format that is on no page.
        involved_objects: What it does it to: text likewise.
        start_timestamp: When it began, in milliseconds since 1970; 0 if the service does not say.
        end_timestamp: When it ended, likewise; 0 before.
    """

    job_id: str = ""
    job_name: str = ""
    type: str = ""
    phase: str = ""
    message: str = ""
    inputs: Any = ""
    involved_objects: Any = ""
    start_timestamp: int = 0
    end_timestamp: int = 0

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or not. An unknown phase is taken as running."""
        return self.succeeded or self.failed

    @property
    def succeeded(self) -> bool:
        """Whether it is finished and says that all is done."""
        return self.phase.lower() == SUCCEEDED

    @property
    def failed(self) -> bool:
        """Whether it is finished and did not do all; a part may be done."""
        return self.phase.lower() == FAILED

    @property
    def node_names(self) -> frozenset[str]:
        """Names of the nodes it is about, as far as its texts tell.

        They may be JSON or not. Every word that has the shape of a generated node name counts as one, so there may be
        too many names, and hardly too few: compare with the names you look for.
        """
        return frozenset(name for text in (self.inputs, self.involved_objects) for name in _node_names(text))

    def is_about(self, name: str) -> bool:
        """Whether its texts tell this name, such as the id of a pool, in whatever place."""
        texts = (
            text if isinstance(text, str) else to_json(text).decode() for text in (self.inputs, self.involved_objects)
        )
        return any(name in text for text in texts)


class Jobs:
    """Jobs of the project's pools."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self, job_id: str) -> PoolJob:
        """One job. The answer must have a phase: nothing else is known of this operation (client: Terraform).

        Raises:
            NotFoundError: The service knows no such job.
            UnreadableError: The answer is no such job.
        """
        attempting = f"show job {job_id}"
        path = f"/v2/{{project_id}}/jobs/{segment(job_id)}"
        answer = self._service.request("GET", path, operation=SHOW_JOB, attempting=attempting)
        job = read(PoolJob, answer, attempting)
        if "phase" not in job.model_fields_set:
            raise unreadable(attempting, "phase", "nothing, where a text must be")
        expect_same(job_id, job.job_id or job_id, attempting, place="jobId")
        return job.model_copy(update={"job_id": job_id})

    def list(self, pool: str | None = None) -> list[PoolJob]:
        """Jobs of the last 30 days, in the service's order.

        The list must have `items`, each with an id, and as many as `count` tells where it is there (documented:
        ListJobs).

        Args:
            pool: Only those of this pool. For a migration this is known to be the source pool.

        Raises:
            UnreadableError: The list is not complete, or a job in it cannot be read.
        """
        attempting = f"list jobs of resource pool {pool}" if pool else "list jobs of resource pools"

        def page(begin: Begin) -> Any:
            params = {"resource": "pools", "name": pool, "limit": PAGE, "offset": begin.item}
            path = "/v2/{project_id}/jobs"
            return self._service.request("GET", path, operation=LIST_JOBS, attempting=attempting, params=params)

        shape = ListOf(attempting, key=("jobId",), totals=("count",), page=PAGE)
        return [job for _, job in each(PoolJob, by_offset(page, shape), shape)]


def _node_names(value: Any) -> Iterator[str]:
    """Node names in a text, or in the object it turns out to be."""
    text = value if isinstance(value, str) else to_json(value).decode()
    yield from _GENERATED_NAME.findall(text)
    try:
        yield from _listed(from_json(text))
    except ValueError:
        return


def _listed(value: Any) -> Iterator[str]:
    """Names that an object lists as those of nodes, whatever their shape."""
    if isinstance(value, list):
        for item in value:
            yield from _listed(item)
    elif isinstance(value, dict):
        fields = {key.lower(): item for key, item in value.items()}
        kind, name = fields.get("kind") or fields.get("type"), fields.get("name")
        if str(kind).lower() == "node" and isinstance(name, str):
            yield name
        for key, item in fields.items():
            yield from _names(item) if key in _NODE_LISTS else _listed(item)


def _names(value: Any) -> Iterator[str]:
    """Names in a list of names, or of objects that have one."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, str) and item:
            yield item
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item["name"]
