"""The data source about workspaces and their quotas: `get_workspaces`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.sources._results import many, read_each
from pulumi_modelarts.sources._source import Source

if TYPE_CHECKING:
    from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output


@dataclass(frozen=True)
class QuotaInfo:
    """How much of something a workspace may use.

    Attributes:
        resource: Of what, such as "exemlProject.gpu_duration".
        name: What people call it.
        unit: Unit of the numbers, such as "minute"; empty for a number of things.
        limit: How much; None for no limit.
        used: How much of it is used; None where the service does not tell.
    """

    resource: str = ""
    name: str = ""
    unit: str = ""
    limit: int | None = None
    used: int | None = None


@dataclass(frozen=True)
class WorkspaceInfo:
    """A workspace.

    Attributes:
        id: Its id; "0" for the one that every project has.
        name: The name it was given.
        description: What somebody wrote about it.
        status: "NORMAL", "CREATE_FAILED", "DELETING" or "DELETE_FAILED"; others may come.
        auth_type: Who may use it: "PUBLIC", "PRIVATE" or "INTERNAL"; others may come.
        owner: Whose it is; may be empty.
        enterprise_project_id: The enterprise project it belongs to.
        created_at: When it was made, in milliseconds since 1970.
        quotas: How much it may use; none where they were not asked for.
    """

    id: str = ""
    name: str = ""
    description: str = ""
    status: str = ""
    auth_type: str = ""
    owner: str = ""
    enterprise_project_id: str = ""
    created_at: int = 0
    quotas: tuple[QuotaInfo, ...] = many(QuotaInfo)


def get_workspaces(*, quotas: bool = True, opts: InvokeOptions | None = None) -> tuple[WorkspaceInfo, ...]:
    """Returns the workspaces that this user can see, in order of their ids.

    Args:
        quotas: Whether to ask for their quotas (default true), a request for each workspace.
        opts: Options, such as an explicit provider whose settings are plain values.

    Raises:
        ModelArtsError: The service could not be asked, or its answer was no.
        ProgramError: An argument is an output.
    """
    return _WORKSPACES.ask(opts, quotas=quotas)


def get_workspaces_output(
    *, quotas: Input[bool] = True, opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[tuple[WorkspaceInfo, ...]]:
    """Returns what `get_workspaces` does, as an output, read when its inputs and dependencies are there."""
    return _WORKSPACES.ask_output(opts, quotas=quotas)


_WORKSPACES = Source("get_workspaces", lambda answer: read_each(WorkspaceInfo, answer, "workspaces"))
