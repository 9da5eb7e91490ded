"""Workloads of a pool: training jobs, inference services and notebooks in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from modelarts_emulator.messages import Response
from modelarts_emulator.service.exceptions import bad_request
from modelarts_emulator.service.models import node, resource_flavor, resource_pool, training_job, workload
from modelarts_emulator.service.operation import operation
from modelarts_emulator.state import ids

if TYPE_CHECKING:
    from modelarts_emulator.service.call import Call
    from modelarts_emulator.service.models.node import Node
    from modelarts_emulator.service.models.resource_pool import Pool
    from modelarts_emulator.service.models.training_job import TrainingJob
    from modelarts_emulator.service.models.workload import Workload

LARGEST_PAGE = 500
LARGEST_OFFSET = 2**31 - 1
KINDS = {
    "train": "batch.volcano.sh/v1alpha1, Kind=Job",
    "infer": "apps/v1, Kind=Deployment",
    "x-infer": "apps/v1, Kind=Deployment",
    "notebook": "apps/v1, Kind=StatefulSet",
}
"""`gvk` by type (assumed)."""


@operation(
    "listWorkloads",
    "GET",
    "/v2/{project}/pools/{pool}/workloads",
    source="client: official SDK",
    query="ListWorkloads",
    answer="WorkloadList",
)
def list_workloads(call: Call) -> Response:
    """One page of what is in a pool, newest first unless asked otherwise (assumed); all of it on some nodes."""
    pool = resource_pool.find(call.tenant, call.parameters["pool"])
    wanted = {name: _one_of(call, name, words) for name, words in _WORDS.items()}
    limit, offset = call.integer("limit", LARGEST_PAGE, LARGEST_PAGE), call.integer("offset", 0, LARGEST_OFFSET)
    asked = [name for name in ("type", "status") if wanted[name]]
    found = [item for item in _every(call, pool) if all(item[name] == wanted[name] for name in asked)]
    found.sort(key=lambda item: item["createTime"])
    if wanted["ascend"].lower() != "true":
        found.reverse()
    if hosts := _hosts(call):
        found = [item for item in found if hosts.intersection(item["hostIps"].split(","))]
    else:
        found = found[offset : offset + limit]
    return Response.of_json(200, {"apiVersion": "v1", "kind": "WorkloadList", "items": found})


_WORDS = {
    "type": tuple(KINDS),
    "status": workload.STATUSES,
    "sort": ("create_time",),
    "ascend": ("true", "false", "True", "False"),  # the official SDK sends Python's words
}


def _one_of(call: Call, name: str, words: tuple[str, ...]) -> str:
    """A parameter that is one of a few words, or empty."""
    given = call.request.query.get(name, "")
    if given and given not in words:
        raise bad_request(f"{name} {given!r} is not one of {', '.join(words)}")
    return given


def _hosts(call: Call) -> set[str]:
    """Addresses that are asked for, in one parameter or in several (client: official SDK)."""
    given = parse_qs(urlsplit(call.request.target).query).get("hostip", [])
    return {address for text in given for address in text.split(",") if address}


def _every(call: Call, pool: Pool) -> list[dict[str, Any]]:
    """What belongs to a pool, and what has come to it with a node that moved (assumed), oldest first."""
    nodes = {item.private_ip: item for item in node.in_pool(call.tenant, pool.name)}
    now = call.tenant.now
    jobs = [item for item in reversed(training_job.every(call.tenant)) if _is_in(item, pool, nodes, now)]
    others = [item for item in workload.every(call.tenant) if _is_in(item, pool, nodes, now)]
    waiting = [item.id for item in training_job.waiting(call.tenant) if item.pool == pool.name]
    positions = {job_id: position for position, job_id in enumerate(waiting, start=1)}
    requirement = _Requirements(call, nodes)
    return [
        *({**_training_job(call, item, positions), **requirement.of(item.hosts)} for item in jobs),
        *({**_workload(call, item), **requirement.of(item.hosts)} for item in others),
    ]


def _is_in(item: TrainingJob | Workload, pool: Pool, nodes: dict[str, Node], now: float) -> bool:
    return item.pool == pool.name or (item.is_on_nodes(now) and not nodes.keys().isdisjoint(item.hosts))


class _Requirements:
    """What workloads take: the whole of a node (assumed)."""

    def __init__(self, call: Call, nodes: dict[str, Node]) -> None:
        self._nodes = nodes
        self._flavors = resource_flavor.catalogue(call.tenant.connection)

    def of(self, hosts: list[str]) -> dict[str, Any]:
        """`resourceRequirement` of a workload on these hosts."""
        found = [self._flavors[self._nodes[host].key.flavor] for host in hosts if host in self._nodes]
        return {"resourceRequirement": {"cpu": found[0]["cpu"], "memory": found[0]["memory"]} if found else {}}


def _training_job(call: Call, job: TrainingJob, positions: dict[str, int]) -> dict[str, Any]:
    now = call.tenant.now
    metadata, resource = job.document["metadata"], job.document["spec"]["resource"]
    begun = job.starts_at is not None and job.starts_at <= now
    waits_until = job.starts_at if begun and job.starts_at is not None else now if job.ends_at is None else job.ends_at
    return {
        **_common(call, "train", job.id, metadata["name"], job.hosts if begun else []),
        "flavor": str(resource.get("flavor_id", "")),
        "status": job.phase_at(now),
        "userName": str(metadata.get("user_name", "")),
        "priority": str(job.priority),
        "runningDuration": _seconds(job.starts_at, job.ends_at, now),
        "pendingDuration": max(0, int(min(waits_until, now) - job.queued_at)),
        "pendingPosition": positions.get(job.id, 0),
        "createTime": int(job.created_at * 1000),
    }


def _workload(call: Call, item: Workload) -> dict[str, Any]:
    about, now = item.about, call.tenant.now
    return {
        **_common(call, about.type, item.id, about.name, [] if about.is_hidden else item.hosts),
        "flavor": about.flavor,
        "status": item.status,
        "userName": about.user,
        "priority": "1",
        "runningDuration": _seconds(item.starts_at, item.ends_at, now),
        "pendingDuration": 0 if item.starts_at is not None else int(now - item.created_at),
        "pendingPosition": 0,
        "createTime": int(item.created_at * 1000),
    }


def _common(call: Call, kind: str, owner: str, name: str, hosts: list[str]) -> dict[str, Any]:
    """What all kinds have alike; the workload is named after its owner, by the owner's id (assumed)."""
    return {
        "apiVersion": "v1",
        "kind": "Workload",
        "type": kind,
        "namespace": "modelarts",
        "name": f"modelarts-{kind}-{owner}",
        "jobName": name,
        "uid": ids.token(call.tenant.seed, "workload of", call.tenant.project, owner),
        "jobUUID": owner,
        "gvk": KINDS[kind],
        "hostIps": ",".join(hosts),
        "nodes": [{"hostIp": host} for host in hosts],
    }


def _seconds(begin: float | None, end: float | None, now: float) -> int:
    if begin is None or begin > now:
        return 0
    return int(min(now, now if end is None else end) - begin)
