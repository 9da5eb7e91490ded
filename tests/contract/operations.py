"""What contract tests have seen of each operation, and why they have not seen more."""

from typing import Literal, NamedTuple

Option = Literal["", "--real", "--real-changes"]


class Evidence(NamedTuple):
    """What contract tests see of an operation, here and on the real service.

    Attributes:
        answers: Option with which they see a good answer of the real service; empty: they see none anywhere.
        refuses: Option with which they see it refuse something; empty likewise.
        why: Why they see no good answer; empty where they do.
    """

    answers: Option
    refuses: Option = ""
    why: str = ""


_BOTH = Evidence("--real", "--real")
_READS = Evidence("--real")

EVIDENCE: dict[str, Evidence] = {
    "listPools": _BOTH,
    "showPool": _BOTH,
    "createPool": Evidence("", why="A pool costs money."),
    "patchPool": Evidence("--real-changes", "--real"),
    "deletePool": Evidence("", "--real", "It would take somebody's pool."),
    "showPoolTags": _BOTH,
    "listPoolTags": _READS,
    "batchCreatePoolTags": Evidence("--real-changes", "--real"),
    "batchDeletePoolTags": Evidence("--real-changes", "--real"),
    "listPoolNodes": _BOTH,
    "showPoolNode": _BOTH,
    "batchDrainPoolNodes": Evidence("", "--real", "It would take a node from the jobs of its pool."),
    "batchDeletePoolNodes": Evidence("", "--real", "It would take somebody's node."),
    "batchMigratePoolNodes": Evidence("", "--real", "It would take somebody's node."),
    "batchLockPoolNodes": Evidence("", "--real", "A node that stays locked refuses what its owner asks for."),
    "batchUnlockPoolNodes": Evidence("", "--real", "It would lift somebody's lock."),
    "batchRebootPoolNodes": Evidence("", "--real", "It would end the jobs of somebody's node."),
    "listNodePools": _BOTH,
    "showNodePool": _BOTH,
    "listNodePoolNodes": _BOTH,
    "listJobs": _BOTH,
    "showJob": _BOTH,
    "listOrders": _BOTH,
    "showOrder": _BOTH,
    "showTrainingJobDetails": _BOTH,
    "listTrainingJobs": _BOTH,
    "createTrainingJob": Evidence("", "--real", "A job costs money."),
    "stopTrainingJob": Evidence("", "--real", "It would stop somebody's job."),
    "changeTrainingJobDescription": Evidence("", "--real", "It would change somebody's job."),
    "deleteTrainingJob": Evidence("", "--real", "It would delete somebody's job."),
    "listTrainingJobTasks": _BOTH,
    "listWorkloads": _BOTH,
    "listResourceFlavors": _READS,
    "listEvents": _BOTH,
    "listNetworks": _READS,
    "showNetwork": _BOTH,
    "createNetwork": Evidence("--real-changes", "--real-changes"),
    "deleteNetwork": Evidence("--real-changes", "--real"),
    "showNetworkAvailableIp": _BOTH,
    "listWorkspaces": _READS,
    "showWorkspace": _BOTH,
    "showWorkspaceQuotas": _BOTH,
    "showOsQuota": _READS,
    "showOsConfig": _READS,
    "keystoneCreateUserTokenByPassword": Evidence("", why="IAM locks a user after wrong passwords."),
    "keystoneListProjects": _READS,
}
"""By operation id."""


def table() -> str:
    """The evidence as a Markdown table."""
    rows = ["| Operation | A good answer | A refusal | Why not |", "|---|---|---|---|"]
    for operation, seen in EVIDENCE.items():
        cells = [f"`{option}`" if option else "" for option in (seen.answers, seen.refuses)]
        rows.append(f"| `{operation}` | {' | '.join(cells)} | {seen.why} |")
    return "\n".join(rows) + "\n"
