"""Finding out what runs on nodes: the workloads of their pool, or its training jobs where those cannot be listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_modelarts.api.errors import ApiError, RefusedError
from pulumi_modelarts.api.training_jobs import LIST_TRAINING_JOBS
from pulumi_modelarts.api.workload import LIST_WORKLOADS
from pulumi_modelarts.plans.work import OR_IGNORE, TRAINING_JOB, Busy, Work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.plans.live_nodes import LiveNode
    from pulumi_modelarts.reconcilers.session import Session


BY_TRAINING_JOBS = (
    "what runs is told by training jobs alone; inference services and notebooks are not seen, and their nodes look idle"
)


class UnknownWorkError(RefusedError):
    """What runs on some nodes cannot be found out, so that none of them can be told to be idle.

    Attributes:
        why: Why not, and what the user can do about it; what the program can do stands behind it in the error's text.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}{OR_IGNORE}")
        self.why = why


@dataclass(frozen=True)
class Running:
    """Work that holds nodes of a pool.

    Attributes:
        work: What it is.
        hosts: Private addresses of its nodes; empty where nobody tells, and then it may be on any node of the pool.
    """

    work: Work
    hosts: frozenset[str]

    def may_be_on(self, node: Node) -> bool:
        """Returns whether it is, or may be, on a node of its pool."""
        return not self.hosts or not node.private_ip or node.private_ip in self.hosts


def busy(session: Session, nodes: Iterable[LiveNode]) -> Busy:
    """Returns what runs now on each of some nodes that anything runs on.

    Raises:
        UnknownWorkError: This user can list neither workloads nor training jobs.
        ModelArtsError: The service could not be read.
    """
    by_pool: dict[str, list[Node]] = {}
    for found in nodes:
        by_pool.setdefault(found.pool, []).append(found.node)
    running: Busy = {}
    for pool, here in sorted(by_pool.items()):
        works = work_in(session, pool)
        for node in here:
            if here_now := sorted({each.work for each in works if each.may_be_on(node)}):
                running[node.name] = tuple(here_now)
    return running


def inhabitants(running: Iterable[Running], nodes: Iterable[Node]) -> Busy:
    """Returns what is on each of some nodes of a pool; under no name what is on none of them that anybody knows."""
    here = {node.private_ip: node.name for node in nodes if node.private_ip}
    found: dict[str, set[Work]] = {}
    for each in running:
        for name in {here.get(host, "") for host in each.hosts or {""}}:
            found.setdefault(name, set()).add(each.work)
    return {name: tuple(sorted(works)) for name, works in sorted(found.items())}


def work_in(session: Session, pool: str) -> list[Running]:
    """Returns what holds nodes of a pool now.

    Raises:
        UnknownWorkError: This user can list neither workloads nor training jobs.
        ModelArtsError: The service could not be read.
    """
    if session.lists_workloads:
        try:
            return _workloads(session, pool)
        except ApiError as error:
            if not error.out_of_reach:
                raise
            session.lists_workloads = False
            session.rights.lose(LIST_WORKLOADS, BY_TRAINING_JOBS, error, grave=True)
    try:
        return _training_jobs(session, pool)
    except ApiError as error:
        if not error.out_of_reach:
            raise
        raise UnknownWorkError(
            f"what runs on the nodes of resource pool {pool!r} is not known, since this user can list neither its "
            f"workloads nor its training jobs ({error.said}). Grant {LIST_WORKLOADS.right} or {_right(error)}"
        ) from error


def _right(error: ApiError) -> str:
    return LIST_TRAINING_JOBS.right if error.operation is None else error.operation.right


def _workloads(session: Session, pool: str) -> list[Running]:
    return [
        Running(Work(each.word, each.display_name, each.owner, ends=each.ends_by_itself), each.hosts)
        for each in session.client.workloads.list(pool)
        if each.holds_nodes
    ]


def _training_jobs(session: Session, pool: str) -> list[Running]:
    """Returns the training jobs of a pool, in every workspace that this user can see."""
    return [
        Running(Work(TRAINING_JOB, each.name, each.owner), each.host_ips)
        for each in session.client.training_jobs.running_in(pool, session.workspaces)
        if each.holds_nodes
    ]
