"""Training jobs of a world given as plain data, and the algorithms that further ones can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelarts_emulator.service.exceptions import ApiError
from modelarts_emulator.service.models import node, training_job
from modelarts_emulator.service.models.training_job import TERMINAL, TrainingJob
from modelarts_emulator.state.errors import ImpossibleWorldError
from modelarts_emulator.worlds.documented import TRAINING_JOB_DOCUMENT
from modelarts_emulator.worlds.documented_training_job import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.tenant import Tenant

STATUS_FIELDS = ("running_records", "retention_time")
"""Fields of a job's status that a world can give; all others follow from its phase, nodes and times."""

GOOD = (*ALGORITHMS.values(), TRAINING_JOB_DOCUMENT)
"""What a test holds to its shape: each process of a provider would spend a quarter of a second on that otherwise."""


def load_jobs(tenant: Tenant, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Put training jobs on their nodes.

    Raises:
        ImpossibleWorldError: A job on nodes that its pool does not have, or with a document that the service would not
            show.
    """
    for job_id, facts in given.items():
        where = f"training_jobs[{job_id}]"
        job = _job(tenant, job_id, facts, _nodes(tenant, where, facts))
        if "document" in facts and facts["document"] not in GOOD:
            _check_document(f"{where}.document", facts["document"], job.document)
        training_job.save(tenant, job)


def checked_algorithms(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Algorithms of a project of a world.

    Raises:
        ImpossibleWorldError: One has not the shape of an algorithm.
    """
    algorithms: dict[str, dict[str, Any]] = content.get("algorithms", {})
    for algorithm_id, algorithm in algorithms.items():
        if algorithm not in GOOD:
            _check_algorithm(f"algorithms[{algorithm_id}]", algorithm)
    return algorithms


def _job(tenant: Tenant, job_id: str, facts: Mapping[str, Any], nodes: list[Node]) -> TrainingJob:
    """A job that is in its phase from the beginning of the world, on nodes that are named."""
    phase, ends_in = facts.get("phase", "Running"), facts.get("ends_in")
    final, ends_at = facts.get("final_phase", "Completed"), None if ends_in is None else tenant.now + ends_in
    if phase in TERMINAL:
        final, ends_at = phase, tenant.now
    return TrainingJob(
        number=training_job.next_identity(tenant)[0],
        id=job_id,
        pool=facts.get("pool", ""),
        document=_document(tenant, job_id, facts, len(nodes)),
        created_at=tenant.now,
        queued_at=tenant.now,
        starts_at=tenant.now,
        hosts=[item.private_ip for item in nodes],
        phase=phase,
        ends_at=ends_at,
        final_phase=final,
    )


def _nodes(tenant: Tenant, where: str, facts: Mapping[str, Any]) -> list[Node]:
    try:
        return [node.find(tenant, facts.get("pool", ""), name) for name in facts.get("nodes", [])]
    except ApiError as error:
        raise ImpossibleWorldError(
            f"{where}.nodes: pool {facts.get('pool', '')!r} has no such {error.message}"
        ) from error


def _document(tenant: Tenant, job_id: str, facts: Mapping[str, Any], node_count: int) -> dict[str, Any]:
    """Document of a job: what was given, completed by its identity and pool."""
    given: dict[str, Any] = facts.get("document", {})
    metadata = {"name": f"job-{job_id[:8]}", "workspace_id": "0", **given.get("metadata", {})}
    metadata |= {"id": job_id, "create_time": int(tenant.now * 1000)}
    resource = {"node_count": 1, **given.get("spec", {}).get("resource", {})}
    resource |= {"pool_id": facts.get("pool", "")} | ({"node_count": node_count} if node_count else {})
    return {"kind": "job", **given, "metadata": metadata, "spec": {**given.get("spec", {}), "resource": resource}}


def _check_document(where: str, given: dict[str, Any], document: dict[str, Any]) -> None:
    from modelarts_emulator.service.documents.training_job import TrainingJob as Document  # noqa: PLC0415 - few worlds need it

    for name in given.get("status", {}):
        if name not in STATUS_FIELDS:
            raise ImpossibleWorldError(
                f"{where}.status.{name}: only {' and '.join(STATUS_FIELDS)} are given, the rest follows from the job"
            )
    _check_shape(where, Document, {"status": {}, **document})


def _check_algorithm(where: str, algorithm: Any) -> None:
    from modelarts_emulator.service.documents.training_job_algorithm import Algorithm  # noqa: PLC0415 - few worlds need it

    _check_shape(where, Algorithm, algorithm)


def _check_shape(where: str, kind: Any, document: Any) -> None:
    from modelarts_emulator.service.shape import ShapeError, check, unknown  # noqa: PLC0415 - few worlds need it

    try:
        check(kind, document)
    except ShapeError as error:
        raise ImpossibleWorldError(f"{where}: {error}") from error
    for path in unknown(kind, document):
        raise ImpossibleWorldError(f"{where}.{path}: the service knows no such field")
