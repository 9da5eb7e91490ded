"""What the emulator does and how anybody knows that ModelArts does so: the one table of provenance.

`documented` names the API page or guide, `client` what the official SDK or Terraform provider relies on, `observed`
what third parties report from the real service, `assumed` what had to be chosen because no source says it.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple

Provenance = Literal["documented", "client", "observed", "assumed"]


class Behaviour(NamedTuple):
    """One statement about the service.

    Attributes:
        subject: What it is about.
        text: What happens.
        provenance: How that is known.
        source: Page or program; empty for what is assumed.
    """

    subject: str
    text: str
    provenance: Provenance
    source: str = ""


BEHAVIOURS = (
    Behaviour("errors", 'The body of an error is `{"error_code", "error_msg"}`', "documented", "every API page"),
    Behaviour("errors", "The request id stands in the header `X-Request-Id`", "client", "official SDK"),
    Behaviour("errors", "A missing pool is 404 `ModelArts.50015001`", "documented", "PatchPool"),
    Behaviour("errors", "A request that cannot be is 400 `ModelArts.50004000`", "documented", "PatchPool"),
    Behaviour("errors", "The text after `Bad request.` names the field and the reason", "assumed"),
    Behaviour("errors", "A missing node or order is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("errors", "A missing training job is 400 `ModelArts.2775`", "documented", "error codes"),
    Behaviour("errors", "A path or method that is not served is 404 `APIGW.0101`", "documented", "API gateway errors"),
    Behaviour("errors", "Bodies above 12 MB are refused with 413", "documented", "API gateway errors"),
    Behaviour("pools", "Scaling and upgrades leave the phase `Running`", "documented", "PatchPool, example"),
    Behaviour("pools", "`status` lists `created`, `creating` or `failed` pools", "documented", "ListPools"),
    Behaviour("pools", "Without `status`, failed records are left out", "documented", "ListPools, 2025"),
    Behaviour("pools", "`labelSelector` takes `key=value` pairs separated by commas", "assumed"),
    Behaviour("pools", "Without `workspaceId`, pools of all workspaces are listed", "assumed"),
    Behaviour("patch", "The content type must be `application/merge-patch+json`", "documented", "PatchPool"),
    Behaviour("patch", "Another one is refused with `ModelArts.50004100`", "observed", "third-party notes"),
    Behaviour("patch", "and HTTP status 415", "assumed"),
    Behaviour("patch", "RFC 7396: lists are replaced whole, null deletes, unknown fields stay", "client", "Terraform"),
    Behaviour("patch", "`apiVersion` and `kind` are refused", "observed", "third-party notes"),
    Behaviour("patch", "Name, type, network and node prefix cannot be changed", "client", "Terraform"),
    Behaviour("patch", "Any other unknown label, annotation or spec field is kept", "assumed"),
    Behaviour("patch", "A description takes none of `!<>=&\"'`", "documented", "PatchPool"),
    Behaviour("patch", "A pool must be Running to scale, change scope or driver", "documented", "user guide"),
    Behaviour("patch", "A frozen pool (control mode 8, 16) takes none of these", "assumed"),
    Behaviour("patch", "Control mode 2 refuses other flavors but takes other counts", "assumed"),
    Behaviour("scaling", "The spec has the new counts at once", "documented", "PatchPool, example"),
    Behaviour("scaling", "`status.resources` counts nodes by what they are doing", "documented", "PatchPool"),
    Behaviour("scaling", "One request cannot grow a flavor and shrink another", "documented", "user guide"),
    Behaviour("scaling", "An entry that is left out loses its nodes", "documented", "user guide"),
    Behaviour("scaling", "A pool keeps at least one flavor", "documented", "user guide"),
    Behaviour("scaling", "A pool keeps at least one node", "assumed"),
    Behaviour("scaling", "At most ten flavors per pool", "documented", "user guide"),
    Behaviour("scaling", "`maxCount`, where sent, equals `count`", "documented", "ListPools"),
    Behaviour("scaling", "Nodes of a yearly/monthly pool cannot be removed", "documented", "user guide"),
    Behaviour("scaling", "An entry is told by flavor, node pool and creating step", "client", "Terraform"),
    Behaviour("scaling", "The node pool of an entry without one is `{flavor}-default`", "client", "Terraform"),
    Behaviour("scaling", "New nodes fill zones that lack nodes first, the rest goes to the first", "assumed"),
    Behaviour("scaling", "The service deletes the newest nodes, busy and locked ones too", "assumed"),
    Behaviour("scaling", "The same counts sent again while an order is pending order nothing", "assumed"),
    Behaviour("scaling", "Counts that the nodes do not reach and no order pending: the rest is ordered", "assumed"),
    Behaviour("scaling", "A node takes 75 to 90 s to come and 60 s to go", "assumed"),
    Behaviour("orders", "The label `os.modelarts/order.name` names the last order", "client", "SDK, Terraform"),
    Behaviour("orders", "It ends `successed`, `partialSuccessed` or `failed`", "client", "Terraform"),
    Behaviour("orders", "Before that it is `pending`, then `processing`", "documented", "ListOrders"),
    Behaviour("orders", "`involvedName` is a pool's id or its display name", "client", "Terraform and ListOrders"),
    Behaviour("orders", "One order lists what it does to each node", "documented", "ShowOrder"),
    Behaviour("orders", "After partial success the spec keeps the wanted counts, unless a fault says real", "assumed"),
    Behaviour("drivers", "`force` upgrades at once", "documented", "PatchPool"),
    Behaviour("drivers", "`idle` waits until no job runs on the pool's nodes", "documented", "PatchPool"),
    Behaviour("drivers", "The state is `Upgrading` from the request on, the wait included", "assumed"),
    Behaviour("drivers", "An upgrade takes 120 s; one that fails is `Abnormal` with the old version", "assumed"),
    Behaviour("drivers", "A version for accelerators that the pool lacks is refused", "assumed"),
    Behaviour("scope", "A pool has at least one of Train, Infer, Notebook", "documented", "PatchPool"),
    Behaviour("scope", "Added ones go through `Enabling`, dropped ones through `Disabling`", "documented", "PatchPool"),
    Behaviour("scope", "Either takes 20 s, and disabled ones are not listed", "assumed"),
    Behaviour("nodes", "Phases are Creating, Checking, Available, Abnormal, Deleting", "documented", "ShowPoolNode"),
    Behaviour("nodes", "Pages of at most 500 follow each other by `continue`", "documented", "ListPoolNodes"),
    Behaviour("nodes", "`remainingItemCount` is counted once, at the first page", "assumed"),
    Behaviour("nodes", "Names are `os-node-created-` and five characters", "documented", "BatchMigratePoolNodes"),
    Behaviour("nodes", "Deletion leaves at least one node", "documented", "BatchDeletePoolNodes"),
    Behaviour("nodes", "Deletion lowers the pool's counts at once and makes no order", "assumed"),
    Behaviour("nodes", "A node locked against deletion refuses the whole request", "assumed"),
    Behaviour("nodes", "One unknown name refuses the whole batch with 400", "assumed"),
    Behaviour("nodes", "At most ten nodes are drained by one request", "client", "official SDK"),
    Behaviour("nodes", "A drain lets running jobs end; the annotation is `draining`, then `drained`", "assumed"),
    Behaviour("migration", "Fields are camel case", "client", "official SDK, Terraform"),
    Behaviour("migration", "or lower case", "documented", "BatchMigratePoolNodes, 2025"),
    Behaviour("migration", "Any other case is understood too, and unknown fields are passed over", "assumed"),
    Behaviour("migration", "Node names and both clusters are required", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "The flavor is required between pools", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", 'The answer is `{"job_id"}`', "client", "official SDK, Terraform"),
    Behaviour(
        "migration", "or, in a world that chooses it, a training job", "documented", "BatchMigratePoolNodes, 2025"
    ),
    Behaviour("migration", "A pool's cluster has the pool's name", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "Equal clusters are refused", "observed", "third-party notes"),
    Behaviour("migration", "A pool with a single node is refused", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", "One node stays that is not on its way elsewhere", "assumed"),
    Behaviour("migration", "A target without room refuses", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "A node in a wrong state is refused", "documented", "BatchMigratePoolNodes, 2026"),
    Behaviour("migration", "Wrong are: not Available, locked, running a training job, under way already", "assumed"),
    Behaviour("migration", "Both pools must be Running, not frozen, and in one network", "assumed"),
    Behaviour("migration", "The flavor must be the nodes' own, and of the target's CPU architecture", "assumed"),
    Behaviour("migration", "A target under control mode 2 takes no flavor or node pool that is new to it", "assumed"),
    Behaviour("migration", "Labels, taints and network are refused", "documented", "BatchMigratePoolNodes"),
    Behaviour("migration", "All these are 400 `ModelArts.50004000`; a missing target is the 404 of pools", "assumed"),
    Behaviour(
        "migration",
        "Without a target pool, nodes change clusters in theirs",
        "documented",
        "BatchMigratePoolNodes, 2025",
    ),
    Behaviour("migration", "Three nodes of a job move at a time, 40 to 55 s each", "assumed"),
    Behaviour("migration", "Until it arrives a node stays Available, and takes no other operation", "assumed"),
    Behaviour("migration", "Scaling in takes other nodes, and is refused where there are too few", "assumed"),
    Behaviour("migration", "Orders and migrations of one pool run side by side", "assumed"),
    Behaviour("migration", "A node keeps its name, zone and address, and arrives undrained", "assumed"),
    Behaviour("migration", "Both pools' counts follow at its arrival; an entry may go to 0, or be made", "assumed"),
    Behaviour("migration", "The node then checks itself, and gets the target's driver if it had another", "assumed"),
    Behaviour("migration", "It is the newest node of its pool: last in the list, first to be scaled in", "assumed"),
    Behaviour("jobs", "Phases are Running, Success, Failed", "documented", "ListJobs"),
    Behaviour("jobs", "One job is shown by its id", "client", "Terraform"),
    Behaviour("jobs", "A missing one is 404 `ModelArts.50015001`", "assumed"),
    Behaviour("jobs", "Jobs of the last 30 days are listed, 100 to a page", "documented", "ListJobs"),
    Behaviour("jobs", "The newest comes first, and a migration is listed under its source", "assumed"),
    Behaviour("jobs", "The type of a migration is `migrate-nodes`", "assumed"),
    Behaviour("jobs", "Inputs and involved objects are JSON in text", "assumed"),
    Behaviour("jobs", "It succeeds when the last node has arrived, ready or not", "assumed"),
    Behaviour("jobs", "It fails with the first node that fails; those that have moved stay moved", "assumed"),
    Behaviour(
        "training jobs",
        "A job is on the nodes whose `privateIp` its `task_ips[].host_ip` name",
        "client",
        "official SDK",
    ),
    Behaviour("training jobs", "`offset` of a search is the index of a page", "documented", "ListTrainingJobs"),
    Behaviour("training jobs", "Without `limit` a page has ten jobs", "assumed"),
    Behaviour("training jobs", "A running job whose node is deleted becomes `Failed`", "assumed"),
    Behaviour("access", "A token is valid for 24 hours", "documented", "authentication"),
    Behaviour("access", "A signature is valid for 15 minutes around its date", "documented", "authentication"),
    Behaviour("access", "A merge patch may be signed without its body (`UNSIGNED-PAYLOAD`)", "client", "official SDK"),
)
"""All behaviours that a client can see, in the order of subjects."""


def table() -> str:
    """The behaviours as a Markdown table."""
    rows = ["| About | What happens | Known from |", "|---|---|---|"]
    for item in BEHAVIOURS:
        known = f"{item.provenance}: {item.source}" if item.source else item.provenance
        rows.append(f"| {item.subject} | {item.text} | {known} |")
    return "\n".join(rows) + "\n"


def counts() -> dict[str, int]:
    """How many behaviours there are of each provenance."""
    return dict(Counter(item.provenance for item in BEHAVIOURS))
