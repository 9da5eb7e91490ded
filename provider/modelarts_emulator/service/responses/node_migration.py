"""Migration of nodes: start one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.messages import Response
from modelarts_emulator.service.call import distinct
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import node_migration
from modelarts_emulator.service.models.migration_rules import Wish
from modelarts_emulator.service.operation import NONE_NEEDED, operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.job import Job

FIELDS = ("migrateNodeNames", "fromClusterName", "toClusterName", "toPoolName", "resourceSpec")
SPEC_FIELDS = (
    *("flavor", "creatingStep", "nodePool", "rootVolume", "dataVolumes", "volumeGroupConfigs", "labels", "taints"),
    *("tags", "network", "extendParams"),
)


@operation(
    "batchMigratePoolNodes",
    "POST",
    "/v2/{project}/pools/{pool}/nodes/batch-migrate",
    source="documented: BatchMigratePoolNodes",
    permission=NONE_NEEDED,
    body="MigrateNodes",
    answer="StartedMigration",
    any_case=True,
    sets_going=("migration",),
)
def batch_migrate(call: Call) -> Response:
    """Move nodes to another pool or cluster; answers at once, what happens then is the job's.

    Fields may be spelled in camel case (documented: the 2026 edition; client: official SDK, Terraform) or in lower case
    (documented: the 2025 edition); any other case is taken like that (assumed), and unknown fields are passed over.
    """
    made = node_migration.start(call.tenant, _wish(call))
    if call.tenant.choices.migration_answer == "job_id":
        return Response.of_json(200, {"job_id": made.id})
    shown = call.tenant.choices.migration_answer == "document"
    return Response.of_json(200, _document(made, made.id if shown else ""))


def _wish(call: Call) -> Wish:
    body = call.json()
    if not isinstance(body, dict):
        raise bad_request("the body must be an object")
    fields = _folded(body, FIELDS)
    given = fields.get("resourceSpec") or {}
    if isinstance(given, dict):
        fields["resourceSpec"] = _folded(given, SPEC_FIELDS)
    fields = call.shaped(fields)
    return Wish(
        pool=call.parameters["pool"],
        names=distinct(fields["migrateNodeNames"], "migrateNodeNames"),
        from_cluster=fields["fromClusterName"],
        to_cluster=fields["toClusterName"],
        to_pool=fields.get("toPoolName") or "",
        spec={name: value for name, value in fields["resourceSpec"].items() if value is not None},
        body=body,
        spelling=_spelling([*body, *given]),
    )


def _folded(document: dict[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """The known fields of a document under their camel-case names."""
    canonical = {name.lower(): name for name in known}
    folded: dict[str, Any] = {}
    for key, value in document.items():
        name = canonical.get(key.lower())
        if name in folded:
            raise bad_request(f"{name} stands twice")
        if name is not None:
            folded[name] = value
    return folded


def _spelling(keys: list[str]) -> str:
    """How the known fields that have capital letters were spelled."""
    canonical = {name.lower(): name for name in (*FIELDS, *SPEC_FIELDS) if name != name.lower()}
    found = {
        "camelCase" if key == canonical[key.lower()] else "lowercase" if key == key.lower() else "mixed"
        for key in keys
        if key.lower() in canonical
    }
    return found.pop() if len(found) == 1 else "mixed"


def _document(made: Job, job_id: str) -> dict[str, Any]:
    """The answer as the page describes it: a training job, of which a migration can fill in next to nothing."""
    created = int(made.created_at * 1000)
    metadata = {"id": job_id, "name": f"migrate-{made.number}", "workspace_id": "0", "create_time": created}
    return {
        "kind": "job",
        "metadata": metadata,
        "status": {"phase": "Running", "secondary_phase": "Running", "duration": 0, "start_time": created},
        "spec": {"resource": {"pool_id": made.target}},
    }
