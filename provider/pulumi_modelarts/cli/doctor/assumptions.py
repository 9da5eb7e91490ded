"""What the provider assumes of the service and reads can show. What each rests on is in `docs/emulator-evidence.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_modelarts.api.errors import NotFoundError, UnreadableError
from pulumi_modelarts.api.nodes import LIST_POOL_NODES
from pulumi_modelarts.api.wire import segment
from pulumi_modelarts.cli.doctor import questions
from pulumi_modelarts.cli.doctor.assumption import Agrees, Assumption, CannotTell, Contradicts, Verdict
from pulumi_modelarts.plans.live_pool import LivePool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pulumi_modelarts.api.client import ModelArts
    from pulumi_modelarts.api.node import Node
    from pulumi_modelarts.api.resource_pool import ResourcePool
    from pulumi_modelarts.cli.doctor.patient import Patient
    from pulumi_modelarts.cli.doctor.report import Finding

MISSING_POOL: Final = (404, "ModelArts.50015001")
NODE_PHASES: Final = frozenset({"Creating", "Checking", "Available", "Abnormal", "Deleting"})
JOB_PHASES: Final = frozenset({"running", "success", "failed"})
UNFINISHED_ORDERS: Final = frozenset({"pending", "processing", "running"})
ATTEMPTING: Final = "list nodes one by one"
FEW: Final = 10
"""Nodes of a pool whose list is read page by page: two requests show it, and more show no more."""


def look(patient: Patient) -> Iterator[Finding]:
    """One after the other."""
    for assumption in ASSUMPTIONS:
        yield assumption.finding(patient)


def _missing_pool(patient: Patient) -> Verdict:
    error = patient.ask("missing pool", lambda service: service.resource_pools.get(questions.NOWHERE)).error
    if isinstance(error, NotFoundError) and (error.status, error.code) == MISSING_POOL:
        return Agrees()
    status = getattr(error, "status", None)
    if status is None or status in {401, 403}:
        return CannotTell("the right to show pools")
    return Contradicts(patient.said(error))


def _ids(patient: Patient) -> Verdict:
    pools = questions.in_order(patient)
    project = patient.settings.project_id if patient.settings else ""
    others = [pool for pool in pools if not pool.name.endswith(f"-{project}")]
    return _verdict(pools, [f"the id of {patient.names.of('pool', pool.name)}" for pool in others], "a pool")


def _tags(patient: Patient) -> Verdict:
    pools = [pool for pool in questions.in_order(patient) if pool.tags != {}]
    odd = [f"a text of another form, of {patient.names.of('pool', pool.name)}" for pool in pools if pool.tags is None]
    return _verdict(pools, odd, "a pool with a tag")


def _most_counts(patient: Patient) -> Verdict:
    entries = [(pool, entry) for pool in questions.in_order(patient) for entry in pool.entries]
    told = [(pool, entry) for pool, entry in entries if entry.max_count is not None]
    odd = [
        f"{entry.count} and {entry.max_count} of {entry.flavor}" for _, entry in told if entry.count != entry.max_count
    ]
    return _verdict(told, odd, "a pool with maxCount")


def _counts(patient: Patient) -> Verdict:
    at_rest = [(pool, found) for pool, found in _lists(patient) if not LivePool(pool).changing]
    odd = [
        pool for pool, found in at_rest if not LivePool(pool).at_one_moment(found) and not _agrees_now(patient, pool)
    ]
    names = [f"other numbers, of {patient.names.of('pool', pool.name)}" for pool in odd]
    return _verdict(at_rest, names, "a pool in which nothing changes")


def _agrees_now(patient: Patient, pool: ResourcePool) -> bool:
    """Whether pool and list agree at a second look: a node may have come or gone between the first two answers."""
    again = patient.ask(f"{pool.name} again", lambda service: service.resource_pools.get(pool.name)).value
    nodes = patient.ask(f"nodes of {pool.name} again", lambda service: service.nodes.list(pool.name)).value
    return again is None or nodes is None or LivePool(again).changing or LivePool(again).at_one_moment(nodes)


def _pages(patient: Patient) -> Verdict:
    pool = next((pool for pool, found in _lists(patient) if 1 < len(found) <= FEW), None)
    lacking = CannotTell(f"a pool with 2 to {FEW} nodes")
    if pool is None:
        return lacking
    reply = patient.ask("pages", lambda service: _first_two(service, pool.name))
    if reply.value is None:
        return Contradicts(patient.said(reply.error)) if isinstance(reply.error, UnreadableError) else lacking
    first, second = reply.value
    if not first.get("metadata", {}).get("continue"):
        return Contradicts("no mark behind a page that is not the last")
    same = [_name(page) for page in (first, second)]
    return Contradicts("the same node on two pages") if same[0] == same[1] else Agrees()


def _first_two(service: ModelArts, pool: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first two pages of the list of nodes, with one node each."""
    path = f"/v2/{{project_id}}/pools/{segment(pool)}/nodes"
    params = {"limit": 1}
    first = service.request("GET", path, operation=LIST_POOL_NODES, attempting=ATTEMPTING, params=params)
    mark = first.get("metadata", {}).get("continue")
    again = params | {"continue": mark}
    return first, service.request("GET", path, operation=LIST_POOL_NODES, attempting=ATTEMPTING, params=again)


def _name(page: dict[str, Any]) -> Any:
    return [item["metadata"]["name"] for item in page.get("items", [])]


def _node_pools(patient: Patient) -> Verdict:
    placed = [(pool, node) for pool, found in _lists(patient) for node in found if node.phase != "Deleting"]
    odd = [
        f"another node pool, of {patient.names.of('node', node.name)}"
        for pool, node in placed
        if (node.flavor, node.node_pool) not in {(entry.flavor, entry.effective_node_pool) for entry in pool.entries}
    ]
    return _verdict(placed, odd, "a node")


def _node_phases(patient: Patient) -> Verdict:
    phases = {node.phase for _, found in _lists(patient) for node in found}
    return _verdict(phases, sorted(phases - NODE_PHASES), "a node")


def _orders(patient: Patient) -> Verdict:
    pools = [pool for pool in questions.in_order(patient) if pool.order_name][: questions.MOST_LOOKED_AT]
    replies = [questions.order(patient, pool.order_name) for pool in pools]
    odd = [patient.said(reply.error) for reply in replies if isinstance(reply.error, UnreadableError)]
    return _verdict([reply for reply in replies if reply.value], odd, "a pool whose last order is still known")


def _order_phases(patient: Patient) -> Verdict:
    orders = [order for pool in _some(patient) for order in questions.orders(patient, pool.name).value or ()]
    odd = {order.phase for order in orders if not order.finished and order.phase.lower() not in UNFINISHED_ORDERS}
    return _verdict(orders, sorted(odd), "an order of the last month")


def _job_phases(patient: Patient) -> Verdict:
    jobs = questions.jobs(patient).value or ()
    return _verdict(jobs, sorted({job.phase for job in jobs if job.phase.lower() not in JOB_PHASES}), "a job")


def _newest_first(patient: Patient) -> Verdict:
    began = [job.start_timestamp for job in questions.jobs(patient).value or () if job.start_timestamp]
    odd = [] if began == sorted(began, reverse=True) else ["another order"]
    return _verdict(began[1:], odd, "two jobs of the last 30 days")


def _hosts(patient: Patient) -> Verdict:
    told, odd = 0, []
    for pool, found in _lists(patient)[: questions.MOST_LOOKED_AT]:
        known = {node.private_ip for node in found}
        for each in questions.workloads(patient, pool.name).value or ():
            if each.holds_nodes and each.hosts:
                told += 1
                odd += [] if each.hosts <= known else [f"an address of no node, of a {each.word}"]
    return _verdict(range(told), odd, "something that runs on a node")


def _flavors(patient: Patient) -> Verdict:
    offered = {flavor.name for flavor in questions.flavors(patient).value or ()}
    used = {entry.flavor for pool in questions.in_order(patient) for entry in pool.entries} if offered else set()
    return _verdict(used, sorted(used - offered), "the list of flavors, and a pool")


def _default_workspace(patient: Patient) -> Verdict:
    found = questions.workspaces(patient).value
    return _verdict(found or (), [] if "0" in (found or ()) else ["a list without it"], "the list of workspaces")


def _some(patient: Patient) -> list[ResourcePool]:
    return questions.in_order(patient)[: questions.MOST_LOOKED_AT]


def _lists(patient: Patient) -> list[tuple[ResourcePool, list[Node]]]:
    """Pools with their nodes, of those whose nodes could be listed."""
    return [(pool, list(reply.value)) for pool, reply in questions.looked_into(patient) if reply.value is not None]


def _verdict(seen: Iterable[Any], odd: list[str], lacking: str) -> Verdict:
    """What follows from cases that were seen, and those of them that are otherwise; nothing from none."""
    if odd:
        return Contradicts("; ".join(dict.fromkeys(odd)))
    return Agrees() if list(seen) else CannotTell(lacking)


ASSUMPTIONS: Final = (
    Assumption(
        "missing pool", "a pool that is not there is 404 ModelArts.50015001", "documented: PatchPool", _missing_pool
    ),
    Assumption("ids of pools", "they end in the id of the project", "documented: CreatePool, example", _ids),
    Assumption(
        "tags of pools",
        "the listing has them in the annotation os.modelarts/tms.tags, as a list of keys and values",
        "client: official SDK",
        _tags,
    ),
    Assumption("maxCount", "it equals count in a dedicated pool", "documented: CreatePool", _most_counts),
    Assumption(
        "counts of nodes",
        "where nothing is under way a pool counts as many nodes as the list of its nodes has",
        "assumed",
        _counts,
    ),
    Assumption("pages of nodes", "they follow each other by metadata.continue", "documented: ListPoolNodes", _pages),
    Assumption(
        "node pools",
        "a node names the node pool of an entry of its pool, {flavor}-default where the entry names none",
        "client: Terraform",
        _node_pools,
    ),
    Assumption(
        "phases of nodes",
        "they are Creating, Checking, Available, Abnormal, Deleting",
        "documented: ShowPoolNode",
        _node_phases,
    ),
    Assumption(
        "last order", "the label os.modelarts/order.name names one that can be shown", "client: SDK, Terraform", _orders
    ),
    Assumption(
        "phases of orders",
        "they are words for pending, processing, running, or for an end",
        "documented: ListOrders",
        _order_phases,
    ),
    Assumption("phases of jobs", "they are Running, Success, Failed", "documented: ListJobs", _job_phases),
    Assumption("order of jobs", "the newest comes first", "assumed", _newest_first),
    Assumption(
        "what runs where",
        "it is told by private addresses of nodes of its pool",
        "client: official SDK",
        _hosts,
    ),
    Assumption("flavors of pools", "the list of flavors has all of them", "documented: ListResourceFlavors", _flavors),
    Assumption(
        "default workspace",
        "the list of workspaces has it, with the id 0",
        "documented: ListWorkspaces",
        _default_workspace,
    ),
)
"""In the order in which they are looked at."""
