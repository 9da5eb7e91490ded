"""What the service says, and what comes of answers that never came or make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelarts_emulator import INFER_POOL, NODE, PROJECT, TRAIN_POOL, Fault
from pulumi_modelarts.api.client import Client
from pulumi_modelarts.api.errors import ModelArtsError
from pulumi_modelarts.api.settings import Settings
from pulumi_modelarts.plans.migration_notes import released
from tests.messages.situation import NOTE, scene
from tests.resources.pools import train

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_modelarts.api.client import ModelArts
    from tests.messages.situation import Situation

REFUSED, LOST, UNREADABLE, RELEASED = (
    "The service refuses",
    "No usable answer",
    "An answer that makes no sense",
    "A resource that is taken out of the program",
)
NAMED: Mapping[str, Any] = {"metadata": {"labels": {"os.modelarts/name": "team-a"}}}
JOB = "3faf5c03-aaa1-4cbe-879d-24b05d997347"


def answered(topic: str, when: str, *faults: Fault, ask: Callable[[ModelArts], object] | None = None) -> None:
    """Add a scene in which the service answers a question in some way.

    Args:
        topic: Heading of the page.
        when: When its message appears.
        faults: How the service answers.
        ask: The question; by default a preview's first look at the pool.
    """

    @scene(topic, when)
    def play(situation: Situation) -> list[str]:
        for fault in faults:
            situation.emulator.faults.arm(fault)
        try:
            if ask is None:
                situation.foreseen(train(3))
            else:
                ask(situation.client)
        except ModelArtsError as error:
            return [str(error)]
        raise AssertionError(f"nothing failed: {when}")


def refusal(situation: Situation, fault: Fault, **credentials: str) -> str:
    """What somebody with these credentials is told whose list of pools meets a fault."""
    situation.emulator.faults.arm(fault)
    place = {"region": "cn-north-7", "projectId": PROJECT, "endpoint": "https://modelarts.invalid"}
    settings = {f"modelarts:{key}": value for key, value in {**place, **credentials}.items()}
    client = Client(Settings.resolve(settings.get, {}), transport=situation.emulator.transport())
    with pytest.raises(ModelArtsError) as refused:
        client.resource_pools.list()
    return str(refused.value)


def lists(**answer: Any) -> Fault:
    """Let the list of pools be another document."""
    return Fault("listPools", body=answer, times=None)


answered(REFUSED, "a request is wrong", Fault("listPools", status=400, code="ModelArts.50004000", message="bad label"))


@scene(REFUSED, "credentials are wrong")
def wrong(situation: Situation) -> list[str]:
    """A permanent access key has no end, so that it is another one that is meant."""
    unknown = Fault("listPools", status=401, code="APIGW.0301", message="Incorrect IAM authentication information")
    return [refusal(situation, unknown, accessKey="AK-permanent", secretKey="SK-permanent")]


@scene(REFUSED, "a token, or a temporary access key, has ended")
def ended(situation: Situation) -> list[str]:
    """Nobody can renew what somebody else has issued."""
    expired = Fault("listPools", status=401, code="APIGW.0307", message="The token has expired", times=None)
    temporary = {"accessKey": "AK-temporary", "secretKey": "SK-temporary", "securityToken": "issued-with-it"}
    return [refusal(situation, expired, **given) for given in ({"token": "issued-yesterday"}, temporary)]


answered(
    REFUSED,
    "a permission is missing",
    Fault("listPools", status=403, code="ModelArts.0112", message="Policy doesn't allow"),
)
answered(
    REFUSED,
    "a permission is missing that no page names",
    Fault("showJob", status=403, code="ModelArts.0112", message="Policy doesn't allow"),
    ask=lambda client: client.jobs.get(JOB),
)
answered(
    REFUSED,
    "something else is changing the object",
    Fault("listPools", status=409, code="ModelArts.50005090", message="being changed"),
)
answered(
    REFUSED,
    "the content type is not taken",
    Fault("listPools", status=415, code="ModelArts.50004100", message="unsupported"),
)
answered(
    REFUSED,
    "there are too many requests",
    Fault("listPools", status=429, code="APIGW.0308", message="The throttling threshold has been reached", times=None),
)
answered(
    REFUSED,
    "the service breaks down",
    Fault("listPools", status=500, code="ModelArts.50005000", message="internal error", times=None),
)
answered(
    REFUSED,
    "the service answers no in another way, and gives no reason",
    Fault("listPools", status=402, code="", message=""),
)
answered(
    REFUSED,
    "nothing serves the address",
    Fault("listPools", status=404, code="APIGW.0101", message="The API does not exist"),
)


@scene(REFUSED, "whatever is asked for, the message begins with it")
def whatever(situation: Situation) -> Iterator[str]:
    """Every question that no other scene has."""
    client = situation.client
    questions: list[Callable[[], object]] = [
        client.resource_flavors.every,
        lambda: client.jobs.list(None),
        lambda: client.orders.list(TRAIN_POOL),
        lambda: client.training_jobs.running_in(TRAIN_POOL, ("0",)),
        lambda: client.workloads.list(TRAIN_POOL),
        lambda: client.nodes.get(TRAIN_POOL, NODE),
        lambda: client.networks.get("network-a"),
        lambda: client.networks.create(NAMED),
        lambda: client.networks.delete("network-a"),
        lambda: client.resource_pools.create(NAMED),
        lambda: client.resource_pools.delete(TRAIN_POOL),
        client.user_config.get,
    ]
    situation.emulator.faults.arm(
        Fault("*", status=409, code="ModelArts.50005090", message="being changed", times=None)
    )
    for ask in questions:
        try:
            found = ask()
            raise AssertionError(list(found) if isinstance(found, list) else found)
        except ModelArtsError as error:
            yield str(error)


answered(LOST, "the connection breaks", Fault("listPools", drop="reset", times=None))
answered(LOST, "an answer is cut off", Fault("listPools", cut_json=True, times=None))

answered(UNREADABLE, "an answer is no list", lists(pools=[]))
answered(UNREADABLE, "a list is something else", lists(items={"a": 1}))
answered(UNREADABLE, "an answer is nothing like a list", Fault("listPools", body=[1], times=None))
answered(
    UNREADABLE,
    "an item of a list has no name",
    Fault("listPoolNodes", body={"items": [{}]}, times=None),
    ask=lambda client: list(client.nodes.list(TRAIN_POOL)),
)
answered(UNREADABLE, "a list never ends", lists(items=[], metadata={"continue": "a"}))
answered(
    UNREADABLE,
    "a list has fewer items than it counts",
    Fault("listPoolNodes", body={"items": [], "metadata": {"remainingItemCount": 3}}, times=None),
    ask=lambda client: list(client.nodes.list(TRAIN_POOL)),
)
answered(
    UNREADABLE,
    "a list counts in words",
    Fault("listJobs", body={"items": [], "count": "many"}, times=None),
    ask=lambda client: list(client.jobs.list(TRAIN_POOL)),
)
answered(
    UNREADABLE,
    "a list repeats its items for ever",
    Fault("listJobs", body={"items": [{"jobId": f"{number}"} for number in range(500)]}, times=None),
    ask=lambda client: list(client.jobs.list(TRAIN_POOL)),
)
answered(
    UNREADABLE,
    "a value is of the wrong kind",
    Fault("showPool", body={"metadata": {"name": TRAIN_POOL}, "spec": {"resources": [{"flavor": 1}]}}, times=None),
    ask=lambda client: client.resource_pools.get(TRAIN_POOL),
)
answered(
    UNREADABLE,
    "another object is answered than was asked for",
    Fault("showNetwork", body={"metadata": {"name": "other"}, "spec": {}, "status": {}}, times=None),
    ask=lambda client: client.networks.get("network-a"),
)
answered(
    UNREADABLE, "a job has no phase", Fault("showJob", body={}, times=None), ask=lambda client: client.jobs.get(JOB)
)
answered(
    UNREADABLE,
    "tasks are no list",
    Fault("listTrainingJobTasks", body={}, times=None),
    ask=lambda client: client.training_jobs.tasks(JOB),
)
answered(
    UNREADABLE,
    "a network has used more addresses than it has",
    Fault(
        "showNetworkAvailableIp",
        body={"subnetIpAvailability": [{"ipVersion": 4, "totalIps": 1, "usedIps": 2}]},
        times=None,
    ),
    ask=lambda client: client.networks.free_addresses("network-a"),
)
answered(UNREADABLE, "a name is none", ask=lambda client: client.resource_pools.get(".."))


@scene(UNREADABLE, "a change was accepted and its answer makes no sense")
def accepted(situation: Situation) -> list[str]:
    """So the run is half done."""
    situation.emulator.faults.arm(Fault("patchPool", body={"metadata": "?"}, when="after"))
    return situation.fails(train(3))


@scene(UNREADABLE, "one pool of a list cannot be read")
def odd_pool(situation: Situation) -> Iterator[str]:
    """The others can."""
    listed = situation.hand.listed()
    next(pool for pool in listed["items"] if pool["metadata"]["name"] == TRAIN_POOL)["spec"]["resources"] = "x"
    situation.emulator.faults.arm(Fault("listPools", body=listed, times=None))
    try:
        situation.foreseen(train(3))
    except ModelArtsError as error:
        yield str(error)


@scene(UNREADABLE, "nobody answers while a run waits")
def silence(situation: Situation) -> list[str]:
    """The wait goes on until its time is over."""
    situation.once(
        lambda: situation.asked("patchPool"),
        lambda: situation.emulator.faults.arm(Fault("listPools", status=503, message="busy", times=None)),
    )
    return situation.fails(train(4), limit=20.0)


@scene(RELEASED, "a migration is taken out", NOTE)
def migration_released(situation: Situation) -> Iterator[str]:
    """One node, and two."""
    nodes = situation.hand.nodes(INFER_POOL)
    yield released(nodes[:1], INFER_POOL)
    yield released(nodes, INFER_POOL)
