"""Jobs on the wire (documented: ListJobs; one of them: client, Terraform)."""

from typing import Literal

from typing_extensions import TypedDict

from modelarts_emulator.service.documents.order import Milliseconds
from modelarts_emulator.service.documents.shapes import Count, Integer, Name, PageSize


class Job(TypedDict):
    """A job."""

    jobId: Name
    jobName: Name
    type: Literal["migrate-nodes", "replace-node", "reboot-node", "reset-nodes"]
    phase: Literal["Running", "Success", "Failed"]
    message: str
    startTimestamp: Milliseconds
    endTimestamp: Milliseconds
    involvedObjects: str
    inputs: str
    suspend: bool
    conditions: str


class JobList(TypedDict):
    """Answer of ListJobs."""

    count: Count
    items: list[Job]


class ListJobs(TypedDict, total=False):
    """Query of ListJobs."""

    type: Literal["", "replace-node", "reboot-node", "reset-nodes", "migrate-nodes"]
    limit: PageSize
    offset: Integer
    since: Milliseconds
    until: Milliseconds
    resource: Literal["pools"]
    name: str
