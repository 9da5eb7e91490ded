"""Creation of training jobs: what is refused, and what the service adds to what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import project, resource_flavor, resource_pool, training_job
from modelarts_emulator.service.models.resource_pool import DISPLAY_NAME
from modelarts_emulator.service.models.training_job import TrainingJob
from modelarts_emulator.service.models.training_queue import CARDS, accelerators
from modelarts_emulator.service.training_errors import (
    algorithm_not_found,
    command_and_image_needed,
    duplicate_name,
    federation_not_found,
    invalid_flavor,
    invalid_parameter,
    not_a_training_pool,
    pool_not_found,
    pool_not_running,
    wrong_boot_file,
    wrong_code_directory,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.tenant import Tenant

READ_ONLY = ("policy", "flavor_name", "pool_name", "flavor_detail", "main_container_allocated_resources")
"""Fields of a resource that the service sets itself (documented: ShowTrainingJobDetails)."""

WITHOUT_ALGORITHM = "visualization_job"
"""Kind of jobs that may do without an algorithm (assumed)."""


def create(tenant: Tenant, body: dict[str, Any]) -> TrainingJob:
    """Make the job of a request, in the shape of its contract.

    Raises:
        ApiError: With the first thing that stands against it.
    """
    metadata = {"workspace_id": project.DEFAULT_WORKSPACE, "description": "", **body["metadata"]}
    project.require_workspace(tenant, metadata["workspace_id"])
    _check_name(tenant, metadata)
    algorithm = _algorithm(tenant, body)
    resource = _resource(tenant, body["spec"].get("resource", {}))
    number, job_id = training_job.next_identity(tenant)
    metadata |= {"id": job_id, "create_time": int(tenant.now * 1000), "user_name": ""}
    document: dict[str, Any] = {
        "kind": "job",
        **{name: body[name] for name in ("kind", "endpoints", "ftjob_config") if name in body},
        "metadata": metadata,
        "algorithm": algorithm,
        "spec": {**body["spec"], "resource": resource},
    }
    queued_at = tenant.now + tenant.timings.starting
    pool = resource.get("pool_id", "")
    made = TrainingJob(number, job_id, pool, document, tenant.now, queued_at, waits_since=queued_at)
    training_job.save(tenant, made)
    return made


def _check_name(tenant: Tenant, metadata: dict[str, Any]) -> None:
    """A name is given once in a workspace; that a deleted job's is free again is assumed."""
    identity = (metadata["name"], metadata["workspace_id"])
    for job in training_job.every(tenant):
        other = job.document["metadata"]
        if (other["name"], other["workspace_id"]) == identity:
            raise duplicate_name(metadata["name"])


def _algorithm(tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """What the job runs; of an algorithm that is named by its id, everything that the world says about it."""
    sent: dict[str, Any] = body.get("algorithm", {})
    if sent.get("subscription_id") or sent.get("item_version_id"):
        raise algorithm_not_found()
    if sent.get("id"):
        known = project.of(tenant).algorithms.get(sent["id"])
        if known is None:
            raise algorithm_not_found()
        return {**known, **sent, "parameters": _parameters(known, sent)}
    _check_script(sent, needed=body.get("kind") != WITHOUT_ALGORITHM)
    return sent


def _parameters(known: Mapping[str, Any], sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters of an algorithm with the values that were sent, and such as it does not know."""
    values = {item.get("name"): item for item in sent.get("parameters", [])}
    there = known.get("parameters", [])
    names = {item.get("name") for item in there}
    further = [item for name, item in values.items() if name not in names]
    return [{**item, **values.get(item.get("name"), {})} for item in there] + further


def _check_script(sent: dict[str, Any], *, needed: bool) -> None:
    """A job runs a boot file in a code directory in an engine, or a command in an image (documented)."""
    engine = sent.get("engine", {})
    code, boot, command = (sent.get(name) for name in ("code_dir", "boot_file", "command"))
    if code or boot:
        if not code:
            raise wrong_code_directory()
        if not boot or not boot.startswith(code.rstrip("/") + "/"):
            raise wrong_boot_file()
        if not any(engine.get(name) for name in ("engine_id", "engine_name", "image_url")):
            raise invalid_parameter("algorithm.engine is required with code_dir and boot_file")
    elif command or engine.get("image_url"):
        if not (command and engine.get("image_url")):
            raise command_and_image_needed()
    elif needed:
        raise invalid_parameter("algorithm needs id, code_dir with boot_file, or command with engine.image_url")


def _resource(tenant: Tenant, sent: dict[str, Any]) -> dict[str, Any]:
    """What the job runs on."""
    if sent.get("pool_group_id"):
        raise federation_not_found(sent["pool_group_id"])
    if not sent.get("pool_id") and not sent.get("flavor_id"):
        raise invalid_parameter("spec.resource needs pool_id or flavor_id")
    kept = {name: value for name, value in sent.items() if name not in READ_ONLY}
    resource = {"policy": "regular", "node_count": 1, **kept}
    if sent.get("pool_id"):
        pool = _pool(tenant, sent["pool_id"])
        _check_flavor(tenant, pool, sent.get("flavor_id", ""))
        resource["pool_name"] = pool.labels.get(DISPLAY_NAME, pool.name)
    return resource


def _pool(tenant: Tenant, name: str) -> Pool:
    pool = resource_pool.look_for(tenant, name)
    if pool is None:
        raise pool_not_found(name)
    if "Train" not in pool.spec.get("scope", []):
        raise not_a_training_pool(name)
    try:
        pool.require_running(tenant.now, "train")
    except ApiError as error:
        raise pool_not_running(name) from error
    return pool


def _check_flavor(tenant: Tenant, pool: Pool, flavor: str) -> None:
    """A flavor says how many accelerators of a node the job takes; pools without any take none (documented)."""
    if not flavor:
        return
    catalogue = resource_flavor.catalogue(tenant.connection)
    most = max(accelerators(catalogue[entry["flavor"]]) for entry in pool.entries)
    if not 0 < CARDS.get(flavor, 0) <= most:
        raise invalid_flavor()
